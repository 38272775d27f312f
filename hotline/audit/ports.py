"""What the audit needs from the outside, as protocols."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol, TypeAlias

from hotline.audit.model import AuditRow
from hotline.staff.model import Actor
from hotline.transaction import Opening


class AuditLog(Protocol):
    """The audit rows, inside one transaction."""

    def add(
        self,
        actor: Actor,
        action: str,
        subject: str,
        at: datetime,
        reason: str | None = None,
        data: Mapping[str, Any] | None = None,
    ) -> None:
        """Record an act. It is added to the chain when the transaction commits, in the order of these calls."""

    def rows(self) -> Iterator[AuditRow]:
        """The whole chain, oldest first."""

    def end(self) -> tuple[int, str]:
        """The end of the chain: the last row's number and hash."""

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
        """Rows, newest first, with a number below `before`; if given, only of one subject, actor or action, from
        `since` on and before `until`."""


class AuditUnit(Protocol):
    """One transaction."""

    @property
    def audit(self) -> AuditLog: ...


OpenUnit: TypeAlias = Opening[AuditUnit]
