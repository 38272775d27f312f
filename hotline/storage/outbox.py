"""The outbox table: events wait here, committed with the change they report, until the relay has published them."""

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
"""Actions of a merged ticket's citizen that change the statistics of that ticket although it has ended."""


class SqlOutbox:
    """Events to publish, oldest first."""

    def __init__(self, statements: Statements) -> None:
        self._statements = statements

    def add(self, type: str, subject: str, data: Mapping[str, Any], at: datetime) -> None:
        """Record an event; see hotline.tickets.ports.EventLog."""
        row = {"event": uuid.uuid4().hex, "type": type, "subject": subject, "data": dict(data), "at": at}
        self._statements.later(_ADDED, row)

    def waiting(self, limit: int) -> Sequence[tuple[int, Event]]:
        """The oldest unpublished events with their row ids."""
        rows = self._statements.execute(select(outbox).order_by(outbox.c.id).limit(limit))
        return [(r.id, Event(id=r.event, type=r.type, at=r.at, subject=r.subject, data=r.data)) for r in rows]

    def forget(self, ids: Sequence[int]) -> None:
        """Delete events that have been published.

        The same transaction marks the days whose stored numbers these events change to be counted again, so that
        outdated numbers never count as valid.
        """
        gone = delete(outbox).where(outbox.c.id.in_(ids)).returning(outbox.c.subject, outbox.c.type, outbox.c.data)
        events = self._statements.execute(gone).all()
        tickets = [event for event in events if event.type.startswith("ticket.")]
        SqlDays(self._statements).changed(each.subject for each in tickets if _counts_otherwise(each.data))

    def count(self) -> int:
        """How many events wait."""
        return int(self._statements.execute(select(func.count()).select_from(outbox)).scalar_one())


def _counts_otherwise(data: Mapping[str, Any]) -> bool:
    """Whether an event changes the numbers of ended tickets: a ticket has ended or been reopened, or a merged ticket is
    no longer merged or its citizen has rated or added something. Archiving does not: the ticket had ended before."""
    was, status = data.get("was"), data.get("status")
    if was == Status.MERGED:
        return status != was or data.get("action") in COUNTED_OF_PARTS
    return (was in ENDED) is not (status in ENDED)
