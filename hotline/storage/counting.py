"""Counts tickets in SQL by outcome, for the tickets in a scope, by department, district and so on.

A ticket's number begins with the day it was received, so a period is a range of numbers. It is read from the primary
key of tickets, or, if the scope names a department or a status too, from an index that ends with the number.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import and_, case, extract, func, literal, or_, select
from sqlalchemy.sql.elements import ColumnElement
from sqlalchemy.sql.selectable import Subquery

from hotline.staff.model import SYSTEM
from hotline.statistics.model import By, Counts, PartCounts, TimeInState, total
from hotline.storage.register import overdue
from hotline.storage.statements import Statements
from hotline.storage.tables import Moment
from hotline.storage.tables import deadlines as d
from hotline.storage.tables import steps as s
from hotline.storage.tables import tickets as t
from hotline.tickets.lifecycle import Action, Stage
from hotline.tickets.model import ENDED, Status

DAY = func.substr(t.c.number, 1, 6)
COLUMNS: dict[By, ColumnElement[Any]] = {
    By.DEPARTMENT: t.c.lead,
    By.DISTRICT: t.c.district,
    By.CATEGORY: func.coalesce(t.c.category, t.c.danger),
    By.CHANNEL: t.c.channel,
    By.REQUEST_TYPE: t.c.request_type,
    By.DAY: DAY,
}
NOT_FOR_A_UNIT = (Status.WITHDRAWN, Status.MERGED, Status.TRANSFERRED, Status.INFORMED)

Scope = Sequence[ColumnElement[bool]]
"""Conditions on tickets, all of which must hold."""


class Counting:
    """Counts in one transaction."""

    def __init__(self, statements: Statements) -> None:
        self._statements = statements
        self._is_postgresql = statements.dialect.name == "postgresql"

    def rows(self, scope: Scope, by: By, now: datetime) -> list[PartCounts]:
        """The counts of every part that has tickets, in no order."""
        return self.rows_of_each(scope, (by,), now)[by]

    def rows_of_each(self, scope: Scope, ways: Sequence[By], now: datetime) -> dict[By, list[PartCounts]]:
        """The counts of every part for each of several dimensions, in one pass over the tickets."""
        done, waited = _done(scope), _waited(scope, now)
        both = t.outerjoin(done, done.c.number == t.c.number).outerjoin(waited, waited.c.number == t.c.number)
        numbers = [_count(condition).label(name) for name, condition in _conditions(done, waited, now).items()]
        sums = [func.sum(func.coalesce(done.c[name], 0)).label(name) for name in ("confirmed", "objected", "repeats")]
        columns = [COLUMNS[by].label(f"by_{by}") for by in ways]
        query = select(*columns, func.count().label("received"), *numbers, *sums)
        query = query.select_from(both).where(*scope).group_by(*(COLUMNS[by] for by in ways))
        found: dict[By, dict[str, list[Counts]]] = {by: {} for by in ways}
        for row in self._statements.execute(query):
            counts = Counts(**{name: int(row._mapping[name]) for name in Counts.__slots__})
            for by in ways:
                found[by].setdefault(key_of(by, row._mapping[f"by_{by}"]), []).append(counts)
        return {by: [PartCounts(key, total(counts)) for key, counts in parts.items()] for by, parts in found.items()}

    def days(self, scope: Scope) -> list[tuple[date, int]]:
        """The number of tickets received on each day that had any."""
        query = select(DAY, func.count()).where(*scope).group_by(DAY)
        return [(day_of(day), count) for day, count in self._statements.execute(query)]

    def states(self, scope: Scope) -> list[TimeInState]:
        """How long tickets stayed in each status before they left it."""
        before = func.lag(s.c.at).over(partition_by=s.c.number, order_by=s.c.id)
        since = func.coalesce(before, t.c.created_at, type_=Moment)
        moved = (
            select(s.c.was, self.seconds(since, s.c.at).label("seconds"))
            .join(t, t.c.number == s.c.number)
            .where(s.c.was != s.c.becomes, *scope)
            .subquery()
        )
        query = select(moved.c.was, func.sum(moved.c.seconds), func.count()).where(moved.c.was.not_in(sorted(ENDED)))
        query = query.group_by(moved.c.was)
        return [TimeInState(Status(was), float(total), n) for was, total, n in self._statements.execute(query)]

    def seconds(self, since: ColumnElement[Any], until: ColumnElement[Any]) -> ColumnElement[Any]:
        if self._is_postgresql:
            return extract("epoch", until - since)
        return (func.julianday(until) - func.julianday(since)) * 86400


def within(first: date, end: date) -> ColumnElement[bool]:
    """The condition for tickets received from the day `first` on and before the day `end`."""
    return and_(t.c.number >= prefix(first), t.c.number < prefix(end))


def prefix(day: date) -> str:
    """The prefix of the numbers of a day's tickets."""
    return f"{day:%y%m%d}"


def day_of(number: str) -> date:
    """The day with which a ticket number begins."""
    return datetime.strptime(number[:6], "%y%m%d").date()


def key_of(by: By, part: str | None) -> str:
    """The name of a part in reports; "" for none."""
    return day_of(part).isoformat() if by is By.DAY and part else part or ""


def _done(scope: Scope) -> Subquery:
    """For each ticket, how often each kind of action was done, and the last steps in which its citizen confirmed and
    objected.

    An objection by the citizen of a merged ticket that moves the main ticket counts for the merged ticket only.
    """
    action = s.c.action
    confirmed = action.in_((Action.CONFIRM, Action.CONFIRM_PART))
    objected = action.in_((Action.OBJECT, Action.OBJECT_AGAIN, Action.OBJECT_PART)) & (s.c.role != SYSTEM.kind)
    repeated = and_(action == Action.ADD, s.c.data["repeated"].as_boolean())
    sums = {
        "dispatched": s.c.becomes.in_((Status.DISPATCHED, Status.REOPENED)),
        "returned": action == Action.RETURN,
        "rerouted": action.in_((Action.ACCEPT_RETURN, Action.REDIRECT)),
        "replied": action.in_((Action.REPLY, Action.ANSWER)),
        "reopened": action.in_((Action.OBJECT, Action.REOPEN)),
        "confirmed": confirmed,
        "objected": objected,
        "repeats": repeated,
    }
    counted = [_count(condition).label(name) for name, condition in sums.items()]
    counted += [func.max(case((said, s.c.id))).label(f"last_{name}")
        for name, said in (("confirmed", confirmed), ("objected", objected))]  # fmt: skip
    query = select(s.c.number, *counted).join(t, t.c.number == s.c.number).where(*scope)
    return query.group_by(s.c.number).subquery("done")


def _waited(scope: Scope, now: datetime) -> Subquery:
    """For each ticket, how many deadlines were due, and how many of them were missed.

    While the citizen's answer is awaited, nothing becomes late.
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
    query = query.join(t, t.c.number == d.c.number).where(or_(response, reply), *scope)
    return query.group_by(d.c.number).subquery("waited")


def _conditions(done: Subquery, waited: Subquery, now: datetime) -> dict[str, ColumnElement[bool]]:
    """By the name of the count, the condition under which a ticket counts."""
    for_a_unit = or_(t.c.outcome.is_(None), t.c.outcome.not_in(NOT_FOR_A_UNIT))
    response_due = and_(waited.c.response_due > 0, for_a_unit)
    reply_due = and_(waited.c.reply_due > 0, for_a_unit)
    return {
        "direct": t.c.outcome == "answered",
        "dispatched": done.c.dispatched > 0,
        "returned": done.c.returned > 0,
        "rerouted": done.c.rerouted > 0,
        "response_due": response_due,
        "response_on_time": and_(response_due, waited.c.response_late == 0),
        "reply_due": reply_due,
        "reply_on_time": and_(reply_due, waited.c.reply_late == 0),
        "replied": done.c.replied > 0,
        "reopened": done.c.reopened > 0,
        "judged": done.c.confirmed + done.c.objected > 0,
        "solved": done.c.last_confirmed > func.coalesce(done.c.last_objected, 0),
        "merged": t.c.outcome == Status.MERGED,
        "ended": t.c.status.in_(sorted(ENDED)),
        "overdue": overdue(now),
    }


def _count(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((condition, 1), else_=0))
