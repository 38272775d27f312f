"""Every reading catches its examples, through the whole chain, and leaves what only resembles them."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

import pytest
from rasa.shared.core.events import ActionExecuted, ActiveLoop, BotUttered, SlotSet, UserUttered
from rasa.shared.core.slots import AnySlot
from rasa.shared.core.trackers import DialogueStateTracker

from bot.readings import CHAIN, OF_A_TICKET, Heard, Reading, Said, When, read

pytestmark = pytest.mark.asyncio
SLOTS = ("asked", "danger", "danger_ticket", "draft", "language", "ticket")
TICKET = "261130000011"
STATES: dict[When, dict[str, Any]] = {
    When.IN_DANGER: {"danger": "violence", "danger_ticket": TICKET},
    When.IN_THE_INTAKE: {"draft": {"category": "0106"}, "loop": "intake_form"},
    When.TICKET: {"ticket": TICKET},
    When.TICKET_NAMED: {"ticket": TICKET},
}
"""The slots in each situation; in the others nothing was said before."""
NEW = Said("锦江区望平街15号路灯坏了", "state_matter", category="0106", entities={"location": "锦江区望平街15号"})


def tracker_of(said: Said, when: When) -> DialogueStateTracker:
    """A conversation in this situation, with the rest of what the example names."""
    tracker = DialogueStateTracker("citizen", [AnySlot(name, mappings=[]) for name in SLOTS])
    state = STATES.get(when, {}) | dict(said.slots)
    tracker.update(ActionExecuted("action_listen"))
    for text in said.before:
        intent = {"name": said.intent, "confidence": 1.0}
        tracker.update(UserUttered(text, intent, parse_data={"text": text, "intent": intent, "entities": []}))
    if said.answered:
        is_response = said.answered.startswith("utter_")
        tracker.update(BotUttered(said.answered, metadata={"utter_action": said.answered} if is_response else None))
    if state.get("danger_ticket"):
        tracker.update(ActionExecuted("action_danger", timestamp=time.time()))
    tracker.update(ActiveLoop(state.pop("loop", None)))
    for name, value in state.items():
        tracker.update(SlotSet(name, value))
    return tracker


def understood(said: Said) -> dict[str, Any]:
    """The classifiers' result for an example."""
    name, _, question = said.intent.partition("/")
    intent = {"name": name, "confidence": said.confidence}
    if question:
        intent["full_retrieval_intent_name"] = said.intent
    likeliest = [{"category": said.category, "confidence": 0.95}] if said.category else []
    stated = {"category": said.category, "category_confidence": 0.95} if name == "state_matter" else {}
    return {
        "text": said.text,
        "intent": intent,
        "intent_ranking": [intent, {"name": "inform", "confidence": 0.1}],
        "entities": [{"entity": entity, "value": value} for entity, value in said.entities.items()],
        "matter": {"category": None, "ranking": likeliest} | stated | dict(said.matter),
    }


def heard(said: Said, when: When) -> Heard:
    """An example in its situation. Parts that it does not name are not understood."""
    parts = {part.text: understood(part) for part in said.parts}

    async def understand(text: str) -> dict[str, Any]:
        return parts.get(text) or understood(Said(text))

    return Heard(understood(said), tracker_of(said, when), understand, said.known)


def _each(readings: tuple[Reading, ...]) -> Any:
    return pytest.mark.parametrize("reading", readings, ids=lambda reading: reading.name)


def _examples(kind: str) -> Any:
    examples = [(reading, said) for reading in CHAIN for said in getattr(reading, kind)]
    ids = [reading.name for reading, _ in examples]
    return pytest.mark.parametrize(("reading", "said"), examples, ids=ids)


@_examples("catches")
async def test_a_reading_catches_its_example_and_no_other_does(reading: Reading, said: Said) -> None:
    found = await read(heard(said, reading.when))
    assert reading.name in found.by
    assert reading.goes_on or found.by[-1] == reading.name
    assert (f"faq/{found.question}" if found.question else found.intent) == said.becomes


@_examples("leaves")
async def test_a_reading_leaves_what_only_resembles_it(reading: Reading, said: Said) -> None:
    assert reading.when.holds(heard(said, reading.when))
    assert reading.name not in (await read(heard(said, reading.when))).by


@_each(CHAIN)
async def test_a_reading_says_what_it_is_for(reading: Reading) -> None:
    assert reading.why
    assert reading.catches
    assert reading.leaves


@_each(tuple(reading for reading in CHAIN if not reading.for_people))
async def test_what_is_of_danger_or_calls_for_a_person_is_left(reading: Reading) -> None:
    for said in reading.catches:
        for intent in ("report_danger", "request_human"):
            assert reading.name not in (await read(heard(replace(said, intent=intent), reading.when))).by


@_each(tuple(reading for reading in CHAIN if reading.when in OF_A_TICKET and not reading.new_matters))
async def test_a_new_matter_is_left_whatever_else_it_says(reading: Reading) -> None:
    for said in reading.catches:
        new = replace(NEW, text=f"{NEW.text}，{said.text}")
        assert await reading(heard(new, reading.when)) is None


async def test_a_reading_of_tickets_wants_one() -> None:
    for reading in CHAIN:
        if reading.when in OF_A_TICKET:
            assert not [said for said in reading.catches if reading.applies(heard(said, When.FREE))]


async def test_each_reading_has_a_name_of_its_own() -> None:
    assert len({reading.name for reading in CHAIN}) == len(CHAIN)
