"""Repeats: the same citizen about the same matter, and others about the same matter. Precision before recall.

Source: 国办函〔2025〕66号, 重复诉求原则上并单处理. A wrong merge leaves somebody without an answer; a missed one costs a look.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Protocol

from hotline.tickets.model import ENDED, Intake, Ticket

SAME_MATTER = 0.45
SAME_MATTER_THERE = 0.2
SAME_PLACE = 0.6
ALIKE = 0.55
MAX_SUGGESTIONS = 5

_NOISE = re.compile(r"[\W_]+")


class Similarity(Protocol):
    """How alike two texts are: 0 nothing in common, 1 the same."""

    def __call__(self, one: str, other: str) -> float: ...


class NgramSimilarity:
    """The cosine of the counts of character pairs: needs no model, knows no synonyms."""

    def __call__(self, one: str, other: str) -> float:
        """See Similarity."""
        a, b = _pairs(one), _pairs(other)
        if not a or not b:
            return 0.0
        shared = sum(count * b[pair] for pair, count in a.items())
        return shared / sqrt(sum(c * c for c in a.values()) * sum(c * c for c in b.values()))


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A ticket that seems to be about the same matter: how alike words and place are."""

    ticket: Ticket
    words: float
    place: float


def repeated(intake: Intake, district: str | None, own: Iterable[Ticket], similarity: Similarity) -> Ticket | None:
    """The citizen's own open ticket that a new matter (in a district, by name) repeats: same category, no other place,
    like words.

    A matter of danger is never taken for a repeat.
    """
    if intake.category is None or intake.danger is not None:
        return None
    for ticket in own:
        if ticket.status in ENDED or ticket.danger or ticket.category != intake.category:
            continue
        if ticket.district and district and ticket.district != district:
            continue
        place = _place(ticket.location, intake.location, similarity)
        words = similarity(ticket.description, intake.description)
        if words >= SAME_MATTER if place is None else place >= SAME_PLACE and words >= SAME_MATTER_THERE:
            return ticket
    return None


def suggested(ticket: Ticket, others: Iterable[Ticket], similarity: Similarity) -> Sequence[Suggestion]:
    """Tickets of other citizens that may be about the same matter, most alike first.

    `others` have its category and district already; the place has to be the same one, and the words alike.
    """
    found = []
    for other in others:
        if other.number == ticket.number or other.status in ENDED or ticket.merged_into == other.number:
            continue
        place = _place(ticket.location, other.location, similarity)
        words = similarity(ticket.description, other.description)
        if place is not None and place >= SAME_PLACE and (place + words) / 2 >= ALIKE:
            found.append(Suggestion(other, round(words, 2), round(place, 2)))
    return sorted(found, key=lambda s: s.words + s.place, reverse=True)[:MAX_SUGGESTIONS]


def _place(one: str | None, other: str | None, similarity: Similarity) -> float | None:
    """How alike two places are; None when one is not known. Another house number is another place."""
    if not one or not other:
        return None
    numbers = [set(re.findall(r"\d+", place)) for place in (one, other)]
    if numbers[0] and numbers[1] and not numbers[0] & numbers[1]:
        return 0.0
    return similarity(one, other)


def _pairs(text: str) -> Counter[str]:
    plain = _NOISE.sub("", text).casefold()
    return Counter(plain[i : i + 2] for i in range(len(plain) - 1)) or Counter(plain)
