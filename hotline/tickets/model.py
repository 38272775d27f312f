"""A ticket (工单) and the words for its parts."""

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
    """How soon: 一般, 紧急 (delay makes it hard to repair), 特急 (and with grave consequences)."""

    NORMAL = "normal"
    URGENT = "urgent"
    CRITICAL = "critical"


class Status(StrEnum):
    """Where a ticket is in its life."""

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
    """Who to answer, unknown for an anonymous ticket; and whom they speak for, with their own words for the relation."""

    name: str | None = None
    phone: str | None = None
    concerned: str | None = None
    relation: str | None = None


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """One step that the citizen may read: when, which node, in plain words; `key` makes a repeated step known.

    `words` says it again in another language (hotline.tickets.timeline); None for steps from before it was kept.
    """

    at: datetime
    node: str
    text: str
    key: str | None = None
    words: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Ticket:
    """One matter of one citizen, from the first word to the last answer.

    `version` grows with every change. `named` are the ids of the staff who may see a confidential ticket in its units.
    `outcome` tells how it ended, `escalation` how far up an overdue one has gone (0: it is on time), `paused_at` since
    when the citizen's answer is waited for, `reopened` how often it went back to its unit, `language` what its citizen
    speaks (zh or en).
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
    named: tuple[str, ...] = ()
    timeline: tuple[TimelineEntry, ...] = field(default=())

    def is_open_to(self, person: str) -> bool:
        """Whether one of the staff of a unit may know of it: of a confidential one only who is named."""
        return not self.confidential or person in self.named


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a matter: a new ticket, or a note on the citizen's open one about the same (`repeated`)."""

    ticket: Ticket
    repeated: bool


@dataclass(frozen=True, slots=True)
class Intake:
    """What is needed to open a ticket, as collected from the citizen.

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
