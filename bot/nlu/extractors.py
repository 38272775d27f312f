"""Rasa components around the rules for numbers, times and names."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.shared.nlu.constants import ENTITIES
from rasa.shared.nlu.training_data.message import Message

from bot.nlu.component import Component, text_of
from bot.nlu.names import find_concerned, find_names
from bot.nlu.numbers import Found, find_numbers
from bot.nlu.times import find_times


class RuleExtractor(Component, EntityExtractorMixin):
    """Adds what a function finds in the text as entities; needs no training."""

    find: ClassVar[Callable[[str], list[Found]]]

    def process(self, messages: list[Message]) -> list[Message]:
        """Add the entities to every message."""
        for message in messages:
            add_entities(message, type(self).find(text_of(message)), self.name)
        return messages


def add_entities(message: Message, found: list[Found], extractor: str, confidence: float = 1.0) -> None:
    """Add to the message's entities, as Rasa writes them, except what overlaps with an existing entity."""
    entities = list(message.get(ENTITIES, []))
    for one in found:
        if any(one.start < other["end"] and other["start"] < one.end for other in entities):
            continue
        entities.append(
            {
                "entity": one.entity,
                "start": one.start,
                "end": one.end,
                "value": one.value,
                "confidence_entity": confidence,
                "extractor": extractor,
            }
        )
    message.set(ENTITIES, sorted(entities, key=lambda entity: entity["start"]), add_to_output=True)


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class NumberExtractor(RuleExtractor):
    """Entities `phone`, `ticket_number`, `lookup_code`, `plate`; the value is the number in plain digits."""

    find = staticmethod(find_numbers)


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class TimeExtractor(RuleExtractor):
    """Entity `time`; the value is the span as said."""

    find = staticmethod(find_times)


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class NameExtractor(RuleExtractor):
    """Entities `name`, the speaker's own, and `concerned` and `relation`, whom they speak for."""

    @staticmethod
    def find(text: str) -> list[Found]:
        """See the class."""
        return [*find_names(text), *find_concerned(text)]
