"""A hand-over of a conversation to a person, the seats of the agents, and what an agent sees of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from hotline.conversations.model import Attendant, Conversation
from hotline.intake import Draft
from hotline.staff.model import Role
from hotline.tickets.household import Note as HouseholdNote
from hotline.tickets.model import Ticket


class Reason(StrEnum):
    """Why a person is needed."""

    ASKED = "asked"
    ANGER = "anger"
    NOT_UNDERSTOOD = "not_understood"
    EXPERT = "expert"
    DANGER = "danger"
    SUPERVISOR = "supervisor"


class Stage(StrEnum):
    """Where a hand-over is."""

    WAITING = "waiting"
    HELD = "held"
    ENDED = "ended"


class Presence(StrEnum):
    """What an agent has set: 在线, 忙碌, 离开. Only the available are offered conversations."""

    AVAILABLE = "available"
    BUSY = "busy"
    AWAY = "away"


class Rank(StrEnum):
    """Who is served first, before the time of waiting counts; the values sort in that order."""

    DANGER = "0_danger"
    RETURNED = "1_returned"
    NORMAL = "2_normal"


class Choice(StrEnum):
    """What a citizen who waits may choose at any time: 等, 回电, 留单, 不等了."""

    WAIT = "wait"
    CALLBACK = "callback"
    TICKET = "ticket"
    LEAVE = "leave"


@dataclass(frozen=True, slots=True)
class Handoff:
    """One hand-over, from the moment a person was needed until the conversation is the assistant's again.

    `skill` is the group it waits for. While it waits it may be offered to one agent until `offered_until`; `passed`
    are those who let it go by in this round. `agent` has it while it is held. `answered` is the last seq that needs no
    answer any more, `agent_read` and `citizen_read` what each side has seen of the other. `result` says how it ended: a
    code of the city's data, or handed_back, callback, ticket, left, expired, call_over.
    """

    id: str
    conversation_id: str
    channel: str
    reason: Reason
    skill: str
    stage: Stage
    rank: Rank
    since: datetime
    offered_to: str | None = None
    offered_until: datetime | None = None
    passed: tuple[str, ...] = ()
    agent: str | None = None
    claimed_at: datetime | None = None
    answered: int = 0
    agent_read: int = 0
    citizen_read: int = 0
    told: str | None = None
    told_at: datetime | None = None
    ended_at: datetime | None = None
    result: str | None = None
    ended_by: str | None = None

    @property
    def is_danger(self) -> bool:
        """True while it concerns somebody in danger."""
        return self.rank is Rank.DANGER

    @property
    def is_call(self) -> bool:
        """True for a telephone call: the telephone puts it through and the desk shows what it is about."""
        return self.channel in SPOKEN


@dataclass(frozen=True, slots=True)
class Taken:
    """A conversation that an agent took from the queue, and the group it had waited for."""

    skill: str
    agent: str


@dataclass(frozen=True, slots=True)
class Seat:
    """An agent at the desk (坐席): who they are, what they answer for, how many conversations at once.

    `idle_since` is when they last ended a conversation, or sat down; `seen_at` is the last sign of their browser.
    """

    person_id: str
    name: str
    role: Role
    skills: tuple[str, ...]
    presence: Presence
    capacity: int
    seen_at: datetime
    idle_since: datetime


class Waits(StrEnum):
    """What becomes of the wish for a person."""

    QUEUED = "queued"
    HELD = "held"
    NOBODY = "nobody"
    CLOSED = "closed"
    CALLBACK = "callback"


@dataclass(frozen=True, slots=True)
class Standing:
    """How a citizen stands in the queue, honestly: `place` from 1, `minutes` None when the last hour tells nothing.

    NOBODY: all agents are away. CLOSED: out of opening hours; `opens` is when people are back, None when they never are.
    CALLBACK: the citizen has just chosen to be called back.
    """

    waits: Waits
    place: int | None = None
    minutes: int | None = None
    handoff_id: str | None = None
    opens: Opens | None = None


@dataclass(frozen=True, slots=True)
class Opens:
    """When people are back, by the city's clock, and in how many days that is: today is 0."""

    at: datetime
    days: int


@dataclass(frozen=True, slots=True)
class Attendance:
    """Who answers a citizen now, how they stand while they wait, and how far an agent has read what they wrote."""

    attendant: Attendant = Attendant.ASSISTANT
    standing: Standing | None = None
    agent_read: int = 0


@dataclass(frozen=True, slots=True)
class Note:
    """A word among the staff about a hand-over that the citizen never sees; `kind` is whisper, moved or returned."""

    at: datetime
    author: str
    author_name: str
    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Alarm:
    """What a danger is, from its ticket: the kind, the place as far as it is known, and the words that told of it."""

    kind: str
    place: str | None
    text: str


@dataclass(frozen=True, slots=True)
class Line:
    """A hand-over in a list: `last_text` is what the citizen said last, while it waits rather what tells the matter;
    `last_seq` is the newest of the transcript.

    `unread` counts the citizen's that are new to the agent; `last_note` changes with every word among the staff. `alarm` is
    there once a danger has its ticket, which it has a moment after it is raised.
    """

    handoff: Handoff
    agent_name: str | None
    last_text: str
    last_at: datetime
    last_seq: int
    unread: int
    last_note: int
    alarm: Alarm | None = None


@dataclass(frozen=True, slots=True)
class Whisper:
    """The last whisper about a conversation that is held, which waits for a word from the other side."""

    handoff: Handoff
    note: Note


@dataclass(frozen=True, slots=True)
class Overview:
    """What one person has on the screen: their seat, what is offered, what they hold, what waits, who is in danger.

    `offer` has to be accepted until its `offered_until`. `alarms` are the waiting dangers: the banner stays until
    somebody takes them. `waiting` holds only groups that the person answers for; a supervisor's holds all. `followed`
    is one more that the person looks at without having it. `whispers` wait for a word from this person: for an agent
    what others have whispered about what they hold, for a supervisor what an agent has whispered.
    """

    seat: Seat | None
    offer: Line | None
    held: tuple[Line, ...]
    waiting: tuple[Line, ...]
    alarms: tuple[Line, ...]
    followed: Line | None = None
    whispers: tuple[Whisper, ...] = ()


@dataclass(frozen=True, slots=True)
class QueueFigures:
    """One skill group on the supervisor's board; `standing` is what a citizen would be told who asks for it now."""

    skill: str
    waiting: int
    longest_since: datetime | None
    claimed_last_hour: int
    standing: Standing


@dataclass(frozen=True, slots=True)
class SeatFigures:
    """One agent on the supervisor's board; `is_present` is False without a sign of life for a minute."""

    seat: Seat
    held: int
    is_present: bool


@dataclass(frozen=True, slots=True)
class Board:
    """The supervisor's board."""

    queues: tuple[QueueFigures, ...]
    seats: tuple[SeatFigures, ...]
    held: tuple[Line, ...]
    waiting: tuple[Line, ...]
    alarms: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Understanding:
    """What the assistant understood so far, from the dialogue's memory; nothing of the contact, which is masked.

    `summary` is one suggested sentence. `draft` is the whole draft for correcting it, its contact taken out.
    """

    language: str
    summary: str
    draft: Draft | None
    category_name: str | None
    unit: str | None
    danger: str | None


@dataclass(frozen=True, slots=True)
class View:
    """One conversation on an agent's screen. The transcript is read apart, page by page (`Desk.transcript`)."""

    handoff: Handoff
    agent_name: str | None
    masked_name: str | None
    masked_phone: str | None
    understanding: Understanding
    tickets: tuple[Ticket, ...]
    notes: tuple[Note, ...]
    household_notes: tuple[HouseholdNote, ...]
    conversation: Conversation


@dataclass(frozen=True, slots=True)
class Correction:
    """What an agent corrects of the draft; None leaves a field as it was."""

    request_type: str | None = None
    category: str | None = None
    description: str | None = None
    place: str | None = None
    district: str | None = None
    name: str | None = None
    phone: str | None = None
    confidential: bool | None = None

    def changes(self) -> dict[str, Any]:
        """The corrected fields by name."""
        return {name: value for name in self.__slots__ if (value := getattr(self, name)) is not None}


@dataclass(frozen=True, slots=True)
class Heard:
    """What the queue makes of a waiting citizen's message: an answer, or what the dialogue is to take it for."""

    answer: str | None = None
    means: str | None = None


SPOKEN = frozenset({"voice"})
"""Channels on which nobody hears what an agent types: calls are put through by telephone, and the desk shows what they
are about."""


class Look(StrEnum):
    """Why somebody opens a conversation; the audit keeps it."""

    OWN = "own"
    QUEUE = "queue"
    OVERSIGHT = "oversight"


class HandoffError(Exception):
    """Nothing was done.

    HandoffError
    ├── Gone          it is not any more what the screen showed: taken by somebody else, moved, ended
    ├── NotYours      the person may not do this with it
    ├── NobodyThere   no agent of the group it should go to is present
    └── Unfilled      what should be said still holds a placeholder of a canned reply
    """


class Gone(HandoffError):
    """The hand-over is not any more what the screen showed: taken by somebody else, moved, ended."""


class NotYours(HandoffError):
    """Somebody else has the conversation, or the person's role or skills do not allow it."""


class NobodyThere(HandoffError):
    """No agent of the group, nor of those that stand in for it, is present."""


class Unfilled(HandoffError):
    """A placeholder of a canned reply is left in what should be said to the citizen."""
