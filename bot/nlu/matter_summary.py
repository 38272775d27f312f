"""Joins everything understood about a message's matter in one property `matter`; the last component."""

from __future__ import annotations

from typing import Any

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.shared.nlu.constants import ENTITIES, INTENT
from rasa.shared.nlu.training_data.message import Message

from bot.nlu.component import STANDING, Component, text_of
from bot.nlu.danger_detector import CERTAIN, DANGER, POSSIBLE
from bot.nlu.intent_classifier import REPORT_DANGER
from bot.nlu.matter_classifier import CATEGORY, RANKING_OF, REQUEST_TYPE
from bot.nlu.normalizer import plain
from bot.nlu.place_extractor import LOCATION
from bot.nlu.urgency import urgency
from hotline.city import City, load_city
from hotline.danger import LINES
from hotline.settings import read_settings

STATE_MATTER = "state_matter"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class MatterSummary(Component):
    """Sets `matter`; `summary` has its keys."""

    def __init__(self, config: dict[str, Any]) -> None:
        super().__init__(config)
        self._city = load_city(read_settings().city_folder)

    def process(self, messages: list[Message]) -> list[Message]:
        """Set the summary of every message."""
        for message in messages:
            message.set("matter", summary(message, self._city), add_to_output=True)
        return messages


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
        "danger_possible": bool(message.get(POSSIBLE)),
        "standing": message.get(STANDING) or {},
        "referral": None,
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
