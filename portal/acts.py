"""What the holder of a lookup code can do with a ticket on its page: add, urge, withdraw, rate, take the record along."""

from __future__ import annotations

from collections.abc import Mapping

from hotline.bootstrap import Hotline
from hotline.conversations.text import clean
from hotline.tickets.access import Citizen
from hotline.tickets.model import Rating, Ticket
from hotline.tickets.service import TicketEnded

ACTS = ("add", "urge", "withdraw", "rate")
RATINGS = {"yes": Rating.SATISFIED, "no": Rating.DISSATISFIED}


class Refused(Exception):
    """It was not done; `why` is a key of the page's texts under track."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def perform(hotline: Hotline, ticket: Ticket, act: str, form: Mapping[str, str]) -> Ticket:
    """Do one of ACTS; the ticket as it is then. The form's `key` makes sending it twice harmless.

    Raises Refused, hotline.storage.StorageUnavailable.
    """
    try:
        return _perform(hotline, ticket, act, form)
    except TicketEnded:
        raise Refused("ended") from None


def _perform(hotline: Hotline, ticket: Ticket, act: str, form: Mapping[str, str]) -> Ticket:
    citizen, text, key = Citizen.holding_code_of(ticket), clean(form.get("text", "")), form.get("key", "")
    if not key:
        raise Refused("again")
    match act:
        case "add":
            if not text:
                raise Refused("text_needed")
            return hotline.tickets.add(ticket.number, citizen, text, key)
        case "urge":
            return hotline.tickets.urge(ticket.number, citizen, key)
        case "withdraw":
            return hotline.tickets.withdraw(ticket.number, citizen, key)
    rating = RATINGS.get(form.get("solved", ""))
    if rating is None:
        raise Refused("again")
    if rating is Rating.DISSATISFIED and not text:
        raise Refused("reason_needed")
    return hotline.tickets.rate(ticket.number, citizen, rating, text, key)
