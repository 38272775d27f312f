"""What the ticket use cases need from the outside, as protocols."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Protocol, TypeAlias

from hotline.audit.ports import AuditLog
from hotline.tickets.access import Guesses
from hotline.tickets.inbox import Counts, Wanted
from hotline.tickets.lifecycle import Stage
from hotline.tickets.model import Ticket, TimelineEntry
from hotline.tickets.records import Deadline, KeyClass, Kind, Mark, Outcome, Request, Step, Task
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

    def of_citizen(self, channel: str, sender: str, phone: str | None, limit: int) -> Sequence[Ticket]:
        """The newest tickets of a sender, or of a phone that the channel vouches for; without timelines."""

    def listed(self, filters: Mapping[str, Any], limit: int, before: str | None) -> Sequence[Ticket]:
        """Tickets for trusted systems, newest first, before a number."""

    def locked(self, number: str) -> Ticket | None:
        """One ticket with its timeline, held against other transactions until this one ends."""

    def change(self, number: str, **columns: Any) -> None:
        """Store new values of a held ticket's fields; its version grows by one."""

    def sorted_but_received(self, before: datetime, limit: int) -> Sequence[str]:
        """Tickets with a category that were opened before a time and went nowhere yet, oldest first."""

    def main_of(self, number: str) -> str | None:
        """The number of the ticket that this one is part of now."""

    def parts(self, number: str) -> Sequence[str]:
        """The numbers of the tickets that are part of this one now."""

    def merged_into(self, number: str) -> Sequence[Ticket]:
        """The tickets that are part of this one now, without timelines; each has a citizen who wants to know."""

    def open_of_citizen(self, channel: str, sender: str, phone: str | None) -> Sequence[Ticket]:
        """The tickets of a citizen that have not ended or are part of one that has not, newest first, without timelines."""

    def open_like(self, category: str, district: str | None, since: datetime, limit: int) -> Sequence[Ticket]:
        """Tickets of a category and district that were opened since then and have not ended, without timelines."""

    def several(self, numbers: Sequence[str]) -> Sequence[Ticket]:
        """The tickets of these numbers, in this order, without timelines."""

    def name(self, number: str, people: Sequence[str], at: datetime) -> None:
        """Name exactly these people of the staff as those who may see a confidential ticket in its units."""

    def append(self, number: str, entry: TimelineEntry) -> None:
        """Add one step to the timeline."""

    def guesses(self, number: str) -> Guesses:
        """Wrong lookup codes tried on a number."""

    def locked_guesses(self, number: str) -> Guesses:
        """Wrong lookup codes tried on a number, locked against other transactions; none yet for a new number."""

    def note_guesses(self, number: str, guesses: Guesses) -> None:
        """Remember them."""


class InboxRepository(Protocol):
    """What units still have to do: tickets that they lead or help with; confidential ones if the person is named.

    `unit` is None for the leader: there it is what has gone up to them, whoever is named.
    """

    def counts(self, unit: str | None, person: str, now: datetime) -> Counts:
        """How many."""

    def numbers(
        self, unit: str | None, person: str, wanted: Wanted, now: datetime, limit: int, first: int = 0
    ) -> Sequence[str]:
        """Those that may be meant: what is due first first, the newer of two first, what waits for its citizen last.

        `first`: how many are passed over.
        """


class HandlingRepository(Protocol):
    """Steps, deadlines, requests, sub-tasks and marks, inside one transaction."""

    def add_step(self, number: str, step: Step) -> None:
        """Record an action."""

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
        """Begin to wait for something."""

    def deadlines(self, number: str) -> Sequence[Deadline]:
        """The open deadlines of a ticket, earliest first."""

    def levels(self, numbers: Sequence[str], unit: str) -> Mapping[str, int]:
        """How far warnings have gone of what a unit is waited for with these tickets, the furthest of each."""

    def change_deadline(self, id: int, **columns: Any) -> None:
        """Store new values of a deadline's fields."""

    def due_numbers(self, now: datetime, limit: int) -> Sequence[str]:
        """Tickets with a deadline that the timer has to look at by now, longest-waiting first."""

    def add_request(self, number: str, kind: Kind, unit: str, by: str, at: datetime, reason: str, data: Any) -> int:
        """Store what a unit asks for; its id."""

    def requests(self, number: str) -> Sequence[Request]:
        """Everything that was asked for a ticket, oldest first."""

    def decide(self, id: int, outcome: Outcome, by: str, at: datetime, decision: str | None) -> None:
        """Store what became of a request."""

    def open_requests(self, limit: int) -> Sequence[Request]:
        """What waits for the hotline's decision, oldest first."""

    def add_task(self, number: str, unit: str, what: str, due_at: datetime, at: datetime) -> int:
        """Give a part of the work to another unit; its id."""

    def tasks(self, number: str) -> Sequence[Task]:
        """All parts of a ticket that were given to other units, oldest first."""

    def answer_task(self, id: int, answer: str, raised: bool, at: datetime) -> None:
        """Store a unit's answer to its part."""

    def add_mark(self, number: str, key_class: KeyClass, reason: str, by: str, at: datetime) -> None:
        """Mark a ticket as a key ticket."""

    def marks(self, number: str) -> Sequence[Mark]:
        """Every mark of a ticket, oldest first."""

    def guide(self, id: int, guidance: str, by: str, at: datetime) -> None:
        """Store the guidance that a mark has waited for."""

    def waiting_marks(self, limit: int) -> Sequence[Mark]:
        """The marks of tickets that have not ended which wait for guidance, oldest first."""


class EventLog(Protocol):
    """The outbox: events committed with the data they tell of."""

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
