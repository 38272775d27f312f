"""Danger: no form. One short safety line, a red ticket, staff alerted at once; the conversation stays open."""

from __future__ import annotations

import asyncio
import re
from contextlib import suppress
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from bot.actions.context import hotline
from bot.actions.reading import Turn, just_activated, read_draft, read_turn, seconds_since
from hotline.danger import ASKED_ABOUT
from hotline.intake import Draft, begin
from hotline.tickets.access import AccessDenied
from hotline.tickets.model import Contact, Intake, RequestType, Urgency
from hotline.tickets.service import TicketEnded
from hotline.wording import texts

ASKED_ONCE = "unsure"
FIGURE_OF_SPEECH = re.compile(
    r"气话|说说(?:而已|嘛|的|罢了)|随口|夸张|打(?:个)?比方|开玩笑|就那么一说|说起耍|just (?:saying|kidding|joking)",
    re.IGNORECASE,
)
STANDS = 3 * 3600.0  # seconds in which what is said after a danger is about it


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
        known = red_ticket(tracker)
        number = await asyncio.to_thread(_add_or_open, turn, draft, kind, known)
        dispatcher.utter_message(text=texts(turn.language).say(f"danger.{kind}"), json_message={"danger": kind})
        return [SlotSet("danger", kind), SlotSet("danger_ticket", number), SlotSet("ticket", number)]


def red_ticket(tracker: Tracker) -> str | None:
    """The number of the red ticket while its danger stands."""
    since = seconds_since(tracker, "action_danger")
    is_over = tracker.get_slot("danger") in (None, ASKED_ONCE) or since is None or since > STANDS
    return None if is_over else tracker.get_slot("danger_ticket")


def worry_is_over(dispatcher: CollectingDispatcher, tracker: Tracker, turn: Turn) -> list[EventType] | None:
    """The end of a worry after a figure of speech was asked about: 没有，我就是说说. The matter that came with it goes on.

    None when nothing was asked, or the answer does not say so.
    """
    denies = turn.heard.intent == "deny" or FIGURE_OF_SPEECH.search(turn.heard.text)
    if tracker.get_slot("danger") != ASKED_ONCE or not denies:
        return None
    dispatcher.utter_message(text=texts(turn.language).say("danger.over"))
    return [SlotSet("danger", None), *([FollowupAction("intake_form")] if tracker.get_slot("draft") else [])]


async def told_of_danger(dispatcher: CollectingDispatcher, tracker: Tracker, turn: Turn) -> bool:
    """Whatever is said while a danger stands, and outside an intake, goes to the people who see to it. False when none
    does: 没人管我, said after 不想活了, hurries no ticket, and 火灭了 withdraws none."""
    form = tracker.active_loop.get("name")
    number = None if form and not just_activated(tracker, form) else red_ticket(tracker)
    if number is None:
        return False
    with suppress(AccessDenied, TicketEnded):
        await asyncio.to_thread(hotline().tickets.add, number, turn.citizen, turn.heard.text, turn.message_id)
    line = "danger.listening" if tracker.get_slot("danger") == "self_harm" else "danger.noted"
    dispatcher.utter_message(text=texts(turn.language).say(line))
    return True


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
