"""Counts of tickets and the rates that are made of them. A ticket counts in the period that it was received in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date
from enum import StrEnum

from hotline.statistics.hot_spots import HotSpot
from hotline.statistics.period import Period
from hotline.tickets.model import Status


class By(StrEnum):
    """What numbers are shown by."""

    DEPARTMENT = "department"
    DISTRICT = "district"
    CATEGORY = "category"
    CHANNEL = "channel"
    REQUEST_TYPE = "request_type"
    DAY = "day"


@dataclass(frozen=True, slots=True)
class Counts:
    """Tickets of a period or of a part of it; all can be added up. What each is: docs/metrics.md."""

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
        """Sent to the unit that kept it."""
        return self.dispatched - self.rerouted

    @property
    def told(self) -> int:
        """How often citizens told a matter, known or not."""
        return self.received + self.repeats

    @property
    def told_again(self) -> int:
        """How often it was known already."""
        return self.repeats + self.merged

    @property
    def opinions(self) -> int:
        """What citizens said after a reply."""
        return self.confirmed + self.objected

    def rate(self, name: str) -> float | None:
        """A rate of RATES between 0 and 1; None when there is nothing to divide by. KeyError for an unknown one."""
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
"""Each rate is one count over another; the first three are the national 三率. Sources: docs/metrics.md."""


def total(parts: Iterable[Counts]) -> Counts:
    """Everything added up."""
    kept = list(parts)
    return Counts(**{field.name: sum(getattr(part, field.name) for part in kept) for field in fields(Counts)})


@dataclass(frozen=True, slots=True)
class Row:
    """The numbers of one part: a department, a district, a day …; `key` is empty for what has none."""

    key: str
    counts: Counts


@dataclass(frozen=True, slots=True)
class TimeInState:
    """How long tickets stayed in a status that they have left: seconds of the clock altogether, how many stays."""

    status: Status
    seconds: float
    stays: int

    @property
    def hours(self) -> float:
        """On average."""
        return self.seconds / 3600 / self.stays


@dataclass(frozen=True, slots=True)
class Guidance:
    """How often a supervisor has guided a key ticket in a period: seconds of the clock from the marks, altogether."""

    seconds: float = 0
    given: int = 0

    @property
    def hours(self) -> float | None:
        """On average; None where there was none."""
        return self.seconds / 3600 / self.given if self.given else None


@dataclass(frozen=True, slots=True)
class DayNumbers:
    """What a day's tickets that have ended count for; `events` tells how much had happened to the day by then."""

    events: int
    rows: Mapping[By, tuple[Row, ...]]
    states: tuple[TimeInState, ...]

    @classmethod
    def of(cls, events: int, rows: Mapping[By, Iterable[Row]], states: Iterable[TimeInState]) -> DayNumbers:
        """In one order and with seconds rounded, so that equal numbers are equal."""
        ordered = {by: tuple(sorted(parts, key=lambda row: row.key)) for by, parts in rows.items()}
        rounded = (TimeInState(state.status, round(state.seconds), state.stays) for state in states)
        return cls(events, ordered, tuple(sorted(rounded, key=lambda state: state.status)))


@dataclass(frozen=True, slots=True)
class Report:
    """The numbers of a period; of one department only when it is named, and then without the hotline's guidance."""

    period: Period
    by: By
    department: str | None
    total: Counts
    rows: tuple[Row, ...]
    days: tuple[tuple[date, int], ...]
    states: tuple[TimeInState, ...]
    hot_spots: tuple[HotSpot, ...]
    guidance: Guidance | None
