"""The use case of the managers' numbers."""

from __future__ import annotations

from datetime import date, timedelta

from hotline.clock import Clock
from hotline.statistics.hot_spots import PERIODS_BEFORE, hot_spots
from hotline.statistics.model import By, Report, total
from hotline.statistics.period import LONGEST, Period
from hotline.statistics.ports import OpenUnit


class Statistics:
    """Reads only. Raises hotline.storage.StorageUnavailable when the database is down."""

    def __init__(self, open_unit: OpenUnit, now: Clock) -> None:
        self._open_unit = open_unit
        self._now = now

    def report(self, period: Period, by: By = By.DEPARTMENT, department: str | None = None) -> Report:
        """The numbers of a period, and of its parts; of one department only when it is named."""
        with self._open_unit.reading() as unit:
            numbers = unit.statistics
            rows = tuple(numbers.rows(period, by, department, self._now()))
            counted = dict(numbers.days(period, department))
            states = tuple(numbers.states(period, department))
            before = numbers.places(period.before(PERIODS_BEFORE), department) if _is_comparable(period) else {}
            hot = hot_spots(numbers.places(period, department), before) if before else ()
        days = tuple((day, counted.get(day, 0)) for day in _days(period))
        return Report(period, by, department, total(row.counts for row in rows), rows, days, states, hot)


def _is_comparable(period: Period) -> bool:
    """Whether the time before is short enough to be counted."""
    return period.days * PERIODS_BEFORE <= LONGEST.days


def _days(period: Period) -> list[date]:
    return [period.first + timedelta(days=passed) for passed in range(period.days)]
