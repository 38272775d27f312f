"""The outbox table: events wait here, committed with their data, until the relay has published them."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, insert, select

from hotline.events.event import Event
from hotline.storage.statements import Statements
from hotline.storage.tables import outbox


class SqlOutbox:
    """Events to publish, oldest first."""

    def __init__(self, connection: Statements) -> None:
        self._connection = connection

    def add(self, type: str, subject: str, data: Mapping[str, Any], at: datetime) -> None:
        """Record an event; see hotline.tickets.ports.EventLog."""
        row = {"event": uuid.uuid4().hex, "type": type, "subject": subject, "data": dict(data), "at": at}
        self._connection.later(insert(outbox).inline(), row)

    def waiting(self, limit: int) -> Sequence[tuple[int, Event]]:
        """The oldest unpublished events with their row ids; rows taken by another relay are skipped (PostgreSQL)."""
        query = select(outbox).order_by(outbox.c.id).limit(limit).with_for_update(skip_locked=True)
        rows = self._connection.execute(query)
        return [(r.id, Event(id=r.event, type=r.type, at=r.at, subject=r.subject, data=r.data)) for r in rows]

    def forget(self, ids: Sequence[int]) -> None:
        """Remove events that have been published."""
        self._connection.execute(delete(outbox).where(outbox.c.id.in_(ids)))

    def count(self) -> int:
        """How many events wait."""
        return int(self._connection.execute(select(func.count()).select_from(outbox)).scalar_one())
