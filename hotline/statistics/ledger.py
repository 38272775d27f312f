"""The working ledger (台账): every ticket of a period as a row, without anything that tells who the citizen is."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from hotline.city import City
from hotline.clock import Clock
from hotline.staff.model import Actor
from hotline.statistics.period import Period
from hotline.statistics.ports import OpenUnit, StatisticsUnit
from hotline.statistics.sheets import Cell, write_xlsx
from hotline.tickets import numbering
from hotline.tickets.model import Ticket
from hotline.tickets.scrubbing import without_identity, without_room
from hotline.wording import texts

Progress = Callable[[int], None]


class Ledger:
    """Writes ledgers, on record."""

    def __init__(self, open_unit: OpenUnit, city: City, now: Clock) -> None:
        self._open_unit = open_unit
        self._city = city
        self._now = now

    def count(self, period: Period) -> int:
        """How many rows a ledger will have."""
        with self._open_unit.reading() as unit:
            return unit.statistics.count(period)

    def write(self, period: Period, to: Path, by: Actor, progress: Progress | None = None) -> int:
        """Write a ledger as xlsx; how many rows. `progress` hears how many there are so far.

        Of confidential tickets neither words nor place are in it. OSError when the file cannot be written, before
        anything is read; the act is on record before the file is there.
        """
        data = {"from": period.first.isoformat(), "to": period.last.isoformat()}
        with to.open("wb") as file:
            with self._open_unit() as unit:
                unit.audit.add(by, "ledger.exported", "tickets", self._now(), data=data)
            with self._open_unit.reading() as unit:
                head = texts().group("ledger")
                return write_xlsx(
                    texts().say("ledger_title"), list(head.values()), self._rows(unit, period, progress), file
                )

    def _rows(self, unit: StatisticsUnit, period: Period, progress: Progress | None) -> Iterator[list[Cell]]:
        for count, ticket in enumerate(unit.statistics.tickets(period), 1):
            cells = self._cells(ticket)
            yield [cells[name] for name in texts().group("ledger")]
            if progress and count % 1000 == 0:
                progress(count)

    def _cells(self, ticket: Ticket) -> Mapping[str, Cell]:
        category = self._city.categories.get(ticket.category or "")
        hidden = texts().say("ledger_confidential") if ticket.confidential else None
        words = texts().group
        return {
            "number": numbering.spell(ticket.number),
            "received": ticket.created_at,
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
            "reply": hidden if ticket.reply and hidden else ticket.reply and without_identity(ticket.reply, ticket),
            "satisfaction": ticket.satisfaction and words("ledger_rating")[ticket.satisfaction],
            "reopened": ticket.reopened,
        }
