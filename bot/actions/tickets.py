"""Following tickets: status, one's own list, urging, adding, withdrawing, rating."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from bot.actions.adding import adds_to_last, hurried, is_of_another, pointed_at, tell_added
from bot.actions.answering import answer
from bot.actions.context import as_handled, hotline
from bot.actions.danger import said_of_danger
from bot.actions.intake import FORM as INTAKE
from bot.actions.inviting import ask_what_it_is
from bot.actions.reading import Turn, as_matter, read_draft, read_turn, was_answered_before, was_told
from bot.actions.wording import CALL, due_day, phone_shown
from hotline.intake import (
    CLEAN_ENDS,
    HOW_LONG,
    Asked,
    anonymity,
    asks_how_to_hurry,
    asks_what_is_in_it,
    asks_when_answered,
    belongs_to_it,
    contact_told,
    how_to_reach,
    is_only_a_phone,
    is_over,
    objects_to_unit,
    orders_something,
    place_put_right,
    put_in_its_place,
    says_only_that_it_is_wrong,
    taken_wrongly,
    wish_for_secrecy,
    withdrawal,
)
from hotline.masking import mask_numbers
from hotline.phrases import phrase
from hotline.tickets import access, numbering
from hotline.tickets.lifecycle import UNANSWERED
from hotline.tickets.model import ENDED, Rating, Status, Ticket
from hotline.tickets.service import TicketEnded
from hotline.tickets.timeline import said
from hotline.tickets.titles import titled
from hotline.wording import texts

BARE_PRAISE = 6
"""Characters of a bare 满意, which rates nothing before there is a reply; 灯亮了，很满意 tells that it is solved."""
HEARD = 2
"""So many tickets of a list can be listened to."""
WITHDRAW_SURE = "withdraw_sure"
OF_BEFORE = phrase("tickets.of_before")
PUTS_RIGHT = phrase("tickets.puts_right")
PRESSED = phrase("tickets.pressed")
HAS_NO_NUMBER = phrase("tickets.has_no_number")
BY_PHONE = phrase("tickets.by_phone")
CODE_TOLD = phrase("tickets.code_told")
CODE_DIGITS = 4
OF_A_CALL = phrase("tickets.of_a_call")


class ActionTicketStatus(Action):
    """Tells how a ticket stands: one's own at once, another's with its code."""

    def name(self) -> str:
        return "action_ticket_status"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> list[EventType]:
        turn = read_turn(tracker)
        number = _named(turn, tracker)
        if number and _is_taking_in(tracker) and orders_something(turn.heard.text):
            return await _ordered(turn).run(dispatcher, tracker, domain)
        if number is None and (told := await said_of_danger(dispatcher, tracker, turn)) is not None:
            return told
        if number is None and (question := await asyncio.to_thread(_asks_of_its_time, tracker, turn)):
            return await asyncio.to_thread(answer, dispatcher, tracker, turn, read_draft(tracker), question)
        if number is None and (told := await _read_out(dispatcher, tracker, turn)):
            return told
        if number is None:
            has_none = was_answered_before(tracker, self.name()) or bool(HAS_NO_NUMBER.search(turn.heard.text))
            return await _own_or_ask(dispatcher, tracker, turn, has_none)
        return await show_ticket(dispatcher, turn, number, _code(turn) or _code_shown(tracker, number))


class ActionMyTickets(Action):
    """Lists the citizen's latest tickets."""

    def name(self) -> str:
        return "action_my_tickets"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> list[EventType]:
        turn = read_turn(tracker)
        if number := _named(turn, tracker):
            return await show_ticket(dispatcher, turn, number, _code(turn) or _code_shown(tracker, number))
        own = await asyncio.to_thread(hotline().tickets.own, turn.citizen)
        if not own:
            return _without_ticket(dispatcher, tracker, turn)
        _list(dispatcher, turn, own)
        return []


class ActionInform(Action):
    """Takes a bare fact outside an intake: a lookup code, a place of a danger, what a unit has asked for, or nothing."""

    def name(self) -> str:
        return "action_inform"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> list[EventType]:
        turn, number = read_turn(tracker), tracker.get_slot("ticket")
        if code := _code(turn):
            if number:
                return await show_ticket(dispatcher, turn, number, code)
            dispatcher.utter_message(response="utter_ask_number")
            return []
        if told := _number(turn):
            return await show_ticket(dispatcher, turn, told, _code_shown(tracker, told))
        if number and PUTS_RIGHT.search(turn.heard.text) and turn.heard.text != number:
            return await ActionAddToTicket().run(dispatcher, tracker, domain)
        if (known := await said_of_danger(dispatcher, tracker, turn)) is not None:
            return known
        heard = turn.heard
        if number and was_told(tracker, _which_place(turn, number)):
            return await asyncio.to_thread(_placed, dispatcher, turn, number)
        if tracker.get_slot("draft") and (heard.phones or heard.names or heard.places):
            return [FollowupAction(INTAKE)]  # it answers what was asked before the intake was left
        if number and (contact_told(heard) or heard.phones or how_to_reach(heard.text)):
            return await ActionAddToTicket().run(dispatcher, tracker, domain)
        if await asyncio.to_thread(adds_to_last, dispatcher, tracker, turn, is_fact=True):
            return []
        if waiting := await _waiting_for(turn):
            ticket = await asyncio.to_thread(
                hotline().tickets.add, waiting, turn.citizen, turn.heard.text, turn.message_id
            )
            _tell(dispatcher, "utter_added", turn, ticket)
            return [SlotSet("ticket", waiting)]
        if as_matter(turn, tracker):
            return [SlotSet("draft", None), FollowupAction(INTAKE)]
        if heard.phones and was_answered_before(tracker, "action_ticket_status", "action_my_tickets"):
            return _without_ticket(dispatcher, tracker, turn)
        if words := how_to_reach(heard.text):
            dispatcher.utter_message(text=texts(turn.language).say("reach_noted", words=mask_numbers(words)))
        return ask_what_it_is(dispatcher, tracker, turn)


class OnOwnTicket:
    """Something done to one of the citizen's tickets: the one named, spoken of last, or newest.

    Whoever has shown its code is to that ticket the same as its citizen. While a danger stands what is said is about it.
    """

    waits_for_danger = True

    def do(self, turn: Turn, number: str) -> Ticket:
        """The use case. Raises access.AccessDenied or TicketEnded."""
        raise NotImplementedError

    def say(self, dispatcher: CollectingDispatcher, turn: Turn, ticket: Ticket) -> None:
        """Tell the citizen."""
        raise NotImplementedError

    def too_early(self, dispatcher: CollectingDispatcher, turn: Turn, number: str) -> bool:
        """True where there is nothing to do yet, once the citizen was told so. Raises access.AccessDenied."""
        return False

    async def meant(self, turn: Turn, last: str | None) -> str | None:
        """The ticket that is meant when none is named."""
        return await _spoken_of(turn, last)

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> list[EventType]:
        turn = read_turn(tracker)
        named, last, shown = _number(turn), tracker.get_slot("ticket"), tracker.get_slot("code_shown") or {}
        waits = named is None and self.waits_for_danger
        if waits and (told := await said_of_danger(dispatcher, tracker, turn)) is not None:
            return told
        pointed = await asyncio.to_thread(pointed_at, tracker, turn) if waits else None
        number = named or (pointed.number if pointed else None)
        number = number or (last if last and last == shown.get("number") else await self.meant(turn, last))
        if number is None:
            return _without_ticket(dispatcher, tracker, turn)
        code = _code(turn) or _code_shown(tracker, number)
        try:
            acting, number = await asyncio.to_thread(_admitted, turn, number, code)
            if await asyncio.to_thread(self.too_early, dispatcher, acting, number):
                return [SlotSet("ticket", number)]
            ticket = await asyncio.to_thread(self.do, acting, number)
        except TicketEnded as ended:
            status = texts(turn.language).say(f"status.{ended.ticket.status}")
            dispatcher.utter_message(response="utter_already_ended", number=numbering.spell(number), status=status)
            return []
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


class ActionUrge(OnOwnTicket, Action):
    """Notes that the citizen asks for speed."""

    def name(self) -> str:
        return "action_urge"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> list[EventType]:
        turn = read_turn(tracker)
        if _is_taking_in(tracker) and not (_number(turn) or OF_BEFORE.search(turn.heard.text)):
            dispatcher.utter_message(response="utter_hurry")
            return []
        if asks_how_to_hurry(turn.heard.text):
            dispatcher.utter_message(text=texts(turn.language).say("urge_how"))
            return []
        return await super().run(dispatcher, tracker, domain)

    def do(self, turn: Turn, number: str) -> Ticket:
        return hotline().tickets.urge(number, turn.citizen, turn.message_id)

    def say(self, dispatcher: CollectingDispatcher, turn: Turn, ticket: Ticket) -> None:
        _tell(dispatcher, "utter_urged", turn, ticket)


class ActionAddToTicket(OnOwnTicket, Action):
    """Adds what the citizen says to a ticket; a contact goes where its units do not read it, another place is told as that."""

    def name(self) -> str:
        return "action_add_to_ticket"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> list[EventType]:
        turn = read_turn(tracker)
        if await asyncio.to_thread(is_of_another, tracker, turn):
            return [SlotSet("draft", None), FollowupAction(INTAKE)]
        return await super().run(dispatcher, tracker, domain)

    def too_early(self, dispatcher: CollectingDispatcher, turn: Turn, number: str) -> bool:
        """True for who says only that the place is wrong: then it is asked for."""
        if not says_only_that_it_is_wrong(turn.heard.text):
            return False
        dispatcher.utter_message(text=_which_place(turn, number))
        return True

    def do(self, turn: Turn, number: str) -> Ticket:
        tickets, heard = hotline().tickets, turn.heard
        if contact := contact_told(heard):
            words = None if is_only_a_phone(heard.text, *filter(None, contact)) else heard.text
            return tickets.keep_contact(number, turn.citizen, contact, words, turn.message_id)
        if place := place_put_right(_location(turn, number), heard.text):
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
            dispatcher.utter_message(text=say("contact_kept", number=number))
        elif ticket.timeline and ticket.timeline[-1].node == "place_corrected":
            place = place_put_right(ticket.location, turn.heard.text) or ticket.location or ""
            _say_where(dispatcher, turn, ticket, place)
        elif objects_to_unit(turn.heard.text):
            dispatcher.utter_message(text=say("unit_noted", number=number))
        elif taken_wrongly(turn.heard.text):
            dispatcher.utter_message(text=say("matter_noted", number=number))
        else:
            tell_added(dispatcher, turn, ticket)


class ActionWithdrawTicket(OnOwnTicket, Action):
    """Ends a ticket at its citizen's clear order, which cannot be undone: who only asks hears how, and what is no clear order
    is asked back."""

    def name(self) -> str:
        return "action_withdraw_ticket"

    def too_early(self, dispatcher: CollectingDispatcher, turn: Turn, number: str) -> bool:
        """True for all but a clear order, or a yes to the question back."""
        asked = Asked.ORDER if turn.heard.intent == "affirm" else withdrawal(turn.heard.text)
        ticket = None if asked is Asked.ORDER else hotline().tickets.for_citizen(number, turn.citizen)
        if ticket is None or ticket.status in ENDED:
            return False
        _say_of(dispatcher, turn, "withdraw_how" if asked is Asked.QUESTION else WITHDRAW_SURE, ticket)
        return True

    def do(self, turn: Turn, number: str) -> Ticket:
        return hotline().tickets.withdraw(number, turn.citizen, turn.message_id)

    def say(self, dispatcher: CollectingDispatcher, turn: Turn, ticket: Ticket) -> None:
        _tell(dispatcher, "utter_withdrawn", turn, ticket)


class ActionConfidentiality(OnOwnTicket, Action):
    """Keeps a ticket confidential, or no longer, or takes its citizen's name and phone out, after it was opened."""

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
        if not await asyncio.to_thread(hotline().tickets.own, turn.citizen) and not tracker.get_slot("code_shown"):
            if tracker.get_slot("draft"):
                return [FollowupAction(INTAKE)]
            if wish:
                dispatcher.utter_message(response="utter_kept_secret")
            return ask_what_it_is(dispatcher, tracker, turn)
        return await super().run(dispatcher, tracker, domain)

    def too_early(self, dispatcher: CollectingDispatcher, turn: Turn, number: str) -> bool:
        """True for who only asks whether name and phone can be taken out."""
        if anonymity(turn.heard.text) is not Asked.QUESTION:
            return False
        ticket = hotline().tickets.for_citizen(number, turn.citizen)
        if ticket:
            _say_of(dispatcher, turn, "anonymous_how", ticket)
        return ticket is not None

    def do(self, turn: Turn, number: str) -> Ticket:
        if anonymity(turn.heard.text):
            return hotline().tickets.become_anonymous(number, turn.citizen, turn.message_id)
        wish = bool(wish_for_secrecy(turn.heard.text, turn.heard.intent))
        return hotline().tickets.set_confidential(number, turn.citizen, wish, turn.message_id)

    def say(self, dispatcher: CollectingDispatcher, turn: Turn, ticket: Ticket) -> None:
        if anonymity(turn.heard.text):
            _say_of(dispatcher, turn, "made_anonymous", ticket)
            return
        _tell(dispatcher, "utter_confidential" if ticket.confidential else "utter_not_confidential", turn, ticket)


class ActionRate(OnOwnTicket, Action):
    """Records whether it is solved."""

    def name(self) -> str:
        return "action_rate"

    def too_early(self, dispatcher: CollectingDispatcher, turn: Turn, number: str) -> bool:
        """True for a bare 满意 before there is a reply, which rates nothing."""
        if turn.heard.intent != "rate_satisfied" or len(turn.heard.text.strip(CLEAN_ENDS)) > BARE_PRAISE:
            return False
        with suppress(access.AccessDenied):
            ticket = hotline().tickets.for_citizen(number, turn.citizen)
            if ticket and ticket.status in UNANSWERED:
                _tell(dispatcher, "utter_rate_later", turn, ticket)
                return True
        return False

    def do(self, turn: Turn, number: str) -> Ticket:
        rating = Rating.SATISFIED if turn.heard.intent == "rate_satisfied" else Rating.DISSATISFIED
        return hotline().tickets.rate(number, turn.citizen, rating, turn.heard.text, turn.message_id)

    def say(self, dispatcher: CollectingDispatcher, turn: Turn, ticket: Ticket) -> None:
        if turn.heard.intent == "rate_satisfied":
            _tell(dispatcher, "utter_rated", turn, ticket)
        else:
            heard = ticket.timeline[-1]
            if ticket.status is Status.MERGED and heard.node == "objected":  # for the first time, by this citizen
                words = texts(turn.language)
                number = numbering.spell(ticket.number)
                dispatcher.utter_message(text=words.say("progress", number=number, text=said(heard, words)))
                return
            moved = {"reopened": "utter_reopened", "objected": "utter_objected"}
            _tell(dispatcher, moved.get(heard.node, "utter_dissatisfied"), turn, ticket)

    async def meant(self, turn: Turn, last: str | None) -> str | None:
        """The one that was answered and asks for a rating, before all others."""
        asked = await asyncio.to_thread(hotline().tickets.to_rate, turn.citizen)
        return last if last in asked else next(iter(asked), None) or await _spoken_of(turn, last)


def _without_ticket(dispatcher: CollectingDispatcher, tracker: Tracker, turn: Turn) -> list[EventType]:
    """What is said of a ticket by who has none here: a matter told with it is taken in, else the ways to find one."""
    by_phone = bool(turn.heard.phones or BY_PHONE.search(turn.heard.text))
    of_the_number = by_phone and (BY_PHONE.search(turn.heard.text) or HAS_NO_NUMBER.search(turn.heard.text))
    if not of_the_number and not _is_taking_in(tracker) and as_matter(turn, tracker) and not is_over(turn.heard.text):
        return [SlotSet("draft", None), FollowupAction(INTAKE)]
    if is_over(turn.heard.text):
        dispatcher.utter_message(text=texts(turn.language).say("glad"))
    elif turn.heard.intent == "urge" and PRESSED.search(turn.heard.text):
        dispatcher.utter_message(response="utter_calm")
    elif turn.heard.intent == "rate_satisfied":
        dispatcher.utter_message(response="utter_welcome")
    elif by_phone:
        dispatcher.utter_message(text=texts(turn.language).say("phone_is_no_proof"))
    elif HAS_NO_NUMBER.search(turn.heard.text):
        dispatcher.utter_message(text=texts(turn.language).say("without_number"))
    else:
        dispatcher.utter_message(response="utter_no_tickets")
    return []


async def show_ticket(dispatcher: CollectingDispatcher, turn: Turn, number: str, code: str | None) -> list[EventType]:
    """Say how one ticket stands, or why it cannot be shown."""
    tickets, with_code = hotline().tickets, None
    digits = numbering.clean_number(number)
    try:
        ticket = await asyncio.to_thread(tickets.for_citizen, digits, turn.citizen)
        if ticket is None and code:
            ticket = await asyncio.to_thread(tickets.for_stranger, digits, code)
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


def _admitted(turn: Turn, number: str, code: str | None) -> tuple[Turn, str]:
    """The turn of whoever may act on a ticket: its citizen, or who shows its code. Raises access.AccessDenied."""
    tickets = hotline().tickets
    if code is None or tickets.for_citizen(number, turn.citizen):
        return turn, number
    ticket = tickets.for_stranger(numbering.clean_number(number), code)
    return replace(turn, citizen=access.Citizen.holding_code_of(ticket)), ticket.number


def _asks_of_its_time(tracker: Tracker, turn: Turn) -> str | None:
    """The plain question in a question how a ticket stands: where one is being taken in, or none is there yet, it is how long it
    takes, or whether it was submitted."""
    if asks_when_answered(turn.heard.text) or (_is_taking_in(tracker) and HOW_LONG.search(turn.heard.text)):
        return "how_long"
    if hotline().tickets.own(turn.citizen) or OF_BEFORE.search(turn.heard.text):
        return None
    if HOW_LONG.search(turn.heard.text):
        return "how_long"
    return "submitted" if _is_taking_in(tracker) else None


def _is_taking_in(tracker: Tracker) -> bool:
    return tracker.active_loop.get("name") == INTAKE


async def _own_or_ask(
    dispatcher: CollectingDispatcher, tracker: Tracker, turn: Turn, has_none: bool
) -> list[EventType]:
    """One's own ticket or tickets, else the question for a number; who has no number hears the other ways."""
    own = await asyncio.to_thread(hotline().tickets.own, turn.citizen)
    if len(own) == 1:
        return await show_ticket(dispatcher, turn, own[0].number, None)
    if own:
        _list(dispatcher, turn, own)
        return []
    if (
        turn.heard.phones
        or BY_PHONE.search(turn.heard.text)
        or (not tracker.active_loop.get("name") and as_matter(turn, tracker))
    ):
        return _without_ticket(dispatcher, tracker, turn)
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


async def _spoken_of(turn: Turn, last: str | None) -> str | None:
    """The ticket that is meant when none is named: the one spoken of last, else the newest that goes on. What is said of a
    matter is not about the call back that was asked for meanwhile."""
    own = await asyncio.to_thread(hotline().tickets.going_on, turn.citizen)
    own = own or await asyncio.to_thread(hotline().tickets.own, turn.citizen, 20)
    if not OF_A_CALL.search(turn.heard.text):
        own = [ticket for ticket in own if ticket.title != texts().say("title.callback")] or own
    numbers = [ticket.number for ticket in own]
    return last if last in numbers else next(iter(numbers), None)


async def _waiting_for(turn: Turn) -> str | None:
    """The citizen's ticket whose unit waits for an answer."""
    own = await asyncio.to_thread(hotline().tickets.own, turn.citizen, 20)
    return next((ticket.number for ticket in own if ticket.paused_at), None)


def _title(ticket: Ticket, turn: Turn) -> str:
    return titled(ticket, hotline().city, texts(turn.language))


def _where_it_stands(ticket: Ticket, language: str) -> str:
    """The last step; with the unit and the day of the answer where the step does not tell them."""
    last = said(ticket.timeline[-1], texts(language)) if ticket.timeline else ""
    if ticket.status in ENDED or ticket.lead in last:
        return last
    return last + texts(language).say("until", unit=ticket.lead, due=due_day(ticket.due_at, language))


def _tell(dispatcher: CollectingDispatcher, response: str, turn: Turn, ticket: Ticket) -> None:
    number, due = numbering.spell(ticket.number), due_day(ticket.due_at, turn.language)
    dispatcher.utter_message(response=response, number=number, unit=ticket.lead, due=due)


def _say_of(dispatcher: CollectingDispatcher, turn: Turn, key: str, ticket: Ticket) -> None:
    line = texts(turn.language).say(key, number=numbering.spell(ticket.number), unit=ticket.lead)
    dispatcher.utter_message(text=line)


def asked_back(tracker: Tracker, turn: Turn) -> bool:
    """True for a yes to the question whether the ticket is to be withdrawn."""
    number = tracker.get_slot("ticket")
    if turn.heard.intent != "affirm" or not number:
        return False
    return was_told(tracker, texts(turn.language).say(WITHDRAW_SURE, number=numbering.spell(number)))


def _number(turn: Turn) -> str | None:
    return next(iter(turn.entities.get("ticket_number", ())), None)


def _code_shown(tracker: Tracker, number: str) -> str | None:
    """The code that was given for this ticket in the same conversation: it is not asked for twice."""
    shown = tracker.get_slot("code_shown") or {}
    return shown.get("code") if shown.get("number") == numbering.clean_number(number) else None


def _code(turn: Turn) -> str | None:
    called = CODE_TOLD.search(turn.heard.text)
    said = turn.heard.text[called.end() : called.end() + CODE_DIGITS] if called else None
    return next(iter(turn.entities.get("lookup_code", ())), said)


def _location(turn: Turn, number: str) -> str | None:
    ticket = hotline().tickets.for_citizen(number, turn.citizen)
    return ticket.location if ticket else None


def _which_place(turn: Turn, number: str) -> str:
    return texts(turn.language).say("place_which", number=numbering.spell(numbering.clean_number(number)))


def _placed(dispatcher: CollectingDispatcher, turn: Turn, number: str) -> list[EventType]:
    """Takes the answer to the question where a ticket's matter is."""
    text, told = turn.heard.text, next(reversed(turn.heard.places), turn.heard.text.strip(CLEAN_ENDS))
    with suppress(access.AccessDenied, TicketEnded):
        place = put_in_its_place(_location(turn, number), told)
        ticket = hotline().tickets.correct_place(number, turn.citizen, place, text, turn.message_id)
        _say_where(dispatcher, turn, as_handled(ticket), place)
    return []


def _say_where(dispatcher: CollectingDispatcher, turn: Turn, ticket: Ticket, place: str) -> None:
    """Say that the place was put right; one in another district is for those who dispatch."""
    place = ticket.location if ticket.location and place in ticket.location else place
    number = numbering.spell(ticket.number)
    line = texts(turn.language).say("place_corrected", number=number, place=place, unit=ticket.lead)
    dispatcher.utter_message(text=line)


async def _read_out(dispatcher: CollectingDispatcher, tracker: Tracker, turn: Turn) -> list[EventType]:
    """What is written in the citizen's ticket, for who asks for it; nothing for anybody else."""
    if _is_taking_in(tracker) or not asks_what_is_in_it(turn.heard.text):
        return []
    number = await _spoken_of(turn, tracker.get_slot("ticket"))
    ticket = await asyncio.to_thread(hotline().tickets.for_citizen, number, turn.citizen) if number else None
    if ticket is None:
        return []
    say, contact = texts(turn.language).say, ticket.contact
    told = [contact.name, say("read_back.phone", phone=phone_shown(turn)(contact.phone)) if contact.phone else None]
    dispatcher.utter_message(
        text=say(
            "read_out",
            number=numbering.spell(ticket.number),
            title=_title(ticket, turn),
            place=ticket.location or say("read_out_nothing"),
            code=ticket.code,
            contact=" ".join(filter(None, told)) or say("read_back.anonymous"),
        )
    )
    return [SlotSet("ticket", ticket.number)]


def _named(turn: Turn, tracker: Tracker) -> str | None:
    """The ticket that is named; a code alone is of the one that was named before."""
    return _number(turn) or (tracker.get_slot("ticket") if _code(turn) else None)


def _ordered(turn: Turn) -> Action:
    """What does on a ticket what a message orders."""
    if anonymity(turn.heard.text):
        return ActionConfidentiality()
    return ActionAddToTicket() if belongs_to_it(turn.heard.text) else ActionWithdrawTicket()
