"""What the ticket use cases need from the outside, as protocols."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import date, datetime
from typing import Any, Protocol

from hotline.tickets.access import Guesses
from hotline.tickets.model import Rating, Status, Ticket, TimelineEntry


class TicketRepository(Protocol):
    """Tickets in the database, inside one transaction."""

    def next_serial(self, day: date) -> int:
        """The next free serial of the day, from 1; never handed out twice."""

    def add(self, ticket: Ticket, key: str) -> None:
        """Store a new ticket under the key of the message that caused it."""

    def by_key(self, key: str) -> Ticket | None:
        """The ticket that a message caused, if any."""

    def by_number(self, number: str) -> Ticket | None:
        """One ticket with its timeline."""

    def of_citizen(self, channel: str, sender: str, phone: str | None, limit: int) -> Sequence[Ticket]:
        """The newest tickets of a sender, or of a phone that the channel vouches for; without timelines."""

    def listed(self, filters: Mapping[str, Any], limit: int, before: str | None) -> Sequence[Ticket]:
        """Tickets for trusted systems, newest first, before a number."""

    def set_status(self, number: str, was: Status, becomes: Status) -> bool:
        """Move from one status to another; False when it was not in the first one any more."""

    def append(self, number: str, entry: TimelineEntry) -> bool:
        """Add one step to the timeline; False for a step whose key is there already."""

    def describe(self, number: str, description: str) -> None:
        """Replace the description."""

    def set_confidential(self, number: str, confidential: bool) -> None:
        """Store whether the citizen's details are kept secret."""

    def rate(self, number: str, rating: Rating) -> None:
        """Store the citizen's rating."""

    def guesses(self, number: str) -> Guesses:
        """Wrong lookup codes tried on a number, locked against other transactions; none yet for a new number."""

    def note_guesses(self, number: str, guesses: Guesses) -> None:
        """Remember them."""


class EventLog(Protocol):
    """The outbox: events committed with the data they tell of."""

    def add(self, type: str, subject: str, data: Mapping[str, Any], at: datetime) -> None:
        """Record one event; published after the commit."""


class TicketUnit(Protocol):
    """One transaction."""

    @property
    def tickets(self) -> TicketRepository: ...

    @property
    def events(self) -> EventLog: ...


class OpenUnit(Protocol):
    """Starts a transaction; leaving it without an exception commits, else everything is undone."""

    def __call__(self) -> AbstractContextManager[TicketUnit]: ...
