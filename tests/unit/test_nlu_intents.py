"""Intents that are certain whatever the classifier guesses."""

from __future__ import annotations

from typing import Any

import pytest
from rasa.shared.nlu.constants import ENTITIES, INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.nlu.intent_classifier import _with_question
from bot.nlu.intent_rules import corrected
from bot.nlu.matter_classifier import CATEGORY, RANKING_OF

STORY = "幸福路28号的垃圾好几天没人清了，臭得很"


def _message(text: str, intent: str, confidence: float, category: str, probability: float, place: str = "") -> Message:
    at = text.find(place)
    entities: list[dict[str, Any]] = [{"entity": "location", "start": at, "end": at + len(place)}] if place else []
    return Message(
        {
            TEXT: text,
            INTENT: {"name": intent, "confidence": confidence},
            ENTITIES: entities,
            RANKING_OF[CATEGORY]: [(category, probability)],
        }
    )


def test_what_is_clear_is_a_matter_though_the_intent_is_not_known() -> None:
    assert corrected(_message("我们这里停水了", "nlu_fallback", 0.65, "0101", 0.99)) == "state_matter"


@pytest.mark.parametrize(
    ("intent", "category", "probability"),
    [("nlu_fallback", "0101", 0.8), ("nlu_fallback", "1807", 0.99), ("chitchat", "0101", 0.99)],
)
def test_a_doubt_about_the_category_the_hotline_itself_or_a_known_intent_make_no_matter(
    intent: str, category: str, probability: float
) -> None:
    assert corrected(_message("那个水", intent, 0.5, category, probability)) is None


@pytest.mark.parametrize(("confidence", "expected"), [(0.4, "state_matter"), (0.9, None)])
def test_a_place_with_a_story_outweighs_an_intent_that_is_a_guess(confidence: float, expected: str | None) -> None:
    assert corrected(_message(STORY, "check_status", confidence, "0202", 0.76, "幸福路28号")) == expected


def test_who_asks_how_long_to_wait_does_not_ask_for_patience() -> None:
    assert corrected(_message("How long do I have to wait?", "wait", 0.44, "0305", 0.14)) == "check_status"
    assert corrected(_message("wait a moment please", "wait", 0.9, "0305", 0.14)) is None


@pytest.mark.parametrize(
    ("confidence", "probability", "intent"), [(0.5, 0.97, "state_matter"), (0.9, 0.97, None), (0.5, 0.7, None)]
)
def test_a_guessed_plain_question_of_a_clear_matter_states_it(
    confidence: float, probability: float, intent: str | None
) -> None:
    assert corrected(_message("请问老年公交卡在哪里办", "faq", confidence, "0502", probability)) == intent


def test_beside_a_plain_question_stands_which_one_it_is() -> None:
    ranked = [{"name": "faq", "confidence": 0.9}, {"name": "greet", "confidence": 0.1}]
    told = [_with_question(each, "faq/cost").get("full_retrieval_intent_name") for each in ranked]
    assert told == ["faq/cost", None]
