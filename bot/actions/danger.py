"""Danger: no form. One short safety line, a red ticket, staff alerted at once; the conversation stays open."""

from __future__ import annotations

import asyncio
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from bot.actions.context import hotline
from bot.actions.reading import read_draft, read_turn
from hotline.tickets.model import Contact, Intake, RequestType, Urgency
from hotline.wording import texts

ASKED_ONCE = "unsure"
MAY_BE_A_WAY_OF_SPEAKING = {"self_harm", "violence"}


class ActionDanger(Action):
    """Says the safety line for the kind of danger and opens the red ticket; a figure of speech is asked about once."""

    def name(self) -> str:
        return "action_danger"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> list[EventType]:
        turn, draft = read_turn(tracker), read_draft(tracker)
        matter = tracker.latest_message.get("matter") or {}
        kind = matter.get("danger") or "hazard"
        certain = matter.get("danger_certain", True) or tracker.get_slot("danger") == ASKED_ONCE
        if kind in MAY_BE_A_WAY_OF_SPEAKING and not certain:
            dispatcher.utter_message(text=texts(turn.language).say("danger.unsure"))
            return [SlotSet("danger", ASKED_ONCE)]
        place = turn.heard.places[-1] if turn.heard.places else draft and draft.place
        phone = turn.heard.phones[-1] if turn.heard.phones else turn.citizen.verified_phone or (draft and draft.phone)
        ticket = await asyncio.to_thread(
            hotline().tickets.open,
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
            ),
        )
        dispatcher.utter_message(text=texts(turn.language).say(f"danger.{kind}"))
        return [SlotSet("danger", kind), SlotSet("ticket", ticket.number)]
