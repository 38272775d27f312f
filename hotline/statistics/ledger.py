"""The working ledger (台账): the tickets of a period as rows, without anything that tells who the citizen is."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import IO

from hotline.city import City, Party
from hotline.clock import Clock
from hotline.staff.model import Actor
from hotline.statistics.period import Period
from hotline.statistics.ports import OpenUnit
from hotline.statistics.sheets import Cell, write_xlsx
from hotline.texts import texts
from hotline.tickets import numbering
from hotline.tickets.model import Ticket
from hotline.tickets.scrubbing import without_identity, without_room

TOLD_EVERY = 1000

Progress = Callable[[int], None]


class Ledger:
    """Writes ledgers."""

    def __init__(self, open_unit: OpenUnit, city: City, now: Clock) -> None:
        self._open_unit = open_unit
        self._city = city
        self._now = now

    def count(self, period: Period) -> int:
        """How many tickets the period has, of all parties."""
        with self._open_unit.reading() as unit:
            return unit.statistics.count(period)

    def export(
        self, period: Period, party: Party | None, to: IO[bytes], by: Actor, why: str, progress: Progress
    ) -> int:
        """Write a ledger at once, audited before the first row is written; returns the number of rows. `why`: a purpose
        or the way it was requested, from a fixed list, never free text."""
        with self._open_unit() as unit:
            unit.audit.add(by, "ledger.exported", "tickets", self._now(), why, facts(period, party))
        return self.write(period, party, to, progress)

    def write(self, period: Period, party: Party | None, to: IO[bytes], progress: Progress) -> int:
        """Write the tickets of a party, or all, as xlsx; returns the number of rows. The caller has to audit it.

        Words and place of confidential tickets are left out. `progress` is called at intervals with the number of
        tickets processed, including those of the other party, which give no row.
        """
        head = texts().group("ledger")
        with self._open_unit.reading() as unit:
            tickets = _told(unit.statistics.tickets(period), progress)
            rows = (self._row(ticket, party, head) for ticket in tickets)
            title = texts().group("ledger_title")[party or "all"]
            return write_xlsx(title, list(head.values()), (row for row in rows if row), to)

    def _row(self, ticket: Ticket, wanted: Party | None, head: Mapping[str, str]) -> list[Cell] | None:
        """The cells of a ticket in the order of the head; None for a ticket of the other party."""
        party = self._city.party_of(ticket.category, ticket.description)
        if wanted not in (None, party):
            return None
        cells = self._cells(ticket, party)
        return [cells[name] for name in head]

    def _cells(self, ticket: Ticket, party: Party) -> Mapping[str, Cell]:
        category = self._city.categories.get(ticket.category or "")
        hidden = texts().say("ledger_confidential") if ticket.confidential else None
        words = texts().group
        return {
            "number": numbering.spell(ticket.number),
            "received": ticket.created_at,
            "party": words("ledger_party")[party],
            "request_type": words("request_type")[ticket.request_type],
            "category": category.name if category else None,
            "district": ticket.district,
            "place": hidden or without_room(ticket.location, ticket),
            "matter": hidden or without_identity(ticket.description, ticket),
            "urgency": words("urgency")[ticket.urgency],
            "lead": ticket.lead,
            "co": "、".join(ticket.co),
            "status": words("status")[ticket.status],
            "due": ticket.due_at,
            "reply": ticket.reply and (hidden or without_identity(ticket.reply, ticket)),
            "satisfaction": ticket.satisfaction and words("ledger_rating")[ticket.satisfaction],
            "reopened": ticket.reopened,
        }


def facts(period: Period, party: Party | None) -> dict[str, str]:
    """The data of a ledger for the audit."""
    return {"from": period.first.isoformat(), "to": period.last.isoformat(), "party": party or "all"}


def _told(tickets: Iterator[Ticket], progress: Progress) -> Iterator[Ticket]:
    count = 0
    for count, ticket in enumerate(tickets, 1):
        yield ticket
        if count % TOLD_EVERY == 0:
            progress(count)
    progress(count)
