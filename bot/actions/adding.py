"""What the citizen says of a ticket that is there: added to it, and hurried when it became worse."""

from __future__ import annotations

import re
from contextlib import suppress

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from bot.actions.context import as_handled, hotline
from bot.actions.reading import Turn, clear_category, seconds_since
from hotline.tickets import numbering
from hotline.tickets.access import AccessDenied
from hotline.tickets.model import Ticket, Urgency
from hotline.tickets.service import TicketEnded
from hotline.wording import texts

ADDS = re.compile(r"\W*(?:还有|而且|并且|再就是|又有|又多|补充|也)")
A_MOMENT = 900.0  # seconds after a ticket was opened in which 还有 may go on about it


def is_worse(ticket: Ticket, text: str) -> bool:
    """Whether what is added to a ticket shows what delay would harm: 还有两个娃娃今天住院了."""
    if ticket.category is None:
        return False
    category = hotline().city.category(ticket.category)
    return bool(category.urgent_when) and category.urgency_of(ticket.request_type, text) != Urgency.NORMAL


def hurried(ticket: Ticket, turn: Turn) -> Ticket:
    """The ticket, urged when it became worse. Raises access.AccessDenied, TicketEnded."""
    if not is_worse(ticket, turn.heard.text):
        return ticket
    return hotline().tickets.urge(ticket.number, turn.citizen, turn.message_id)


def tell_added(dispatcher: CollectingDispatcher, turn: Turn, ticket: Ticket) -> None:
    """Say that it was added, and hurried where it was."""
    number = numbering.spell(ticket.number)
    if is_worse(ticket, turn.heard.text):
        line = texts(turn.language).say("added_and_urged", number=number, unit=ticket.lead)
        dispatcher.utter_message(text=line)
    else:
        dispatcher.utter_message(response="utter_added", number=number, unit=ticket.lead)


def adds_to_last(dispatcher: CollectingDispatcher, tracker: Tracker, turn: Turn) -> bool:
    """Puts more of a matter onto its ticket that was opened a moment ago: 还有，车子一过就响. False for another matter, which
    is clearly one or has a place of its own."""
    number, since = tracker.get_slot("ticket"), seconds_since(tracker, "action_open_ticket")
    if not number or since is None or since > A_MOMENT or turn.heard.places or not ADDS.match(turn.heard.text):
        return False
    tickets, told = hotline().tickets, clear_category(tracker)
    with suppress(AccessDenied, TicketEnded):
        ticket = tickets.for_citizen(number, turn.citizen)
        if ticket and (told in (None, ticket.category) or is_worse(ticket, turn.heard.text)):
            added = tickets.add(number, turn.citizen, turn.heard.text, turn.message_id)
            tell_added(dispatcher, turn, as_handled(hurried(added, turn)))
            return True
    return False
