"""Which language a message is in: an entity `language` (zh or en), which fills the slot that chooses the responses."""

from __future__ import annotations

import re

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.shared.nlu.constants import ENTITIES
from rasa.shared.nlu.training_data.message import Message

from bot.nlu.component import Component, text_of

CHINESE = re.compile(r"[\u4e00-\u9fff]")
OTHER_LETTERS = re.compile(r"[\u0370-\u1fff\u3040-\u30ff\uac00-\ud7af]")
"""From Greek and Cyrillic to Thai, Arabic and Tibetan; kana without a Chinese character; Hangul."""

ENGLISH_WORD = re.compile(r"[A-Za-z]{2,}")
ENOUGH_ENGLISH_WORDS = 3
CLEARLY_ENGLISH = re.compile(
    r"\b(?:hello|hi|hey|help|please|thanks|thank|good|english|what|where|how|who|agent|person|status)\b", re.I
)


def language_of(text: str) -> str | None:
    """`zh` or `en`; None for a message that does not show it, such as a number or "ok".

    Whoever writes in neither is answered in English, which more of them can read.
    """
    if CHINESE.search(text):
        return "zh"
    if OTHER_LETTERS.search(text):
        return "en"
    is_english = len(ENGLISH_WORD.findall(text)) >= ENOUGH_ENGLISH_WORDS or CLEARLY_ENGLISH.search(text)
    return "en" if is_english else None


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class LanguageDetector(Component):
    """Adds the entity `language`."""

    def process(self, messages: list[Message]) -> list[Message]:
        """Mark each message."""
        for message in messages:
            text = text_of(message)
            if language := language_of(text):
                entity = {"entity": "language", "value": language, "start": 0, "end": len(text)}
                message.set(ENTITIES, [*message.get(ENTITIES, []), entity], add_to_output=True)
        return messages
