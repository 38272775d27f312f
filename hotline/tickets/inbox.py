"""Queries on a unit's inbox: which part to show, and how words find a ticket without revealing its citizen."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby

from hotline.texts import texts
from hotline.tickets.lifecycle import RULES, Action

UNSIGNED = RULES[Action.ACCEPT].origins
"""Statuses in which the unit has not accepted the ticket yet."""


class Show(StrEnum):
    """A filter on a unit's inbox."""

    NEW = "new"
    OVERDUE = "overdue"


@dataclass(frozen=True, slots=True)
class InboxQuery:
    """A search among the open tickets of a unit; an empty field does not filter."""

    words: str = ""
    show: Show | None = None

    @property
    def digits(self) -> str:
        """The words as part of a ticket number: without the spaces with which numbers are shown."""
        return self.words.replace(" ", "")

    def stored(self) -> list[str]:
        """The pieces, in order, that a ticket's stored text must contain if the unit can read the search words in it.

        Characters that may stand for something hidden are left out, and so are letters whose case databases fold
        differently. A ticket without these pieces cannot match; one with them may match (see `means`).
        """
        hidden = frozenset(texts().say("hidden"))
        runs = groupby(self.words, key=lambda letter: letter not in hidden and _is_alike_everywhere(letter))
        return ["".join(run) for is_alike, run in runs if is_alike]

    def means(self, number: str, text: str) -> bool:
        """True when the ticket's number, or its text as its unit reads it, contains the search words."""
        return self.words.casefold() in text.casefold() or self.digits in number


@dataclass(frozen=True, slots=True)
class Counts:
    """How many tickets of a unit are open, not accepted yet, and overdue."""

    open: int = 0
    new: int = 0
    overdue: int = 0


def _is_alike_everywhere(letter: str) -> bool:
    return letter.isprintable() and (letter.isascii() or letter.upper() == letter.casefold() == letter)
