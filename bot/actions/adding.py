"""What the citizen says of a ticket that is there: added to it, and hurried when it became worse."""

from __future__ import annotations

from contextlib import suppress

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from bot.actions.context import as_handled, hotline
from bot.actions.inviting import tells_something
from bot.actions.reading import Turn, clear_category, seconds_since
from bot.actions.wording import due_day
from hotline.city import PRAISE
from hotline.phrases import phrase
from hotline.tickets import numbering
from hotline.tickets.access import AccessDenied
from hotline.tickets.model import Ticket, Urgency
from hotline.tickets.service import TicketEnded
from hotline.wording import texts

ADDS = phrase("tickets.goes_on")
POINTS = phrase("tickets.points")
"""What speaks of a ticket that is there: 人行道那个, 刚才那个表扬."""
PRAISES = phrase("tickets.of_praise")
OF_THE_PLACE = phrase("tickets.of_the_place")
LEAST_SURE = 0.5
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


def pointed_at(tracker: Tracker, turn: Turn) -> Ticket | None:
    """The citizen's open ticket that a message speaks of by its matter: 共享单车那个; None for another matter."""
    if not POINTS.search(turn.heard.text):
        return None
    if turn.heard.places and not OF_THE_PLACE.search(turn.heard.text):
        return None
    category = PRAISE if PRAISES.search(turn.heard.text) else clear_category(tracker, LEAST_SURE)
    if category is None:
        return None
    return next((t for t in hotline().tickets.going_on(turn.citizen) if t.category == category), None)


def withdraws_another(dispatcher: CollectingDispatcher, tracker: Tracker, turn: Turn, category: str | None) -> bool:
    """Ends a ticket that is spoken of as settled while a matter of another category is taken in. False for anything else."""
    pointed = pointed_at(tracker, turn) if turn.heard.intent == "withdraw_ticket" else None
    if pointed is None or pointed.category == category:
        return False
    with suppress(AccessDenied, TicketEnded):
        ended = as_handled(hotline().tickets.withdraw(pointed.number, turn.citizen, turn.message_id))
        due = due_day(ended.due_at, turn.language)
        number = numbering.spell(ended.number)
        dispatcher.utter_message(response="utter_withdrawn", number=number, unit=ended.lead, due=due)
        return True
    return False


def adds_to_last(dispatcher: CollectingDispatcher, tracker: Tracker, turn: Turn, is_fact: bool = False) -> bool:
    """Puts more of a matter onto its ticket that was opened a moment ago: 还有，车子一过就响. False for another matter, which
    is clearly one or has a place of its own. `is_fact`: the message was taken for a bare fact, as 他家住我隔壁2单元 is."""
    if pointed := pointed_at(tracker, turn):
        with suppress(AccessDenied, TicketEnded):
            added = hotline().tickets.add(pointed.number, turn.citizen, turn.heard.text, turn.message_id)
            tell_added(dispatcher, turn, as_handled(hurried(added, turn)))
            return True
    number, since = tracker.get_slot("ticket"), seconds_since(tracker, "action_open_ticket")
    if not number or since is None or since > A_MOMENT:
        return False
    goes_on = ADDS.search(turn.heard.text) and not turn.heard.places
    if not goes_on and not (is_fact and tells_something(turn.heard)):
        return False
    tickets, told = hotline().tickets, clear_category(tracker)
    with suppress(AccessDenied, TicketEnded):
        ticket = tickets.for_citizen(number, turn.citizen)
        if ticket and (told in (None, ticket.category) or is_worse(ticket, turn.heard.text)):
            added = tickets.add(number, turn.citizen, turn.heard.text, turn.message_id)
            tell_added(dispatcher, turn, as_handled(hurried(added, turn)))
            return True
    return False
