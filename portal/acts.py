"""What the holder of a lookup code can do with a ticket on its page: add, urge, withdraw, rate, take the record along."""

from __future__ import annotations

from collections.abc import Mapping

from hotline.bootstrap import Hotline
from hotline.conversations.text import clean
from hotline.tickets.access import Citizen
from hotline.tickets.model import Rating, Ticket

ACTS = ("add", "urge", "withdraw", "rate")
RATINGS = {"yes": Rating.SATISFIED, "no": Rating.DISSATISFIED}


class Unclear(Exception):
    """The form lacks something; `missing` is a key of the page's texts under track."""

    def __init__(self, missing: str) -> None:
        super().__init__(missing)
        self.missing = missing


def perform(hotline: Hotline, ticket: Ticket, act: str, form: Mapping[str, str]) -> None:
    """Do one of ACTS. The form's `key` makes sending it twice harmless.

    Raises Unclear, hotline.tickets.service.TicketEnded, hotline.storage.StorageUnavailable.
    """
    citizen, text, key = Citizen.holding_code_of(ticket), clean(form.get("text", "")), form.get("key", "")
    if not key:
        raise Unclear("again")
    match act:
        case "add":
            if not text:
                raise Unclear("text_needed")
            hotline.tickets.add(ticket.number, citizen, text, key)
        case "urge":
            hotline.tickets.urge(ticket.number, citizen, key)
        case "withdraw":
            hotline.tickets.withdraw(ticket.number, citizen, key)
        case "rate":
            rating = RATINGS.get(form.get("solved", ""))
            if rating is None:
                raise Unclear("again")
            if rating is Rating.DISSATISFIED and not text:
                raise Unclear("reason_needed")
            hotline.tickets.rate(ticket.number, citizen, rating, text, key)
