"""An inbox in SQL: the open tickets that a unit leads or helps with, or that were escalated to the leader, in the order
of their due dates."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, Subquery, case, func, or_, select, union

from hotline.storage.register import overdue
from hotline.storage.statements import Statements
from hotline.storage.tables import helpers, named
from hotline.storage.tables import tickets as t
from hotline.tickets.inbox import UNSIGNED, Counts, InboxQuery, Show
from hotline.tickets.lifecycle import OPEN, UP_TO_THE_LEADER

READ = t.c.title + " " + t.c.description + " " + func.coalesce(t.c.location, "")
ESCAPED = str.maketrans({sign: f"/{sign}" for sign in "/%_"})


class SqlInbox:
    """Implements hotline.tickets.ports.InboxRepository."""

    def __init__(self, statements: Statements) -> None:
        self._statements = statements

    def counts(self, unit: str | None, person: str, now: datetime) -> Counts:
        there = _open(unit, person, now)
        query = select(
            func.count(), *(func.sum(case((there.c[show], 1), else_=0)) for show in (Show.NEW, Show.OVERDUE))
        )
        return Counts(*(number or 0 for number in self._statements.execute(query.select_from(there)).one()))

    def numbers(
        self, unit: str | None, person: str, wanted: InboxQuery, now: datetime, limit: int, first: int = 0
    ) -> Sequence[str]:
        there = _open(unit, person, now, *_may_hold(wanted))
        query = select(there.c.number).order_by(there.c.waits, there.c.due_at, there.c.number.desc())
        if wanted.show is not None:
            query = query.where(there.c[wanted.show])
        return list(self._statements.execute(query.limit(limit).offset(first)).scalars())


def _open(unit: str | None, person: str, now: datetime, *conditions: ColumnElement[bool]) -> Subquery:
    """The open tickets of a unit that the person may see, or, without a unit, the tickets escalated to the leader. A
    ticket that the unit both leads and helps with appears once."""
    known = select(named.c.number).where(named.c.number == t.c.number, named.c.person == person).exists()
    query: Select[Any] = select(
        t.c.number,
        t.c.due_at,
        t.c.paused_at.is_not(None).label("waits"),
        t.c.status.in_(sorted(UNSIGNED)).label(Show.NEW),
        overdue(now).label(Show.OVERDUE),
    ).where(t.c.status.in_(sorted(OPEN)), *conditions)
    if unit is None:
        return query.where(t.c.escalation >= UP_TO_THE_LEADER).subquery("open")
    query = query.where(or_(~t.c.confidential, known))
    helped = query.join(helpers, helpers.c.number == t.c.number).where(helpers.c.unit == unit)
    return union(query.where(t.c.lead == unit), helped).subquery("open")


def _may_hold(wanted: InboxQuery) -> list[ColumnElement[bool]]:
    """The condition that a ticket may match the search words (see InboxQuery.stored)."""
    if not wanted.words:
        return []
    pattern = "%".join(["", *(part.translate(ESCAPED) for part in wanted.stored()), ""])
    held = READ.ilike(pattern or "%", escape="/")
    return [or_(held, t.c.number.contains(wanted.digits, autoescape=True)) if wanted.digits.isdigit() else held]
