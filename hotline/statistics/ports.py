"""What the statistics need from the outside, as protocols."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Protocol, TypeAlias

from hotline.audit.ports import AuditLog
from hotline.statistics.hot_spots import Place
from hotline.statistics.model import By, DayNumbers, Guidance, Row, TimeInState
from hotline.statistics.period import Period
from hotline.tickets.model import Ticket
from hotline.transaction import Opening

if TYPE_CHECKING:
    from hotline.statistics.bulletin import Bulletin, Stuck
    from hotline.statistics.orders import Order


class StatisticsRepository(Protocol):
    """Numbers in the database, inside one transaction; of one department only when it is named."""

    def rows(self, period: Period, by: By, department: str | None, now: datetime) -> Sequence[Row]:
        """The numbers of every part that has any, most tickets first; days in their order."""

    def days(self, period: Period, department: str | None) -> Mapping[date, int]:
        """How many tickets were received on each day that had any."""

    def states(self, period: Period, department: str | None) -> Sequence[TimeInState]:
        """How long tickets stayed in each status."""

    def places(self, period: Period, department: str | None) -> dict[Place, int]:
        """How many tickets of each category in each district; unsorted ones and those without a district not."""

    def guidance(self, period: Period) -> Guidance:
        """How often key tickets were guided in a period, and how long after they were marked."""

    def stuck(self, now: datetime, limit: int) -> Sequence[Stuck]:
        """What should have been answered and is not, longest overdue first; nothing of the citizen."""

    def tickets(self, period: Period) -> Iterator[Ticket]:
        """Every ticket in the order of numbers, without timeline, a part at a time."""

    def count(self, period: Period) -> int:
        """How many tickets."""

    def days_to_count(self, limit: int) -> Sequence[date]:
        """Days with tickets whose kept numbers do not hold, newest first."""

    def count_day(self, day: date, now: datetime) -> DayNumbers:
        """The numbers of a day's tickets that have ended, counted one by one."""

    def kept_day(self, day: date) -> DayNumbers | None:
        """The kept numbers of a day, when they hold."""

    def keep_day(self, day: date, numbers: DayNumbers) -> None:
        """Keep a day's numbers, unless later ones are kept: reports are made of them while they hold."""


class BulletinRepository(Protocol):
    """Kept bulletins, inside one transaction."""

    def keep(self, bulletin: Bulletin, again: bool) -> None:
        """Keep a bulletin; `again` in the place of the kept one, else a week that is kept is AlreadyStored."""

    def get(self, week: Period) -> Bulletin | None:
        """The kept one of a week."""

    def newest(self) -> date | None:
        """The Monday of the newest kept week."""

    def latest(self, limit: int) -> Sequence[tuple[Period, datetime]]:
        """The newest kept weeks and when their bulletins were made, newest first."""


class OrderRepository(Protocol):
    """Ordered ledgers, inside one transaction. What is done under a claim is False once another worker has taken it."""

    def add(self, order: Order) -> None:
        """Store a new one; it may be taken at once."""

    def get(self, id: str) -> Order | None:
        """One order."""

    def of(self, person: str, limit: int) -> Sequence[Order]:
        """Somebody's newest orders, newest first."""

    def is_due(self, now: datetime) -> bool:
        """True when one may be taken."""

    def claim(self, now: datetime, until: datetime, claim: str) -> Order | None:
        """Take the one that has waited longest; nobody else gets it before a time. None when none is due."""

    def progress(self, id: str, claim: str, done: int, until: datetime) -> bool:
        """Note how far it is and keep it longer."""

    def ready(self, id: str, claim: str, rows: int, expires_at: datetime) -> bool:
        """The file is there."""

    def give_back(self, id: str, claim: str, now: datetime) -> bool:
        """Let another worker take it; this attempt does not count."""

    def failed(self, id: str, expires_at: datetime) -> None:
        """It will not be made."""

    def over(self, now: datetime) -> Sequence[str]:
        """The ids of those whose time is over."""

    def ids(self) -> set[str]:
        """The ids of all."""

    def remove(self, ids: Sequence[str]) -> None:
        """Forget orders."""


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
