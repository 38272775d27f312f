"""The outbox table: events wait here, committed with their data, until the relay has published them."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, insert, select

from hotline.events.event import Event
from hotline.storage.days import SqlDays
from hotline.storage.statements import Statements
from hotline.storage.tables import outbox
from hotline.tickets.lifecycle import Action
from hotline.tickets.model import ENDED, Status

_ADDED = insert(outbox).inline()

COUNTED_OF_PARTS = (Action.CONFIRM_PART, Action.OBJECT_PART, Action.ADD)
"""What the citizen of a ticket that is part of another can do so that it counts otherwise, although it has ended."""


class SqlOutbox:
    """Events to publish, oldest first."""

    def __init__(self, connection: Statements) -> None:
        self._connection = connection

    def add(self, type: str, subject: str, data: Mapping[str, Any], at: datetime) -> None:
        """Record an event; see hotline.tickets.ports.EventLog."""
        row = {"event": uuid.uuid4().hex, "type": type, "subject": subject, "data": dict(data), "at": at}
        self._connection.later(_ADDED, row)

    def waiting(self, limit: int) -> Sequence[tuple[int, Event]]:
        """The oldest unpublished events with their row ids; rows taken by another relay are skipped (PostgreSQL)."""
        query = select(outbox).order_by(outbox.c.id).limit(limit).with_for_update(skip_locked=True)
        rows = self._connection.execute(query)
        return [(r.id, Event(id=r.event, type=r.type, at=r.at, subject=r.subject, data=r.data)) for r in rows]

    def forget(self, ids: Sequence[int]) -> None:
        """Remove events that have been published.

        In the same transaction the days whose ended tickets count otherwise by this are to be counted again, so that the
        kept numbers of a day are never taken for newer than they are.
        """
        gone = delete(outbox).where(outbox.c.id.in_(ids)).returning(outbox.c.subject, outbox.c.type, outbox.c.data)
        events = self._connection.execute(gone).all()
        tickets = [event for event in events if event.type.startswith("ticket.")]
        SqlDays(self._connection).changed(each.subject for each in tickets if _counts_otherwise(each.data))

    def count(self) -> int:
        """How many events wait."""
        return int(self._connection.execute(select(func.count()).select_from(outbox)).scalar_one())


def _counts_otherwise(data: Mapping[str, Any]) -> bool:
    """Whether a ticket has ended by this, or goes on after its end, or one that is part of another is so no more or has
    its citizen's word; what is archived ended before."""
    was, status = data.get("was"), data.get("status")
    if was == Status.MERGED:
        return status != was or data.get("action") in COUNTED_OF_PARTS
    return (was in ENDED) is not (status in ENDED)
