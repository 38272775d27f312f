"""What a reading is: its situation, its function, and examples of what it catches and what it leaves."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Any

from bot.readings.heard import Heard

Read = Callable[[Heard], Heard | None] | Callable[[Heard], Awaitable[Heard | None]]


class When(Enum):
    """The situations of a conversation."""

    ANYWHERE = auto()
    IN_DANGER = auto()
    """A danger was reported and is not over."""
    IN_THE_INTAKE = auto()
    """An intake is open."""
    FREE = auto()
    """No form is asking for anything."""
    NO_TICKET = auto()
    """As FREE, and there is no ticket."""
    TICKET = auto()
    """As FREE, and there is a ticket."""
    TICKET_NAMED = auto()
    """As FREE, and there is a ticket or the message names one."""

    def holds(self, heard: Heard) -> bool:
        """Whether the conversation is in this situation."""
        match self:
            case When.ANYWHERE:
                return True
            case When.IN_DANGER:
                return heard.danger_stands
            case When.IN_THE_INTAKE:
                return heard.is_in_the_intake
            case When.FREE:
                return heard.is_free
            case When.NO_TICKET:
                return heard.is_free and not heard.ticket
            case When.TICKET:
                return heard.is_free and bool(heard.ticket)
            case When.TICKET_NAMED:
                return heard.is_free and (bool(heard.ticket) or heard.has("ticket_number"))


OF_A_TICKET = {When.TICKET, When.TICKET_NAMED}


@dataclass(frozen=True, slots=True)
class Said:
    """An example: words, what the classifiers take them for, and the intent they become where they are caught. The
    tests put them into the reading's situation, with `slots`, with `before` (the messages just before) and `answered`
    (the assistant's answer to those, or the name of a response), and with `parts` (what is understood of parts of the
    words)."""

    text: str
    intent: str = "nlu_fallback"
    becomes: str | None = None
    category: str | None = None
    entities: Mapping[str, str] = field(default_factory=dict)
    slots: Mapping[str, Any] = field(default_factory=dict)
    before: tuple[str, ...] = ()
    answered: str = ""
    parts: tuple[Said, ...] = ()
    matter: Mapping[str, Any] = field(default_factory=dict)
    confidence: float = 0.8
    known: str | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """One rule of the chain, made by `reading`."""

    read: Read
    when: When
    catches: tuple[Said, ...]
    leaves: tuple[Said, ...]
    for_people: bool
    new_matters: bool
    goes_on: bool

    @property
    def name(self) -> str:
        """The name of its function."""
        return self.read.__name__

    @property
    def why(self) -> str:
        """Its reason: the function's docstring."""
        return inspect.getdoc(self.read) or ""

    def applies(self, heard: Heard) -> bool:
        """Whether the reading may look at this message at this point of the conversation."""
        if heard.calls_for_people and not self.for_people:
            return False
        if heard.is_a_new_matter and not self.new_matters:
            return False
        return self.when.holds(heard)

    async def __call__(self, heard: Heard) -> Heard | None:
        """How the message is read; None when the reading leaves it."""
        if not self.applies(heard):
            return None
        found = self.read(heard)
        return await found if inspect.isawaitable(found) else found


def reading(
    when: When,
    *,
    catches: Said | tuple[Said, ...],
    leaves: Said | tuple[Said, ...],
    for_people: bool = False,
    new_matters: bool | None = None,
    goes_on: bool = False,
) -> Callable[[Read], Reading]:
    """Make a function a reading of the situation `when`.

    Messages that tell of danger or ask for an agent reach it only with `for_people`. A reading about tickets does not
    see messages that state a new matter unless it has `new_matters`, for words that say outright what they are about.
    What a reading returns is final; with `goes_on`, the next readings read it.
    """
    also_new = when not in OF_A_TICKET if new_matters is None else new_matters
    caught = catches if isinstance(catches, tuple) else (catches,)
    left = leaves if isinstance(leaves, tuple) else (leaves,)
    return lambda read: Reading(read, when, caught, left, for_people, also_new, goes_on)
