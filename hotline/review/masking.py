"""Removes personal data from texts that people review to improve the assistant."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

DIGITS = re.compile(r"\d(?:[\d\s-]{3,}\d)")
SPOKEN_DIGITS = re.compile(r"[零〇一二三四五六七八九幺两]{7,}")
MASKED_ENTITIES = {"name", "phone", "plate", "ticket_number", "lookup_code"}


def without_personal_data(text: str, entities: Sequence[dict[str, Any]] = ()) -> str:
    """The text with names, numbers and plates replaced by signs of the same length, so that spans stay right."""
    for entity in entities:
        if entity.get("entity") in MASKED_ENTITIES and isinstance(entity.get("start"), int):
            start, end = entity["start"], entity["end"]
            text = text[:start] + "某" * (end - start) + text[end:]
    text = DIGITS.sub(lambda found: "0" * len(found.group()), text)
    return SPOKEN_DIGITS.sub(lambda found: "零" * len(found.group()), text)
