"""Periods of whole days over which numbers are counted."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

LONGEST = timedelta(days=366)
WEEK = re.compile(r"(\d{4})-W(\d{2})")


class WrongPeriod(Exception):
    """The days do not form a valid period; the message says why."""


@dataclass(frozen=True, slots=True)
class Period:
    """From the first to the last day, both included. Raises WrongPeriod if it is empty or longer than a year."""

    first: date
    last: date

    def __post_init__(self) -> None:
        if not timedelta(0) <= self.last - self.first < LONGEST:
            raise WrongPeriod(f"{self.first} to {self.last} is no period of at most {LONGEST.days} days")

    @classmethod
    def week(cls, name: str) -> Period:
        """The week, from Monday to Sunday, with an ISO 8601 name such as 2026-W47. Raises WrongPeriod."""
        found = WEEK.fullmatch(name)
        try:
            year, week = map(int, found.groups() if found else ("", ""))
            first = date.fromisocalendar(year, week, 1)
        except (ValueError, OverflowError):
            raise WrongPeriod(f"{name[:20]} is no week") from None
        return cls.week_of(first)

    @classmethod
    def week_of(cls, day: date) -> Period:
        """The week, from Monday to Sunday, of a day."""
        monday = day - timedelta(days=day.weekday())
        return cls(monday, monday + timedelta(days=6))

    @classmethod
    def month_of(cls, day: date) -> Period:
        """The calendar month of a day."""
        first = day.replace(day=1)
        return cls(first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1))

    @property
    def days(self) -> int:
        """The number of days."""
        return (self.last - self.first).days + 1

    def __iter__(self) -> Iterator[date]:
        """Each day in order."""
        return (self.first + timedelta(days=n) for n in range(self.days))

    @property
    def end(self) -> date:
        """The day after the last."""
        return self.last + timedelta(days=1)

    @property
    def week_name(self) -> str:
        """The ISO 8601 name of the week that the first day lies in."""
        year, week, _ = self.first.isocalendar()
        return f"{year}-W{week:02}"

    def before(self, times: int = 1) -> Period:
        """The period that ends the day before this one begins, `times` times as long."""
        return Period(self.first - timedelta(days=self.days * times), self.first - timedelta(days=1))
