"""The weekly bulletin (周通报): the numbers of a week, stored as they stood when it was made so that they do not change
later."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from hotline.clock import ZONE, Clock
from hotline.staff.model import SYSTEM, Actor
from hotline.statistics.hot_spots import HotSpot
from hotline.statistics.model import By, Counts, PartCounts
from hotline.statistics.period import Period
from hotline.statistics.ports import OpenUnit
from hotline.statistics.service import Statistics
from hotline.transaction import AlreadyStored

ISSUED_AT = timedelta(hours=6)
"""The time on Monday, in the city's zone, from which the bulletin of the previous week is made."""
MOST_MISSED = 52
STUCK = 15


class WeekNotOver(Exception):
    """The week is not over, so it has no bulletin yet; the message names the week."""


@dataclass(frozen=True, slots=True)
class Stuck:
    """A ticket that was overdue when the bulletin was made; nothing of its citizen."""

    number: str
    category: str | None
    lead: str
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Bulletin:
    """The numbers of a week and, for comparison, of the week before, both counted at the moment `at`.

    `units` and `matters` are the week by department and by category. `stuck` are the tickets overdue longest at that
    moment, whenever they were received. `is_kept` is False for a bulletin that was counted but not stored.
    """

    week: Period
    at: datetime
    total: Counts
    before: Counts
    units: tuple[PartCounts, ...]
    matters: tuple[PartCounts, ...]
    hot_spots: tuple[HotSpot, ...]
    stuck: tuple[Stuck, ...]
    is_kept: bool = True


def weeks_due(now: datetime, newest: date | None) -> list[Period]:
    """The weeks whose bulletin is due but not stored, oldest first; `newest`: the Monday of the newest stored one.

    From ISSUED_AT on Monday these are the previous week and all weeks missed since `newest`, at most MOST_MISSED.
    If no bulletin was ever stored, only the previous week.
    """
    last = Period.week_of((now.astimezone(ZONE) - ISSUED_AT).date()).before()
    earliest = (
        last.first if newest is None else max(newest + timedelta(weeks=1), last.first - timedelta(weeks=MOST_MISSED))
    )
    weeks = range((last.first - earliest).days // 7 + 1)
    return [Period.week_of(earliest + timedelta(weeks=week)) for week in weeks]


class Bulletins:
    """Makes, stores and reads bulletins. Raises hotline.transaction.StorageUnavailable when the database is down."""

    def __init__(self, open_unit: OpenUnit, numbers: Statistics, now: Clock) -> None:
        self._open_unit = open_unit
        self._numbers = numbers
        self._now = now

    def make_due(self) -> list[str]:
        """Make the bulletins that are due; returns the names of their weeks. If several workers call this, each week is
        made once."""
        with self._open_unit.reading() as unit:
            newest = unit.bulletins.newest()
        return [week.week_name for week in weeks_due(self._now(), newest) if self._keep(week, SYSTEM)]

    def make(self, week: Period, by: Actor, again: bool = False) -> tuple[Bulletin, bool]:
        """The bulletin of a week, made now unless it is stored already, and whether it was made now.

        `again` recounts a stored one and replaces it. Raises WeekNotOver.
        """
        if self._now().astimezone(ZONE).date() <= week.last:
            raise WeekNotOver(f"{week.week_name} is not over")
        kept = self.of(week)
        if kept.is_kept and not again:
            return kept, False
        is_new = self._keep(week, by, again)
        return self.of(week), is_new

    def of(self, week: Period) -> Bulletin:
        """The stored bulletin of a week; if there is none, the week's present numbers, which are not stored."""
        with self._open_unit.reading() as unit:
            kept = unit.bulletins.get(week)
        return kept or self._counted(week)

    def kept(self, limit: int) -> Sequence[tuple[Period, datetime]]:
        """The weeks of the newest stored bulletins and when each was made, newest first."""
        with self._open_unit.reading() as unit:
            return unit.bulletins.latest(limit)

    def _keep(self, week: Period, by: Actor, again: bool = False) -> bool:
        """Count a week and store its bulletin; False when one is stored already."""
        made = self._counted(week)
        try:
            with self._open_unit() as unit:
                unit.bulletins.keep(made, again)
                unit.audit.add(by, "bulletin.made", week.week_name, made.at, data={"again": again})
        except AlreadyStored:
            return False
        return True

    def _counted(self, week: Period) -> Bulletin:
        now = self._now()
        units, matters = self._numbers.report(week), self._numbers.report(week, By.CATEGORY)
        before = self._numbers.report(week.before())
        with self._open_unit.reading() as unit:
            stuck = tuple(unit.statistics.stuck(now, STUCK))
        return Bulletin(week, now, units.total, before.total, units.rows, matters.rows, units.hot_spots, stuck, False)
