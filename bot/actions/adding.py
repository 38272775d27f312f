"""What the citizen says of a ticket that is there: added to it, and hurried when it became worse."""

from __future__ import annotations

from contextlib import suppress

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from bot.actions.context import as_handled, hotline
from bot.actions.inviting import tells_something
from bot.actions.reading import BEYOND_DOUBT, Turn, clear_category, seconds_since
from bot.actions.wording import due_day
from hotline.city import PRAISE
from hotline.intake import (
    Asked,
    another_begun,
    belongs_to_it,
    contact_told,
    is_of_the_place,
    lets_one_go,
    objects_to_unit,
    taken_wrongly,
    withdrawal,
)
from hotline.intake import goes_on as is_going_on
from hotline.intake.praising import goes_on_praising
from hotline.intake.several import nth
from hotline.phrases import phrase
from hotline.tickets import numbering
from hotline.tickets.access import AccessDenied
from hotline.tickets.model import RequestType, Ticket, Urgency
from hotline.tickets.service import TicketEnded
from hotline.wording import texts

POINTS = phrase("tickets.points")
"""What speaks of a ticket that is there: 人行道那个, 刚才那个表扬."""
PRAISES = phrase("tickets.of_praise")
IS_OF_LAST = phrase("tickets.is_of_the_last")
OF_IT = phrase("tickets.of_before")
OF_THE_PLACE = phrase("tickets.of_the_place")
LEAST_SURE = 0.5
MOST_OWN = 20
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
    if lets_one_go(turn.heard.text):
        return _in_a_row(turn, nth(turn.heard.text) or 1)
    if not POINTS.search(turn.heard.text):
        return None
    if turn.heard.places and not OF_THE_PLACE.search(turn.heard.text):
        return None
    category = PRAISE if PRAISES.search(turn.heard.text) else clear_category(tracker, LEAST_SURE)
    if category is None:
        return None
    return next((t for t in hotline().tickets.going_on(turn.citizen) if t.category == category), None)


def _in_a_row(turn: Turn, number: int) -> Ticket | None:
    """The ticket that was opened as the first, second, … of several in this conversation."""
    own = [t for t in hotline().tickets.own(turn.citizen, MOST_OWN) if t.conversation_id == turn.conversation_id]
    return own[-number] if 1 < len(own) >= number else None


def withdraws_another(dispatcher: CollectingDispatcher, tracker: Tracker, turn: Turn, category: str | None) -> bool:
    """Ends a ticket that is spoken of as settled while a matter of another category is taken in, or as a ticket while one of
    the same is. False for anything else."""
    orders = turn.heard.intent == "withdraw_ticket" and withdrawal(turn.heard.text) is Asked.ORDER
    pointed = pointed_at(tracker, turn) if orders else None
    if pointed is None or (pointed.category == category and not OF_IT.search(turn.heard.text)):
        return False
    with suppress(AccessDenied, TicketEnded):
        ended = as_handled(hotline().tickets.withdraw(pointed.number, turn.citizen, turn.message_id))
        due = due_day(ended.due_at, turn.language)
        number = numbering.spell(ended.number)
        dispatcher.utter_message(response="utter_withdrawn", number=number, unit=ended.lead, due=due)
        return True
    return False


def opened_a_moment_ago(tracker: Tracker, turn: Turn) -> Ticket | None:
    """The citizen's ticket that was opened a moment ago in this conversation."""
    number, since = tracker.get_slot("ticket"), seconds_since(tracker, "action_open_ticket")
    if not number or since is None or since > A_MOMENT:
        return None
    with suppress(AccessDenied):
        return hotline().tickets.for_citizen(number, turn.citizen)
    return None


def add_told(dispatcher: CollectingDispatcher, tracker: Tracker, turn: Turn, told: str) -> bool:
    """Adds what was told to the ticket of a moment ago, where the message says outright that it belongs there and not to the
    matter that is being taken in."""
    ticket = opened_a_moment_ago(tracker, turn) if IS_OF_LAST.search(turn.heard.text) else None
    return ticket is not None and _is_put_on(dispatcher, turn, ticket, told)


def is_of_another(tracker: Tracker, turn: Turn) -> bool:
    """True for what was taken for more of a ticket, but tells a matter of a category of its own: 还有，楼道灯也不亮."""
    text, told = turn.heard.text, clear_category(tracker)
    number = tracker.get_slot("ticket")
    if told is None or not number or "ticket_number" in turn.entities or belongs_to_it(text) or taken_wrongly(text):
        return False
    if contact_told(turn.heard) or is_of_the_place(text) or objects_to_unit(text) or OF_IT.search(text):
        return False
    with suppress(AccessDenied):
        ticket = hotline().tickets.for_citizen(number, turn.citizen)
        return bool(ticket and ticket.category and ticket.category != told and not is_worse(ticket, text))
    return False


def adds_to_last(dispatcher: CollectingDispatcher, tracker: Tracker, turn: Turn, is_fact: bool = False) -> bool:
    """Puts more of a matter onto its ticket that was opened a moment ago: 还有，车子一过就响. False for another matter, which
    is clearly one or has a place of its own. `is_fact`: the message was taken for a bare fact, as 他家住我隔壁2单元 is."""
    pointed = pointed_at(tracker, turn)
    if pointed and _is_put_on(dispatcher, turn, pointed, turn.heard.text):
        return True
    ticket = opened_a_moment_ago(tracker, turn)
    if ticket is None:
        return False
    if ticket.request_type == RequestType.PRAISE and goes_on_praising(turn.heard.text):
        return _is_put_on(dispatcher, turn, ticket, turn.heard.text)
    goes_on = is_going_on(turn.heard.text) and not turn.heard.places
    if not goes_on and not (is_fact and tells_something(turn.heard)):
        return False
    is_another = another_begun(turn.heard.text) is not None
    told = clear_category(tracker, LEAST_SURE if is_another else BEYOND_DOUBT)
    is_more = told in (None, ticket.category) or (not is_another and is_worse(ticket, turn.heard.text))
    return is_more and _is_put_on(dispatcher, turn, ticket, turn.heard.text)


def _is_put_on(dispatcher: CollectingDispatcher, turn: Turn, ticket: Ticket, told: str) -> bool:
    """Adds what was told to a ticket and says so; False where it has ended."""
    with suppress(AccessDenied, TicketEnded):
        added = hotline().tickets.add(ticket.number, turn.citizen, told, turn.message_id)
        tell_added(dispatcher, turn, as_handled(hurried(added, turn)))
        return True
    return False
