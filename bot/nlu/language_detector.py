"""Detects the language of a message: an entity `language` (zh or en), whose slot selects the responses."""

from __future__ import annotations

import re
from typing import Any

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.shared.nlu.constants import ENTITIES
from rasa.shared.nlu.training_data.message import Message

from bot.nlu.component import Component, text_of

CHINESE = re.compile(r"[\u4e00-\u9fff]")
OTHER_LETTERS = re.compile(r"[\u0370-\u1fff\u3040-\u30ff\uac00-\ud7af]")
"""Letters of other scripts: from Greek and Cyrillic to Thai, Arabic and Tibetan; kana; Hangul."""

ENGLISH_WORD = re.compile(r"[A-Za-z]{2,}")
ENOUGH_ENGLISH_WORDS = 3
CLEARLY_ENGLISH = re.compile(
    r"\b(?:hello|hi|hey|help|please|thanks|thank|good|english|what|where|how|who|agent|person|status)\b", re.I
)


NAMES = {"location", "name", "plate"}
SHOWN = 2  # Chinese characters beside a name that may still belong to it (附近)


def language_of(text: str) -> str | None:
    """`zh` or `en`; None for a message that does not show it, such as a number or "ok".

    English with a Chinese name in it is English: it has at least as many words as characters. A citizen who writes in
    another language is answered in English, which more of them can read.
    """
    words = len(ENGLISH_WORD.findall(text))
    if characters := len(CHINESE.findall(text)):
        return "en" if words >= max(characters, ENOUGH_ENGLISH_WORDS) else "zh"
    if OTHER_LETTERS.search(text):
        return "en"
    is_english = words >= ENOUGH_ENGLISH_WORDS or CLEARLY_ENGLISH.search(text)
    return "en" if is_english else None


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class LanguageDetector(Component):
    """Adds the entity `language`."""

    def process(self, messages: list[Message]) -> list[Message]:
        """Mark each message."""
        for message in messages:
            text = text_of(message)
            if language := language_of(_without_names(text, message.get(ENTITIES) or [])):
                entity = {"entity": "language", "value": language, "start": 0, "end": len(text)}
                message.set(ENTITIES, [*message.get(ENTITIES, []), entity], add_to_output=True)
        return messages


def _without_names(text: str, entities: list[dict[str, Any]]) -> str:
    """A text without the places and people in it, whose names are Chinese in every language; empty for a bare name."""
    rest = list(text)
    named = [entity for entity in entities if entity["entity"] in NAMES]
    for entity in named:
        rest[entity["start"] : entity["end"]] = " " * (entity["end"] - entity["start"])
    is_bare = named and len(CHINESE.findall("".join(rest))) <= SHOWN
    return CHINESE.sub("", "".join(rest)) if is_bare else "".join(rest)
