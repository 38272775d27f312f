"""The department's view of a ticket: what its people need to act, and nothing that tells who the citizen is.

Handlers and grid workers reach tickets only through this view; so does the leader for escalated tickets. Tickets of
another unit, and confidential ones for which the person is not named, do not appear; but the leader sees in the list
that a confidential one exists.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import count
from typing import Any

from hotline.staff.model import Actor, Role
from hotline.tickets import access
from hotline.tickets.change import Work, checked
from hotline.tickets.inbox import Counts, InboxQuery
from hotline.tickets.lifecycle import Action, Stage, Who, is_overdue, possible
from hotline.tickets.model import RequestType, Status, Ticket, TimelineEntry, Urgency
from hotline.tickets.ports import TicketUnit
from hotline.tickets.records import Kind, RequestOutcome
from hotline.tickets.scrubbing import without_identity, without_room

MAX_LISTED = 200
ANY = InboxQuery()


@dataclass(frozen=True, slots=True)
class DepartmentTicket:
    """A ticket as its units see it. No name, phone, sender or conversation; words and place without personal hints.

    `warned`: the highest warning level of the deadlines that the actor's own unit has to meet (hotline.tickets.timing).
    """

    number: str
    version: int
    request_type: RequestType
    category: str | None
    title: str
    description: str
    location: str | None
    district: str | None
    lead: str
    co: tuple[str, ...]
    urgency: Urgency
    confidential: bool
    status: Status
    created_at: datetime
    due_at: datetime
    reply: str | None
    satisfaction: str | None
    escalation: int
    reopened: int
    waits_for_citizen: bool
    can_be_reached: bool
    can_be_opened: bool = True
    warned: int = 0
    timeline: tuple[TimelineEntry, ...] = ()
    notes: tuple[Noted, ...] = ()
    deadlines: tuple[Waiting, ...] = ()
    tasks: tuple[Part, ...] = ()
    requests: tuple[OwnRequest, ...] = ()
    actions: tuple[Action, ...] = ()

    @property
    def read(self) -> str:
        """The text in which a search looks for words."""
        return f"{self.title} {self.description} {self.location or ''}"

    def is_overdue(self, now: datetime) -> bool:
        """True when the answer should have been there."""
        return is_overdue(self.status, self.due_at, self.waits_for_citizen, now)


@dataclass(frozen=True, slots=True)
class Noted:
    """An internal note, order or decision by a member of staff. `part`: the number of the merged ticket whose citizen
    said it. `corrected`: the fields that were corrected."""

    at: datetime
    role: str
    unit: str | None
    action: Action
    text: str
    part: str | None
    corrected: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Waiting:
    """An open deadline: the stage and the unit that has to act. `level` tells how far warnings have gone."""

    stage: Stage
    unit: str
    due_at: datetime
    level: int


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the work given to another unit."""

    id: int
    unit: str
    what: str
    due_at: datetime
    answer: str | None
    raised: bool


@dataclass(frozen=True, slots=True)
class OwnRequest:
    """A request of the unit (`data` as in hotline.tickets.records.Request) and its outcome."""

    id: int
    kind: Kind
    asked_at: datetime
    reason: str
    outcome: RequestOutcome | None
    decision: str | None
    data: Mapping[str, Any]


class DepartmentView:
    """Tickets for the people of one unit."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def one(self, number: str, actor: Actor) -> DepartmentTicket:
        """A ticket of the actor's unit with its steps, deadlines, sub-tasks and requests. Raises access.Mistyped or
        NotFound."""
        digits = checked(number)
        with self._work.open_unit.reading() as unit:
            ticket = unit.tickets.by_number(digits)
            if ticket is None or not any(who.is_met_by(actor, ticket) for who in (Who.LEADER, Who.LEAD, Who.HELPER)):
                raise access.NotFound(digits)
            return _whole(ticket, unit, actor)

    def counts(self, actor: Actor) -> Counts:
        """How many tickets the actor's inbox holds."""
        if not _has_inbox(actor):
            return Counts()
        with self._work.open_unit.reading() as unit:
            return unit.inbox.counts(_unit(actor), actor.id, self._work.now())

    def listed(
        self, actor: Actor, wanted: InboxQuery = ANY, limit: int = 50, first: int = 0
    ) -> Sequence[DepartmentTicket]:
        """A page of the open tickets in the actor's inbox: earliest deadline first, tickets that wait for their citizen
        last.

        `first`: how many tickets to skip. Without timeline, notes, deadlines, sub-tasks and requests, and without the
        description, which no list shows."""
        if not _has_inbox(actor):
            return []
        with self._work.open_unit.snapshot() as unit:
            found = self._found(unit, actor, wanted, min(limit, MAX_LISTED), first)
            levels = unit.handling.levels([ticket.number for ticket in found], _unit(actor) or "")
        return [replace(ticket, description="", warned=levels.get(ticket.number, 0)) for ticket in found]

    def _found(
        self, unit: TicketUnit, actor: Actor, wanted: InboxQuery, limit: int, first: int
    ) -> Sequence[DepartmentTicket]:
        """Search words are matched against the text that the unit reads, so that nobody can identify a citizen by
        searching for a name."""
        now, department, person = self._work.now(), _unit(actor), actor.id
        if not wanted.words:
            numbers = unit.inbox.numbers(department, person, wanted, now, limit, first)
            return [_listed(replace(ticket, description=""), person) for ticket in unit.tickets.several(numbers)]
        found: list[DepartmentTicket] = []
        for passed in count(0, MAX_LISTED):
            numbers = unit.inbox.numbers(department, person, wanted, now, MAX_LISTED, passed)
            read = [_listed(ticket, person) for ticket in unit.tickets.several(numbers)]
            found += [ticket for ticket in read if wanted.means(ticket.number, ticket.read)]
            if len(numbers) < MAX_LISTED or len(found) >= first + limit:
                break
        return found[first : first + limit]


def _unit(actor: Actor) -> str | None:
    """The unit whose inbox it is; None for the leader's."""
    return None if actor.kind == Role.LEADER else actor.department


def _has_inbox(actor: Actor) -> bool:
    return actor.kind == Role.LEADER or actor.department is not None


def _listed(ticket: Ticket, person: str) -> DepartmentTicket:
    """A ticket as a list shows it; without any text if the person may not open it."""
    shown = without_citizen(ticket)
    if ticket.is_open_to(person):
        return shown
    return replace(shown, title="", description="", location=None, reply=None, can_be_opened=False)


def without_citizen(ticket: Ticket) -> DepartmentTicket:
    """A ticket as its units may read it, without timeline, notes, deadlines, sub-tasks and requests."""
    return DepartmentTicket(
        number=ticket.number,
        version=ticket.version,
        request_type=ticket.request_type,
        category=ticket.category,
        title=without_room(ticket.title, ticket) or "",
        description=without_identity(ticket.description, ticket),
        location=without_room(ticket.location, ticket),
        district=ticket.district,
        lead=ticket.lead,
        co=ticket.co,
        urgency=ticket.urgency,
        confidential=ticket.confidential,
        status=ticket.status,
        created_at=ticket.created_at,
        due_at=ticket.due_at,
        reply=ticket.reply,
        satisfaction=ticket.satisfaction,
        escalation=ticket.escalation,
        reopened=ticket.reopened,
        waits_for_citizen=ticket.paused_at is not None,
        can_be_reached=ticket.contact.phone is not None,
    )


def _whole(ticket: Ticket, unit: TicketUnit, actor: Actor) -> DepartmentTicket:
    def clean(text: str) -> str:
        return without_identity(text, ticket)

    handling = unit.handling
    return replace(
        without_citizen(ticket),
        warned=handling.levels([ticket.number], actor.department or "").get(ticket.number, 0),
        timeline=tuple(TimelineEntry(e.at, e.node, clean(e.text)) for e in ticket.timeline),
        notes=tuple(
            Noted(s.at, s.role, s.unit, s.action, clean(s.note), s.data.get("part"), tuple(s.data.get("corrected", ())))
            for s in handling.steps(ticket.number)
            if s.note
        ),
        deadlines=tuple(Waiting(d.stage, d.unit, d.due_at, d.level) for d in handling.deadlines(ticket.number)),
        tasks=tuple(
            Part(t.id, t.unit, clean(t.what), t.due_at, t.answer and clean(t.answer), t.raised)
            for t in handling.tasks(ticket.number)
        ),
        requests=tuple(
            OwnRequest(r.id, r.kind, r.asked_at, clean(r.reason), r.outcome, r.decision and clean(r.decision), r.data)
            for r in handling.requests(ticket.number)
            if _unit(actor) in (r.unit, None)
        ),
        actions=tuple(possible(ticket, actor)),
    )
