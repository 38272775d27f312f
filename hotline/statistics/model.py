"""Counts of tickets and the rates computed from them. A ticket counts in the period in which it was received."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date
from enum import StrEnum

from hotline.statistics.hot_spots import HotSpot
from hotline.statistics.period import Period
from hotline.tickets.model import Status


class By(StrEnum):
    """The dimension by which numbers are broken down. An emergency without a category counts under its danger kind."""

    DEPARTMENT = "department"
    DISTRICT = "district"
    CATEGORY = "category"
    CHANNEL = "channel"
    REQUEST_TYPE = "request_type"
    DAY = "day"


@dataclass(frozen=True, slots=True)
class Counts:
    """Counts of the tickets of a period or of a part of it; all can be added up. Definitions: docs/metrics.md."""

    received: int = 0
    direct: int = 0
    dispatched: int = 0
    returned: int = 0
    rerouted: int = 0
    response_due: int = 0
    response_on_time: int = 0
    reply_due: int = 0
    reply_on_time: int = 0
    replied: int = 0
    reopened: int = 0
    judged: int = 0
    solved: int = 0
    confirmed: int = 0
    objected: int = 0
    repeats: int = 0
    merged: int = 0
    ended: int = 0
    overdue: int = 0

    @property
    def right_at_first(self) -> int:
        """How many tickets were first sent to the unit that kept them."""
        return self.dispatched - self.rerouted

    @property
    def told(self) -> int:
        """How often citizens reported a matter, new or known."""
        return self.received + self.repeats

    @property
    def told_again(self) -> int:
        """How often citizens reported a matter that was known already."""
        return self.repeats + self.merged

    @property
    def opinions(self) -> int:
        """How many times citizens confirmed or objected after a reply."""
        return self.confirmed + self.objected

    def rate(self, name: str) -> float | None:
        """A rate of RATES, between 0 and 1; None when its divisor is 0. KeyError for an unknown name."""
        part, whole = (getattr(self, each) for each in RATES[name])
        return part / whole if whole else None

    @property
    def rates(self) -> dict[str, float | None]:
        """All rates by name."""
        return {name: self.rate(name) for name in RATES}


RATES: Mapping[str, tuple[str, str]] = {
    "response": ("response_on_time", "response_due"),
    "solved": ("solved", "judged"),
    "satisfied": ("confirmed", "opinions"),
    "on_time": ("reply_on_time", "reply_due"),
    "direct": ("direct", "received"),
    "first_dispatch": ("right_at_first", "dispatched"),
    "return": ("returned", "dispatched"),
    "reopen": ("reopened", "replied"),
    "repeat": ("told_again", "told"),
}
"""Each rate is the first count divided by the second; the first three are the national 三率.

Sources: docs/metrics.md."""


def total(parts: Iterable[Counts]) -> Counts:
    """The sum of all counts."""
    kept = list(parts)
    return Counts(**{field.name: sum(getattr(part, field.name) for part in kept) for field in fields(Counts)})


@dataclass(frozen=True, slots=True)
class PartCounts:
    """The counts of one part: a department, a district, a day …; `key` is "" for tickets that have none."""

    key: str
    counts: Counts


@dataclass(frozen=True, slots=True)
class TimeInState:
    """How long tickets stayed in a status before they left it: the sum in seconds of the clock, the number of stays."""

    status: Status
    seconds: float
    stays: int

    @property
    def hours(self) -> float:
        """The average stay in hours."""
        return self.seconds / 3600 / self.stays


@dataclass(frozen=True, slots=True)
class Guidance:
    """Guidance given on key tickets in a period: how often, and the sum of the seconds of the clock since the marks."""

    seconds: float = 0
    given: int = 0

    @property
    def hours(self) -> float | None:
        """The average time from mark to guidance in hours; None if there was no guidance."""
        return self.seconds / 3600 / self.given if self.given else None


@dataclass(frozen=True, slots=True)
class DayNumbers:
    """The numbers of a day's ended tickets; `events` is the day's event counter when they were counted."""

    events: int
    rows: Mapping[By, tuple[PartCounts, ...]]
    states: tuple[TimeInState, ...]

    @classmethod
    def of(cls, events: int, rows: Mapping[By, Iterable[PartCounts]], states: Iterable[TimeInState]) -> DayNumbers:
        """Numbers in a fixed order and with seconds rounded, so that equal numbers compare equal."""
        ordered = {by: tuple(sorted(parts, key=lambda row: row.key)) for by, parts in rows.items()}
        rounded = (TimeInState(state.status, round(state.seconds), state.stays) for state in states)
        return cls(events, ordered, tuple(sorted(rounded, key=lambda state: state.status)))


@dataclass(frozen=True, slots=True)
class Report:
    """The numbers of a period; only those of `department` if it is set, and then without `guidance`."""

    period: Period
    by: By
    department: str | None
    total: Counts
    rows: tuple[PartCounts, ...]
    days: tuple[tuple[date, int], ...]
    states: tuple[TimeInState, ...]
    hot_spots: tuple[HotSpot, ...]
    guidance: Guidance | None
