"""The numbers of whole days in SQL, as they were counted, and whether anything has happened to the day since.

Only tickets that have ended are in them: nothing about those depends on the time any more. `counted_days.events` grows
with every published event by which a ticket of the day ends or goes on, or the citizen of a part has their say; the numbers hold while it is what it was when
they were counted, and no event of the day waits in the outbox.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from hotline.statistics.model import By, Counts, DayNumbers, Row, TimeInState
from hotline.storage.counting import Scope, day_of, key_of, prefix
from hotline.storage.statements import Statements
from hotline.storage.tables import counted_days as c
from hotline.storage.tables import day_counts as n
from hotline.storage.tables import day_states as st
from hotline.storage.tables import outbox, serials
from hotline.tickets.model import Status

ANY = By.CHANNEL
"""Every ticket is in one part of it, and there are few."""


class SqlDays:
    """Works inside one transaction."""

    def __init__(self, connection: Statements) -> None:
        self._connection = connection
        self._dialect = postgresql if connection.dialect.name == "postgresql" else sqlite

    def holding(self, first: date, end: date) -> set[date]:
        """The days whose numbers hold."""
        query = select(c.c.day).where(c.c.day >= prefix(first), c.c.day < prefix(end), c.c.counted == c.c.events)
        subjects = select(outbox.c.subject).where(outbox.c.type.startswith("ticket."))
        waiting = {subject[:6] for subject in self._connection.execute(subjects).scalars()}
        return {day_of(day) for day in self._connection.execute(query).scalars() if day not in waiting}

    def to_count(self, limit: int) -> Sequence[date]:
        """Days with tickets whose numbers do not hold, newest first; what waits in the outbox comes later."""
        there = {date.fromisoformat(day) for day in self._connection.execute(select(serials.c.day)).scalars()}
        held = self._connection.execute(select(c.c.day).where(c.c.counted == c.c.events)).scalars()
        return sorted(there - set(map(day_of, held)), reverse=True)[:limit]

    def changed(self, numbers: Iterable[str]) -> None:
        """Tickets of these numbers have ended or go on: their days have to be counted again."""
        for day in sorted({number[:6] for number in numbers}):
            first = self._dialect.insert(c).values(day=day, events=1)
            again = first.on_conflict_do_update(index_elements=["day"], set_={"events": c.c.events + 1})
            self._connection.execute(again)

    def events(self, day: date) -> int:
        """How much has happened to a day, to be kept with what is counted after."""
        found = self._connection.execute(select(c.c.events).where(c.c.day == prefix(day))).scalar_one_or_none()
        return found or 0

    def keep(self, day: date, numbers: DayNumbers) -> None:
        """Put a day's numbers in the place of older ones."""
        known = self._dialect.insert(c).values(day=prefix(day), events=0).on_conflict_do_nothing()
        self._connection.execute(known)
        own = c.c.day == prefix(day)
        counted = self._connection.execute(select(c.c.counted).where(own).with_for_update()).scalar_one()
        if counted is not None and counted > numbers.events:
            return  # another worker has counted later
        for table in (n, st):
            self._connection.execute(delete(table).where(table.c.day == prefix(day)))
        counts = [_columns(day, by, row) for by, rows in numbers.rows.items() for row in rows]
        states = [
            {"day": prefix(day), "status": s.status, "seconds": s.seconds, "stays": s.stays} for s in numbers.states
        ]
        for table, values in ((n, counts), (st, states)):
            if values:
                self._connection.execute(insert(table), values)
        self._connection.execute(update(c).where(own).values(counted=numbers.events))

    def rows(self, days: Iterable[date], by: By, department: str | None = None) -> list[Row]:
        """The numbers of days, added up by part; of one department by itself or by day only."""
        part = n.c.day if by is By.DAY else n.c.part
        sums = [func.sum(n.c[name]).label(name) for name in Counts.__slots__]
        query = select(part.label("part"), *sums).where(_of(n, days), *_kept(by, department))
        return [
            Row(key_of(by, row.part), Counts(**{name: int(row._mapping[name]) for name in Counts.__slots__}))
            for row in self._connection.execute(query.group_by(part))
        ]

    def days(self, days: Iterable[date], department: str | None = None) -> list[tuple[date, int]]:
        """How many tickets of each day there are in the numbers."""
        query = select(n.c.day, func.sum(n.c.received)).where(_of(n, days), *_kept(By.DAY, department))
        return [(day_of(day), int(count)) for day, count in self._connection.execute(query.group_by(n.c.day))]

    def states(self, days: Iterable[date]) -> list[TimeInState]:
        """The time in each status, added up."""
        query = select(st.c.status, func.sum(st.c.seconds), func.sum(st.c.stays)).where(_of(st, days))
        found = self._connection.execute(query.group_by(st.c.status))
        return [TimeInState(Status(status), float(seconds), int(stays)) for status, seconds, stays in found]


def _of(table: Any, days: Iterable[date]) -> Any:
    return table.c.day.in_(sorted(map(prefix, days)))


def _kept(by: By, department: str | None) -> Scope:
    if department is not None:
        return [n.c.by == By.DEPARTMENT, n.c.part == department]
    return [n.c.by == (ANY if by is By.DAY else by)]


def _columns(day: date, by: By, row: Row) -> dict[str, Any]:
    counts = {name: getattr(row.counts, name) for name in Counts.__slots__}
    return {"by": by, "day": prefix(day), "part": row.key, **counts}
