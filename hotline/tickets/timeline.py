"""The timeline steps in the citizen's language: each stores its Chinese text and the values to say it in another."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from hotline.texts import Texts, texts
from hotline.tickets.model import TimelineEntry

DAYS = ("due", "review")
"""Names of values that the texts under `node` show as a day."""


def step(
    at: datetime, node: str, values: Mapping[str, Any] | None = None, key: str | None = None, says: str | None = None
) -> TimelineEntry:
    """Make a step. `values` fill the text of the node, or the text `says` if the node has several. A value that differs
    by language is a dict with both; days are given as datetimes."""
    words = {"says": says or node}
    for name, value in (values or {}).items():
        words[name] = value.isoformat() if isinstance(value, datetime) else value
    return TimelineEntry(at, node, _filled(words, texts()), key and f"{node}:{key}", words)


def said(entry: TimelineEntry, words: Texts) -> str:
    """The text of a step in the language of `words`."""
    known = entry.words is not None and words.language != texts().language
    return _filled(entry.words, words) if known and entry.words is not None else entry.text


def day(when: datetime, words: Texts) -> str:
    """A day as shown to citizens."""
    return words.say("date", when=when)


def _filled(values: Mapping[str, Any], words: Texts) -> str:
    filled = {}
    for name, value in values.items():
        if name in DAYS:
            filled[name] = day(datetime.fromisoformat(value), words)
        else:
            filled[name] = value[words.language] if isinstance(value, dict) else value
    return words.say(f"node.{filled.pop('says')}", **filled)
