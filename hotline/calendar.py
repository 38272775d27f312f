"""Working days and days off in China: public holidays, weekends, and make-up days (调休)."""

from __future__ import annotations

import logging
from datetime import date
from enum import StrEnum
from functools import lru_cache

import chinese_calendar

logger = logging.getLogger(__name__)

FIXED = frozenset({(1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3)})
"""Public holidays on the same date every year, as (month, day). Source: 全国年节及纪念日放假办法, amended in 2024."""


class Day(StrEnum):
    """The kind of a day; each day has exactly one. A weekend day that is worked (调休) is a working day."""

    WORKING = "working_days"
    WEEKEND = "weekends"
    HOLIDAY = "public_holidays"


def kind_of(day: date) -> Day:
    """The kind of `day`. A weekend inside a holiday counts as holiday.

    Source: the State Council's yearly holiday notice, as packaged by `chinesecalendar`. While a year has no notice yet,
    only the fixed-date holidays count and every other Monday to Friday is a working day; a warning is logged once.
    """
    if _has_notice(day.year):
        return _by_notice(day)
    if (day.month, day.day) in FIXED:
        return Day.HOLIDAY
    return Day.WORKING if day.weekday() < 5 else Day.WEEKEND


def is_working_day(day: date) -> bool:
    """True when offices work on `day`."""
    return kind_of(day) is Day.WORKING


@lru_cache(maxsize=4096)
def _by_notice(day: date) -> Day:
    is_free, holiday = chinese_calendar.get_holiday_detail(day)
    if not is_free:
        return Day.WORKING
    return Day.HOLIDAY if holiday else Day.WEEKEND


@lru_cache
def _has_notice(year: int) -> bool:
    try:
        chinese_calendar.get_holiday_detail(date(year, 1, 1))
    except NotImplementedError:
        logger.warning("no holiday notice for %d yet: Monday to Friday count as working days", year)
        return False
    return True
