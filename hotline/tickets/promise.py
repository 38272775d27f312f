"""The promise 件件有落实、事事有回音, proven from the data: every ticket waits for somebody, or has ended with an answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from hotline.clock import Clock

GRACE = timedelta(hours=1)
"""So long may the worker have been away."""


class Breach(StrEnum):
    """How the promise can be broken."""

    FORGOTTEN = "forgotten"
    """It has not ended, and nothing is waited for."""
    NO_ANSWER = "no_answer"
    """It has ended with neither a reply nor a reason, not by its citizen's own wish, nor as part of one that goes on."""
    NOT_ESCALATED = "not_escalated"
    """Its answer is overdue, and nobody above its unit knows."""


@dataclass(frozen=True, slots=True)
class Proof:
    """How many tickets there are, have ended, are overdue; and by breach the numbers of those that break the promise."""

    tickets: int
    ended: int
    overdue: int
    broken: Mapping[Breach, Sequence[str]]

    @property
    def holds(self) -> bool:
        """True when no ticket breaks the promise."""
        return not any(self.broken.values())


class PromiseRepository(Protocol):
    """What the tickets say, inside one transaction."""

    def proof(self, now: datetime, silent_since: datetime, limit: int) -> Proof:
        """Counts of all tickets; of each breach at most `limit` numbers. An answer that was due before
        `silent_since` must have been told to somebody above the unit."""


class PromiseUnit(Protocol):
    """One transaction."""

    @property
    def promise(self) -> PromiseRepository: ...


class OpenUnit(Protocol):
    """Opens units."""

    def snapshot(self) -> AbstractContextManager[PromiseUnit]:
        """For reading only; everything is as it was at one moment."""


class Promise:
    """The use case. Raises hotline.storage.StorageUnavailable."""

    def __init__(self, open_unit: OpenUnit, now: Clock) -> None:
        self._open_unit = open_unit
        self._now = now

    def proof(self, limit: int = 100) -> Proof:
        """All tickets, at one moment."""
        now = self._now()
        with self._open_unit.snapshot() as unit:
            return unit.promise.proof(now, now - GRACE, limit)
