"""The register's lists of tickets in SQL."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, or_, select

from hotline.storage.statements import Statements
from hotline.storage.tables import tickets as t
from hotline.tickets.model import Status
from hotline.tickets.register import ANSWERED, Found, Wanted

UNANSWERED = frozenset(Status) - ANSWERED
AFTER_DIGITS = ":"  # sorts after 9: a prefix as a range, which the index serves
COLUMNS = [t.c[name] for name in Found.__slots__]


class SqlRegister:
    """Implements hotline.tickets.register.RegisterRepository."""

    def __init__(self, connection: Statements) -> None:
        self._connection = connection

    def found(self, wanted: Wanted, now: datetime, limit: int) -> Sequence[Found]:
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
        if wanted.overdue:
            query = query.where(_is_overdue(now))
        if wanted.before is not None:
            query = query.where(t.c.number < wanted.before)
        return self._found(_with_text(query, wanted))

    def overdue(self, now: datetime, limit: int) -> Sequence[Found]:
        return self._found(select(*COLUMNS).where(_is_overdue(now)).order_by(t.c.due_at).limit(limit))

    def _found(self, query: Select[Any]) -> Sequence[Found]:
        return [Found(**dict(row._mapping) | {"status": Status(row.status)}) for row in self._connection.execute(query)]


def _is_overdue(now: datetime) -> Any:
    return t.c.due_at.__lt__(now) & t.c.status.in_(sorted(UNANSWERED))


def _with_text(query: Select[Any], wanted: Wanted) -> Select[Any]:
    match wanted.kind:
        case "phone":
            return query.where(t.c.contact_phone == wanted.digits)
        case "number":
            return query.where(t.c.number >= wanted.digits, t.c.number < wanted.digits + AFTER_DIGITS)
        case "words":
            places = (t.c.title, t.c.description, t.c.location)
            return query.where(or_(*(place.icontains(wanted.text, autoescape=True) for place in places)))
    return query
