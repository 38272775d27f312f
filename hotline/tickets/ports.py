"""What the ticket use cases need from the outside, as protocols."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Protocol, TypeAlias

from hotline.audit.ports import AuditLog
from hotline.staff.model import Actor
from hotline.tickets.access import Guesses
from hotline.tickets.inbox import Counts, InboxQuery
from hotline.tickets.lifecycle import Stage
from hotline.tickets.model import Ticket, TimelineEntry
from hotline.tickets.records import Deadline, KeyClass, Kind, Mark, Request, RequestOutcome, Step, Task
from hotline.transaction import Opening


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

    def of_citizen(
        self, channel: str, sender: str, phone: str | None, limit: int, timelines: bool = False
    ) -> Sequence[Ticket]:
        """The newest tickets of a sender, or of a phone that the channel vouches for."""

    def listed(self, filters: Mapping[str, Any], limit: int, before: str | None) -> Sequence[Ticket]:
        """Tickets for trusted systems, newest first, before a number."""

    def locked(self, number: str) -> Ticket | None:
        """One ticket with its timeline, locked against other transactions until this one ends."""

    def change(self, number: str, **columns: Any) -> None:
        """Store new values of a locked ticket's fields; its version grows by one."""

    def sorted_but_received(self, before: datetime, limit: int) -> Sequence[str]:
        """The numbers of tickets with a category that were opened before a time and are not dispatched yet, oldest
        first."""

    def main_of(self, number: str) -> str | None:
        """The number of the ticket that this one is part of now."""

    def parts(self, number: str) -> Sequence[str]:
        """The numbers of the tickets that are part of this one now."""

    def merged_into(self, number: str) -> Sequence[Ticket]:
        """The tickets that are part of this one now, without timelines."""

    def open_of_citizen(self, channel: str, sender: str, phone: str | None) -> Sequence[Ticket]:
        """A citizen's tickets that are open or merged into an open one, newest first, without timelines."""

    def open_like(self, category: str, district: str | None, since: datetime, limit: int) -> Sequence[Ticket]:
        """Tickets of a category and district that were opened since then and have not ended, without timelines."""

    def several(self, numbers: Sequence[str]) -> Sequence[Ticket]:
        """The tickets of these numbers, in this order, without timelines."""

    def name(self, number: str, people: Sequence[str], at: datetime) -> None:
        """Set the members of staff who may see a confidential ticket in its units; replaces the previous ones."""

    def append(self, number: str, entry: TimelineEntry) -> None:
        """Add one step to the timeline."""

    def guesses(self, keys: Collection[str]) -> Mapping[str, Guesses]:
        """Wrong lookup codes under each of the keys of hotline.tickets.askers.counted."""

    def locked_guesses(self, keys: Collection[str]) -> Mapping[str, Guesses]:
        """The counts of `guesses`, locked against other transactions."""

    def note_guesses(self, guesses: Mapping[str, Guesses]) -> None:
        """Store the counts under their keys."""

    def forget_guesses(self, before: datetime) -> None:
        """Delete counts whose last wrong code was before a time."""


class InboxRepository(Protocol):
    """The inboxes of units: open tickets that a unit leads or helps with.

    Confidential tickets count only if the person is named. `unit` is None for the leader's inbox, which holds the
    tickets escalated to the leader, whoever is named.
    """

    def counts(self, unit: str | None, person: str, now: datetime) -> Counts:
        """How many tickets are open, new and overdue."""

    def numbers(
        self, unit: str | None, person: str, wanted: InboxQuery, now: datetime, limit: int, first: int = 0
    ) -> Sequence[str]:
        """The numbers of tickets that may match: earliest deadline first, of equal ones the newer first, tickets that
        wait for their citizen last.

        `first`: how many to skip.
        """


class HandlingRepository(Protocol):
    """Steps, deadlines, requests, sub-tasks and marks, inside one transaction."""

    def add_step(self, number: str, step: Step) -> None:
        """Record an action."""

    def reword(self, number: str, actor: Actor, how: Callable[[str], str]) -> None:
        """Rewrite the notes of an actor's steps on a ticket with `how`."""

    def steps(self, number: str) -> Sequence[Step]:
        """All actions on a ticket, oldest first."""

    def add_deadline(
        self,
        number: str,
        stage: Stage,
        unit: str,
        started_at: datetime,
        due_at: datetime,
        by_clock: bool,
        next_at: datetime | None,
        about: int | None = None,
    ) -> None:
        """Open a deadline."""

    def deadlines(self, number: str) -> Sequence[Deadline]:
        """The open deadlines of a ticket, earliest first."""

    def levels(self, numbers: Sequence[str], unit: str) -> Mapping[str, int]:
        """For each ticket the highest warning level of the deadlines that a unit has to meet."""

    def change_deadline(self, id: int, **columns: Any) -> None:
        """Store new values of a deadline's fields."""

    def due_numbers(self, now: datetime, limit: int) -> Sequence[str]:
        """Tickets with a deadline that the timer has to look at by now, longest-waiting first."""

    def add_request(self, number: str, kind: Kind, unit: str, by: str, at: datetime, reason: str, data: Any) -> int:
        """Store a unit's request; return its id."""

    def requests(self, number: str) -> Sequence[Request]:
        """Everything that was asked for a ticket, oldest first."""

    def decide(self, id: int, outcome: RequestOutcome, by: str, at: datetime, decision: str | None) -> None:
        """Store the outcome of a request."""

    def open_requests(self, limit: int) -> Sequence[Request]:
        """The undecided requests, oldest first."""

    def add_task(self, number: str, unit: str, what: str, due_at: datetime, at: datetime) -> int:
        """Store a part of the work given to another unit; return its id."""

    def tasks(self, number: str) -> Sequence[Task]:
        """All parts of a ticket that were given to other units, oldest first."""

    def answer_task(self, id: int, answer: str, raised: bool, at: datetime) -> None:
        """Store a unit's answer to its part."""

    def add_mark(self, number: str, key_class: KeyClass, reason: str, by: str, at: datetime) -> None:
        """Mark a ticket as a key ticket."""

    def marks(self, number: str) -> Sequence[Mark]:
        """Every mark of a ticket, oldest first."""

    def guide(self, id: int, guidance: str, by: str, at: datetime) -> None:
        """Store the guidance for a mark."""

    def waiting_marks(self, limit: int) -> Sequence[Mark]:
        """The marks that wait for guidance, of tickets that have not ended, oldest first."""


class EventLog(Protocol):
    """The outbox: events committed together with the change that they report."""

    def add(self, type: str, subject: str, data: Mapping[str, Any], at: datetime) -> None:
        """Record one event; published after the commit."""


class TicketUnit(Protocol):
    """One transaction."""

    @property
    def tickets(self) -> TicketRepository: ...

    @property
    def inbox(self) -> InboxRepository: ...

    @property
    def handling(self) -> HandlingRepository: ...

    @property
    def events(self) -> EventLog: ...

    @property
    def audit(self) -> AuditLog: ...


OpenUnit: TypeAlias = Opening[TicketUnit]
