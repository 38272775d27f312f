"""The ticket (工单) and its parts: type, urgency, status, contact, timeline."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

MAX_DESCRIPTION = 20_000


class RequestType(StrEnum):
    """The six request types of the national practice: 咨询 求助 投诉 举报 建议 表扬."""

    CONSULTATION = "consultation"
    HELP = "help"
    COMPLAINT = "complaint"
    REPORT = "report"
    SUGGESTION = "suggestion"
    PRAISE = "praise"


class Urgency(StrEnum):
    """How urgent: 一般; 紧急 (delay makes damage hard to repair); 特急 (also with grave consequences)."""

    NORMAL = "normal"
    URGENT = "urgent"
    CRITICAL = "critical"


class Status(StrEnum):
    """The status of a ticket in its life cycle."""

    RECEIVED = "received"
    DISPATCHED = "dispatched"
    ACCEPTED = "accepted"
    IN_PROGRESS = "in_progress"
    REPLIED = "replied"
    FOLLOW_UP = "follow_up"
    CLOSED = "closed"
    RETURNED = "returned"
    EXTENDED = "extended"
    REOPENED = "reopened"
    MERGED = "merged"
    TRANSFERRED = "transferred"
    INFORMED = "informed"
    WITHDRAWN = "withdrawn"
    SHELVED = "shelved"
    TERMINATED = "terminated"
    ARCHIVED = "archived"


class Rating(StrEnum):
    """What the citizen thinks of the handling."""

    SATISFIED = "satisfied"
    DISSATISFIED = "dissatisfied"


ENDED = frozenset(
    {
        Status.CLOSED,
        Status.MERGED,
        Status.TRANSFERRED,
        Status.INFORMED,
        Status.WITHDRAWN,
        Status.TERMINATED,
        Status.ARCHIVED,
    }
)


@dataclass(frozen=True, slots=True)
class Contact:
    """Name and phone of the citizen, None if anonymous; and the person they speak for (`concerned`), with the relation
    in the citizen's own words."""

    name: str | None = None
    phone: str | None = None
    concerned: str | None = None
    relation: str | None = None


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """One step that the citizen may read. `text` is its text in Chinese, `key` identifies a repeated step.

    `words` holds the values to say it in another language (hotline.tickets.timeline); None for steps stored before this
    was kept.
    """

    at: datetime
    node: str
    text: str
    key: str | None = None
    words: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Ticket:
    """One matter of one citizen, from the first word to the last answer.

    `version` grows with every change. `named`: ids of the staff who may see a confidential ticket in its units.
    `outcome`: how it ended. `escalation`: how far up an overdue ticket has gone (0: on time, 1: supervisor, 2: leader).
    `paused_at`: since when the citizen's answer is awaited. `reopened`: how often it went back to its unit. `language`:
    the citizen's (zh or en). `doubted`: the citizen said that the unit or the matter is wrong, which only a person can
    judge. `asks_for_person`: it is a call-back that the citizen asked for.
    """

    number: str
    code: str
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
    channel: str
    sender: str
    conversation_id: str
    contact: Contact
    status: Status
    created_at: datetime
    due_at: datetime
    reply: str | None = None
    satisfaction: str | None = None
    danger: str | None = None
    version: int = 1
    outcome: str | None = None
    escalation: int = 0
    reopened: int = 0
    forced: bool = False
    paused_at: datetime | None = None
    merged_into: str | None = None
    language: str = "zh"
    doubted: bool = False
    asks_for_person: bool = False
    named: tuple[str, ...] = ()
    timeline: tuple[TimelineEntry, ...] = field(default=())

    def is_open_to(self, person: str) -> bool:
        """Whether a member of a unit's staff may see it: a confidential ticket only if named for it."""
        return not self.confidential or person in self.named


@dataclass(frozen=True, slots=True)
class Taken:
    """The result of taking a matter: a new ticket, or the citizen's open ticket on which it was noted (`repeated`)."""

    ticket: Ticket
    repeated: bool


@dataclass(frozen=True, slots=True)
class Intake:
    """The data needed to open a ticket, as collected from the citizen.

    `key` is the id of the message that caused it: the same key always finds the same ticket.
    """

    key: str
    request_type: RequestType
    category: str | None
    description: str
    channel: str
    sender: str
    conversation_id: str
    location: str | None = None
    district: str | None = None
    urgency: Urgency | None = None
    confidential: bool | None = None
    contact: Contact = Contact()
    details: tuple[tuple[str, str], ...] = ()
    title: str | None = None
    danger: str | None = None
    asks_for_person: bool = False
    language: str = "zh"
