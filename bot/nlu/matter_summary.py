"""Everything understood about a message's matter, in one output property `matter`; the last of the pipeline."""

from __future__ import annotations

import re
from typing import Any, Self

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import ENTITIES, INTENT
from rasa.shared.nlu.training_data.message import Message

from bot.nlu.component import text_of
from bot.nlu.danger_detector import CERTAIN, DANGER
from bot.nlu.intent_classifier import REPORT_DANGER
from bot.nlu.matter_classifier import CATEGORY, RANKING_OF, REQUEST_TYPE
from bot.nlu.normalizer import plain
from bot.nlu.place_extractor import LOCATION
from bot.nlu.urgency import urgency
from hotline.city import City, load_city
from hotline.danger import LINES
from hotline.settings import read_settings

STATE_MATTER = "state_matter"
_HAN = re.compile(r"[\u3400-\u9fff]")
_WORD = re.compile(r"[A-Za-z]{2,}")


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class MatterSummary(GraphComponent):
    """Sets `matter`, see the keys in `summary`."""

    def __init__(self, config: dict[str, Any]) -> None:
        self._city = load_city(read_settings().city_folder)

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> Self:
        """See GraphComponent."""
        return cls(config)

    def process(self, messages: list[Message]) -> list[Message]:
        """Set the summary of every message."""
        for message in messages:
            message.set("matter", summary(message, self._city), add_to_output=True)
        return messages


def language(text: str) -> str:
    """ "en" for a text in Latin letters, else "zh"."""
    words = _WORD.findall(text)
    return "en" if not _HAN.search(text) and (len(words) > 1 or any(len(word) > 3 for word in words)) else "zh"


def summary(message: Message, city: City) -> dict[str, Any]:
    """What is known about the matter. Type and category are None unless the citizen states a matter or a danger."""
    text = plain(text_of(message))
    intent = message.get(INTENT, {}).get("name")
    ranking = message.get(RANKING_OF[CATEGORY], [])[:3]
    type_ranking = message.get(RANKING_OF[REQUEST_TYPE], [])
    danger, certain = message.get(DANGER), bool(message.get(CERTAIN))
    found: dict[str, Any] = {
        "request_type": None,
        "request_type_confidence": 0.0,
        "category": None,
        "category_name": None,
        "category_confidence": 0.0,
        "ranking": [{"category": code, "confidence": confidence} for code, confidence in ranking],
        "district": None,
        "location": next((e["value"] for e in message.get(ENTITIES, []) if e["entity"] == LOCATION), None),
        "urgency": "critical" if certain else "normal",
        "danger": danger,
        "danger_certain": certain,
        "referral": None,
        "language": language(text_of(message)),
    }
    district = city.find_district(text)
    found["district"] = district.code if district else None
    if intent in (STATE_MATTER, REPORT_DANGER) and ranking and type_ranking:
        code, confidence = ranking[0]
        category = city.category(code)
        request_type, type_confidence = type_ranking[0]
        line = city.referral(category)
        found |= {
            "request_type": request_type,
            "request_type_confidence": type_confidence,
            "category": code,
            "category_name": category.name,
            "category_confidence": confidence,
            "urgency": urgency(category.urgency_of(request_type, text), request_type, text, certain),
            "referral": line.id if line else None,
        }
    if danger:
        found["referral"] = next((line.id for line in city.lines.values() if line.number == LINES[danger]), None)
    return found
