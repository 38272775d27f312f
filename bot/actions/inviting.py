"""Answers a citizen who has not told a matter yet: asks once what it is, then takes in whatever was told."""

from __future__ import annotations

from dataclasses import replace

from rasa_sdk import Tracker
from rasa_sdk.events import EventType, FollowupAction
from rasa_sdk.executor import CollectingDispatcher

from bot.actions.reading import Turn, told_before_the_matter, was_asked_to_say_it
from hotline.intake import Understood, has_content, is_only_a_phone, is_over
from hotline.intake.address import without_places

INTAKE = "intake_form"
MAY_TELL = {
    "add_to_ticket", "chitchat", "correct", "deny", "dont_know", "inform", "nlu_fallback", "repeat", "state_matter",
}  # fmt: skip


def ask_what_it_is(dispatcher: CollectingDispatcher, tracker: Tracker, turn: Turn) -> list[EventType]:
    """Ask for the matter. If it was asked just before, it is not asked again: what was told goes to a person for
    sorting, and if nothing was told, an agent is offered."""
    if not was_asked_to_say_it(tracker):
        dispatcher.utter_message(response="utter_say_it")
        return []
    if unsorted_matter(tracker, turn):
        return [FollowupAction(INTAKE)]
    dispatcher.utter_message(response="utter_chitchat_again")
    return []


def unsorted_matter(tracker: Tracker, turn: Turn) -> Understood | None:
    """What was told so far as one matter without a category, after the citizen was asked for it in vain; None if they
    told none."""
    if not was_asked_to_say_it(tracker):
        return None
    told = [heard for heard in (*told_before_the_matter(tracker), turn.heard) if tells_something(heard)]
    if not told:
        return None
    return replace(
        told[0],
        text="\n".join(heard.text for heard in told),
        intent="state_matter",
        category=None,
        places=tuple(place for heard in told for place in heard.places),
        phones=tuple(phone for heard in (*told, turn.heard) for phone in heard.phones),
        names=tuple(name for heard in (*told, turn.heard) for name in heard.names),
    )


def tells_something(heard: Understood) -> bool:
    """Whether the words may tell a matter: more than a place, a phone, a yes or thanks."""
    if heard.intent not in MAY_TELL or is_over(heard.text):
        return False
    return has_content(without_places(heard.text, heard.places)) and not is_only_a_phone(heard.text, *heard.names)
