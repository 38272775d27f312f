"""What the statistics need from the outside, as protocols."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Protocol, TypeAlias

from hotline.audit.ports import AuditLog
from hotline.statistics.hot_spots import Place
from hotline.statistics.model import By, DayNumbers, Guidance, PartCounts, TimeInState
from hotline.statistics.period import Period
from hotline.tickets.model import Ticket
from hotline.transaction import Opening

if TYPE_CHECKING:
    from hotline.statistics.bulletin import Bulletin, Stuck
    from hotline.statistics.orders import Order


class StatisticsRepository(Protocol):
    """Numbers in the database, inside one transaction; only those of `department` if it is set."""

    def rows(self, period: Period, by: By, department: str | None, now: datetime) -> Sequence[PartCounts]:
        """The counts of every part that has tickets, most tickets first; days in their order."""

    def days(self, period: Period, department: str | None) -> Mapping[date, int]:
        """The number of tickets received on each day that had any."""

    def states(self, period: Period, department: str | None) -> Sequence[TimeInState]:
        """How long tickets stayed in each status."""

    def places(self, period: Period, department: str | None) -> dict[Place, int]:
        """The number of tickets by category and district, without tickets that lack one of them."""

    def guidance(self, period: Period) -> Guidance:
        """How often guidance on key tickets was given in a period, and how long after the mark."""

    def stuck(self, now: datetime, limit: int) -> Sequence[Stuck]:
        """The overdue tickets, longest overdue first; nothing of the citizen."""

    def tickets(self, period: Period) -> Iterator[Ticket]:
        """Every ticket in the order of numbers, without timeline, read page by page."""

    def count(self, period: Period) -> int:
        """The number of tickets."""

    def days_to_count(self, limit: int) -> Sequence[date]:
        """Days with tickets whose stored numbers are missing or outdated, newest first."""

    def count_day(self, day: date, now: datetime) -> DayNumbers:
        """The numbers of a day's ended tickets, counted from the tickets."""

    def kept_day(self, day: date) -> DayNumbers | None:
        """The stored numbers of a day; None if they are missing or outdated."""

    def keep_day(self, day: date, numbers: DayNumbers) -> None:
        """Store a day's numbers, unless newer ones are stored. Reports use them until the day changes."""


class BulletinRepository(Protocol):
    """Stored bulletins, inside one transaction."""

    def keep(self, bulletin: Bulletin, again: bool) -> None:
        """Store a bulletin. `again` replaces the stored one; without it raises AlreadyStored if the week has one."""

    def get(self, week: Period) -> Bulletin | None:
        """The stored bulletin of a week."""

    def newest(self) -> date | None:
        """The Monday of the newest week with a stored bulletin."""

    def latest(self, limit: int) -> Sequence[tuple[Period, datetime]]:
        """The newest weeks with a stored bulletin and when each was made, newest first."""


class OrderRepository(Protocol):
    """Ordered ledgers, inside one transaction. Methods with a `claim` return False once another worker has taken the
    order."""

    def add(self, order: Order) -> None:
        """Store a new order; it may be taken at once."""

    def get(self, id: str) -> Order | None:
        """One order."""

    def of(self, person: str, limit: int) -> Sequence[Order]:
        """A person's newest orders, newest first."""

    def is_due(self, now: datetime) -> bool:
        """True when an order may be taken."""

    def claim(self, now: datetime, until: datetime, claim: str) -> Order | None:
        """Take the order that has waited longest; no other worker gets it before `until`. None when none is due."""

    def progress(self, id: str, claim: str, done: int, until: datetime) -> bool:
        """Store the progress and extend the lease."""

    def ready(self, id: str, claim: str, rows: int, expires_at: datetime) -> bool:
        """Mark an order ready: its file is complete."""

    def give_back(self, id: str, claim: str, now: datetime) -> bool:
        """Let another worker take it; this attempt does not count."""

    def failed(self, id: str, expires_at: datetime) -> None:
        """Mark an order failed for good."""

    def over(self, now: datetime) -> Sequence[str]:
        """The ids of expired orders."""

    def ids(self) -> set[str]:
        """The ids of all orders."""

    def remove(self, ids: Sequence[str]) -> None:
        """Delete orders."""


class StatisticsUnit(Protocol):
    """One transaction."""

    @property
    def statistics(self) -> StatisticsRepository: ...

    @property
    def bulletins(self) -> BulletinRepository: ...

    @property
    def orders(self) -> OrderRepository: ...

    @property
    def audit(self) -> AuditLog: ...


OpenUnit: TypeAlias = Opening[StatisticsUnit]
