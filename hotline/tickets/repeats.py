"""Finds repeats: tickets about the same matter, of the same citizen or of others. Precision before recall.

Source: 国办函〔2025〕66号, 重复诉求原则上并单处理. A wrong merge leaves a citizen without an answer; a missed one only
costs an agent a second look.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Protocol

from hotline.tickets.model import ENDED, Intake, Status, Ticket

SAME_MATTER = 0.45
SAME_MATTER_THERE = 0.2
LIKE_WORDS = 0.4
SAME_PLACE = 0.6
SAME_MEANING = 0.93
"""Cosine of multilingual-e5-small vectors. It is above every pair of different matters at the same place in half a of
tests/understanding/repeats.csv."""

MAX_COMPARED = 8
MAX_SUGGESTIONS = 5

_DISTRICT = re.compile(r"^(\w{2,3}市)?\w{1,3}(?<![小社园校街景厂])[区县]")  # stored apart; only some people say it
_NOISE = re.compile(r"[\W_]+")


class Meaning(Protocol):
    """Compares the meaning of a text with others: the cosines of their sentence vectors; None when the vectors are not
    available now."""

    def __call__(self, said: str, others: Sequence[str]) -> Sequence[float] | None: ...


def unknown_meaning(said: str, others: Sequence[str]) -> None:
    """The Meaning to use without a dialogue process: words alone decide."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A ticket that seems to be about the same matter, with the similarity of matter and place, 0 to 1."""

    ticket: Ticket
    matter: float
    place: float


def repeated(intake: Intake, district: str | None, own: Iterable[Ticket], meaning: Meaning) -> Ticket | None:
    """The citizen's own ticket that a new matter repeats, if any. It has the same category and no different place, and
    similar words or, at the same place, the same meaning. `district`: the name of the new matter's district. `own`: the
    citizen's open tickets, also those merged into an open one.

    A matter of danger is never taken for a repeat.
    """
    if intake.category is None or intake.danger is not None:
        return None
    there = []
    for ticket in own:
        if ticket.status in ENDED - {Status.MERGED} or ticket.danger or ticket.category != intake.category:
            continue
        if ticket.district and district and ticket.district != district:
            continue
        place = _place(ticket.location, intake.location)
        words = likeness(ticket.description, intake.description)
        if words >= SAME_MATTER if place is None else place >= SAME_PLACE and words >= SAME_MATTER_THERE:
            return ticket
        if place is not None and place >= SAME_PLACE:
            there.append(ticket)
    there = there[:MAX_COMPARED]
    alike = meaning(intake.description, [ticket.description for ticket in there]) if there else None
    best = max(zip(alike, there, strict=True), key=lambda each: each[0]) if alike else None
    return best[1] if best and best[0] >= SAME_MEANING else None


def suggested(ticket: Ticket, others: Iterable[Ticket], meaning: Meaning) -> Sequence[Suggestion]:
    """Tickets of other citizens that may be about the same matter, most alike first.

    `others` must have its category and district. A suggestion has the same place and a similar meaning, or similar
    words while the meaning is not available.
    """
    there = []
    for other in others:
        if other.number == ticket.number or other.status in ENDED or ticket.merged_into == other.number:
            continue
        place = _place(ticket.location, other.location)
        if place is not None and place >= SAME_PLACE:
            there.append((place, other))
    there = sorted(there, key=lambda each: each[0], reverse=True)[:MAX_COMPARED]
    said = [other.description for _, other in there]
    alike, least = meaning(ticket.description, said) if said else None, SAME_MEANING
    if alike is None:
        alike, least = [likeness(ticket.description, other) for other in said], LIKE_WORDS
    found = [
        Suggestion(other, round(matter, 2), round(place, 2))
        for matter, (place, other) in zip(alike, there, strict=True)
        if matter >= least
    ]
    return sorted(found, key=lambda s: s.matter + s.place, reverse=True)[:MAX_SUGGESTIONS]


def likeness(one: str, other: str) -> float:
    """The similarity of two texts, 0 to 1: the cosine of their counts of character pairs. Knows no synonyms."""
    a, b = _pairs(one), _pairs(other)
    if not a or not b:
        return 0.0
    shared = sum(count * b[pair] for pair, count in a.items())
    return shared / sqrt(sum(c * c for c in a.values()) * sum(c * c for c in b.values()))


def _place(one: str | None, other: str | None) -> float | None:
    """The similarity of two places, 0 to 1; None when one is unknown. A different house number is a different place."""
    if not one or not other:
        return None
    numbers = [set(re.findall(r"\d+", place)) for place in (one, other)]
    if numbers[0] and numbers[1] and not numbers[0] & numbers[1]:
        return 0.0
    return likeness(*(_DISTRICT.sub("", place) or place for place in (one, other)))


def _pairs(text: str) -> Counter[str]:
    plain = _NOISE.sub("", text).casefold()
    return Counter(plain[i : i + 2] for i in range(len(plain) - 1)) or Counter(plain)
