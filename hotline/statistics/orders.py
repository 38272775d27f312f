"""Ordered ledgers: a worker makes each as a file, a page shows its progress, and the person who ordered it fetches it.

A ledger of a year takes minutes, too long for a page request. The order and each fetch are audited; files are removed
after a week.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path

from hotline.atomic_files import written_whole
from hotline.city import Party
from hotline.clock import Clock
from hotline.staff.model import Actor
from hotline.statistics.ledger import Ledger, facts
from hotline.statistics.period import Period
from hotline.statistics.ports import OpenUnit
from hotline.transaction import StorageUnavailable

logger = logging.getLogger(__name__)

AT_ONCE = 3
LISTED = 20
LEASE = timedelta(minutes=2)
MOST_ATTEMPTS = 3
KEPT = timedelta(days=7)


class Purpose(StrEnum):
    """What a ledger is for; a fixed list, so that no personal data gets into the audit."""

    SUMMARY = "summary"
    INSPECTION = "inspection"
    ANALYSIS = "analysis"
    FILING = "filing"


class OrderState(StrEnum):
    """The state of an order."""

    WAITING = "waiting"
    MAKING = "making"
    READY = "ready"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Order:
    """One ordered ledger. `done` of `total` tickets have been processed; `rows` is known when it is ready,
    `expires_at` when it is ready or has failed."""

    id: str
    ordered_by: str
    ordered_at: datetime
    period: Period
    party: Party | None
    purpose: Purpose
    state: OrderState = OrderState.WAITING
    done: int = 0
    total: int = 0
    rows: int | None = None
    attempts: int = 0
    expires_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        """True while it is neither ready nor failed."""
        return self.state in (OrderState.WAITING, OrderState.MAKING)

    @property
    def file_name(self) -> str:
        """The name under which a browser saves it."""
        return f"ledger-{self.party or 'all'}-{self.period.first}-{self.period.last}.xlsx"


class TooManyOrders(Exception):
    """The person has AT_ONCE open orders already."""


class _Interrupted(Exception):
    """The work on a ledger stops: the worker is ending, or another worker has taken the order."""


class Orders:
    """The use cases of ordered ledgers; each but `make_next` writes in one transaction. All raise
    hotline.transaction.StorageUnavailable.

    The files are in `folder`, which all machines share.
    """

    def __init__(self, open_unit: OpenUnit, ledger: Ledger, folder: Path, now: Clock) -> None:
        self._open_unit = open_unit
        self._ledger = ledger
        self._folder = folder
        self._now = now

    def order(self, period: Period, party: Party | None, purpose: Purpose, by: Actor) -> Order:
        """Order a ledger; its purpose is audited. Raises TooManyOrders."""
        made = Order(uuid.uuid4().hex, by.id, self._now(), period, party, purpose, total=self._ledger.count(period))
        with self._open_unit() as unit:
            if sum(order.is_open for order in unit.orders.of(by.id, LISTED)) >= AT_ONCE:
                raise TooManyOrders(by.id)
            unit.orders.add(made)
            unit.audit.add(by, "ledger.ordered", made.id, made.ordered_at, purpose, facts(period, party))
        return made

    def of(self, by: Actor) -> Sequence[Order]:
        """The person's orders, newest first."""
        with self._open_unit.reading() as unit:
            return unit.orders.of(by.id, LISTED)

    def fetch(self, id: str, by: Actor) -> tuple[Order, Path]:
        """The file of an order, for the person who ordered it. Audited. KeyError when they have no such file."""
        with self._open_unit() as unit:
            found = unit.orders.get(id)
            if (
                found is None
                or found.ordered_by != by.id
                or found.state is not OrderState.READY
                or self._is_over(found)
            ):
                raise KeyError(id)
            if not self._file(id).is_file():
                raise KeyError(id)
            unit.audit.add(by, "ledger.fetched", id, self._now(), found.purpose, facts(found.period, found.party))
        return found, self._file(id)

    def make_next(self, is_ending: Callable[[], bool]) -> bool:
        """Make the ledger that has waited longest; False when none waits. If several workers call this, one makes it.

        If the worker dies, another takes the order when the lease is over; if the worker is ending (`is_ending`),
        another may take it at once. After MOST_ATTEMPTS attempts the order has failed.
        """
        now, claim = self._now(), uuid.uuid4().hex
        with self._open_unit.reading() as unit:
            if not unit.orders.is_due(now):
                return False
        with self._open_unit() as unit:
            order = unit.orders.claim(now, now + LEASE, claim)
        if order is None:
            return False
        if order.attempts > MOST_ATTEMPTS:
            self._fail(order)
            return True

        def told(done: int) -> None:
            if is_ending():
                raise _Interrupted
            with self._open_unit() as unit:
                if not unit.orders.progress(order.id, claim, done, self._now() + LEASE):
                    raise _Interrupted

        try:
            with suppress(_Interrupted):
                with written_whole(self._file(order.id)) as file:
                    rows = self._ledger.write(order.period, order.party, file, told)
                with self._open_unit() as unit:
                    unit.orders.ready(order.id, claim, rows, self._now() + KEPT)
                return True
            with self._open_unit() as unit:
                unit.orders.give_back(order.id, claim, self._now())
        except StorageUnavailable:
            raise  # the order is tried again when the lease is over
        except Exception:  # a full disk or a fault in one ledger must not end the worker
            logger.exception("the ledger %s cannot be made", order.id)
            self._fail(order)
        return True

    def clear(self) -> int:
        """Remove expired files and orders, and files without an order; returns the number of files removed."""
        there = [path for path in self._folder.glob("*") if path.is_file()]
        with self._open_unit.reading() as unit:
            over = unit.orders.over(self._now())
            known = unit.orders.ids()
        gone = [path for path in there if path.name.partition(".")[0] not in known - set(over)]
        for path in gone:
            path.unlink(missing_ok=True)
        if over:
            with self._open_unit() as unit:
                unit.orders.remove(over)
        return len(gone)

    def _fail(self, order: Order) -> None:
        with self._open_unit() as unit:
            unit.orders.failed(order.id, self._now() + KEPT)

    def _is_over(self, order: Order) -> bool:
        return order.expires_at is None or order.expires_at <= self._now()

    def _file(self, id: str) -> Path:
        return self._folder / f"{id}.xlsx"
