"""Questions about an existing ticket: what is written in it, when and from whom the answer comes. A question that
nobody here can answer goes to the ticket's unit. A question is never taken for more of the matter."""

from __future__ import annotations

import asyncio
from contextlib import suppress

from rasa_sdk import Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from bot.actions.adding import Belongs, asked_besides, belonging, spoken_of
from bot.actions.answering import answer
from bot.actions.answers import read_out_of
from bot.actions.context import as_handled, hotline
from bot.actions.reading import Turn, was_told
from bot.actions.wording import phone_shown
from hotline.intake import (
    HOW_LONG,
    asks_what_is_in_it,
    asks_when_answered,
    asks_whether_added,
    belongs_to_it,
    contact_told,
)
from hotline.intake.asking import asks_which_unit, only_asks
from hotline.intake.following import asks_to_register_again, asks_which_phone, asks_who_calls, beyond_the_order
from hotline.texts import texts
from hotline.tickets import numbering
from hotline.tickets.access import AccessDenied
from hotline.tickets.model import Ticket
from hotline.tickets.service import TicketEnded


async def asks_of_it(dispatcher: CollectingDispatcher, tracker: Tracker, turn: Turn) -> list[EventType] | None:
    """Answers a message that only asks about the existing ticket; None for any other message."""
    text = turn.heard.text
    of_a_phone = bool(turn.heard.phones) and only_asks(text)  # 你们记的是不是13800001234
    is_of_its_words = asks_what_is_in_it(text) or asks_whether_added(text) or of_a_phone
    is_known = is_of_its_words or asks_to_register_again(text) or asks_who_calls(text) or asks_which_phone(text)
    asks = only_asks(beyond_the_order(text) or text) and not contact_told(turn.heard)
    if not is_known and (not asks or belongs_to_it(text)):
        return None
    ticket = await asyncio.to_thread(spoken_of, tracker, turn)
    if ticket is None or await asyncio.to_thread(belonging, tracker, turn, ticket) is Belongs.NOT:
        return None
    return await asyncio.to_thread(_answered, dispatcher, tracker, turn, ticket, is_of_its_words)


def _answered(
    dispatcher: CollectingDispatcher, tracker: Tracker, turn: Turn, ticket: Ticket, is_of_its_words: bool
) -> list[EventType]:
    text, of_it = turn.heard.text, [SlotSet("ticket", ticket.number)]
    if asks_to_register_again(text):
        dispatcher.utter_message(text=texts(turn.language).say("no_need_again", number=numbering.spell(ticket.number)))
    elif is_of_its_words:
        read_out(dispatcher, turn, ticket)
    elif asks_which_phone(text) and ticket.contact.phone:
        phone = phone_shown(turn)(ticket.contact.phone)
        dispatcher.utter_message(text=texts(turn.language).say("your_phone_is_called", phone=phone))
    elif asks_when_answered(text) or HOW_LONG.search(text):
        answer(dispatcher, tracker, turn, None, "how_long")
    elif (asks_who_calls(text) or asks_which_phone(text)) and ticket.contact.phone is None:
        dispatcher.utter_message(
            text=texts(turn.language).say("hears_by_number", number=numbering.spell(ticket.number))
        )
    elif asks_who_calls(text):
        answer(dispatcher, tracker, turn, None, "call_back")
    elif asks_which_unit(text) or turn.heard.asks:
        answer(dispatcher, tracker, turn, None, turn.heard.asks or "who_handles")
    else:
        _note(dispatcher, tracker, turn, ticket)
    return of_it


def _note(dispatcher: CollectingDispatcher, tracker: Tracker, turn: Turn, ticket: Ticket) -> None:
    """Write a question that nobody here can answer into the ticket; after the second in a row a person is offered."""
    with suppress(AccessDenied, TicketEnded):
        asked = as_handled(hotline().tickets.add(ticket.number, turn.citizen, turn.heard.text, turn.message_id))
        say, known = texts(turn.language).say, {"number": numbering.spell(asked.number), "unit": asked.lead}
        line = say("question_noted", **known)
        dispatcher.utter_message(text=say("question_noted_too", **known) if was_told(tracker, line) else line)


def answers_besides(dispatcher: CollectingDispatcher, tracker: Tracker, turn: Turn) -> None:
    """Answers the plain question beside what the message adds: 啥时候来修嘛，老人下不来楼."""
    if question := asked_besides(turn):
        answer(dispatcher, tracker, turn, None, question)


def read_out(dispatcher: CollectingDispatcher, turn: Turn, ticket: Ticket) -> None:
    """Say what is written in the citizen's own ticket."""
    dispatcher.utter_message(text=read_out_of(turn, ticket))
