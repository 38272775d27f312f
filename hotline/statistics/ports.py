"""What the statistics need from the outside, as protocols."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Protocol, TypeAlias

from hotline.audit.ports import AuditLog
from hotline.statistics.hot_spots import Place
from hotline.statistics.model import By, Row, TimeInState
from hotline.statistics.period import Period
from hotline.tickets.model import Ticket
from hotline.transaction import Opening


class StatisticsRepository(Protocol):
    """Numbers in the database, inside one transaction; of one department only when it is named."""

    def rows(self, period: Period, by: By, department: str | None, now: datetime) -> Sequence[Row]:
        """The numbers of every part that has any, most tickets first; days in their order."""

    def days(self, period: Period, department: str | None) -> Sequence[tuple[date, int]]:
        """How many tickets were received on each day that had any."""

    def states(self, period: Period, department: str | None) -> Sequence[TimeInState]:
        """How long tickets stayed in each status."""

    def places(self, period: Period, department: str | None) -> dict[Place, int]:
        """How many tickets of each category in each district; unsorted ones and those without a district not."""

    def tickets(self, period: Period) -> Iterator[Ticket]:
        """Every ticket in the order of numbers, without timeline, a part at a time."""

    def count(self, period: Period) -> int:
        """How many tickets."""


class StatisticsUnit(Protocol):
    """One transaction."""

    @property
    def statistics(self) -> StatisticsRepository: ...

    @property
    def audit(self) -> AuditLog: ...


OpenUnit: TypeAlias = Opening[StatisticsUnit]
