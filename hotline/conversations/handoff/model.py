"""A hand-over of a conversation to a person, the seats of the agents, and what an agent sees of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from hotline.conversations.model import Attendant, Conversation
from hotline.intake import Draft
from hotline.staff.model import Role
from hotline.tickets.household import HouseholdNote
from hotline.tickets.model import Ticket


class HandoffReason(StrEnum):
    """Why a person is needed."""

    ASKED = "asked"
    ANGER = "anger"
    NOT_UNDERSTOOD = "not_understood"
    EXPERT = "expert"
    DANGER = "danger"
    SUPERVISOR = "supervisor"


class Stage(StrEnum):
    """The stage of a hand-over."""

    WAITING = "waiting"
    HELD = "held"
    ENDED = "ended"


class Presence(StrEnum):
    """The presence an agent has set: 在线, 忙碌, 离开. Only available agents are offered conversations."""

    AVAILABLE = "available"
    BUSY = "busy"
    AWAY = "away"


class Rank(StrEnum):
    """The rank in the queue; within a rank the longest-waiting comes first. The values sort in serving order."""

    DANGER = "0_danger"
    RETURNED = "1_returned"
    NORMAL = "2_normal"


class Choice(StrEnum):
    """The choices of a waiting citizen: 等, 回电, 留单, 不等了."""

    WAIT = "wait"
    CALLBACK = "callback"
    TICKET = "ticket"
    LEAVE = "leave"


@dataclass(frozen=True, slots=True)
class Handoff:
    """One hand-over, from the request for a person until the assistant answers the conversation again.

    `skill` is the group it waits for. While it waits it may be offered to one agent until `offered_until`; `passed`
    are the agents who did not take it in this round. `agent` holds it at stage HELD. `answered` is the seq up to which
    no answer is needed; `agent_read` and `citizen_read` are the seqs up to which each side has read. `result` says how
    it ended: a code of the city's data, or handed_back, callback, ticket, left, expired, call_over.
    """

    id: str
    conversation_id: str
    channel: str
    reason: HandoffReason
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
        """True for a hand-over about a danger."""
        return self.rank is Rank.DANGER

    @property
    def is_call(self) -> bool:
        """True for a telephone call, which is transferred by telephone; the desk only shows what it is about."""
        return self.channel in SPOKEN


@dataclass(frozen=True, slots=True)
class Taken:
    """A record that an agent took a conversation from the queue, with the group it had waited for."""

    skill: str
    agent: str


@dataclass(frozen=True, slots=True)
class Seat:
    """An agent at the desk (坐席): name, role, skill groups, presence, and `capacity`, the conversations at once.

    `idle_since` is when they last ended a conversation or became available; `seen_at` is the last sign of life of their
    browser.
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
    """The state of a citizen's request for a person."""

    QUEUED = "queued"
    HELD = "held"
    NOBODY = "nobody"
    CLOSED = "closed"
    CALLBACK = "callback"


@dataclass(frozen=True, slots=True)
class Standing:
    """A citizen's standing in the queue: `place` from 1; `minutes` is the estimate, None when the last hour gives none.

    NOBODY: all agents are away. CLOSED: outside opening hours; `opens` is the next opening, None if there is none.
    CALLBACK: the citizen has just chosen to be called back.
    """

    waits: Waits
    place: int | None = None
    minutes: int | None = None
    handoff_id: str | None = None
    opens: Opens | None = None


@dataclass(frozen=True, slots=True)
class Opens:
    """The time of the next opening, by the city's clock, and in how many days it is (today is 0)."""

    at: datetime
    days: int


@dataclass(frozen=True, slots=True)
class Attendance:
    """Who answers a citizen now, the citizen's standing while they wait, and how far an agent has read."""

    attendant: Attendant = Attendant.ASSISTANT
    standing: Standing | None = None
    agent_read: int = 0


@dataclass(frozen=True, slots=True)
class HandoffNote:
    """A staff note on a hand-over, which the citizen never sees; `kind` is whisper, moved or returned."""

    at: datetime
    author: str
    author_name: str
    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Alarm:
    """A danger as its ticket describes it: the kind, the place if known, and the citizen's words."""

    kind: str
    place: str | None
    text: str


@dataclass(frozen=True, slots=True)
class HandoffSummary:
    """A hand-over in a list. `last_text` is the citizen's last message, or, while it waits, the one that tells the
    matter. `last_seq` is the newest seq of the transcript. `matter` is one sentence on the subject, "" if unknown.

    `unread` counts the citizen's messages that the agent has not read; `last_note` changes with every staff note.
    `alarm` is set once a danger has its ticket, which is opened a moment after the hand-over.
    """

    handoff: Handoff
    agent_name: str | None
    last_text: str
    last_at: datetime
    last_seq: int
    unread: int
    last_note: int
    alarm: Alarm | None = None
    matter: str = ""


@dataclass(frozen=True, slots=True)
class Whisper:
    """The last whisper about a held conversation, which waits for a reply from the other side."""

    handoff: Handoff
    note: HandoffNote


@dataclass(frozen=True, slots=True)
class Overview:
    """The content of one person's screen: their seat, and the hand-overs offered to them, held, waiting, in danger.

    `offer` has to be accepted until its `offered_until`. `alarms` are the waiting dangers; the banner stays until
    somebody takes them. `waiting` has only the groups that the person answers for, for a supervisor all. `followed` is
    one more hand-over that the person watches without holding it. `whispers` wait for this person's reply: an agent
    gets those of others about the conversations they hold, a supervisor those of agents.
    """

    seat: Seat | None
    offer: HandoffSummary | None
    held: tuple[HandoffSummary, ...]
    waiting: tuple[HandoffSummary, ...]
    alarms: tuple[HandoffSummary, ...]
    followed: HandoffSummary | None = None
    whispers: tuple[Whisper, ...] = ()


@dataclass(frozen=True, slots=True)
class QueueFigures:
    """One skill group on the supervisor's board; `standing` is what a citizen who asks for it now would be told."""

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
    held: tuple[HandoffSummary, ...]
    waiting: tuple[HandoffSummary, ...]
    alarms: tuple[HandoffSummary, ...]


@dataclass(frozen=True, slots=True)
class Understanding:
    """What the assistant has understood so far, from the dialogue's memory, without the contact.

    `summary` is one suggested sentence. `draft` is the whole draft, for correction, without its contact. For a danger
    without a draft it is made from the ticket `danger_ticket`, and `is_of_ticket` is true.
    """

    language: str
    summary: str
    draft: Draft | None
    category_name: str | None
    unit: str | None
    danger: str | None
    danger_ticket: str | None = None
    is_of_ticket: bool = False


@dataclass(frozen=True, slots=True)
class View:
    """One conversation on an agent's screen. The transcript is read separately, page by page (`Screen.transcript`)."""

    handoff: Handoff
    agent_name: str | None
    masked_name: str | None
    masked_phone: str | None
    understanding: Understanding
    tickets: tuple[Ticket, ...]
    notes: tuple[HandoffNote, ...]
    household_notes: tuple[HouseholdNote, ...]
    conversation: Conversation


@dataclass(frozen=True, slots=True)
class Correction:
    """An agent's corrections of the draft; None leaves a field unchanged."""

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
    """What the queue makes of a waiting citizen's message: an answer, or a meaning to pass on to the dialogue."""

    answer: str | None = None
    means: str | None = None


SPOKEN = frozenset({"voice"})
"""Channels on which agents cannot write to the citizen: calls are transferred by telephone, and the desk only shows
what they are about."""


class Look(StrEnum):
    """Why a member of staff opens a conversation; kept in the audit."""

    OWN = "own"
    QUEUE = "queue"
    OVERSIGHT = "oversight"


class HandoffError(Exception):
    """An action on a hand-over was refused; nothing has changed.

    HandoffError
    ├── Gone          the hand-over has changed since the screen showed it: taken by somebody else, moved, ended
    ├── NotYours      the person may not do this with it
    ├── NobodyThere   no agent of the group it should go to is present
    └── Unfilled      the text still holds a placeholder of a canned reply
    """


class Gone(HandoffError):
    """The hand-over has changed since the screen showed it: taken by somebody else, moved, ended."""


class NotYours(HandoffError):
    """Somebody else holds the conversation, or the person's role or skills do not allow the action."""


class NobodyThere(HandoffError):
    """No agent of the group, or of the groups that stand in for it, is present."""


class Unfilled(HandoffError):
    """The text for the citizen still holds a placeholder of a canned reply."""
