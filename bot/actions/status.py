"""The status of a ticket, and the list of one's own tickets."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from bot.actions.adding import pointed_at
from bot.actions.answering import answer
from bot.actions.asking import read_out
from bot.actions.changes import OF_BEFORE, ActionAddToTicket, ActionConfidentiality
from bot.actions.context import hotline
from bot.actions.danger import said_of_danger
from bot.actions.old_tickets import looks_for_an_old_one, tell_of_the_old_one
from bot.actions.own_ticket import (
    BY_PHONE,
    HAS_NO_NUMBER,
    code_shown,
    code_told,
    is_taking_in,
    named_ticket,
    own_spoken_of,
    without_ticket,
)
from bot.actions.reading import Turn, as_matter, read_draft, read_turn, was_answered_before
from bot.actions.withdrawing import ActionWithdrawTicket
from bot.actions.wording import CALL, due_day
from hotline.intake import (
    HOW_LONG,
    anonymity,
    asks_what_is_in_it,
    asks_when_answered,
    asks_whether_added,
    belongs_to_it,
    orders_something,
)
from hotline.intake.following import asks_its_number, is_of_all
from hotline.texts import texts
from hotline.tickets import access, numbering
from hotline.tickets.model import ENDED, Ticket
from hotline.tickets.timeline import said
from hotline.tickets.titles import titled

HEARD = 2
"""How many tickets of a list are read out in a call."""


class ActionTicketStatus(Action):
    """Tells the status of a ticket: the citizen's own at once, another's with its code."""

    def name(self) -> str:
        return "action_ticket_status"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> list[EventType]:
        turn = read_turn(tracker)
        number = named_ticket(turn, tracker)
        if number and is_taking_in(tracker) and orders_something(turn.heard.text):
            return await _ordered(turn).run(dispatcher, tracker, domain)
        if number is None and asks_its_number(turn.heard.text) and (known := tracker.get_slot("ticket")):
            return await show_ticket(dispatcher, turn, known, code_shown(tracker, known))
        if looks_for_an_old_one(tracker, turn):
            return tell_of_the_old_one(dispatcher, tracker, turn)
        if number is None and (told := await said_of_danger(dispatcher, tracker, turn)) is not None:
            return told
        if number is None and (question := await asyncio.to_thread(_asks_of_its_time, tracker, turn)):
            return await asyncio.to_thread(answer, dispatcher, tracker, turn, read_draft(tracker), question)
        if number is None and (told := await _read_out(dispatcher, tracker, turn)):
            return told
        if number is None:
            has_none = was_answered_before(tracker, self.name()) or bool(HAS_NO_NUMBER.search(turn.heard.text))
            return await _own_or_ask(dispatcher, tracker, turn, has_none)
        return await show_ticket(dispatcher, turn, number, code_told(turn) or code_shown(tracker, number))


class ActionMyTickets(Action):
    """Lists the citizen's latest tickets."""

    def name(self) -> str:
        return "action_my_tickets"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> list[EventType]:
        turn = read_turn(tracker)
        if looks_for_an_old_one(tracker, turn):
            return tell_of_the_old_one(dispatcher, tracker, turn)
        if number := named_ticket(turn, tracker):
            return await show_ticket(dispatcher, turn, number, code_told(turn) or code_shown(tracker, number))
        own = await asyncio.to_thread(hotline().tickets.own, turn.citizen)
        if not own:
            return without_ticket(dispatcher, tracker, turn)
        _list(dispatcher, turn, own)
        return []


async def show_ticket(dispatcher: CollectingDispatcher, turn: Turn, number: str, code: str | None) -> list[EventType]:
    """Say the status of one ticket, or why it cannot be shown."""
    tickets, with_code = hotline().tickets, None
    digits = numbering.clean_number(number)
    try:
        ticket = await asyncio.to_thread(tickets.for_citizen, digits, turn.citizen)
        if ticket is None and code:
            ticket = await asyncio.to_thread(tickets.for_stranger, digits, code, turn.asker)
            with_code = {"number": digits, "code": code}
    except access.Mistyped:
        dispatcher.utter_message(response="utter_mistyped", number=digits)
        return []
    except access.Locked as locked:
        dispatcher.utter_message(response="utter_locked", minutes=locked.minutes_from(hotline().now()))
        return []
    except access.NotFound:
        dispatcher.utter_message(response="utter_not_found")
        return [SlotSet("ticket", digits)]
    if ticket is None:
        dispatcher.utter_message(response="utter_ask_code", number=numbering.spell(digits))
        return [SlotSet("ticket", digits)]
    say = texts(turn.language).say
    dispatcher.utter_message(
        response="utter_status",
        number=numbering.spell(ticket.number),
        title=_title(ticket, turn),
        status=say(f"status.{ticket.status}"),
        last=_where_it_stands(ticket, turn.language),
        reply=ticket.reply or "",
    )
    opened = [SlotSet("code_shown", with_code)] if with_code else []
    return [SlotSet("ticket", ticket.number), *opened]


def _asks_of_its_time(tracker: Tracker, turn: Turn) -> str | None:
    """The plain question behind a status question while an intake is open or there is no ticket yet: how long it takes,
    or whether it was submitted."""
    if asks_when_answered(turn.heard.text) or (is_taking_in(tracker) and HOW_LONG.search(turn.heard.text)):
        return "how_long"
    if hotline().tickets.own(turn.citizen) or OF_BEFORE.search(turn.heard.text):
        return None
    if HOW_LONG.search(turn.heard.text):
        return "how_long"
    return "submitted" if is_taking_in(tracker) else None


async def _own_or_ask(
    dispatcher: CollectingDispatcher, tracker: Tracker, turn: Turn, has_none: bool
) -> list[EventType]:
    """The citizen's own ticket or tickets, else the question for a number; without a number they hear the other
    ways."""
    own = await asyncio.to_thread(hotline().tickets.own, turn.citizen)
    if len(own) == 1:
        return await show_ticket(dispatcher, turn, own[0].number, None)
    if own and (pointed := await asyncio.to_thread(pointed_at, tracker, turn)):
        return await show_ticket(dispatcher, turn, pointed.number, None)
    if own:
        _list(dispatcher, turn, own)
        return []
    if (
        turn.heard.phones
        or BY_PHONE.search(turn.heard.text)
        or (not tracker.active_loop.get("name") and as_matter(turn, tracker))
    ):
        return without_ticket(dispatcher, tracker, turn)
    if has_none:
        dispatcher.utter_message(text=texts(turn.language).say("without_number"))
        return []
    dispatcher.utter_message(response="utter_ask_number")
    return []


def _list(dispatcher: CollectingDispatcher, turn: Turn, own: Sequence[Ticket]) -> None:
    say = texts(turn.language).say
    shown = own[:HEARD] if turn.citizen.channel == CALL else own
    lines = [
        say("masked_ticket", number=numbering.spell(t.number), title=_title(t, turn), status=say(f"status.{t.status}"))
        for t in shown
    ]
    dispatcher.utter_message(response="utter_my_tickets", list="\n".join(lines))


def _title(ticket: Ticket, turn: Turn) -> str:
    return titled(ticket, hotline().city, texts(turn.language))


def _where_it_stands(ticket: Ticket, language: str) -> str:
    """The last step, with the unit and the due day if the step does not tell them."""
    last = said(ticket.timeline[-1], texts(language)) if ticket.timeline else ""
    if ticket.status in ENDED or ticket.lead in last:
        return last
    return last + texts(language).say("until", unit=ticket.lead, due=due_day(ticket.due_at, language))


async def _read_out(dispatcher: CollectingDispatcher, tracker: Tracker, turn: Turn) -> list[EventType]:
    """Reads the citizen's ticket out if they ask for that; does nothing otherwise."""
    is_asked = asks_what_is_in_it(turn.heard.text) or asks_whether_added(turn.heard.text)
    if is_taking_in(tracker) or not is_asked or is_of_all(turn.heard.text):
        return []
    pointed = await asyncio.to_thread(pointed_at, tracker, turn)
    number = pointed.number if pointed else await own_spoken_of(turn, tracker.get_slot("ticket"))
    ticket = await asyncio.to_thread(hotline().tickets.for_citizen, number, turn.citizen) if number else None
    if ticket is None:
        return []
    read_out(dispatcher, turn, ticket)
    return [SlotSet("ticket", ticket.number)]


def _ordered(turn: Turn) -> Action:
    """The action that carries out what a message orders about a ticket."""
    if anonymity(turn.heard.text):
        return ActionConfidentiality()
    return ActionAddToTicket() if belongs_to_it(turn.heard.text) else ActionWithdrawTicket()
