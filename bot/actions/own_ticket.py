"""Finds the ticket of the citizen that a message means, with which code, and says what to do if there is none."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import EventType, FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from bot.actions.adding import pointed_at
from bot.actions.context import as_handled, hotline
from bot.actions.danger import said_of_danger
from bot.actions.questions import FORM as INTAKE
from bot.actions.reading import Turn, as_matter, read_turn
from bot.actions.wording import due_day
from hotline.intake import is_over
from hotline.intake.following import gives_points, is_of_a_parcel
from hotline.phrases import phrase
from hotline.texts import texts
from hotline.tickets import access, numbering
from hotline.tickets.model import Ticket
from hotline.tickets.service import TicketEnded

PRESSED = phrase("tickets.pressed")
HAS_NO_NUMBER = phrase("tickets.has_no_number")
BY_PHONE = phrase("tickets.by_phone")
CODE_TOLD = phrase("tickets.code_told")
CODE_DIGITS = 4
OF_A_CALL = phrase("tickets.of_a_call")


class OnOwnTicket:
    """Something done to one of the citizen's tickets: the one named, else spoken of last, else the newest.

    Somebody who has shown a ticket's code may act on it like its citizen. While a danger stands, messages are about the
    danger.
    """

    waits_for_danger = True

    def do(self, turn: Turn, number: str) -> Ticket:
        """The use case. Raises access.AccessDenied or TicketEnded."""
        raise NotImplementedError

    def say(self, dispatcher: CollectingDispatcher, turn: Turn, ticket: Ticket) -> None:
        """Tell the citizen."""
        raise NotImplementedError

    def too_early(self, dispatcher: CollectingDispatcher, turn: Turn, number: str) -> bool:
        """True if there is nothing to do yet; the citizen has then been told so. Raises access.AccessDenied."""
        return False

    def ended(self, dispatcher: CollectingDispatcher, tracker: Tracker, turn: Turn, ticket: Ticket) -> list[EventType]:
        """Say that the ticket has ended, and how."""
        status = texts(turn.language).say(f"status.{ticket.status}")
        number = numbering.spell(ticket.number)
        dispatcher.utter_message(response="utter_already_ended", number=number, status=status)
        return []

    async def meant(self, turn: Turn, last: str | None) -> str | None:
        """The ticket that is meant when the message names none."""
        return await own_spoken_of(turn, last)

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> list[EventType]:
        turn = read_turn(tracker)
        named, last, shown = number_told(turn), tracker.get_slot("ticket"), tracker.get_slot("code_shown") or {}
        waits = named is None and self.waits_for_danger
        if waits and (told := await said_of_danger(dispatcher, tracker, turn)) is not None:
            return told
        pointed = await asyncio.to_thread(pointed_at, tracker, turn) if waits else None
        number = named or (pointed.number if pointed else None)
        number = number or (last if last and last == shown.get("number") else await self.meant(turn, last))
        if number is None:
            return without_ticket(dispatcher, tracker, turn)
        code = code_told(turn) or code_shown(tracker, number)
        try:
            acting, number = await asyncio.to_thread(_admitted, turn, number, code)
            if await asyncio.to_thread(self.too_early, dispatcher, acting, number):
                return [SlotSet("ticket", number)]
            ticket = await asyncio.to_thread(self.do, acting, number)
        except TicketEnded as ended:
            return self.ended(dispatcher, tracker, turn, ended.ticket)
        except access.Mistyped:
            dispatcher.utter_message(response="utter_mistyped", number=number)
            return []
        except access.Locked as locked:
            dispatcher.utter_message(response="utter_locked", minutes=locked.minutes_from(hotline().now()))
            return []
        except access.AccessDenied:
            response = "utter_not_found" if code else "utter_ask_code" if named else "utter_no_tickets"
            dispatcher.utter_message(response=response, number=numbering.spell(numbering.clean_number(number)))
            return [SlotSet("ticket", numbering.clean_number(number))] if named else []
        self.say(dispatcher, turn, await asyncio.to_thread(as_handled, ticket))
        return [SlotSet("ticket", ticket.number)]


def without_ticket(dispatcher: CollectingDispatcher, tracker: Tracker, turn: Turn) -> list[EventType]:
    """Answers a message about a ticket when the citizen has none: takes in a matter told with it, else says how to find
    a ticket."""
    by_phone = bool(turn.heard.phones or BY_PHONE.search(turn.heard.text))
    of_the_number = by_phone and (BY_PHONE.search(turn.heard.text) or HAS_NO_NUMBER.search(turn.heard.text))
    if not of_the_number and not is_taking_in(tracker) and as_matter(turn, tracker) and not is_over(turn.heard.text):
        return [SlotSet("draft", None), FollowupAction(INTAKE)]
    if is_over(turn.heard.text):
        dispatcher.utter_message(text=texts(turn.language).say("glad"))
    elif turn.heard.intent == "urge" and PRESSED.search(turn.heard.text):
        dispatcher.utter_message(response="utter_calm")
    elif turn.heard.intent == "rate_satisfied" or gives_points(turn.heard.text) is not None:
        dispatcher.utter_message(response="utter_welcome")
    elif by_phone:
        dispatcher.utter_message(text=texts(turn.language).say("phone_is_no_proof"))
    elif HAS_NO_NUMBER.search(turn.heard.text):
        dispatcher.utter_message(text=texts(turn.language).say("without_number"))
    else:
        dispatcher.utter_message(response="utter_no_tickets")
    return []


def _admitted(turn: Turn, number: str, code: str | None) -> tuple[Turn, str]:
    """The turn of whoever may act on a ticket: its citizen, or somebody who shows its code. Raises
    access.AccessDenied."""
    tickets = hotline().tickets
    if code is None or tickets.for_citizen(number, turn.citizen):
        return turn, number
    ticket = tickets.for_stranger(numbering.clean_number(number), code, turn.asker)
    return replace(turn, citizen=access.Citizen.holding_code_of(ticket)), ticket.number


def is_taking_in(tracker: Tracker) -> bool:
    return tracker.active_loop.get("name") == INTAKE


async def own_spoken_of(turn: Turn, last: str | None) -> str | None:
    """The ticket that is meant when none is named: the one spoken of last, else the newest open one. A message about a
    matter is not about the call-back that was asked for meanwhile."""
    own = await asyncio.to_thread(hotline().tickets.going_on, turn.citizen)
    own = own or await asyncio.to_thread(hotline().tickets.own, turn.citizen, 20)
    if not OF_A_CALL.search(turn.heard.text):
        own = [ticket for ticket in own if not ticket.asks_for_person] or own
    numbers = [ticket.number for ticket in own]
    return last if last in numbers else next(iter(numbers), None)


def tell(dispatcher: CollectingDispatcher, response: str, turn: Turn, ticket: Ticket) -> None:
    number, due = numbering.spell(ticket.number), due_day(ticket.due_at, turn.language)
    dispatcher.utter_message(response=response, number=number, unit=ticket.lead, due=due)


def say_of(dispatcher: CollectingDispatcher, turn: Turn, key: str, ticket: Ticket) -> None:
    line = texts(turn.language).say(key, number=numbering.spell(ticket.number), unit=ticket.lead)
    dispatcher.utter_message(text=line)


def number_told(turn: Turn) -> str | None:
    """The ticket number in a message; the number of a parcel is none."""
    if is_of_a_parcel(turn.heard.text):
        return None
    return next(iter(turn.entities.get("ticket_number", ())), None)


def code_told(turn: Turn) -> str | None:
    called = CODE_TOLD.search(turn.heard.text)
    said = turn.heard.text[called.end() : called.end() + CODE_DIGITS] if called else None
    return next(iter(turn.entities.get("lookup_code", ())), said)


def code_shown(tracker: Tracker, number: str) -> str | None:
    """The code that the citizen already gave for this ticket in this conversation, so that it is not asked for
    again."""
    shown = tracker.get_slot("code_shown") or {}
    return shown.get("code") if shown.get("number") == numbering.clean_number(number) else None


def named_ticket(turn: Turn, tracker: Tracker) -> str | None:
    """The ticket that the message names; a code alone belongs to the one named before."""
    return number_told(turn) or (tracker.get_slot("ticket") if code_told(turn) else None)
