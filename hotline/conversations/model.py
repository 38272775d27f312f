"""A conversation and its messages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

MAX_TEXT = 10_000

CARRIED = frozenset({"sms"})
"""Channels whose messages the hotline delivers (hotline/delivery); on the others the citizen's side fetches them."""


class Author(StrEnum):
    """Who wrote a message."""

    CITIZEN = "citizen"
    ASSISTANT = "assistant"
    AGENT = "agent"
    SYSTEM = "system"


class Attendant(StrEnum):
    """Who answers a conversation: the assistant, the assistant until an agent takes it (QUEUE), or an agent alone."""

    ASSISTANT = "assistant"
    QUEUE = "queue"
    AGENT = "agent"


class MessageState(StrEnum):
    """The state of a message. From a citizen: waiting, handled. To a citizen: queued, sent, delivered, failed."""

    WAITING = "waiting"
    HANDLED = "handled"
    QUEUED = "queued"
    SENT = "sent"
    DELIVERED = "delivered"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Incoming:
    """A citizen's message as a connector parsed it.

    `sender` is the citizen's address within the channel. `provider_id` identifies repeats within the conversation.
    `verified_phone` is set only if the channel vouches for it (SMS, a call). `pictures` are the URLs at which the
    provider keeps the attached pictures. `data` goes to the assistant with the message: `pictures`, how many;
    `can_transfer`, the call can be transferred; `client`, the mark of the citizen's address
    (hotline.tickets.askers.ClientMarks).
    """

    channel: str
    sender: str
    text: str
    provider_id: str | None = None
    verified_phone: str | None = None
    data: dict[str, Any] | None = None
    pictures: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Message:
    """One line of a transcript. `seq` orders a conversation; `answers` is the seq of the message that it answers."""

    conversation_id: str
    seq: int
    id: str
    author: Author
    text: str
    at: datetime
    state: MessageState
    data: dict[str, Any] | None = None
    provider_id: str | None = None
    answers: int | None = None


@dataclass(frozen=True, slots=True)
class Conversation:
    """One citizen on one channel, over years. `muted_at`: since when they want no notifications."""

    id: str
    channel: str
    sender: str
    verified_phone: str | None
    created_at: datetime
    attendant: Attendant = Attendant.ASSISTANT
    muted_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """A message to the citizen: text, and data for channels that can show more (a ticket card)."""

    text: str
    data: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Claim:
    """A conversation held under a lease, with its oldest waiting message."""

    conversation: Conversation
    message: Message
    noticed: bool


@dataclass(frozen=True, slots=True)
class Accepted:
    """The result of accepting a citizen's message: whether it is new, and a claim if it may be answered at once.

    With the attendant AGENT only the agent answers it, at an unknown time.
    """

    message: Message
    is_new: bool
    claim: Claim | None
    attendant: Attendant = Attendant.ASSISTANT
