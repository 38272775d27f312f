"""The promise 件件有落实、事事有回音, proven from the data: every ticket waits for somebody, or has ended with an
answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from hotline.clock import Clock

GRACE = timedelta(hours=1)
"""How long the worker may have been down without the check counting it as a breach."""


class Breach(StrEnum):
    """How the promise can be broken."""

    FORGOTTEN = "forgotten"
    """The ticket has not ended, and has no open deadline."""
    NO_ANSWER = "no_answer"
    """The ticket has ended with neither a reply nor a reason. Withdrawn tickets and parts of an open ticket do not
    count."""
    NOT_ESCALATED = "not_escalated"
    """The answer is overdue, and nobody above the unit was told."""


@dataclass(frozen=True, slots=True)
class Proof:
    """The counts of all, ended and overdue tickets, and by breach the numbers of the tickets that break the promise."""

    tickets: int
    ended: int
    overdue: int
    broken: Mapping[Breach, Sequence[str]]

    @property
    def holds(self) -> bool:
        """True when no ticket breaks the promise."""
        return not any(self.broken.values())


class PromiseRepository(Protocol):
    """The check of the promise on the stored tickets, inside one transaction."""

    def proof(self, now: datetime, silent_since: datetime, limit: int) -> Proof:
        """Check all tickets; list at most `limit` numbers for each breach. An answer that was due before `silent_since`
        must have been escalated."""


class PromiseUnit(Protocol):
    """One transaction."""

    @property
    def promise(self) -> PromiseRepository: ...


class OpenUnit(Protocol):
    """Opens units."""

    def snapshot(self) -> AbstractContextManager[PromiseUnit]:
        """Open a read-only transaction in which all queries see the same moment."""


class Promise:
    """The use case. Raises hotline.transaction.StorageUnavailable."""

    def __init__(self, open_unit: OpenUnit, now: Clock) -> None:
        self._open_unit = open_unit
        self._now = now

    def proof(self, limit: int = 100) -> Proof:
        """Check all tickets at one moment; list at most `limit` numbers for each breach."""
        now = self._now()
        with self._open_unit.snapshot() as unit:
            return unit.promise.proof(now, now - GRACE, limit)
