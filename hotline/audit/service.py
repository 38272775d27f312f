"""The use cases on the audit: record, read, verify."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from hotline.audit.model import AuditRow, Kept, verify
from hotline.audit.ports import OpenUnit
from hotline.clock import ZONE, Clock
from hotline.staff.model import Actor

MAX_LISTED = 200


class Audit:
    """The use cases. Each is one transaction. All raise hotline.transaction.StorageUnavailable when the database is
    down."""

    def __init__(self, open_unit: OpenUnit, now: Clock) -> None:
        self._open_unit = open_unit
        self._now = now

    def record(
        self, actor: Actor, action: str, subject: str, reason: str | None = None, data: Mapping[str, Any] | None = None
    ) -> None:
        """Record an act that changes nothing else: a view or an export of personal data."""
        with self._open_unit() as unit:
            unit.audit.add(actor, action, subject, self._now(), reason, data)

    def latest(
        self,
        limit: int = 100,
        before: int | None = None,
        subject: str | None = None,
        actor: str | None = None,
        action: str | None = None,
        day: date | None = None,
    ) -> Sequence[AuditRow]:
        """Rows, newest first; `day` is a day of the city's clock."""
        since = datetime.combine(day, time(), ZONE) if day else None
        until = since + timedelta(days=1) if since else None
        with self._open_unit.reading() as unit:
            return unit.audit.latest(min(limit, MAX_LISTED), before, subject, actor, action, since, until)

    def end(self) -> Kept:
        """The present end of the chain. Keep it where nobody who can write to the database can change it."""
        with self._open_unit.reading() as unit:
            return Kept(*unit.audit.end())

    def verify(self, kept: Kept | None = None) -> tuple[int, str]:
        """Check the whole chain, also against a kept end; returns the number of rows and the hash of the last.

        Raises hotline.audit.model.Broken.
        """
        with self._open_unit.snapshot() as unit:
            end = unit.audit.end()
            verify(unit.audit.rows(), *end, kept)
            return end
