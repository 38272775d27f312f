"""A bare fact outside an intake, and a message of unclear purpose while there is a ticket."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from bot.actions.adding import adds_to_last, restored, spoken_of
from bot.actions.asking import answers_besides, asks_of_it
from bot.actions.changes import ActionAddToTicket, placed, which_place
from bot.actions.context import hotline
from bot.actions.danger import said_of_danger
from bot.actions.inviting import ask_what_it_is
from bot.actions.old_tickets import looks_for_an_old_one, tell_of_the_old_one
from bot.actions.own_ticket import code_shown, code_told, number_told, tell, without_ticket
from bot.actions.questions import FORM as INTAKE
from bot.actions.reading import Turn, as_matter, read_turn, was_answered_before, was_told
from bot.actions.status import show_ticket
from hotline.intake import contact_told, how_to_reach, leaves_contact
from hotline.personal_data.masking import mask_numbers
from hotline.phrases import phrase
from hotline.texts import texts
from hotline.tickets import access, numbering
from hotline.tickets.service import TicketEnded

PUTS_RIGHT = phrase("tickets.puts_right")


class ActionInform(Action):
    """Takes a bare fact outside an intake: a lookup code, the place of a danger, the answer to a unit's question, or
    nothing of these."""

    def name(self) -> str:
        return "action_inform"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> list[EventType]:
        turn, number = read_turn(tracker), tracker.get_slot("ticket")
        if code := code_told(turn):
            if number:
                return await show_ticket(dispatcher, turn, number, code)
            dispatcher.utter_message(response="utter_ask_number")
            return []
        if told := number_told(turn):
            return await show_ticket(dispatcher, turn, told, code_shown(tracker, told))
        if number and PUTS_RIGHT.search(turn.heard.text) and turn.heard.text != number:
            return await ActionAddToTicket().run(dispatcher, tracker, domain)
        if (known := await said_of_danger(dispatcher, tracker, turn)) is not None:
            return known
        if looks_for_an_old_one(tracker, turn):
            return tell_of_the_old_one(dispatcher, tracker, turn)
        heard = turn.heard
        if number and was_told(tracker, which_place(turn, number)):
            return await asyncio.to_thread(placed, dispatcher, turn, number)
        if tracker.get_slot("draft") and (heard.phones or heard.names or heard.places):
            return [FollowupAction(INTAKE)]  # it answers the question that was open when the intake was left
        if number and (contact_told(heard) or heard.phones or how_to_reach(heard.text)):
            return await ActionAddToTicket().run(dispatcher, tracker, domain)
        waiting = await _waiting_for(turn)
        if waiting is None and (told := await of_the_ticket(dispatcher, tracker, turn)) is not None:
            return told
        if waiting:
            ticket = await asyncio.to_thread(
                hotline().tickets.add, waiting, turn.citizen, turn.heard.text, turn.message_id
            )
            tell(dispatcher, "utter_added", turn, ticket)
            return [SlotSet("ticket", waiting)]
        if as_matter(turn, tracker):
            return [SlotSet("draft", None), FollowupAction(INTAKE)]
        if heard.phones and was_answered_before(tracker, "action_ticket_status", "action_my_tickets"):
            return without_ticket(dispatcher, tracker, turn)
        if words := how_to_reach(heard.text):
            dispatcher.utter_message(text=texts(turn.language).say("reach_noted", words=mask_numbers(words)))
        return ask_what_it_is(dispatcher, tracker, turn)


async def of_the_ticket(dispatcher: CollectingDispatcher, tracker: Tracker, turn: Turn) -> list[EventType] | None:
    """Handles a message of unclear purpose while there is a ticket: answers its question, else adds it to the ticket.
    None when there is no ticket, or the message tells nothing or another matter."""
    if noted := await asyncio.to_thread(_how_to_reach, dispatcher, tracker, turn):
        return noted
    if again := await asyncio.to_thread(restored, dispatcher, tracker, turn):
        return [SlotSet("ticket", again)]
    if (asked := await asks_of_it(dispatcher, tracker, turn)) is not None:
        return asked
    number = await asyncio.to_thread(adds_to_last, dispatcher, tracker, turn)
    if number is None:
        return None
    await asyncio.to_thread(answers_besides, dispatcher, tracker, turn)
    return [SlotSet("ticket", number)]


def _how_to_reach(dispatcher: CollectingDispatcher, tracker: Tracker, turn: Turn) -> list[EventType]:
    """Keeps with the ticket how its citizen wants to be reached, and asks for the phone of a citizen who decides to
    leave one after all. Nothing for any other message."""
    ticket, say, heard = spoken_of(tracker, turn), texts(turn.language).say, turn.heard
    if ticket is None or heard.phones:
        return []
    number = numbering.spell(ticket.number)
    if ticket.contact.phone is None and leaves_contact(heard.text):
        dispatcher.utter_message(text=say("leave_phone", number=number))
        return [SlotSet("ticket", ticket.number)]
    words = how_to_reach(heard.text)
    if words is None:
        return []
    with suppress(access.AccessDenied, TicketEnded):
        hotline().tickets.keep_contact(ticket.number, turn.citizen, (None, None), words, turn.message_id)
        dispatcher.utter_message(text=say("reach_on_ticket", number=number, words=mask_numbers(words)))
    return [SlotSet("ticket", ticket.number)]


async def _waiting_for(turn: Turn) -> str | None:
    """The citizen's ticket whose unit is waiting for their answer."""
    own = await asyncio.to_thread(hotline().tickets.own, turn.citizen, 20)
    return next((ticket.number for ticket in own if ticket.paused_at), None)
