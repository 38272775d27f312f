"""Recognises what a waiting citizen chooses, in their own words. The phrases stand in choices.yml."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

from ruamel.yaml import YAML

from hotline.conversations.handoff.model import Choice

LONGEST = 40
"""A message of more characters is never taken for a choice."""

APART = r"[\s，。,.!！?？~]*"


def choice_of(text: str) -> Choice | None:
    """The choice that a message expresses; None for any other message, which the assistant answers."""
    said = text.strip()
    if not said or len(said) > LONGEST:
        return None
    return next((choice for choice, phrase in _phrases() if phrase.fullmatch(said)), None)


@lru_cache
def _phrases() -> list[tuple[Choice, re.Pattern[str]]]:
    content = YAML(typ="safe").load(Path(__file__).with_suffix(".yml").read_text(encoding="utf-8"))
    before, after = (f"{APART}(?:(?:{content[part]}){APART})*" for part in ("before", "after"))
    return [
        (Choice(name), re.compile(f"{before}(?:{'|'.join(phrases)}){after}", re.IGNORECASE))
        for name, phrases in content["choices"].items()
    ]
