"""Due dates: working-day arithmetic with Chinese public holidays and make-up days."""

from __future__ import annotations

import logging
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
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        _warn_of_year(day.year)
        return day.weekday() < 5


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
