"""What a citizen who waits chooses, in their own words. The phrases stand in choices.yml."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

from ruamel.yaml import YAML

from hotline.conversations.handoff.model import Choice


def choice_of(text: str) -> Choice | None:
    """The choice in a short message; None for anything else, which the assistant answers."""
    longest, negated, choices = _phrases()
    said = text.strip().strip("，。,.!！?？~ ")
    if not said or len(said) > longest or negated.search(said):
        return None
    return next((choice for choice, pattern in choices if pattern.search(said)), None)


@lru_cache
def _phrases() -> tuple[int, re.Pattern[str], list[tuple[Choice, re.Pattern[str]]]]:
    content = YAML(typ="safe").load(Path(__file__).with_suffix(".yml").read_text(encoding="utf-8"))
    choices = [
        (Choice(name), re.compile("|".join(patterns), re.IGNORECASE)) for name, patterns in content["choices"].items()
    ]
    return int(content["longest"]), re.compile(content["negated"], re.IGNORECASE), choices
