"""Due dates: working-day arithmetic with Chinese public holidays and make-up days."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache

import chinese_calendar

logger = logging.getLogger(__name__)


@lru_cache
def _warn_of_year(year: int) -> None:
    logger.warning("no holiday notice for %d yet: Monday to Friday count as working days", year)


def is_working_day(day: date) -> bool:
    """True when offices work on `day`.

    Source: the State Council's yearly holiday notice, as packaged by `chinesecalendar`. For a year without a notice yet
    Monday to Friday count, and a warning is logged once.
    """
    noticed = _by_notice(day)
    if noticed is None:
        _warn_of_year(day.year)
        return day.weekday() < 5
    return noticed


@lru_cache(maxsize=4096)
def _by_notice(day: date) -> bool | None:
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        return None


def add_working_days(start: date, days: int) -> date:
    """The `days`-th working day after `start`; the day of receipt itself does not count. `days` ≥ 0."""
    day = start
    while days > 0:
        day += timedelta(days=1)
        if is_working_day(day):
            days -= 1
    return day


def due_after_working_days(start: datetime, days: int, closes_at: time) -> datetime:
    """Closing time of the `days`-th working day after `start`, in the time zone of `start`."""
    return datetime.combine(add_working_days(start.date(), days), closes_at, tzinfo=start.tzinfo)


@dataclass(frozen=True, slots=True)
class OfficeHours:
    """When offices work on a working day, local time; the lunch hour is not taken out."""

    opens_at: time
    closes_at: time

    def add(self, start: datetime, span: timedelta) -> datetime:
        """The moment at which `span` of working time has passed since `start`. `span` ≥ 0."""
        moment = self._next_open(start)
        while (left := self._close(moment.date(), moment) - moment) < span:
            span -= left
            moment = self._next_open(datetime.combine(moment.date() + timedelta(days=1), time(), moment.tzinfo))
        return moment + span

    def between(self, start: datetime, end: datetime) -> timedelta:
        """How much working time lies between two moments; none when `end` is not later."""
        passed, day = timedelta(), start.date()
        while day <= end.date():
            if is_working_day(day):
                opens, closes = datetime.combine(day, self.opens_at, start.tzinfo), self._close(day, start)
                passed += max(timedelta(), min(end, closes) - max(start, opens))
            day += timedelta(days=1)
        return passed

    def _next_open(self, moment: datetime) -> datetime:
        """The moment itself in office hours, else the next opening."""
        day = moment.date()
        if is_working_day(day) and moment < self._close(day, moment):
            return max(moment, datetime.combine(day, self.opens_at, moment.tzinfo))
        return datetime.combine(add_working_days(day, 1), self.opens_at, moment.tzinfo)

    def _close(self, day: date, like: datetime) -> datetime:
        return datetime.combine(day, self.closes_at, like.tzinfo)
