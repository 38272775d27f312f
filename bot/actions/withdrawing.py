"""What a citizen does about a ticket's end: withdraws it, refuses that, takes the withdrawal back."""

from __future__ import annotations

import asyncio
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from bot.actions.adding import restore
from bot.actions.changes import ActionAddToTicket
from bot.actions.context import hotline
from bot.actions.own_ticket import OnOwnTicket, own_spoken_of, say_of, tell
from bot.actions.reading import Turn, read_turn, was_told
from hotline.intake import Asked, withdrawal
from hotline.intake.ending import refuses_to_submit
from hotline.intake.withdrawing import tells_why_not
from hotline.phrases import phrase
from hotline.texts import texts
from hotline.tickets import numbering
from hotline.tickets.model import ENDED, Status, Ticket

MOST_LOOKED_AT = 20  # of a citizen's tickets
WITHDRAW_SURE = "withdraw_sure"
OF_AN_AGENT = phrase("tickets.of_an_agent")
SUBMITS = phrase("withdrawing.submits")


class ActionWithdrawTicket(OnOwnTicket, Action):
    """Withdraws a ticket at its citizen's explicit order. A citizen who only asks is told how; an unclear order is
    asked back about. A citizen who refuses the withdrawal keeps the ticket, or gets it again."""

    def name(self) -> str:
        return "action_withdraw_ticket"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> list[EventType]:
        matter = tracker.latest_message.get("matter") or {}
        if matter.get("calls_nobody"):
            return await _without_a_call(dispatcher, tracker)
        return await (_KeepTicket() if matter.get("keeps") else super()).run(dispatcher, tracker, domain)

    def too_early(self, dispatcher: CollectingDispatcher, turn: Turn, number: str) -> bool:
        """True unless the message is a clear order, or a yes to the question back."""
        asked = Asked.ORDER if turn.heard.intent == "affirm" else withdrawal(turn.heard.text)
        if asked is Asked.ORDER and turn.heard.intent != "affirm" and refuses_to_submit(turn.heard.text):
            asked = Asked.UNSURE  # 那个咨询不要了: they may not mean a ticket
        ticket = None if asked is Asked.ORDER else hotline().tickets.for_citizen(number, turn.citizen)
        if ticket is None or ticket.status in ENDED:
            return False
        say_of(dispatcher, turn, "withdraw_how" if asked is Asked.QUESTION else WITHDRAW_SURE, ticket)
        return True

    def do(self, turn: Turn, number: str) -> Ticket:
        return hotline().tickets.withdraw(number, turn.citizen, turn.message_id)

    def say(self, dispatcher: CollectingDispatcher, turn: Turn, ticket: Ticket) -> None:
        tell(dispatcher, "utter_withdrawn", turn, ticket)
        dispatcher.utter_message(text=texts(turn.language).say("withdrawn_undo"))


class _KeepTicket(OnOwnTicket):
    """Leaves a ticket as it is, with what its citizen says of those who want it withdrawn; takes up one that was
    withdrawn."""

    async def meant(self, turn: Turn, last: str | None) -> str | None:
        """The ticket spoken of last, though it was withdrawn."""
        own = await asyncio.to_thread(hotline().tickets.own, turn.citizen, MOST_LOOKED_AT)
        return last if last in {ticket.number for ticket in own} else await own_spoken_of(turn, last)

    def too_early(self, dispatcher: CollectingDispatcher, turn: Turn, number: str) -> bool:
        """True for a ticket that was withdrawn, which is then taken up again, and for a bare refusal."""
        ticket = hotline().tickets.for_citizen(number, turn.citizen)
        if ticket and ticket.status is Status.WITHDRAWN:
            restore(dispatcher, turn, number)
            return True
        if ticket is None or ticket.status in ENDED or tells_why_not(turn.heard.text):
            return False
        say_of(dispatcher, turn, "kept", ticket)
        return True

    def do(self, turn: Turn, number: str) -> Ticket:
        return hotline().tickets.add(number, turn.citizen, turn.heard.text, turn.message_id)

    def say(self, dispatcher: CollectingDispatcher, turn: Turn, ticket: Ticket) -> None:
        say_of(dispatcher, turn, "kept_and_noted", ticket)


async def _without_a_call(dispatcher: CollectingDispatcher, tracker: Tracker) -> list[EventType]:
    """Takes back the call that the citizen had asked for; without one, notes that they need none."""
    turn = read_turn(tracker)
    open_ones = await asyncio.to_thread(hotline().tickets.going_on, turn.citizen)
    call = next((ticket for ticket in open_ones if ticket.asks_for_person), None)
    if call is None and not OF_AN_AGENT.search(turn.heard.text):
        return await ActionAddToTicket().run(dispatcher, tracker, {})  # 不用打电话了: how they are to be reached
    if call is not None:
        await asyncio.to_thread(hotline().tickets.withdraw, call.number, turn.citizen, turn.message_id)
    dispatcher.utter_message(text=texts(turn.language).say("no_call" if call is None else "call_cancelled"))
    others = [ticket.number for ticket in open_ones if ticket is not call]
    last = tracker.get_slot("ticket")
    return [SlotSet("ticket", last if last in others else next(iter(others), last))]


def asked_back(tracker: Tracker, turn: Turn) -> bool:
    """Whether the message is a yes to the question whether to withdraw the ticket."""
    number = tracker.get_slot("ticket")
    if turn.heard.intent != "affirm" or not number or SUBMITS.search(turn.heard.text):
        return False
    return was_told(tracker, texts(turn.language).say(WITHDRAW_SURE, number=numbering.spell(number)))
