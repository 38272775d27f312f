"""Due dates: arithmetic with working days and office hours."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from hotline.calendar import is_working_day


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
    """The office hours of a working day, local time; the lunch break counts as working time."""

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
        """The working time between two moments; zero when `end` is not later."""
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
