"""An old ticket whose number the citizen does not have: why it cannot be found, and what can be done."""

from __future__ import annotations

from rasa_sdk import Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher

from bot.actions.own_ticket import code_told
from bot.actions.reading import Turn, was_answered_with, was_told
from hotline.intake.following import asks_for_an_old_one, points_at_the_old_one
from hotline.texts import texts


def looks_for_an_old_one(tracker: Tracker, turn: Turn) -> bool:
    """Whether the citizen looks for an old ticket without its number, or goes on about it after hearing that it cannot
    be found. False if they give a number."""
    if asks_for_an_old_one(turn.heard.text):
        return True
    if "ticket_number" in turn.entities or code_told(turn):
        return False
    was_asked = was_told_of_the_old_one(tracker) or was_answered_with(tracker, "utter_ask_number")
    return was_asked and points_at_the_old_one(turn.heard.text)


def was_told_of_the_old_one(tracker: Tracker) -> bool:
    """Whether the message before the latest one was answered with "that old ticket cannot be found"."""
    lines = [texts(tracker.get_slot("language") or "zh").say(key) for key in ("old_ticket", "old_ticket_again")]
    return any(was_told(tracker, line) for line in lines)


def tell_of_the_old_one(dispatcher: CollectingDispatcher, tracker: Tracker, turn: Turn) -> list[EventType]:
    """Say why the old ticket cannot be found, and what can be done."""
    key = "old_ticket_again" if was_told_of_the_old_one(tracker) else "old_ticket"
    dispatcher.utter_message(text=texts(turn.language).say(key))
    return []
