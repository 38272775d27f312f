"""Danger: no form. One short safety line, a red ticket, staff alerted at once; the conversation stays open."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from bot.actions.context import hotline
from bot.actions.reading import Turn, read_draft, read_turn
from hotline.danger import ASKED_ABOUT
from hotline.intake import Draft, begin
from hotline.tickets.access import AccessDenied
from hotline.tickets.model import Contact, Intake, RequestType, Urgency
from hotline.tickets.service import TicketEnded
from hotline.wording import texts

ASKED_ONCE = "unsure"


class ActionDanger(Action):
    """Says the safety line for the kind of danger and opens the red ticket; a figure of speech is asked about once."""

    def name(self) -> str:
        return "action_danger"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> list[EventType]:
        turn, draft = read_turn(tracker), read_draft(tracker)
        matter = tracker.latest_message.get("matter") or {}
        kind = matter.get("danger") or "hazard"
        certain = matter.get("danger_certain", True) or tracker.get_slot("danger") == ASKED_ONCE
        if kind in ASKED_ABOUT and not certain:
            dispatcher.utter_message(text=texts(turn.language).say("danger.unsure"))
            return [SlotSet("danger", ASKED_ONCE), *_keep_the_matter(turn, draft)]
        known = tracker.get_slot("ticket") if tracker.get_slot("danger") not in (None, ASKED_ONCE) else None
        number = await asyncio.to_thread(_add_or_open, turn, draft, kind, known)
        dispatcher.utter_message(text=texts(turn.language).say(f"danger.{kind}"), json_message={"danger": kind})
        return [SlotSet("danger", kind), SlotSet("ticket", number)]


def _keep_the_matter(turn: Turn, draft: Draft | None) -> list[EventType]:
    """The matter that a figure of speech came with, to go on with once the worry is over."""
    if draft is None and turn.heard.category:
        draft = begin(turn.heard, hotline().city, turn.citizen.verified_phone)
    return [SlotSet("draft", draft.as_slots() if draft else None), SlotSet("asked", None)]


def _add_or_open(turn: Turn, draft: Draft | None, kind: str, known: str | None) -> str:
    """The number of the red ticket: more words about a danger already known are added to it."""
    tickets = hotline().tickets
    if known:
        with suppress(AccessDenied, TicketEnded):
            return tickets.add(known, turn.citizen, turn.heard.text, turn.message_id).number
    place = turn.heard.places[-1] if turn.heard.places else draft and draft.place
    phone = turn.heard.phones[-1] if turn.heard.phones else turn.citizen.verified_phone or (draft and draft.phone)
    ticket = tickets.open(
        Intake(
            key=turn.message_id,
            request_type=RequestType.HELP,
            category=None,
            description=turn.heard.text,
            channel=turn.citizen.channel,
            sender=turn.citizen.sender,
            conversation_id=turn.conversation_id,
            location=place,
            district=turn.heard.district,
            urgency=Urgency.CRITICAL,
            contact=Contact(draft.name if draft else None, phone),
            title=texts().say("title.danger", kind=texts().say(f"danger_kind.{kind}")),
            danger=kind,
            language=turn.language,
        )
    )
    return ticket.number
