"""The use cases on the audit: record, read, verify."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from hotline.audit.model import Row, verify
from hotline.audit.ports import OpenUnit
from hotline.clock import Clock
from hotline.staff.model import Actor

MAX_LISTED = 200


class Audit:
    """Every method is one transaction. All raise hotline.storage.StorageUnavailable when the database is down."""

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
        self, limit: int = 100, before: int | None = None, subject: str | None = None, actor: str | None = None
    ) -> Sequence[Row]:
        """Rows, newest first."""
        with self._open_unit.reading() as unit:
            return unit.audit.latest(min(limit, MAX_LISTED), before, subject, actor)

    def verify(self) -> tuple[int, str]:
        """Check the whole chain; how many rows and the hash of the last. Raises hotline.audit.model.Broken."""
        with self._open_unit.snapshot() as unit:
            end = unit.audit.end()
            verify(unit.audit.rows(), *end)
            return end
