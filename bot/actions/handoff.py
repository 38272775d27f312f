"""Hand-over to an agent of the right group, or a call-back when none is there; and messages that are not understood."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from bot.actions.bare_facts import of_the_ticket
from bot.actions.beginning import OPENED
from bot.actions.changes import ActionAddToTicket
from bot.actions.context import hotline
from bot.actions.danger import said_of_danger
from bot.actions.intake import as_intake, card
from bot.actions.old_tickets import looks_for_an_old_one, tell_of_the_old_one
from bot.actions.questions import FORM as INTAKE
from bot.actions.questions import REQUESTED
from bot.actions.reading import (
    Turn,
    as_matter,
    just_activated,
    phone_told,
    read_draft,
    read_turn,
    told_since,
    was_answered_before,
)
from bot.actions.wording import CALL, phone_shown
from hotline.conversations.handoff.model import HandoffReason, Standing, Waits
from hotline.conversations.handoff.steps import standing_line
from hotline.intake import Draft, cannot_be_called, with_all_told
from hotline.intake.listening import announces
from hotline.phrases import phrase
from hotline.texts import texts
from hotline.tickets import numbering

FORM = "callback_form"
PHONE = "callback_phone"
GIVES_UP = phrase("tickets.needs_no_call_back")
NO_PHONE = {"deny", "stop_intake", "stay_anonymous", "dont_know", "goodbye"}
FOR_THE_RULES = {
    "report_danger",
    "state_matter",
    "faq",
    "who_handles",
    "check_status",
    "my_tickets",
    "urge",
    "withdraw_ticket",
    "wait",
}
CALLBACK_CATEGORY = "1804"
WITHOUT_PHONE = "without_phone"


class ValidateCallbackForm(Action):
    """Asks the queue for an agent; when none is there, finds the number to call back and asks for it at most twice.

    A call that can be put through needs neither. A citizen who cannot be called is not asked for a number. If a citizen
    who was not understood gives no number, what they told still goes to a person.
    """

    def name(self) -> str:
        return f"validate_{FORM}"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> list[EventType]:
        turn, draft = read_turn(tracker), read_draft(tracker)
        fresh = just_activated(tracker, FORM)
        if fresh and turn.can_transfer:
            return [SlotSet(PHONE, None), SlotSet("asked", None), SlotSet(REQUESTED, None)]
        if fresh and turn.citizen.channel != CALL:  # an agent at the desk writes; a call is put through another way
            standing = await asyncio.to_thread(_request, tracker, turn, draft)
            if standing.waits is not Waits.CALLBACK:
                dispatcher.utter_message(text=standing_line(standing, texts(turn.language)))
            if standing.waits in (Waits.QUEUED, Waits.HELD):
                return [SlotSet(PHONE, None), SlotSet("asked", None), SlotSet(REQUESTED, None)]
        gives_up = turn.heard.intent in NO_PHONE or bool(GIVES_UP.search(turn.heard.text))
        takes_back = turn.heard.intent == "withdraw_ticket" and gives_up  # 不用留了
        of_the_rules = turn.heard.intent in FOR_THE_RULES - ({"check_status"} if turn.heard.phones else set())
        if not fresh and of_the_rules and not takes_back:  # a phone beside the number of a ticket is the answer
            return [SlotSet(REQUESTED, PHONE)]
        phone = (turn.heard.phones or (turn.citizen.verified_phone, draft and draft.phone))[-1]
        phone = phone or turn.citizen.verified_phone or (phone_told(tracker) if fresh else None)
        if phone:
            return [SlotSet(PHONE, phone), SlotSet("asked", None), SlotSet(REQUESTED, None)]
        if draft and cannot_be_called("\n".join((draft.said, *draft.reach, turn.heard.text))):
            return [SlotSet(PHONE, None), SlotSet("asked", WITHOUT_PHONE), SlotSet(REQUESTED, None)]
        if fresh:
            return [SlotSet(PHONE, None), SlotSet("asked", "callback"), SlotSet(REQUESTED, PHONE)]
        if gives_up or tracker.get_slot("asked") != "callback":
            goes_on = WITHOUT_PHONE if draft and tracker.get_slot("needs_person") else None
            return [SlotSet("asked", goes_on), SlotSet(REQUESTED, None)]
        return [SlotSet("asked", "callback_again"), SlotSet(REQUESTED, PHONE)]


class ActionOpenCallback(Action):
    """Opens the call-back ticket with everything collected so far, or has a call put through."""

    def name(self) -> str:
        return "action_open_callback"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> list[EventType]:
        turn, draft, phone = read_turn(tracker), read_draft(tracker), tracker.get_slot(PHONE)
        if turn.can_transfer and just_activated(tracker, FORM):
            skill = hotline().city.expert_skill(draft.category) if draft and draft.category else None
            line = texts(turn.language).say("voice.transfer")
            dispatcher.utter_message(text=line, json_message={"transfer": skill or hotline().city.handoff.general})
            return [SlotSet("needs_person", False)]
        without_phone = draft is not None and tracker.get_slot("asked") == WITHOUT_PHONE
        if not phone and not without_phone and just_activated(tracker, FORM):
            return [SlotSet("needs_person", False)]  # an agent will come; no number was asked for
        if not phone and not without_phone:
            dispatcher.utter_message(response="utter_callback_no_phone")
            return [SlotSet("needs_person", False)]
        title = texts().say("title.callback")
        begun = draft or Draft(description=title, request_type="help", category=CALLBACK_CATEGORY)
        told = with_all_told(replace(begun, phone=phone, anonymous=False), told_since(tracker, OPENED))
        intake = replace(as_intake(told, turn), title=title, asks_for_person=True)
        ticket = await asyncio.to_thread(hotline().tickets.open, intake)
        dispatcher.utter_message(
            response="utter_callback_opened" if phone else "utter_passed_on",
            json_message=card(ticket),
            phone=phone_shown(turn)(phone) if phone else None,
            number=numbering.spell(ticket.number),
            code=ticket.code,
        )
        if draft and phone:
            kept = "callback.told_in_secret" if ticket.confidential else "callback.told"
            dispatcher.utter_message(text=texts(turn.language).say(kept))
        gone = [SlotSet(name, None) for name in ("draft", PHONE, "asked")]
        return [*gone, SlotSet("ticket", ticket.number), SlotSet("needs_person", False)]


def _request(tracker: Tracker, turn: Turn, draft: Draft | None) -> Standing:
    """Ask the queue for a person; the same message asks only once."""
    reason = HandoffReason.NOT_UNDERSTOOD if tracker.get_slot("needs_person") else HandoffReason.ASKED
    if tracker.latest_message.get("anger"):
        reason = HandoffReason.ANGER
    category = draft.category if draft else None
    return hotline().queue.request(turn.conversation_id, reason, category, turn.message_id)


class ActionNotUnderstood(Action):
    """Asks once to say it another way; the second time in a row a person is needed.

    A message during a danger goes to the people who handle it, and a number left after a matter belongs to the matter.
    """

    def name(self) -> str:
        return "action_not_understood"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> list[EventType]:
        turn = read_turn(tracker)
        if (told := await said_of_danger(dispatcher, tracker, turn)) is not None:
            return [SlotSet("needs_person", False), *told]
        if turn.heard.phones and not tracker.active_loop.get("name"):
            if tracker.get_slot("draft"):
                return [SlotSet("needs_person", False), FollowupAction(INTAKE)]
            if tracker.get_slot("ticket"):
                return [SlotSet("needs_person", False), *await ActionAddToTicket().run(dispatcher, tracker, domain)]
        if not tracker.active_loop.get("name") and not tracker.get_slot("draft") and as_matter(turn, tracker):
            return [SlotSet("needs_person", False), FollowupAction(INTAKE)]
        if not tracker.active_loop.get("name") and looks_for_an_old_one(tracker, turn):
            return [SlotSet("needs_person", False), *tell_of_the_old_one(dispatcher, tracker, turn)]
        if not tracker.active_loop.get("name") and (told := await of_the_ticket(dispatcher, tracker, turn)) is not None:
            return [SlotSet("needs_person", False), *told]
        if announces(turn.heard.text):
            dispatcher.utter_message(response="utter_say_it")
            return [SlotSet("needs_person", False)]
        again = was_answered_before(tracker, self.name())
        dispatcher.utter_message(response="utter_to_person" if again else "utter_rephrase")
        return [SlotSet("needs_person", again)]
