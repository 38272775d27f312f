"""Statistics in SQL: adds up the valid stored numbers of days, and counts all other tickets one by one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time, timedelta

from sqlalchemy import func, or_, select
from sqlalchemy.sql.elements import ColumnElement

from hotline.clock import ZONE
from hotline.statistics.bulletin import Stuck
from hotline.statistics.hot_spots import Place
from hotline.statistics.model import By, DayNumbers, Guidance, PartCounts, TimeInState, total
from hotline.statistics.period import Period
from hotline.storage.counting import Counting, Scope, within
from hotline.storage.days import SqlDays
from hotline.storage.register import overdue
from hotline.storage.statements import Statements
from hotline.storage.tables import marks
from hotline.storage.tables import tickets as t
from hotline.storage.tickets import ticket_of
from hotline.tickets.model import ENDED, Status, Ticket

NOT_ENDED = sorted(frozenset(Status) - ENDED)
KEPT: tuple[By, ...] = tuple(by for by in By if by is not By.DAY)
OF_A_UNIT = (By.DEPARTMENT, By.DAY)
"""The dimensions for which the stored numbers can also be given for one department."""
AT_ONCE = 1000
ONE_DAY = timedelta(days=1)


class SqlStatistics:
    """Implements hotline.statistics.ports.StatisticsRepository."""

    def __init__(self, statements: Statements) -> None:
        self._statements = statements
        self._counting = Counting(statements)
        self._days = SqlDays(statements)

    def rows(self, period: Period, by: By, department: str | None, now: datetime) -> Sequence[PartCounts]:
        held, scopes = self._split(period, department, department is None or by in OF_A_UNIT)
        found: dict[str, list[PartCounts]] = {}
        for row in (
            *self._days.rows(held, by, department),
            *(r for scope in scopes for r in self._counting.rows(scope, by, now)),
        ):
            found.setdefault(row.key, []).append(row)
        rows = [PartCounts(key, total(row.counts for row in same)) for key, same in found.items()]
        return sorted(rows, key=lambda row: row.key if by is By.DAY else (-row.counts.received, row.key))

    def days(self, period: Period, department: str | None) -> dict[date, int]:
        held, scopes = self._split(period, department)
        found: dict[date, int] = {}
        for day, count in (
            *self._days.days(held, department),
            *(part for scope in scopes for part in self._counting.days(scope)),
        ):
            found[day] = found.get(day, 0) + count
        return found

    def states(self, period: Period, department: str | None) -> Sequence[TimeInState]:
        held, scopes = self._split(period, department, department is None)
        parts = [*self._days.states(held), *(part for scope in scopes for part in self._counting.states(scope))]
        found = []
        for status in Status:
            own = [part for part in parts if part.status is status]
            if own:
                found.append(TimeInState(status, sum(p.seconds for p in own), sum(p.stays for p in own)))
        return found

    def places(self, period: Period, department: str | None) -> dict[Place, int]:
        scope: list[ColumnElement[bool]] = [t.c.category.is_not(None), t.c.district.is_not(None)]
        if department is None:  # an index of just these three columns
            start, end = _moments(period)
            scope += [t.c.created_at >= start, t.c.created_at < end]
        else:
            scope += [within(period.first, period.end), t.c.lead == department]
        query = select(t.c.category, t.c.district, func.count()).where(*scope).group_by(t.c.category, t.c.district)
        return {(code, place): count for code, place, count in self._statements.execute(query)}

    def guidance(self, period: Period) -> Guidance:
        start, end = _moments(period)
        waited = self._counting.seconds(marks.c.marked_at, marks.c.guided_at)
        query = select(func.sum(waited), func.count()).where(marks.c.guided_at >= start, marks.c.guided_at < end)
        seconds, given = self._statements.execute(query).one()
        return Guidance(float(seconds or 0), given)

    def stuck(self, now: datetime, limit: int) -> Sequence[Stuck]:
        query = (
            select(t.c.number, t.c.category, t.c.lead, t.c.due_at).where(overdue(now)).order_by(t.c.due_at, t.c.number)
        )
        return [Stuck(*row) for row in self._statements.execute(query.limit(limit))]

    def tickets(self, period: Period) -> Iterator[Ticket]:
        after = ""
        these = within(period.first, period.end)
        while True:
            query = select(t).where(these, t.c.number > after).order_by(t.c.number).limit(AT_ONCE)
            rows = self._statements.execute(query).all()
            yield from (ticket_of(row, (), ()) for row in rows)
            if len(rows) < AT_ONCE:
                return
            after = rows[-1].number

    def count(self, period: Period) -> int:
        these = select(func.count()).select_from(t).where(within(period.first, period.end))
        return int(self._statements.execute(these).scalar_one())

    def days_to_count(self, limit: int) -> Sequence[date]:
        return self._days.to_count(limit)

    def count_day(self, day: date, now: datetime) -> DayNumbers:
        ended = [within(day, day + ONE_DAY), t.c.status.in_(sorted(ENDED))]
        events = self._days.events(day)
        rows = self._counting.rows_of_each(ended, KEPT, now)
        return DayNumbers.of(events, rows, self._counting.states(ended))

    def kept_day(self, day: date) -> DayNumbers | None:
        if day not in self._days.holding(day, day + ONE_DAY):
            return None
        rows: dict[By, list[PartCounts]] = {by: self._days.rows([day], by) for by in KEPT}
        return DayNumbers.of(self._days.events(day), rows, self._days.states([day]))

    def keep_day(self, day: date, numbers: DayNumbers) -> None:
        self._days.keep(day, numbers)

    def _split(self, period: Period, department: str | None, kept: bool = True) -> tuple[set[date], list[Scope]]:
        """The days with valid stored numbers, and the scopes of all tickets that those numbers do not cover.

        With `kept` False no stored number is used, and all tickets are counted one by one.
        """
        held = self._days.holding(period.first, period.end) if kept else set()
        own = [] if department is None else [t.c.lead == department]
        scopes: list[Scope] = []
        if held:
            parts = [within(first, end) for first, end in _stretches(held)]
            scopes.append([t.c.status.in_(NOT_ENDED), or_(*parts), *own])
        if others := [within(first, end) for first, end in _stretches(set(period) - held)]:
            scopes.append([or_(*others), *own])
        return held, scopes


def _moments(period: Period) -> tuple[datetime, datetime]:
    """The moments at which a period begins and ends."""
    return datetime.combine(period.first, time(), ZONE), datetime.combine(period.end, time(), ZONE)


def _stretches(days: Iterable[date]) -> list[tuple[date, date]]:
    """The days as stretches without gaps, each as its first day and the day after its last."""
    found: list[tuple[date, date]] = []
    for day in sorted(days):
        if found and found[-1][1] == day:
            found[-1] = (found[-1][0], day + ONE_DAY)
        else:
            found.append((day, day + ONE_DAY))
    return found
