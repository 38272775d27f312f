"""The steps that a citizen reads, in the language they read: what fills a text is kept beside the words in Chinese."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from hotline.tickets.model import TimelineEntry
from hotline.wording import Texts, texts

DAYS = ("due", "review")
"""What is a day in the texts under `node`."""


def step(
    at: datetime, node: str, values: Mapping[str, Any] | None = None, key: str | None = None, says: str | None = None
) -> TimelineEntry:
    """A step. `values` fill the text of the node, or of `says` where the node has several; a line is given in both
    languages, days as times."""
    words = {"says": says or node}
    for name, value in (values or {}).items():
        words[name] = value.isoformat() if isinstance(value, datetime) else value
    return TimelineEntry(at, node, _filled(words, texts()), key and f"{node}:{key}", words)


def said(entry: TimelineEntry, words: Texts) -> str:
    """What a step says, in a language."""
    known = entry.words is not None and words.language != texts().language
    return _filled(entry.words, words) if known and entry.words is not None else entry.text


def day(when: datetime, words: Texts) -> str:
    """A day as citizens read it."""
    return words.say("date", when=when)


def _filled(values: Mapping[str, Any], words: Texts) -> str:
    filled = {}
    for name, value in values.items():
        if name in DAYS:
            filled[name] = day(datetime.fromisoformat(value), words)
        else:
            filled[name] = value[words.language] if isinstance(value, dict) else value
    return words.say(f"node.{filled.pop('says')}", **filled)
