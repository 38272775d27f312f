"""Attachments in SQL: which to fetch, and which belong to a ticket. Their contents are kept by `contents.py`."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, and_, func, select, update

from hotline.attachments.model import Attachment, Keeping, ToFetch
from hotline.storage.statements import Statements
from hotline.storage.tables import attachments as a
from hotline.storage.tables import tickets as t
from hotline.tickets.model import Ticket


class SqlAttachments:
    """Implements hotline.attachments.ports.AttachmentRepository."""

    def __init__(self, statements: Statements) -> None:
        self._statements = statements

    def is_due(self, channels: Collection[str], now: datetime) -> bool:
        due = select(a.c.id).where(a.c.due_at <= now, a.c.channel.in_(channels)).limit(1)
        return self._statements.execute(due).one_or_none() is not None

    def claim(self, channels: Collection[str], now: datetime, until: datetime, limit: int) -> Sequence[ToFetch]:
        due = select(a).where(a.c.due_at <= now, a.c.channel.in_(channels)).order_by(a.c.due_at).limit(limit)
        rows = list(self._statements.execute(due.with_for_update(skip_locked=True)))
        taken = update(a).where(a.c.id.in_([row.id for row in rows]))
        self._statements.execute(taken.values(due_at=until, attempts=a.c.attempts + 1))
        return [ToFetch(row.id, row.channel, row.source, row.at, row.attempts + 1) for row in rows]

    def kept(self, id: str, type: str, size: int) -> None:
        self._set(id, state=Keeping.KEPT, due_at=None, type=type, size=size, problem=None)

    def refused(self, id: str, problem: str) -> None:
        self._set(id, state=Keeping.REFUSED, due_at=None, problem=problem)

    def try_again(self, id: str, due_at: datetime, problem: str) -> None:
        self._set(id, due_at=due_at, problem=problem)

    def get(self, id: str) -> Attachment | None:
        row = self._statements.execute(select(a).where(a.c.id == id)).one_or_none()
        return _attachment(row) if row else None

    def of_conversation(self, conversation_id: str) -> Sequence[Attachment]:
        own = select(a).where(a.c.conversation_id == conversation_id).order_by(a.c.seq, a.c.id)
        return [_attachment(row) for row in self._statements.execute(own)]

    def of_ticket(self, ticket: Ticket, since: datetime) -> Sequence[Attachment]:
        same = and_(t.c.channel == ticket.channel, t.c.sender == ticket.sender)
        before = select(func.max(t.c.created_at)).where(same, t.c.number < ticket.number)
        after = select(func.min(t.c.created_at)).where(same, t.c.number > ticket.number)
        previous = self._statements.execute(before).scalar_one()
        following = self._statements.execute(after).scalar_one()
        begun = max(since, previous) if previous else since
        own = select(a).where(a.c.conversation_id == ticket.conversation_id, a.c.at >= begun)
        if following:
            own = own.where(a.c.at < following)
        return [_attachment(row) for row in self._statements.execute(own.order_by(a.c.seq, a.c.id))]

    def _set(self, id: str, **values: Any) -> None:
        self._statements.execute(update(a).where(a.c.id == id).values(**values))


def _attachment(row: Row[Any]) -> Attachment:
    return Attachment(row.id, row.conversation_id, row.seq, row.channel, row.at, Keeping(row.state), row.type, row.size)
