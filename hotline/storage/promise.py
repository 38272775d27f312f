"""The check in SQL of the promise that no ticket is forgotten."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, not_, select

from hotline.storage.register import overdue
from hotline.storage.statements import Statements
from hotline.storage.tables import deadlines as d
from hotline.storage.tables import tickets as t
from hotline.tickets.model import ENDED, Status
from hotline.tickets.promise import Breach, Proof

MAIN = t.alias("main")


class SqlPromise:
    """Implements hotline.tickets.promise.PromiseRepository."""

    def __init__(self, statements: Statements) -> None:
        self._statements = statements

    def proof(self, now: datetime, silent_since: datetime, limit: int) -> Proof:
        ended = t.c.status.in_(sorted(ENDED))
        waits = exists().where(d.c.number == t.c.number, d.c.met_at.is_(None))
        whole = exists().where(MAIN.c.number == t.c.merged_into, MAIN.c.status.not_in(sorted(ENDED)))
        goes_on = and_(t.c.status == Status.MERGED, whole)
        broken: dict[Breach, ColumnElement[bool]] = {
            Breach.FORGOTTEN: and_(not_(ended), not_(waits)),
            Breach.NO_ANSWER: and_(
                ended, t.c.reply.is_(None), func.coalesce(t.c.outcome, "") != "withdrawn", not_(goes_on)
            ),
            Breach.NOT_ESCALATED: and_(overdue(silent_since), t.c.escalation == 0),
        }
        return Proof(
            tickets=self._count(t.c.number.is_not(None)),
            ended=self._count(ended),
            overdue=self._count(overdue(now)),
            broken={breach: self._numbers(condition, limit) for breach, condition in broken.items()},
        )

    def _count(self, condition: Any) -> int:
        return int(self._statements.execute(select(func.count()).select_from(t).where(condition)).scalar_one())

    def _numbers(self, condition: Any, limit: int) -> Sequence[str]:
        query = select(t.c.number).where(condition).order_by(t.c.number).limit(limit)
        return list(self._statements.execute(query).scalars())
