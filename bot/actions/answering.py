"""Plain questions about the hotline and about what happens to a report: one place answers them, wherever they are asked."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from bot.actions.context import as_handled, hotline
from bot.actions.danger import said_of_danger
from bot.actions.reading import Turn, clear_category, read_draft, read_turn
from bot.actions.wording import due_day, unit
from hotline.conversations.handoff.opening import in_words
from hotline.conversations.handoff.rules import nobody
from hotline.intake import Draft, answer_about, asks_to_send, asks_when_back, told_more
from hotline.tickets import numbering
from hotline.tickets.access import AccessDenied
from hotline.tickets.model import ENDED, Ticket
from hotline.tickets.service import TicketEnded
from hotline.tickets.titles import titled
from hotline.wording import texts

INTAKE = "intake_form"
WAITING = "waiting_matters"
INVITES = {"who_sees", "must_name"}
"""Asked before anything was told: the answer goes on to what it is about."""
NEWEST = 3
"""So many tickets are told when it is asked whether all was submitted."""
UTILITIES = "01"


@dataclass(frozen=True, slots=True)
class Inquiry:
    """A question with the state in which it is asked: the matter being taken in, or the ticket spoken of last."""

    tracker: Tracker
    turn: Turn
    draft: Draft | None
    ticket: Ticket | None

    @property
    def is_taking_in(self) -> bool:
        """True while an intake asks."""
        return self.draft is not None and self.tracker.active_loop.get("name") == INTAKE


Said = dict[str, Any]
"""What `utter_message` takes: a response and its placeholders."""


class ActionAnswer(Action):
    """Answers a plain question; the rule then has the open question put again."""

    def name(self) -> str:
        return "action_answer"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> list[EventType]:
        turn, draft = read_turn(tracker), read_draft(tracker)
        if (told := await said_of_danger(dispatcher, tracker, turn)) is not None:
            return told
        question = question_of(turn, draft) or "handles"
        return await asyncio.to_thread(answer, dispatcher, tracker, turn, draft, question)


def question_of(turn: Turn, draft: Draft | None) -> str | None:
    """The plain question that a message puts; None for any other message."""
    heard = turn.heard
    if draft and asks_when_back(heard.text):
        return "when_back"
    if heard.asks:
        return heard.asks
    if asks_to_send(heard.text):
        return "files"
    if heard.intent == "who_handles":
        return heard.intent
    is_anonymous = draft.anonymous if draft else heard.intent == "stay_anonymous"
    return answer_about(heard.text, is_anonymous, bool(draft and draft.confidential))


def answer(
    dispatcher: CollectingDispatcher, tracker: Tracker, turn: Turn, draft: Draft | None, question: str
) -> list[EventType]:
    """Say the answer, from what is known where it depends on that; the slots that keep what it promises."""
    asked = Inquiry(tracker, turn, draft, _spoken_of(tracker, turn))
    by_state = BY_STATE.get(question)
    for said in by_state(asked) if by_state else [{"response": f"utter_faq/{question}"}]:
        dispatcher.utter_message(**said)
    if question in INVITES and draft is None and asked.ticket is None:
        dispatcher.utter_message(response="utter_say_it")
    return _kept(asked, question)


def _kept(asked: Inquiry, question: str) -> list[EventType]:
    """What was promised holds: those complained about do not learn of who is told so, and the unit reads of photos."""
    draft, turn = asked.draft, asked.turn
    if question == "told_on" and asked.is_taking_in and draft:
        return [SlotSet("draft", replace(draft, confidential=True).as_slots())]
    if question == "files" and asked.is_taking_in and draft:
        return [SlotSet("draft", told_more(draft, turn.heard).as_slots())]
    if question == "told_on" and asked.ticket:
        with suppress(AccessDenied, TicketEnded):
            hotline().tickets.set_confidential(asked.ticket.number, turn.citizen, True, turn.message_id)
    return []


def _spoken_of(tracker: Tracker, turn: Turn) -> Ticket | None:
    """The ticket spoken of last, where it is the citizen's or was opened with its code; else their newest that goes on."""
    number, shown = tracker.get_slot("ticket"), tracker.get_slot("code_shown") or {}
    tickets = hotline().tickets
    with suppress(AccessDenied):
        if number and shown.get("number") == number and (ticket := tickets.for_stranger(number, shown.get("code"))):
            return as_handled(ticket)
        if number and (ticket := tickets.for_citizen(number, turn.citizen)):
            return as_handled(ticket)
    going_on = tickets.going_on(turn.citizen)
    return as_handled(going_on[0]) if going_on else None


def _how_long(asked: Inquiry) -> list[Said]:
    """The time of the matter that is taken in, of the ticket, or of every kind."""
    deadlines, draft, ticket = hotline().city.deadlines, asked.draft, asked.ticket
    if asked.is_taking_in and draft:
        hours = deadlines.hours(draft.urgency) if draft.urgency else None
        if hours:
            return [{"response": "utter_within_hours", "hours": int(hours.final.total_seconds() // 3600)}]
        return [{"response": "utter_within_days", "days": deadlines.working_days(draft.request_type)}]
    if ticket and ticket.status not in ENDED:
        due = due_day(ticket.due_at, asked.turn.language)
        number = numbering.spell(ticket.number)
        return [{"response": "utter_due", "number": number, "unit": ticket.lead, "due": due}]
    urgent = deadlines.hours("urgent")
    days = {kind: deadlines.working_days(kind) for kind in ("consultation", "help", "complaint")}
    hours_of = int(urgent.final.total_seconds() // 3600) if urgent else 24
    return [{"response": "utter_faq/how_long", "hours": hours_of, **days}]


def _when_back(asked: Inquiry) -> list[Said]:
    """No live news; the number of the company where the city's data has one."""
    city = hotline().city
    known = [
        asked.draft.category if asked.draft else None,
        asked.ticket.category if asked.ticket else None,
        clear_category(asked.tracker),
    ]
    codes = [code for code in known if code and code.startswith(UTILITIES)]
    lead = city.departments[city.category(codes[0]).lead] if codes else None
    if lead is None or lead.phone is None:
        return [{"response": "utter_when_back"}]
    return [{"response": "utter_when_back_or_call", "phone": lead.phone, "unit": lead.name}]


def _submitted(asked: Inquiry) -> list[Said]:
    """Not before the yes; then the numbers of what was."""
    if asked.is_taking_in:
        is_read_back = asked.tracker.get_slot("asked") == "confirm"
        said: list[Said] = [{"response": "utter_waits_for_yes" if is_read_back else "utter_not_yet_submitted"}]
        if waiting := asked.tracker.get_slot(WAITING):
            said.append({"response": "utter_others_wait", "count": len(waiting)})
        return said
    if asked.draft:
        return [{"response": "utter_stopped"}]
    own = hotline().tickets.own(asked.turn.citizen, NEWEST)
    if not own:
        return [{"response": "utter_faq/submitted"}]
    words, city = texts(asked.turn.language), hotline().city
    named = [f"{numbering.spell(t.number)} {titled(t, city, words)}" for t in reversed(own)]
    return [{"response": "utter_is_submitted", "list": "；".join(named)}]


def _hours(asked: Inquiry) -> list[Said]:
    """The assistant is always there; people by the city's hours."""
    desk, now, words = hotline().city.handoff, hotline().now(), texts(asked.turn.language)
    back = nobody(desk, now).opens
    if back:
        people = words.say("people.until", when=in_words(back, words))
    elif any(hours.is_always for hours in desk.hours):
        people = words.say("people.always")
    else:
        people = words.say("people.now") if desk.is_open(now) else ""
    return [{"response": "utter_faq/hours", "people": people}]


def _lines(response: str) -> Callable[[Inquiry], list[Said]]:
    """An answer that names the numbers of other lines, from the city's data."""

    def said(asked: Inquiry) -> list[Said]:
        return [{"response": response, **{name: line.number for name, line in hotline().city.lines.items()}}]

    return said


def _who_handles(asked: Inquiry) -> list[Said]:
    """The unit where it is known already."""
    draft, ticket = asked.draft, asked.ticket
    if asked.is_taking_in and draft and draft.category and draft.category_sure:
        return [{"response": "utter_goes_to", "unit": unit(draft, hotline().city, asked.turn.language)}]
    if draft is None and ticket and ticket.lead:
        return [{"response": "utter_went_to", "number": numbering.spell(ticket.number), "unit": ticket.lead}]
    return [{"response": "utter_who_handles"}]


BY_STATE: dict[str, Callable[[Inquiry], list[Said]]] = {
    "how_long": _how_long,
    "when_back": _when_back,
    "submitted": _submitted,
    "hours": _hours,
    "who_handles": _who_handles,
    "numbers": _lines("utter_faq/numbers"),
    "help_lines": _lines("utter_faq/help_lines"),
    "scam": _lines("utter_faq/scam"),
}
"""The questions whose answer depends on what is known. Every other one has one answer, `utter_faq/…`."""
