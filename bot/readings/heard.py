"""A message as it was understood, at its point of the conversation. Readings ask it and return a changed one."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from rasa.shared.core.events import ActionExecuted, BotUttered, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from hotline.danger import Kind
from hotline.danger.standing import STANDS
from hotline.intake import FAQ, Half

Understand = Callable[[str], Awaitable[dict[str, Any]]]
"""Asks the classifiers what they understand of some words alone."""

STATES_A_MATTER = "state_matter"
CONTACT = {"phone", "name"}
MAY_TELL_A_MATTER = {"chitchat", "inform", "nlu_fallback"}
FOR_PEOPLE = {"report_danger", "request_human"}
BEYOND_DOUBT = 0.9
SURE_OF_A_MATTER = 0.5  # of the intent and the category of a new matter while there is a ticket


@dataclass(frozen=True, slots=True)
class Heard:
    """A message in its conversation. `understood`: Rasa's dictionary with `matter`. `known`: the intent that the
    hotline itself has given the message. `by`: the names of the readings that caught it."""

    understood: Mapping[str, Any]
    tracker: DialogueStateTracker
    understand: Understand
    known: str | None = None
    by: tuple[str, ...] = ()

    # what the assistant said

    @property
    def answers(self) -> list[BotUttered]:
        """The assistant's answers to the message before this one, latest first."""
        found: list[BotUttered] = []
        for event in reversed(self.tracker.events):
            if isinstance(event, UserUttered):
                break
            if isinstance(event, BotUttered):
                found.append(event)
        return found

    def was_answered_with(self, response: str) -> bool:
        """Whether the message before was answered with this response of the domain."""
        return any((answer.metadata or {}).get("utter_action") == response for answer in self.answers)

    # what the citizen said

    @property
    def text(self) -> str:
        """The words as they were written."""
        return self.understood["text"] or ""

    @property
    def intent(self) -> str:
        """The name of the intent."""
        return str(self.understood["intent"]["name"])

    @property
    def confidence(self) -> float:
        """How sure the intent is, 0 to 1."""
        return float(self.understood["intent"]["confidence"])

    @property
    def question(self) -> str:
        """Which plain question the intent is (`cost`); empty when it is none."""
        return question_of(self.understood["intent"])

    def rather(self, *intents: str, than: str = "") -> Mapping[str, Any] | None:
        """The likeliest intent with its confidence, among `intents`, or among all but `than`."""
        ranking = self.understood.get("intent_ranking") or ()
        return next((one for one in ranking if (one["name"] in intents if intents else one["name"] != than)), None)

    @property
    def matter(self) -> dict[str, Any]:
        """What is known of the matter; empty when nothing is."""
        return self.understood.get("matter") or {}

    @property
    def ranking(self) -> Sequence[Mapping[str, Any]]:
        """The likeliest categories of the words, whatever the intent."""
        return self.matter.get("ranking") or ()

    @property
    def likeliest(self) -> Half:
        """The likeliest category, and how sure it is."""
        return next((Half(each["category"], each["confidence"]) for each in self.ranking), Half(None, 0.0))

    @property
    def told(self) -> Half:
        """The category when the citizen states a matter, with the confidence of intent and category multiplied; or when
        a category beyond doubt is the only sign of a matter. A name or phone beside the matter does not lower the
        intent's confidence."""
        if self.intent != STATES_A_MATTER:
            is_one = self.intent in MAY_TELL_A_MATTER and self.likeliest.sureness >= BEYOND_DOUBT
            return Half(self.likeliest.category if is_one else None, self.likeliest.sureness)
        sure = 1.0 if self.has(*CONTACT) else self.confidence
        return Half(self.matter.get("category"), sure * self.matter.get("category_confidence", 0.0))

    def has(self, *entities: str) -> bool:
        """Whether the message names one of these: `location`, `phone`, `name`, `ticket_number`."""
        return any(each["entity"] in entities for each in self.understood["entities"])

    @property
    def places(self) -> list[str]:
        """The places that the message names."""
        return [str(each["value"]) for each in self.understood["entities"] if each["entity"] == "location"]

    @property
    def calls_for_people(self) -> bool:
        """Whether the message tells of danger or asks for an agent."""
        return self.intent in FOR_PEOPLE

    @property
    def is_a_new_matter(self) -> bool:
        """Whether the message surely states a matter of its own, with a place or a likely category, whatever else it
        says."""
        is_stated = self.intent == STATES_A_MATTER and self.confidence >= SURE_OF_A_MATTER
        return is_stated and (bool(self.places) or self.likeliest.sureness >= SURE_OF_A_MATTER)

    # where the conversation is

    @property
    def is_free(self) -> bool:
        """Whether no form is asking for anything."""
        return not self.tracker.active_loop_name

    @property
    def is_in_the_intake(self) -> bool:
        """Whether an intake is open."""
        return bool(self.tracker.active_loop_name == "intake_form")

    @property
    def ticket(self) -> str | None:
        """The number of the ticket spoken of last."""
        number: str | None = self.tracker.get_slot("ticket") or None
        return number

    @property
    def draft(self) -> dict[str, Any]:
        """The draft of the matter that is or was being taken in; empty when there is none."""
        return self.tracker.get_slot("draft") or {}

    @property
    def danger_stands(self) -> bool:
        """Whether a danger was reported a short time ago and is not over."""
        if self.tracker.get_slot("danger") not in set(Kind) or not self.tracker.get_slot("danger_ticket"):
            return False
        events = reversed(self.tracker.events)
        alarms = (e for e in events if isinstance(e, ActionExecuted) and e.action_name == "action_danger")
        last = next(alarms, None)
        return last is not None and time.time() - last.timestamp <= STANDS

    # how it is read

    def but(self, **changes: Any) -> Heard:
        """The same message with other parts of what was understood."""
        return replace(self, understood={**self.understood, **changes})

    def as_intent(self, name: str) -> Heard:
        """The same message with this intent, for certain."""
        return self.but(intent={"name": name, "confidence": 1.0})

    def as_question(self, question: str) -> Heard:
        """The same message as a plain question."""
        name = f"{FAQ}/{question}"
        return self.but(intent={"name": FAQ, "confidence": 1.0, "full_retrieval_intent_name": name})

    def as_matter(self, category: str | None, sureness: float = 1.0, **more: Any) -> Heard:
        """The same message as a matter of this category; `more`: what else is known of the matter."""
        told = self.with_matter(**more, category=category, category_confidence=sureness)
        return told.as_intent(STATES_A_MATTER)

    def with_matter(self, **known: Any) -> Heard:
        """The same message with more known of the matter."""
        return self.but(matter={**self.matter, **known})

    async def part(self, words: str) -> Heard:
        """What the classifiers understand of these words alone, at the same point of the conversation."""
        return replace(self, understood=await self.understand(words), known=None)


def question_of(intent: Mapping[str, Any]) -> str:
    """Which plain question an intent is; empty when it is none."""
    return str(intent.get("full_retrieval_intent_name") or "").partition("/")[2]
