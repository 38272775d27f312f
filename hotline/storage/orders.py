"""Orders of ledgers in SQL; the ledgers themselves are files."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, delete, insert, select, update

from hotline.city import Party
from hotline.statistics.orders import Order, OrderState, Purpose
from hotline.statistics.period import Period
from hotline.storage.statements import Statements
from hotline.storage.tables import ledger_orders as o


class SqlOrders:
    """Implements hotline.statistics.ports.OrderRepository."""

    def __init__(self, statements: Statements) -> None:
        self._statements = statements

    def add(self, order: Order) -> None:
        names = ("id", "ordered_by", "ordered_at", "party", "purpose", "state", "done", "total", "attempts")
        row = {name: getattr(order, name) for name in names}
        row |= {"first": order.period.first.isoformat(), "last": order.period.last.isoformat()}
        self._statements.execute(insert(o), row | {"due_at": order.ordered_at})

    def get(self, id: str) -> Order | None:
        row = self._statements.execute(select(o).where(o.c.id == id)).one_or_none()
        return _order(row) if row else None

    def of(self, person: str, limit: int) -> Sequence[Order]:
        own = select(o).where(o.c.ordered_by == person).order_by(o.c.ordered_at.desc(), o.c.id).limit(limit)
        return [_order(row) for row in self._statements.execute(own)]

    def is_due(self, now: datetime) -> bool:
        return self._statements.execute(select(o.c.id).where(o.c.due_at <= now).limit(1)).one_or_none() is not None

    def claim(self, now: datetime, until: datetime, claim: str) -> Order | None:
        due = select(o).where(o.c.due_at <= now).order_by(o.c.due_at).limit(1).with_for_update(skip_locked=True)
        row = self._statements.execute(due).one_or_none()
        if row is None:
            return None
        taken = {"state": OrderState.MAKING, "claim": claim, "due_at": until, "attempts": row.attempts + 1, "done": 0}
        self._set(row.id, **taken)
        return self.get(row.id)

    def progress(self, id: str, claim: str, done: int, until: datetime) -> bool:
        return self._set_own(id, claim, done=done, due_at=until)

    def ready(self, id: str, claim: str, rows: int, expires_at: datetime) -> bool:
        return self._set_own(id, claim, state=OrderState.READY, due_at=None, rows=rows, expires_at=expires_at)

    def give_back(self, id: str, claim: str, now: datetime) -> bool:
        return self._set_own(id, claim, state=OrderState.WAITING, due_at=now, attempts=o.c.attempts - 1)

    def failed(self, id: str, expires_at: datetime) -> None:
        self._set(id, state=OrderState.FAILED, due_at=None, expires_at=expires_at)

    def over(self, now: datetime) -> Sequence[str]:
        return self._statements.execute(select(o.c.id).where(o.c.expires_at <= now)).scalars().all()

    def ids(self) -> set[str]:
        return set(self._statements.execute(select(o.c.id)).scalars())

    def remove(self, ids: Sequence[str]) -> None:
        self._statements.execute(delete(o).where(o.c.id.in_(ids)))

    def _set_own(self, id: str, claim: str, **values: Any) -> bool:
        changed = self._statements.execute(update(o).where(o.c.id == id, o.c.claim == claim).values(**values))
        return changed.rowcount == 1

    def _set(self, id: str, **values: Any) -> None:
        self._statements.execute(update(o).where(o.c.id == id).values(**values))


def _order(row: Row[Any]) -> Order:
    return Order(
        id=row.id,
        ordered_by=row.ordered_by,
        ordered_at=row.ordered_at,
        period=Period(date.fromisoformat(row.first), date.fromisoformat(row.last)),
        party=Party(row.party) if row.party else None,
        purpose=Purpose(row.purpose),
        state=OrderState(row.state),
        done=row.done,
        total=row.total,
        rows=row.rows,
        attempts=row.attempts,
        expires_at=row.expires_at,
    )
