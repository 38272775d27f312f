"""How one city's people take conversations over: skill groups, opening hours, results, canned replies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from hotline.calendar import Day, kind_of
from hotline.city.model import Bilingual

PLACEHOLDERS = frozenset({"name", "number", "code", "agent", "city", "hotline"})
"""What a canned reply may hold; filled from the conversation as far as it is known there."""

LOOK_AHEAD = timedelta(days=60)
"""Where nobody sits for so long, nothing is said of when people are back."""


@dataclass(frozen=True, slots=True)
class SkillGroup:
    """Agents who answer for one field; `fallbacks` are the groups asked next, in order, when nobody of it is free."""

    id: str
    name: Bilingual
    fallbacks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OpeningHours:
    """When agents sit at the desk: ISO weekdays (Monday is 1), and minutes of the day, the end left out.

    `kinds` are days by the calendar, beside the weekdays, which know no holidays.
    """

    weekdays: tuple[int, ...]
    begins: int
    ends: int
    kinds: tuple[Day, ...] = ()

    @property
    def is_always(self) -> bool:
        """True for every hour of every day."""
        return len(set(self.weekdays)) == 7 and self.begins == 0 and self.ends == 24 * 60

    def are_on(self, day: date) -> bool:
        """True for a day with these hours."""
        return day.isoweekday() in self.weekdays or (bool(self.kinds) and kind_of(day) in self.kinds)


@dataclass(frozen=True, slots=True)
class CannedReply:
    """A sentence that agents send often. `keys` are the few letters that find it; `text` may hold {placeholders}."""

    id: str
    title: str
    keys: tuple[str, ...]
    text: Bilingual


@dataclass(frozen=True, slots=True)
class HandoffRules:
    """The data of the hand-over. `results` are the codes with which an agent closes a conversation."""

    groups: Mapping[str, SkillGroup]
    general: str
    hours: tuple[OpeningHours, ...]
    results: Mapping[str, Bilingual]
    canned: Mapping[str, CannedReply]

    def chain(self, skill: str) -> tuple[str, ...]:
        """The group and those that stand in for it, in the order in which they are asked. Empty for an unknown one."""
        group = self.groups.get(skill)
        return (skill, *group.fallbacks) if group else ()

    @staticmethod
    def is_filled(text: str) -> bool:
        """False for a text in which a placeholder of a canned reply is left."""
        return not any(f"{{{name}}}" in text for name in PLACEHOLDERS)

    def is_open(self, at: datetime) -> bool:
        """True while agents should be there, by the city's clock."""
        minute = at.hour * 60 + at.minute
        return any(h.begins <= minute < h.ends and h.are_on(at.date()) for h in self.hours)

    def next_opening(self, at: datetime) -> datetime | None:
        """When agents are there again, by the city's clock; None while they should be there, or when they never are."""
        if self.is_open(at):
            return None
        midnight = at.replace(hour=0, minute=0, second=0, microsecond=0)
        for day in (midnight + timedelta(days=ahead) for ahead in range(LOOK_AHEAD.days)):
            begins = [day + timedelta(minutes=h.begins) for h in self.hours if h.are_on(day.date())]
            if later := [begin for begin in begins if begin > at]:
                return min(later)
        return None

    def find_canned(self, letters: str) -> tuple[CannedReply, ...]:
        """The canned replies whose keys begin with the letters or whose title or text holds them; all for none."""
        wanted = letters.strip().casefold()
        found = [
            reply
            for reply in self.canned.values()
            if any(key.startswith(wanted) for key in reply.keys) or wanted in f"{reply.title}{reply.text.zh}".casefold()
        ]
        return tuple(sorted(found, key=lambda reply: not any(key.startswith(wanted) for key in reply.keys)))
