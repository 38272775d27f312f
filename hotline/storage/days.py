"""The stored numbers of whole days in SQL, and whether they are still valid.

They cover only ended tickets, whose numbers no longer depend on the time. `counted_days.events` grows with every
published event by which a ticket of the day ends or is reopened, or by which the citizen of a merged ticket rates or
adds something. The numbers are valid while `events` is the same as when they were counted, and no event of the day
waits in the outbox.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from hotline.statistics.model import By, Counts, DayNumbers, PartCounts, TimeInState
from hotline.storage.counting import Scope, day_of, key_of, prefix
from hotline.storage.statements import Statements
from hotline.storage.tables import counted_days as c
from hotline.storage.tables import day_counts as n
from hotline.storage.tables import day_states as st
from hotline.storage.tables import outbox, serials
from hotline.tickets.model import Status

ANY = By.CHANNEL
"""The dimension to use for totals: every ticket has exactly one channel, and there are few channels."""


class SqlDays:
    """Reads and writes the stored numbers of days, inside one transaction."""

    def __init__(self, statements: Statements) -> None:
        self._statements = statements
        self._dialect = postgresql if statements.dialect.name == "postgresql" else sqlite

    def holding(self, first: date, end: date) -> set[date]:
        """The days whose stored numbers are valid."""
        query = select(c.c.day).where(c.c.day >= prefix(first), c.c.day < prefix(end), c.c.counted == c.c.events)
        subjects = select(outbox.c.subject).where(outbox.c.type.startswith("ticket."))
        waiting = {subject[:6] for subject in self._statements.execute(subjects).scalars()}
        return {day_of(day) for day in self._statements.execute(query).scalars() if day not in waiting}

    def to_count(self, limit: int) -> Sequence[date]:
        """Days with tickets whose numbers are missing or outdated, newest first. Ignores events that still wait in the
        outbox."""
        there = {date.fromisoformat(day) for day in self._statements.execute(select(serials.c.day)).scalars()}
        held = self._statements.execute(select(c.c.day).where(c.c.counted == c.c.events)).scalars()
        return sorted(there - set(map(day_of, held)), reverse=True)[:limit]

    def changed(self, numbers: Iterable[str]) -> None:
        """Mark the days of these tickets, which have ended or been reopened, to be counted again."""
        for day in sorted({number[:6] for number in numbers}):
            first = self._dialect.insert(c).values(day=day, events=1)
            again = first.on_conflict_do_update(index_elements=["day"], set_={"events": c.c.events + 1})
            self._statements.execute(again)

    def events(self, day: date) -> int:
        """The event counter of a day. Read it before counting the day, and store it with the result."""
        found = self._statements.execute(select(c.c.events).where(c.c.day == prefix(day))).scalar_one_or_none()
        return found or 0

    def keep(self, day: date, numbers: DayNumbers) -> None:
        """Store a day's numbers in place of older ones."""
        known = self._dialect.insert(c).values(day=prefix(day), events=0).on_conflict_do_nothing()
        self._statements.execute(known)
        own = c.c.day == prefix(day)
        counted = self._statements.execute(select(c.c.counted).where(own).with_for_update()).scalar_one()
        if counted is not None and counted > numbers.events:
            return  # another worker has stored a newer count
        for table in (n, st):
            self._statements.execute(delete(table).where(table.c.day == prefix(day)))
        counts = [_columns(day, by, row) for by, rows in numbers.rows.items() for row in rows]
        states = [
            {"day": prefix(day), "status": s.status, "seconds": s.seconds, "stays": s.stays} for s in numbers.states
        ]
        for table, values in ((n, counts), (st, states)):
            if values:
                self._statements.execute(insert(table), values)
        self._statements.execute(update(c).where(own).values(counted=numbers.events))

    def rows(self, days: Iterable[date], by: By, department: str | None = None) -> list[PartCounts]:
        """The stored numbers of days, added up by part. `department` works only with By.DEPARTMENT and By.DAY."""
        part = n.c.day if by is By.DAY else n.c.part
        sums = [func.sum(n.c[name]).label(name) for name in Counts.__slots__]
        query = select(part.label("part"), *sums).where(_of(n, days), *_kept(by, department))
        return [
            PartCounts(key_of(by, row.part), Counts(**{name: int(row._mapping[name]) for name in Counts.__slots__}))
            for row in self._statements.execute(query.group_by(part))
        ]

    def days(self, days: Iterable[date], department: str | None = None) -> list[tuple[date, int]]:
        """The number of tickets of each day in the stored numbers."""
        query = select(n.c.day, func.sum(n.c.received)).where(_of(n, days), *_kept(By.DAY, department))
        return [(day_of(day), int(count)) for day, count in self._statements.execute(query.group_by(n.c.day))]

    def states(self, days: Iterable[date]) -> list[TimeInState]:
        """The stored time in each status, added up over days."""
        query = select(st.c.status, func.sum(st.c.seconds), func.sum(st.c.stays)).where(_of(st, days))
        found = self._statements.execute(query.group_by(st.c.status))
        return [TimeInState(Status(status), float(seconds), int(stays)) for status, seconds, stays in found]


def _of(table: Any, days: Iterable[date]) -> Any:
    return table.c.day.in_(sorted(map(prefix, days)))


def _kept(by: By, department: str | None) -> Scope:
    if department is not None:
        return [n.c.by == By.DEPARTMENT, n.c.part == department]
    return [n.c.by == (ANY if by is By.DAY else by)]


def _columns(day: date, by: By, row: PartCounts) -> dict[str, Any]:
    counts = {name: getattr(row.counts, name) for name in Counts.__slots__}
    return {"by": by, "day": prefix(day), "part": row.key, **counts}
