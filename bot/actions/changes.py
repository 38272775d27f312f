"""What a citizen does to their own ticket: urge, add to, correct, withdraw it, keep it confidential."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from bot.actions.adding import hurried, is_loud_now, is_of_another, restored, tell_added
from bot.actions.asking import answers_besides, asks_of_it
from bot.actions.context import as_handled, hotline
from bot.actions.inviting import ask_what_it_is
from bot.actions.own_ticket import OnOwnTicket, is_taking_in, number_told, say_of, tell
from bot.actions.questions import FORM as INTAKE
from bot.actions.reading import Turn, read_turn
from bot.actions.wording import contact_named
from hotline.intake import (
    CLEAN_ENDS,
    Asked,
    anonymity,
    asks_how_to_hurry,
    belongs_to_it,
    contact_told,
    is_of_the_place,
    is_only_a_phone,
    objects_to_unit,
    place_put_right,
    put_in_its_place,
    says_only_that_it_is_wrong,
    taken_wrongly,
    wish_for_secrecy,
)
from hotline.intake.asking import only_asks
from hotline.intake.following import another_comes, is_of_all, only_the_name
from hotline.phrases import phrase
from hotline.texts import texts
from hotline.tickets import access, numbering
from hotline.tickets.model import Ticket
from hotline.tickets.service import TicketEnded

MOST_SPOKEN_OF = 2
"""With at least this many tickets, 两个都 means all of them."""
OF_BEFORE = phrase("tickets.of_before")


class ActionUrge(OnOwnTicket, Action):
    """Notes that the citizen asks for speed."""

    def name(self) -> str:
        return "action_urge"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> list[EventType]:
        turn = read_turn(tracker)
        if is_taking_in(tracker) and not (number_told(turn) or OF_BEFORE.search(turn.heard.text)):
            dispatcher.utter_message(response="utter_hurry")
            return []
        if asks_how_to_hurry(turn.heard.text):
            dispatcher.utter_message(text=texts(turn.language).say("urge_how"))
            return []
        return await super().run(dispatcher, tracker, domain)

    def do(self, turn: Turn, number: str) -> Ticket:
        return hotline().tickets.urge(number, turn.citizen, turn.message_id)

    def say(self, dispatcher: CollectingDispatcher, turn: Turn, ticket: Ticket) -> None:
        if is_loud_now(ticket, turn.heard.text):
            say_of(dispatcher, turn, "noise_now_urged", ticket)
            return
        tell(dispatcher, "utter_urged", turn, ticket)


class ActionAddToTicket(OnOwnTicket, Action):
    """Adds what the citizen says to a ticket. A contact is kept where the units do not read it; another place is
    recorded as a correction."""

    def name(self) -> str:
        return "action_add_to_ticket"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> list[EventType]:
        turn = read_turn(tracker)
        if (tracker.latest_message.get("matter") or {}).get("doubts_the_unit"):
            return await _DoubtUnit().run(dispatcher, tracker, domain)
        is_named = "ticket_number" in turn.entities or (bool(turn.heard.phones) and not only_asks(turn.heard.text))
        if not is_named and (again := await asyncio.to_thread(restored, dispatcher, tracker, turn)):
            return [SlotSet("ticket", again)]
        if not is_named and (told := await asks_of_it(dispatcher, tracker, turn)) is not None:
            return told
        if await asyncio.to_thread(is_of_another, tracker, turn):
            return [SlotSet("draft", None), FollowupAction(INTAKE)]
        if not is_named and another_comes(turn.heard.text) and not belongs_to_it(turn.heard.text):
            return ask_what_it_is(dispatcher, tracker, turn)  # 还有楼下那个事也说一下: the matter was not told yet
        told = await super().run(dispatcher, tracker, domain)
        if told and not is_named:
            await asyncio.to_thread(answers_besides, dispatcher, tracker, turn)
        return told

    def too_early(self, dispatcher: CollectingDispatcher, turn: Turn, number: str) -> bool:
        """True if the citizen says only that the place is wrong; the right place is then asked for."""
        text, heard = turn.heard.text, turn.heard
        tells_none = is_of_the_place(text) and place_put_right(_location(turn, number), text, heard.places) is None
        if not says_only_that_it_is_wrong(text) and not tells_none:
            return False
        dispatcher.utter_message(text=which_place(turn, number))
        return True

    def do(self, turn: Turn, number: str) -> Ticket:
        tickets, heard = hotline().tickets, turn.heard
        if contact := contact_told(heard):
            words = None if is_only_a_phone(heard.text, *filter(None, contact)) else heard.text
            return tickets.keep_contact(number, turn.citizen, contact, words, turn.message_id)
        if place := place_put_right(_location(turn, number), heard.text, heard.places):
            return tickets.correct_place(number, turn.citizen, place, heard.text, turn.message_id)
        node = (
            "unit_doubted"
            if objects_to_unit(heard.text)
            else "matter_doubted"
            if taken_wrongly(heard.text)
            else "added"
        )
        return hurried(tickets.add(number, turn.citizen, heard.text, turn.message_id, node), turn)

    def say(self, dispatcher: CollectingDispatcher, turn: Turn, ticket: Ticket) -> None:
        say, number = texts(turn.language).say, numbering.spell(ticket.number)
        if contact_told(turn.heard):
            dispatcher.utter_message(
                text=say("contact_kept", number=number, contact=contact_named(ticket.contact, turn))
            )
        elif ticket.timeline and ticket.timeline[-1].node == "place_corrected":
            place = place_put_right(ticket.location, turn.heard.text, turn.heard.places) or ticket.location or ""
            _say_where(dispatcher, turn, ticket, place)
        elif objects_to_unit(turn.heard.text):
            dispatcher.utter_message(text=say("unit_noted", number=number))
        elif taken_wrongly(turn.heard.text):
            dispatcher.utter_message(text=say("matter_noted", number=number))
        else:
            tell_added(dispatcher, turn, ticket)


class _DoubtUnit(OnOwnTicket):
    """Notes for those who dispatch that the citizen wants another unit, who has just said so."""

    def do(self, turn: Turn, number: str) -> Ticket:
        return hotline().tickets.add(number, turn.citizen, turn.heard.text, turn.message_id, "unit_doubted")

    def say(self, dispatcher: CollectingDispatcher, turn: Turn, ticket: Ticket) -> None:
        say_of(dispatcher, turn, "unit_noted", ticket)


class ActionConfidentiality(OnOwnTicket, Action):
    """Makes an opened ticket confidential or no longer confidential, or takes its citizen's name and phone out."""

    def name(self) -> str:
        return "action_confidentiality"

    waits_for_danger = False

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> list[EventType]:
        turn = read_turn(tracker)
        if anonymity(turn.heard.text):
            return await super().run(dispatcher, tracker, domain)
        wish = wish_for_secrecy(turn.heard.text, turn.heard.intent)
        if wish is None:  # 我不报警
            return await ActionAddToTicket().run(dispatcher, tracker, domain)
        if wish and is_of_all(turn.heard.text) and (told := await asyncio.to_thread(_all_secret, dispatcher, turn)):
            return told
        if not await asyncio.to_thread(hotline().tickets.own, turn.citizen) and not tracker.get_slot("code_shown"):
            if tracker.get_slot("draft"):
                return [FollowupAction(INTAKE)]
            if wish:
                dispatcher.utter_message(response="utter_kept_secret")
            return ask_what_it_is(dispatcher, tracker, turn)
        return await super().run(dispatcher, tracker, domain)

    def too_early(self, dispatcher: CollectingDispatcher, turn: Turn, number: str) -> bool:
        """True if the citizen only asks whether name and phone can be taken out."""
        if anonymity(turn.heard.text) is not Asked.QUESTION:
            return False
        ticket = hotline().tickets.for_citizen(number, turn.citizen)
        if ticket:
            say_of(dispatcher, turn, "anonymous_how", ticket)
        return ticket is not None

    def do(self, turn: Turn, number: str) -> Ticket:
        if anonymity(turn.heard.text):
            keeps_phone = only_the_name(turn.heard.text)
            return hotline().tickets.become_anonymous(number, turn.citizen, turn.message_id, keeps_phone)
        wish = bool(wish_for_secrecy(turn.heard.text, turn.heard.intent))
        return hotline().tickets.set_confidential(number, turn.citizen, wish, turn.message_id)

    def say(self, dispatcher: CollectingDispatcher, turn: Turn, ticket: Ticket) -> None:
        if anonymity(turn.heard.text):
            say_of(dispatcher, turn, "made_nameless" if ticket.contact.phone else "made_anonymous", ticket)
            return
        tell(dispatcher, "utter_confidential" if ticket.confidential else "utter_not_confidential", turn, ticket)


def _all_secret(dispatcher: CollectingDispatcher, turn: Turn) -> list[EventType]:
    """Makes all tickets of this conversation confidential; does nothing unless there are several."""
    own = [t for t in hotline().tickets.going_on(turn.citizen) if t.conversation_id == turn.conversation_id]
    if len(own) < MOST_SPOKEN_OF:
        return []
    for ticket in own:
        hotline().tickets.set_confidential(ticket.number, turn.citizen, True, turn.message_id)
    numbers = "、".join(numbering.spell(ticket.number) for ticket in reversed(own))
    dispatcher.utter_message(text=texts(turn.language).say("confidential_all", numbers=numbers))
    return [SlotSet("ticket", own[0].number)]


def _location(turn: Turn, number: str) -> str | None:
    ticket = hotline().tickets.for_citizen(number, turn.citizen)
    return ticket.location if ticket else None


def which_place(turn: Turn, number: str) -> str:
    return texts(turn.language).say("place_which", number=numbering.spell(numbering.clean_number(number)))


def placed(dispatcher: CollectingDispatcher, turn: Turn, number: str) -> list[EventType]:
    """Takes the answer to the question about the place of a ticket's matter."""
    text, told = turn.heard.text, next(reversed(turn.heard.places), turn.heard.text.strip(CLEAN_ENDS))
    with suppress(access.AccessDenied, TicketEnded):
        place = put_in_its_place(_location(turn, number), told)
        ticket = hotline().tickets.correct_place(number, turn.citizen, place, text, turn.message_id)
        _say_where(dispatcher, turn, as_handled(ticket), place)
    return []


def _say_where(dispatcher: CollectingDispatcher, turn: Turn, ticket: Ticket, place: str) -> None:
    """Say that the place was corrected; if it is in another district, the ticket goes to those who dispatch."""
    place = ticket.location if ticket.location and place in ticket.location else place
    number = numbering.spell(ticket.number)
    line = texts(turn.language).say("place_corrected", number=number, place=place, unit=ticket.lead)
    dispatcher.utter_message(text=line)
