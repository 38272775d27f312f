"""Answers plain questions about the hotline and about what happens to a report, wherever they are asked."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import replace
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from bot.actions.adding import pointed_at
from bot.actions.answers import BY_STATE, Inquiry, Said
from bot.actions.context import as_handled, hotline
from bot.actions.danger import said_of_danger
from bot.actions.reading import Turn, read_draft, read_turn, was_answered_with, was_told
from hotline.intake import Draft, answer_about, asks_to_send, asks_when_back, told_more
from hotline.intake.about_a_ticket import asked_of_a_ticket
from hotline.intake.asking import asks_which_number, only_asks
from hotline.texts import texts
from hotline.tickets import numbering
from hotline.tickets.access import AccessDenied
from hotline.tickets.model import RequestType, Ticket
from hotline.tickets.service import TicketEnded

INVITES = {"who_sees", "must_name", "others_too", "outcome", "pressed", "without_proof", "given_back", "reward"}
"""When one of these is asked before any matter was told, the answer also asks for the matter."""
FOR_THE_UNIT = {"outcome", "reward"}
"""Questions to which the unit knows more than the hotline: they are noted for it."""
KEPT_WITH_IT = {"medicine_out", "reprisal"}
"""Questions that tell the unit of a ticket something; their answer says that they were added."""
HURRIES = {"medicine_out"}
"""Questions for which the ticket is urged."""
SECRET = {"reprisal", "told_on"}
"""Questions after which those complained about do not learn the reporter."""
BESIDES = {"drinkable", "identity", "medical"}
"""Questions beside which a message may tell more, which is added: 我妈叫李淑芳，身份证号要不要给你."""
TELLS_TOO = {"files", "others_too", "without_proof"}
"""Questions that tell something of the matter, which is kept: 我们几十家人都遇到了，能不能一起处理."""
OF_OTHER_LINES = {"help_lines", "numbers", "scam"}
"""Questions for a line that has nothing to do with the matter: 法律援助打哪个电话."""
OF_NOW = {"noted", "submitted", "lost_code", "when_back"} | {
    "drinkable",
    "identity",
    "medical",
    "medicine_out",
    "reprisal",
    "why_so_long",
}
"""Questions whose answer may be given twice in a row: it tells how things are now, or is the only one there is."""


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
    """The plain question that a message asks; None for any other message."""
    heard = turn.heard
    if draft and asks_when_back(heard.text):
        return "when_back"
    if draft and asked_of_a_ticket(heard.text) == "identity":
        return "identity"
    is_towed = draft and hotline().city.line_asked_for(draft.said)
    if draft and asks_which_number(heard.text) and (is_towed or heard.asks not in OF_OTHER_LINES):
        return "which_number"
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
    """Say the answer, using what is known where it depends on that. Returns the slots that keep what it promises."""
    asked = Inquiry(tracker, turn, draft, _spoken_of(tracker, turn))
    by_state = BY_STATE.get(question)
    said = by_state(asked) if by_state else [{"response": f"utter_faq/{question}"}]
    if question not in OF_NOW and _was_said(tracker, said[0]):
        return _asked_again(dispatcher, asked)
    for each in said:
        dispatcher.utter_message(**each)
    if question in INVITES and draft is None and asked.ticket is None:
        dispatcher.utter_message(response="utter_say_it")
    return _kept(dispatcher, asked, question)


def _was_said(tracker: Tracker, said: Said) -> bool:
    """Whether the message before the latest one got the same answer."""
    if response := said.get("response"):
        return was_answered_with(tracker, response)
    return was_told(tracker, said["text"])


def _asked_again(dispatcher: CollectingDispatcher, asked: Inquiry) -> list[EventType]:
    """Who asks on was not answered: the question goes to the unit, and a person is offered."""
    noted = _for_the_unit(dispatcher, asked, "question_again")
    return _say(dispatcher, asked, "question_anew") if noted is None else noted


def _kept(dispatcher: CollectingDispatcher, asked: Inquiry, question: str) -> list[EventType]:
    """Keeps what the answer promised: those complained about do not learn the reporter, and the unit hears of photos
    and of what it knows better."""
    draft, turn = asked.draft, asked.turn
    if question in FOR_THE_UNIT:
        return _for_the_unit(dispatcher, asked, "question_passed") or []
    if question == "told_on" and asked.is_taking_in and draft:
        return [SlotSet("draft", replace(draft, confidential=True).as_slots())]
    if question in TELLS_TOO and asked.is_taking_in and draft:
        return [SlotSet("draft", told_more(draft, turn.heard).as_slots())]
    if draft is None and asked.ticket:
        _kept_with(dispatcher, asked, question, asked.ticket)
    return []


def _kept_with(dispatcher: CollectingDispatcher, asked: Inquiry, question: str, ticket: Ticket) -> None:
    """Does to the ticket what the answer promised."""
    tickets, turn = hotline().tickets, asked.turn
    with suppress(AccessDenied, TicketEnded):
        if question in SECRET and ticket.request_type is not RequestType.PRAISE:
            tickets.set_confidential(ticket.number, turn.citizen, True, turn.message_id)
        tells_more = question in BESIDES and not only_asks(turn.heard.text)
        if question in KEPT_WITH_IT or tells_more:
            tickets.add(ticket.number, turn.citizen, turn.heard.text, turn.message_id)
        if question in HURRIES:
            tickets.urge(ticket.number, turn.citizen, turn.message_id)
        if tells_more:
            number = numbering.spell(ticket.number)
            dispatcher.utter_message(response="utter_added", number=number, unit=ticket.lead)


def _for_the_unit(dispatcher: CollectingDispatcher, asked: Inquiry, key: str) -> list[EventType] | None:
    """Notes the question for the unit, in the matter being taken in or else in the ticket, and says so; None where
    there is neither."""
    turn, draft, ticket = asked.turn, asked.draft, asked.ticket
    if asked.is_taking_in and draft:
        _say(dispatcher, asked, f"{key}_in_it")
        kept = draft if turn.heard.text in draft.description else told_more(draft, turn.heard)
        return [SlotSet("draft", kept.as_slots())]
    if draft or ticket is None:
        return None
    with suppress(AccessDenied, TicketEnded):
        hotline().tickets.add(ticket.number, turn.citizen, turn.heard.text, turn.message_id)
        return _say(dispatcher, asked, key, number=numbering.spell(ticket.number), unit=ticket.lead)
    return None


def _say(dispatcher: CollectingDispatcher, asked: Inquiry, key: str, **known: str | None) -> list[EventType]:
    dispatcher.utter_message(text=texts(asked.turn.language).say(key, **known))
    return []


def _spoken_of(tracker: Tracker, turn: Turn) -> Ticket | None:
    """The ticket that the message names; else the one spoken of last, if it is the citizen's or was opened with its
    code; else their newest open one."""
    number, shown = tracker.get_slot("ticket"), tracker.get_slot("code_shown") or {}
    tickets = hotline().tickets
    with suppress(AccessDenied):
        if pointed := pointed_at(tracker, turn):
            return as_handled(pointed)
        if number and shown.get("number") == number:
            return as_handled(tickets.for_stranger(number, shown.get("code"), turn.asker))
        if number and (ticket := tickets.for_citizen(number, turn.citizen)):
            return as_handled(ticket)
    going_on = tickets.going_on(turn.citizen)
    return as_handled(going_on[0]) if going_on else None
