"""What the holder of a lookup code can do on a ticket's page: add, urge, withdraw, rate, download the record."""

from __future__ import annotations

from collections.abc import Mapping

from hotline.bootstrap import Hotline
from hotline.conversations.text import clean
from hotline.tickets.access import Citizen, shown_to_stranger
from hotline.tickets.model import Rating, Ticket
from hotline.tickets.service import TicketEnded

ACTS = ("add", "urge", "withdraw", "rate")
RATINGS = {"yes": Rating.SATISFIED, "no": Rating.DISSATISFIED}


class NotDone(Exception):
    """The act was refused; `why` is a key of the page's texts under track."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def perform(hotline: Hotline, ticket: Ticket, act: str, form: Mapping[str, str]) -> Ticket:
    """Do one of ACTS; return the ticket afterwards, as a stranger with its code reads it. The form's `key` makes a
    repeated request harmless.

    Raises NotDone, hotline.transaction.StorageUnavailable.
    """
    try:
        return shown_to_stranger(_perform(hotline, ticket, act, form))
    except TicketEnded:
        raise NotDone("ended") from None


def _perform(hotline: Hotline, ticket: Ticket, act: str, form: Mapping[str, str]) -> Ticket:
    citizen, text, key = Citizen.holding_code_of(ticket), clean(form.get("text", "")), form.get("key", "")
    if not key:
        raise NotDone("again")
    match act:
        case "add":
            if not text:
                raise NotDone("text_needed")
            return hotline.tickets.add(ticket.number, citizen, text, key)
        case "urge":
            return hotline.tickets.urge(ticket.number, citizen, key)
        case "withdraw":
            return hotline.tickets.withdraw(ticket.number, citizen, key)
    rating = RATINGS.get(form.get("solved", ""))
    if rating is None:
        raise NotDone("again")
    if rating is Rating.DISSATISFIED and not text:
        raise NotDone("reason_needed")
    return hotline.tickets.rate(ticket.number, citizen, rating, text, key)
