"""A unit's inbox: what of its work is asked for, and which words find a ticket whose citizen the unit does not know."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby

from hotline.tickets.lifecycle import RULES, Action
from hotline.wording import texts

UNSIGNED = RULES[Action.ACCEPT].origins
"""Where the unit has not said yet that it has the ticket."""


class Show(StrEnum):
    """A part of what a unit has to do."""

    NEW = "new"
    OVERDUE = "overdue"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for among the open tickets of a unit; nothing leaves a part open."""

    words: str = ""
    show: Show | None = None

    @property
    def digits(self) -> str:
        """The words as a part of a ticket's number, which is read in two halves."""
        return self.words.replace(" ", "")

    def stored(self) -> list[str]:
        """What the stored words of a ticket hold, in this order, when a unit reads these words there.

        Left out is what may stand for something hidden, and letters whose case databases see differently: what holds
        these parts may be meant, and nothing else is.
        """
        hidden = frozenset(texts().say("hidden"))
        runs = groupby(self.words, key=lambda letter: letter not in hidden and _is_alike_everywhere(letter))
        return ["".join(run) for is_alike, run in runs if is_alike]

    def means(self, number: str, text: str) -> bool:
        """True when a number, or the words of a ticket as its unit reads them, hold what is looked for."""
        return self.words.casefold() in text.casefold() or self.digits in number


@dataclass(frozen=True, slots=True)
class Counts:
    """How many tickets of a unit are open, not signed for yet, and overdue."""

    open: int = 0
    new: int = 0
    overdue: int = 0


def _is_alike_everywhere(letter: str) -> bool:
    return letter.isprintable() and (letter.isascii() or letter.upper() == letter.casefold() == letter)
