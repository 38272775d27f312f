"""Puts the next question of an intake, and says what was taken in."""

from __future__ import annotations

from rasa_sdk import Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from bot.actions.context import hotline
from bot.actions.reading import Turn
from bot.actions.wording import matter_named, phone_shown, read_back, shortened, unit, unit_phone
from hotline.intake import Acknowledgement, Draft, acknowledgement, next_question, takes_out
from hotline.personal_data.masking import mask_numbers
from hotline.texts import texts

FORM = "intake_form"
REQUESTED = "requested_slot"
ACKNOWLEDGED = {
    Acknowledgement.REGISTERING: "utter_registering",
    Acknowledgement.ANSWERED_BY: "utter_answered_by",
    Acknowledgement.NOTED: "utter_noted",
    Acknowledgement.NOTED_TOO: "utter_noted_too",
    Acknowledgement.FOR_THE_UNIT: "utter_for_the_unit",
}
NOTED = (Acknowledgement.NOTED, Acknowledgement.NOTED_TOO)
LONGEST_ADDED = 40  # characters of an addition that are repeated in the answer
SHORTER = {"contact", "confirm"}  # questions that are shorter when put twice in a row
PLAINER = {"place", "district", "contact", "confirm"}  # questions that are plainer when they were not understood


def ask(draft: Draft, turn: Turn, before: str | None = None, plainly: bool = False) -> list[EventType]:
    """The slots that put the next question, or end the form when nothing is left to ask.

    `before`: the previous question; the same one again is put in fewer words. `plainly`: it was not understood.
    """
    city = hotline().city
    question = next_question(draft, city)
    kept = SlotSet("draft", draft.as_slots())
    if question is None:
        return [kept, SlotSet("asked", None), SlotSet(REQUESTED, None)]
    words = question.en if turn.language == "en" else question.zh
    extra = []
    if question.kind == "confirm":
        extra.append(SlotSet("summary", read_back(draft, city, turn.language, shown=phone_shown(turn))))
    if words:
        extra.append(SlotSet("asked_question", words))
    # a question whose words come from the city's data is put by utter_ask_detail, which says them
    slot = "detail" if words else question.kind.partition(":")[0]
    if plainly and slot in PLAINER:
        slot += "_plainly"
    elif question.kind == before and slot in SHORTER:
        slot += "_again"
    return [kept, *extra, SlotSet("asked", question.kind), SlotSet(REQUESTED, slot)]


def acknowledge(
    dispatcher: CollectingDispatcher, tracker: Tracker, turn: Turn, before: Draft | None, after: Draft
) -> None:
    """Say what the message has done to the draft, where the next question does not show it."""
    city = hotline().city
    question = next_question(after, city)
    told = acknowledgement(before, after, tracker.get_slot("asked"), question.kind if question else None)
    if told is Acknowledgement.CHANGED:
        matter = matter_named(after, city, turn.language)
        dispatcher.utter_message(text=texts(turn.language).say("matter_changed", matter=matter))
    elif told is Acknowledgement.ANSWERED_BY:
        days, phone = city.deadlines.working_days(after.request_type), unit_phone(after, city)
        response = "utter_answered_by_or_call" if phone else ACKNOWLEDGED[told]
        dispatcher.utter_message(response=response, unit=unit(after, city, turn.language), days=days, phone=phone)
    elif told in NOTED and question and question.kind == "confirm" and (words := _added(before, after)):
        dispatcher.utter_message(text=texts(turn.language).say("noted_words", words=words))
    elif told in NOTED and before and takes_out(turn.heard.text) and len(after.description) < len(before.description):
        dispatcher.utter_message(text=texts(turn.language).say("taken_out_of_draft"))
    elif told:
        dispatcher.utter_message(response=ACKNOWLEDGED[told])


def _added(before: Draft | None, after: Draft) -> str:
    """The words that were added to the description, which the read-back does not show; empty if some were taken out."""
    if before and not after.description.startswith(before.description):
        return ""
    added = after.description.removeprefix(before.description if before else "").strip()
    return shortened(mask_numbers(added), LONGEST_ADDED) if added else ""
