"""Ends an intake that the citizen does not want or no longer needs."""

from __future__ import annotations

from rasa_sdk import Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from bot.actions.adding import add_told, spoken_of
from bot.actions.context import hotline
from bot.actions.questions import REQUESTED, ask
from bot.actions.reading import Turn
from bot.actions.waiting import WAITING, goes_on_with, next_draft, waiting_in
from bot.actions.wording import unit, unit_phone
from hotline.intake import (
    Draft,
    declines_contact,
    ends_kindly,
    is_declined,
    is_given_up,
    is_over,
    is_taken_back,
    is_wanted_after_all,
    takes_out,
)
from hotline.intake.corrections import named_request_type
from hotline.intake.ending import refuses_a_second, refuses_to_submit, wants_only_an_answer
from hotline.intake.following import another_comes, beyond_the_order, is_of_the_last
from hotline.texts import texts
from hotline.tickets.model import RequestType

MAY_BE_DECLINED = {"matter", "place", "district", "confirm"}


def not_submitted(
    dispatcher: CollectingDispatcher, tracker: Tracker, turn: Turn, draft: Draft
) -> list[EventType] | None:
    """Ends an intake that the citizen does not want: what belongs to an existing ticket goes there, and a plain refusal
    ends it. None if the intake goes on."""
    text = turn.heard.text
    refuses = refuses_to_submit(text) and not named_request_type(text)
    ended = [SlotSet("draft", None), SlotSet("asked", None), SlotSet(REQUESTED, None), SlotSet(WAITING, None)]
    of_the_contact = tracker.get_slot("asked") == "contact" and declines_contact(text, turn.heard.intent)
    if of_the_contact or another_comes(text) or is_wanted_after_all(text):
        return None
    wants_no_second = is_of_the_last(text)
    is_question = draft.request_type == RequestType.CONSULTATION
    if wants_no_second or (refuses and not is_question and refuses_a_second(text)):
        wanted = draft.description if wants_no_second or not is_question else ""
        told = "\n".join(filter(None, (wanted, beyond_the_order(text))))
        if told and add_told(dispatcher, tracker, turn, told):
            return ended
    if not refuses or draft.confirmed or ends_kindly(draft, turn.heard):
        return None
    if spoken_of(tracker, turn) is None:
        dispatcher.utter_message(response="utter_stopped")
        return [SlotSet("asked", None), SlotSet(REQUESTED, None)]
    dispatcher.utter_message(text=texts(turn.language).say("not_added_again"))
    return ended


def left_off(dispatcher: CollectingDispatcher, tracker: Tracker, turn: Turn, draft: Draft) -> list[EventType]:
    """Ends the intake when it is no longer needed or was a mistake; a waiting matter comes next."""
    intent, text = turn.heard.intent, turn.heard.text
    of_the_contact = tracker.get_slot("asked") == "contact" and declines_contact(text, intent)
    declines = tracker.get_slot("asked") in MAY_BE_DECLINED and is_declined(text)
    withdraws = intent == "withdraw_ticket" and "ticket_number" not in turn.entities and not of_the_contact
    takes_back = withdraws or declines
    gives_up = is_given_up(text) and not of_the_contact
    if is_wanted_after_all(text) or takes_out(text):
        return []
    if draft.request_type == RequestType.CONSULTATION and wants_only_an_answer(text):
        asks, phone = unit(draft, hotline().city, turn.language), unit_phone(draft, hotline().city)
        key = "question_to_call" if phone else "question_to_ask"
        dispatcher.utter_message(text=texts(turn.language).say(key, unit=asks, phone=phone))
        return [SlotSet("asked", None), SlotSet(REQUESTED, None)]
    if intent == "report_danger" or not (gives_up or is_over(text) or takes_back or is_taken_back(text)):
        return []
    if gives_up and ends_kindly(draft, turn.heard):
        return []
    if gives_up or not is_over(text):
        dispatcher.utter_message(response="utter_stopped")
        return [SlotSet("asked", None), SlotSet(REQUESTED, None)]
    dispatcher.utter_message(text=texts(turn.language).say("no_longer_needed"))
    following, *later = waiting_in(tracker) or [None]
    if following is None:
        return [SlotSet("draft", None), SlotSet("asked", None), SlotSet(REQUESTED, None)]
    goes_on_with(dispatcher, following)
    return [SlotSet(WAITING, later or None), *ask(next_draft(following, draft), turn)]
