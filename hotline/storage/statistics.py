"""The managers' numbers in SQL.

A ticket's number begins with the day it was received, so a period is a range of numbers: of the primary key of tickets,
and of the indexes of their steps and deadlines.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import and_, case, extract, func, literal, or_, select
from sqlalchemy.sql.elements import ColumnElement
from sqlalchemy.sql.selectable import Subquery

from hotline.statistics.hot_spots import Place
from hotline.statistics.model import By, Counts, Row, TimeInState
from hotline.statistics.period import Period
from hotline.storage.statements import Statements
from hotline.storage.tables import Moment
from hotline.storage.tables import deadlines as d
from hotline.storage.tables import steps as s
from hotline.storage.tables import tickets as t
from hotline.storage.tickets import ticket_of
from hotline.tickets.lifecycle import Action, Stage
from hotline.tickets.model import ENDED, Status, Ticket
from hotline.tickets.register import ANSWERED

DAY = func.substr(t.c.number, 1, 6)
COLUMNS: dict[By, ColumnElement[Any]] = {
    By.DEPARTMENT: t.c.lead,
    By.DISTRICT: t.c.district,
    By.CATEGORY: t.c.category,
    By.CHANNEL: t.c.channel,
    By.REQUEST_TYPE: t.c.request_type,
    By.DAY: DAY,
}
NOT_FOR_A_UNIT = (Status.WITHDRAWN, Status.MERGED, Status.TRANSFERRED, Status.INFORMED)
AT_ONCE = 1000


class SqlStatistics:
    """Implements hotline.statistics.ports.StatisticsRepository."""

    def __init__(self, connection: Statements) -> None:
        self._connection = connection
        self._is_postgresql = connection.dialect.name == "postgresql"

    def rows(self, period: Period, by: By, department: str | None, now: datetime) -> Sequence[Row]:
        done, waited = _done(period), _waited(period, now)
        both = t.outerjoin(done, done.c.number == t.c.number).outerjoin(waited, waited.c.number == t.c.number)
        column = COLUMNS[by]
        numbers = [_count(condition).label(name) for name, condition in _conditions(done, waited, now).items()]
        sums = [func.sum(func.coalesce(done.c[name], 0)).label(name) for name in ("confirmed", "objected", "repeats")]
        query = select(column.label("part"), func.count().label("received"), *numbers, *sums)
        query = query.select_from(both).where(*_these(period, department)).group_by(column)
        found = [
            Row(_key(by, row.part), Counts(**{name: int(row._mapping[name]) for name in Counts.__slots__}))
            for row in self._connection.execute(query)
        ]
        return sorted(found, key=lambda row: row.key if by is By.DAY else (-row.counts.received, row.key))

    def days(self, period: Period, department: str | None) -> Sequence[tuple[date, int]]:
        query = select(DAY.label("day"), func.count()).where(*_these(period, department)).group_by(DAY).order_by(DAY)
        return [(_date(day), count) for day, count in self._connection.execute(query)]

    def states(self, period: Period, department: str | None) -> Sequence[TimeInState]:
        before = func.lag(s.c.at).over(partition_by=s.c.number, order_by=s.c.id)
        since = func.coalesce(before, t.c.created_at, type_=Moment)
        moved = (
            select(s.c.was, self._seconds(since, s.c.at).label("seconds"))
            .join(t, t.c.number == s.c.number)
            .where(_within(s.c.number, period), s.c.was != s.c.becomes, *_these(period, department))
            .subquery()
        )
        query = select(moved.c.was, func.avg(moved.c.seconds), func.count()).where(moved.c.was.not_in(sorted(ENDED)))
        query = query.group_by(moved.c.was)
        found = {
            was: TimeInState(Status(was), float(seconds) / 3600, n)
            for was, seconds, n in self._connection.execute(query)
        }
        return [found[status] for status in Status if status in found]

    def places(self, period: Period, department: str | None) -> dict[Place, int]:
        placed = (t.c.category.is_not(None), t.c.district.is_not(None))
        query = select(t.c.category, t.c.district, func.count()).where(*_these(period, department), *placed)
        return {
            (code, place): n for code, place, n in self._connection.execute(query.group_by(t.c.category, t.c.district))
        }

    def tickets(self, period: Period) -> Iterator[Ticket]:
        after = ""
        while True:
            query = select(t).where(_within(t.c.number, period), t.c.number > after).order_by(t.c.number).limit(AT_ONCE)
            rows = self._connection.execute(query).all()
            yield from (ticket_of(row, (), ()) for row in rows)
            if len(rows) < AT_ONCE:
                return
            after = rows[-1].number

    def count(self, period: Period) -> int:
        return int(self._connection.execute(select(func.count()).where(_within(t.c.number, period))).scalar_one())

    def _seconds(self, since: ColumnElement[Any], until: ColumnElement[Any]) -> ColumnElement[Any]:
        if self._is_postgresql:
            return extract("epoch", until - since)
        return (func.julianday(until) - func.julianday(since)) * 86400


def _done(period: Period) -> Subquery:
    """What was done with each ticket: how often."""
    action = s.c.action
    repeated = and_(action == Action.ADD, s.c.data["repeated"].as_boolean())
    sums = {
        "dispatched": action == Action.DISPATCH,
        "returned": action == Action.RETURN,
        "rerouted": action.in_((Action.ACCEPT_RETURN, Action.REDIRECT)),
        "replied": action == Action.REPLY,
        "reopened": action.in_((Action.OBJECT, Action.REOPEN)),
        "confirmed": action == Action.CONFIRM,
        "objected": action.in_((Action.OBJECT, Action.OBJECT_AGAIN)),
        "repeats": repeated,
    }
    counted = [_count(condition).label(name) for name, condition in sums.items()]
    return select(s.c.number, *counted).where(_within(s.c.number, period)).group_by(s.c.number).subquery("done")


def _waited(period: Period, now: datetime) -> Subquery:
    """What was waited for with each ticket: how often it was due, and how often it came late.

    While the citizen's answer is waited for, nothing gets late.
    """
    came = func.coalesce(d.c.met_at, t.c.paused_at, literal(now, Moment), type_=Moment)
    late = came > d.c.due_at
    due = or_(d.c.met_at.is_not(None), late)
    response, reply = d.c.stage.in_((Stage.ACCEPT, Stage.CONTACT)), d.c.stage == Stage.REPLY
    counted = {
        "response_due": and_(response, due),
        "response_late": and_(response, late),
        "reply_due": and_(reply, due),
        "reply_late": and_(reply, late),
    }
    query = select(d.c.number, *(_count(condition).label(name) for name, condition in counted.items()))
    query = query.join(t, t.c.number == d.c.number).where(_within(d.c.number, period), or_(response, reply))
    return query.group_by(d.c.number).subquery("waited")


def _conditions(done: Subquery, waited: Subquery, now: datetime) -> dict[str, ColumnElement[bool]]:
    """What makes a ticket count, by the name of the count."""
    for_a_unit = or_(t.c.outcome.is_(None), t.c.outcome.not_in(NOT_FOR_A_UNIT))
    reply_due = and_(waited.c.reply_due > 0, for_a_unit)
    unanswered = t.c.status.not_in(sorted(ANSWERED))
    return {
        "direct": t.c.outcome == "answered",
        "dispatched": done.c.dispatched > 0,
        "returned": done.c.returned > 0,
        "rerouted": done.c.rerouted > 0,
        "response_due": waited.c.response_due > 0,
        "response_on_time": and_(waited.c.response_due > 0, waited.c.response_late == 0),
        "reply_due": reply_due,
        "reply_on_time": and_(reply_due, waited.c.reply_late == 0),
        "replied": done.c.replied > 0,
        "reopened": done.c.reopened > 0,
        "judged": done.c.confirmed + done.c.objected > 0,
        "solved": t.c.outcome == "solved",
        "merged": t.c.outcome == Status.MERGED,
        "ended": t.c.status.in_(sorted(ENDED)),
        "overdue": and_(unanswered, t.c.paused_at.is_(None), t.c.due_at < now),
    }


def _count(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((condition, 1), else_=0))


def _these(period: Period, department: str | None) -> list[ColumnElement[bool]]:
    own = [t.c.lead == department] if department is not None else []
    return [_within(t.c.number, period), *own]


def _within(number: ColumnElement[str], period: Period) -> ColumnElement[bool]:
    return and_(number >= f"{period.first:%y%m%d}", number < f"{period.end:%y%m%d}")


def _key(by: By, part: str | None) -> str:
    return _date(part).isoformat() if by is By.DAY and part else part or ""


def _date(day: str) -> date:
    return datetime.strptime(day, "%y%m%d").date()
