"""The days on which China works and rests: public holidays, weekends, and make-up days (调休)."""

from __future__ import annotations

import logging
from datetime import date
from enum import StrEnum
from functools import lru_cache

import chinese_calendar

logger = logging.getLogger(__name__)

FIXED = frozenset({(1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3)})
"""Month and day of the public holidays that every year has. Source: 全国年节及纪念日放假办法, as changed in 2024."""


class Day(StrEnum):
    """What a day is by the calendar; each day is one of them. A weekend day that is worked is a working day."""

    WORKING = "working_days"
    WEEKEND = "weekends"
    HOLIDAY = "public_holidays"


def kind_of(day: date) -> Day:
    """What `day` is. The weekends inside a holiday belong to it.

    Source: the State Council's yearly holiday notice, as packaged by `chinesecalendar`. For a year without a notice yet
    only the holidays of a fixed date are known, else Monday to Friday are worked; a warning is logged once.
    """
    noticed = _by_notice(day)
    if noticed is not None:
        return noticed
    _warn_of_year(day.year)
    if (day.month, day.day) in FIXED:
        return Day.HOLIDAY
    return Day.WORKING if day.weekday() < 5 else Day.WEEKEND


def is_working_day(day: date) -> bool:
    """True when offices work on `day`."""
    return kind_of(day) is Day.WORKING


@lru_cache(maxsize=4096)
def _by_notice(day: date) -> Day | None:
    try:
        is_free, holiday = chinese_calendar.get_holiday_detail(day)
    except NotImplementedError:
        return None
    if not is_free:
        return Day.WORKING
    return Day.HOLIDAY if holiday else Day.WEEKEND


@lru_cache
def _warn_of_year(year: int) -> None:
    logger.warning("no holiday notice for %d yet: Monday to Friday count as working days", year)
