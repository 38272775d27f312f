"""The records of a ticket's handling: steps, deadlines, requests, sub-tasks, marks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from hotline.tickets.lifecycle import Action, Stage
from hotline.tickets.model import Status, Ticket


@dataclass(frozen=True, slots=True)
class Step:
    """One action on a ticket, for staff only: who did it, the status before and after, and an internal `note`."""

    at: datetime
    actor: str
    role: str
    unit: str | None
    action: Action
    was: Status
    becomes: Status
    note: str | None = None
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Deadline:
    """A stage that a ticket waits for, and until when. It is open until `met_at`.

    `unit` has to act. `by_clock`: counted in hours that pass at night too, else in working time. `level` is how far
    warnings have gone (for the follow-up: how often the citizen was asked). `next_at` is when the hotline's timer looks
    at it again; None while the ticket waits for its citizen. `about` is the request or sub-task it belongs to.
    """

    id: int
    number: str
    stage: Stage
    unit: str
    started_at: datetime
    due_at: datetime
    by_clock: bool
    level: int = 0
    next_at: datetime | None = None
    met_at: datetime | None = None
    about: int | None = None


class Kind(StrEnum):
    """The kind of a unit's request to the hotline."""

    RETURN = "return"
    EXTENSION = "extension"
    END = "end"
    SHELVE = "shelve"


class RequestOutcome(StrEnum):
    """The outcome of a request; it lapses when the ticket moves on before it is decided."""

    APPROVED = "approved"
    REFUSED = "refused"
    LAPSED = "lapsed"


@dataclass(frozen=True, slots=True)
class Request:
    """A unit's request with a reason, which the hotline decides.

    `data`: return → `unit` (whose it is, if known); extension → `days` (working days); end → `basis` (the law or
    policy); shelve → `review_on` (ISO date).
    """

    id: int
    number: str
    kind: Kind
    unit: str
    asked_by: str
    asked_at: datetime
    reason: str
    data: Mapping[str, Any] = field(default_factory=dict)
    outcome: RequestOutcome | None = None
    decided_by: str | None = None
    decided_at: datetime | None = None
    decision: str | None = None


@dataclass(frozen=True, slots=True)
class Task:
    """A part of the work that the lead unit gave to another. `raised`: it was handed back up; `answer` says why."""

    id: int
    number: str
    unit: str
    what: str
    due_at: datetime
    given_at: datetime
    answer: str | None = None
    answered_at: datetime | None = None
    raised: bool = False


class KeyClass(StrEnum):
    """Why a ticket is a key ticket (重点工单): 历史遗留, 共性问题, 跨部门, 敏感."""

    LEGACY = "legacy"
    COMMON = "common"
    CROSS_DEPARTMENT = "cross_department"
    SENSITIVE = "sensitive"


@dataclass(frozen=True, slots=True)
class Mark:
    """The marking of a ticket as a key ticket, with the reason. It waits for a supervisor's guidance until
    `guided_at`."""

    id: int
    number: str
    key_class: KeyClass
    reason: str
    marked_by: str
    marked_at: datetime
    guidance: str | None = None
    guided_by: str | None = None
    guided_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Dossier:
    """A ticket with all its records, for the hotline's staff. `parts` are the tickets merged into it, `others` the
    newest other tickets of the same citizen, by sender and phone."""

    ticket: Ticket
    steps: tuple[Step, ...]
    deadlines: tuple[Deadline, ...]
    requests: tuple[Request, ...]
    tasks: tuple[Task, ...]
    marks: tuple[Mark, ...]
    parts: tuple[Ticket, ...]
    others: tuple[Ticket, ...]
    actions: tuple[Action, ...]

    @property
    def key_classes(self) -> tuple[KeyClass, ...]:
        """The classes that the ticket is marked with, each once, first marked first."""
        return tuple(dict.fromkeys(mark.key_class for mark in self.marks))

    @property
    def waiting_mark(self) -> Mark | None:
        """The mark that waits for guidance."""
        return waiting_mark(self.marks)


def waiting_mark(marks: Iterable[Mark]) -> Mark | None:
    """The mark that waits for guidance; there is one at most."""
    return next((mark for mark in marks if mark.guided_at is None), None)
