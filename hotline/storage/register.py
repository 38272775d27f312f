"""The register's lists of tickets in SQL."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, or_, select

from hotline.personal_data.phones import BlindIndex
from hotline.storage import words
from hotline.storage.statements import Statements
from hotline.storage.tables import marks
from hotline.storage.tables import tickets as t
from hotline.tickets.lifecycle import UNANSWERED
from hotline.tickets.model import Status
from hotline.tickets.register import Found, RegisterQuery

AFTER_DIGITS = ":"  # sorts after 9; makes a prefix search a range of the index
COLUMNS = [t.c[name] for name in Found.__slots__]


class SqlRegister:
    """Implements hotline.tickets.register.RegisterRepository."""

    def __init__(self, statements: Statements, phones: BlindIndex) -> None:
        self._statements = statements
        self._phones = phones

    def found(self, wanted: RegisterQuery, now: datetime, limit: int) -> Sequence[Found]:
        query = select(*COLUMNS).order_by(t.c.number.desc()).limit(limit)
        equal = {
            t.c.status: wanted.status,
            t.c.category: wanted.category,
            t.c.lead: wanted.department,
            t.c.district: wanted.district,
            t.c.urgency: wanted.urgency,
        }
        for column, value in equal.items():
            if value is not None:
                query = query.where(column == value)
        if wanted.key_class is not None:
            marked = select(marks.c.number).where(marks.c.key_class == wanted.key_class)
            query = query.where(t.c.number.in_(marked))
        if wanted.overdue:
            # Sorted by an expression, so that PostgreSQL finds the few tickets by status and date and sorts them;
            # to follow the order of an index, it would read all tickets.
            query = query.where(late(now)).order_by(None).order_by(t.c.number.concat("").desc())
        if wanted.before is not None:
            query = query.where(t.c.number < wanted.before)
        match wanted.kind:
            case "phone":
                query = query.where(t.c.phone_index == self._phones(wanted.digits))
            case "number":
                query = query.where(t.c.number >= wanted.digits, t.c.number < wanted.digits + AFTER_DIGITS)
            case "words":
                return _as_found(words.found(self._statements, query, wanted.text, limit, wanted.before))
        return _as_found(self._statements.execute(query))

    def overdue(self, now: datetime, limit: int) -> Sequence[Found]:
        query = select(*COLUMNS).where(late(now)).order_by(t.c.due_at).limit(limit)
        return _as_found(self._statements.execute(query))


def _as_found(rows: Iterable[Row[Any]]) -> Sequence[Found]:
    return [Found(**dict(row._mapping) | {"status": Status(row.status)}) for row in rows]


def late(now: datetime) -> ColumnElement[bool]:
    """The condition for tickets that are overdue, or escalated because an earlier stage is."""
    gone_up = and_(t.c.status.in_(sorted(UNANSWERED)), t.c.escalation > 0)
    return or_(overdue(now), gone_up)


def overdue(now: datetime) -> ColumnElement[bool]:
    """hotline.tickets.lifecycle.is_overdue in SQL."""
    return and_(t.c.status.in_(sorted(UNANSWERED)), t.c.paused_at.is_(None), t.c.due_at < now)
