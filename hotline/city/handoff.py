"""The city's data on hand-overs: skill groups, opening hours, results, canned replies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from hotline.calendar import Day, kind_of
from hotline.city.model import Bilingual

PLACEHOLDERS = frozenset({"name", "number", "code", "agent", "city", "hotline"})
"""The placeholders that a canned reply may hold; they are filled from the conversation if their values are known."""

LOOK_AHEAD = timedelta(days=60)
"""How far ahead an opening is looked for; if there is none, citizens are not told when agents are back."""


@dataclass(frozen=True, slots=True)
class SkillGroup:
    """Agents who answer for one field; `fallbacks` are the groups that are asked next, in order, if none of them is
    free."""

    id: str
    name: Bilingual
    fallbacks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OpeningHours:
    """When agents are at the desk: ISO weekdays (Monday is 1), and minutes of the day, without the end.

    `weekdays` ignore public holidays; `kinds` are kinds of days by the calendar, which count in addition.
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
    """A sentence that agents send often. `keys` are short strings that find it; `text` may hold {placeholders}."""

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
        """The group and its fallbacks, in the order in which they are asked. Empty for an unknown group."""
        group = self.groups.get(skill)
        return (skill, *group.fallbacks) if group else ()

    @staticmethod
    def is_filled(text: str) -> bool:
        """False for a text that still holds a placeholder of a canned reply."""
        return not any(f"{{{name}}}" in text for name in PLACEHOLDERS)

    def is_open(self, at: datetime) -> bool:
        """True within opening hours, by the city's clock."""
        minute = at.hour * 60 + at.minute
        return any(h.begins <= minute < h.ends and h.are_on(at.date()) for h in self.hours)

    def next_opening(self, at: datetime) -> datetime | None:
        """The next opening, by the city's clock; None within opening hours, or if there is none within LOOK_AHEAD."""
        if self.is_open(at):
            return None
        midnight = at.replace(hour=0, minute=0, second=0, microsecond=0)
        for day in (midnight + timedelta(days=ahead) for ahead in range(LOOK_AHEAD.days)):
            begins = [day + timedelta(minutes=h.begins) for h in self.hours if h.are_on(day.date())]
            if later := [begin for begin in begins if begin > at]:
                return min(later)
        return None

    def find_canned(self, letters: str) -> tuple[CannedReply, ...]:
        """The canned replies that have a key beginning with the letters, or the letters in title or Chinese text; all
        for no letters. Those found by a key come first."""
        wanted = letters.strip().casefold()
        found = [
            reply
            for reply in self.canned.values()
            if any(key.startswith(wanted) for key in reply.keys) or wanted in f"{reply.title}{reply.text.zh}".casefold()
        ]
        return tuple(sorted(found, key=lambda reply: not any(key.startswith(wanted) for key in reply.keys)))
