"""The use cases of the statistics: reports, and the stored numbers of days."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from hotline.clock import Clock
from hotline.statistics.hot_spots import PERIODS_BEFORE, hot_spots
from hotline.statistics.model import By, DayNumbers, Report, total
from hotline.statistics.period import LONGEST, Period
from hotline.statistics.ports import OpenUnit


class Statistics:
    """Makes reports, and counts the days from which they are made. Raises hotline.transaction.StorageUnavailable when
    the database is down."""

    def __init__(self, open_unit: OpenUnit, now: Clock) -> None:
        self._open_unit = open_unit
        self._now = now

    def report(self, period: Period, by: By = By.DEPARTMENT, department: str | None = None) -> Report:
        """The numbers of a period and of its parts; only those of `department` if it is set."""
        with self._open_unit.snapshot() as unit:
            numbers = unit.statistics
            rows = tuple(numbers.rows(period, by, department, self._now()))
            counted = numbers.days(period, department)
            states = tuple(numbers.states(period, department))
            before = numbers.places(period.before(PERIODS_BEFORE), department) if _is_comparable(period) else {}
            guidance = numbers.guidance(period) if department is None else None
            hot = hot_spots(numbers.places(period, department), before) if before else ()
        days = tuple((day, counted.get(day, 0)) for day in period)
        return Report(period, by, department, total(row.counts for row in rows), rows, days, states, hot, guidance)

    def count_days(self, most: int) -> int:
        """Count up to `most` days whose stored numbers are missing or outdated, newest first, and store the result;
        returns how many days were counted.

        If several workers do so, the latest count of a day stays.
        """
        with self._open_unit.reading() as unit:
            days = unit.statistics.days_to_count(most)
        for day in days:
            self._keep(day)
        return len(days)

    def recount(self, period: Period, progress: Callable[[date], None]) -> list[date]:
        """Recount and store every day of a period; returns the days whose stored numbers should have been right but
        differed.

        There are none unless something other than the hotline changed the tables.
        """
        wrong = []
        for day in period:
            with self._open_unit.snapshot() as unit:
                kept = unit.statistics.kept_day(day)
            if self._keep(day) != kept and kept is not None:
                wrong.append(day)
            progress(day)
        return wrong

    def _keep(self, day: date) -> DayNumbers:
        with self._open_unit.snapshot() as unit:
            numbers = unit.statistics.count_day(day, self._now())
        with self._open_unit() as unit:
            unit.statistics.keep_day(day, numbers)
        return numbers


def _is_comparable(period: Period) -> bool:
    """Whether the preceding periods together are short enough to be counted."""
    return period.days * PERIODS_BEFORE <= LONGEST.days
