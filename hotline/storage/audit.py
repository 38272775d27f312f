"""The audit in SQL. Rows are collected in the unit and chained just before the commit, so that the row with the end of
the chain is locked only briefly."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, insert, select, update

from hotline.audit.model import Act, AuditRow, chained
from hotline.staff.model import Actor
from hotline.storage.statements import Statements
from hotline.storage.tables import audit, audit_end

_END = select(audit_end.c.seq, audit_end.c.hash)
_END_LOCKED = _END.with_for_update()
_JOINED = insert(audit)
_END_MOVED = update(audit_end)


class SqlAudit:
    """Implements hotline.audit.ports.AuditLog."""

    def __init__(self, statements: Statements) -> None:
        self._statements = statements
        self._waiting: list[Act] = []

    def add(
        self,
        actor: Actor,
        action: str,
        subject: str,
        at: datetime,
        reason: str | None = None,
        data: Mapping[str, Any] | None = None,
    ) -> None:
        self._waiting.append(Act(at, actor.id, actor.kind, action, subject, reason, dict(data or {})))

    def flush(self) -> None:
        """Add the collected rows to the chain; called last before the commit."""
        if not self._waiting:
            return
        seq, last = self._statements.execute(_END_LOCKED).one()
        rows = []
        for act in self._waiting:
            seq += 1
            last = chained(last, seq, act)
            rows.append(_columns(AuditRow(seq, act, last)))
        self._statements.later(_JOINED, rows)
        self._statements.later(_END_MOVED, {"seq": seq, "hash": last})
        self._waiting.clear()

    def rows(self) -> Iterator[AuditRow]:
        query = select(audit).order_by(audit.c.seq).execution_options(yield_per=1000)
        return (_row(row) for row in self._statements.execute(query))

    def end(self) -> tuple[int, str]:
        seq, last = self._statements.execute(_END).one()
        return seq, last

    def latest(
        self,
        limit: int,
        before: int | None,
        subject: str | None,
        actor: str | None,
        action: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> Sequence[AuditRow]:
        query = select(audit).order_by(audit.c.seq.desc()).limit(limit)
        if before is not None:
            query = query.where(audit.c.seq < before)
        if subject is not None:
            query = query.where(audit.c.subject == subject)
        if actor is not None:
            query = query.where(audit.c.actor == actor)
        if action is not None:
            query = query.where(audit.c.action == action)
        if since is not None:
            query = query.where(audit.c.at >= since)
        if until is not None:
            query = query.where(audit.c.at < until)
        return [_row(row) for row in self._statements.execute(query)]


def _columns(row: AuditRow) -> dict[str, Any]:
    act = row.act
    return {
        "seq": row.seq, "at": act.at, "actor": act.actor, "role": act.role, "action": act.action,
        "subject": act.subject, "reason": act.reason, "data": dict(act.data), "hash": row.hash,
    }  # fmt: skip


def _row(row: Row[Any]) -> AuditRow:
    return AuditRow(row.seq, Act(row.at, row.actor, row.role, row.action, row.subject, row.reason, row.data), row.hash)
