"""What conversations need from the outside, as protocols."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Protocol, TypeAlias

from hotline.conversations.model import (
    Accepted,
    Attendant,
    Author,
    Claim,
    Conversation,
    Incoming,
    Message,
    MessageState,
    Reply,
)
from hotline.tickets.ports import EventLog
from hotline.transaction import Opening


class LeaseLost(Exception):
    """Another process has taken the conversation over; the present transaction is rolled back."""


class ConversationRepository(Protocol):
    """Conversations in the database, inside one transaction."""

    def accept(self, incoming: Incoming, now: datetime, owner: str | None, lease_until: datetime) -> Accepted:
        """Store a message once; take the lease for `owner` when the conversation is idle."""

    def claim(self, conversation_id: str, owner: str, now: datetime, lease_until: datetime) -> Claim | None:
        """Take the lease of a conversation; None when another holds it, it is not due yet, or nothing waits."""

    def next_claim(self, conversation_id: str) -> Claim | None:
        """The oldest waiting message of a conversation that the caller holds."""

    def handled(self, conversation_id: str, seq: int, owner: str, lease_until: datetime) -> int:
        """Mark a message answered; returns how many still wait. The lease ends when none does. Raises LeaseLost."""

    def postpone(self, conversation_id: str, owner: str, retry_at: datetime) -> None:
        """Give the lease back and leave the message waiting until a time."""

    def say(
        self,
        conversation_id: str,
        author: Author,
        replies: Sequence[Reply],
        state: MessageState,
        at: datetime,
        answers: int | None,
        not_before: datetime | None = None,
        key: str | None = None,
    ) -> Sequence[Message]:
        """Add messages to the citizen to the transcript; a single message may have a key.

        On a channel in CARRIED queued messages are also stored as deliveries.
        """

    def say_once(
        self,
        conversation_id: str,
        key: str,
        reply: Reply,
        state: MessageState,
        at: datetime,
        not_before: datetime | None = None,
        author: Author = Author.SYSTEM,
    ) -> Message | None:
        """Add a message of an author under a key; None when the author already has a message with that key."""

    def said_as(self, conversation_id: str, key: str) -> Message | None:
        """The system's message with a key."""

    def last_seq(self, conversation_id: str) -> int:
        """The seq of the newest message; 0 when there is none."""

    def attend(self, conversation_id: str, attendant: Attendant) -> int | None:
        """Set who answers from now on. An agent also gets the waiting messages, which nobody else answers then.

        Returns the seq of the oldest message that the agent got in this way.
        """

    def ask_assistant(self, conversation_id: str, text: str, data: dict[str, Any], at: datetime) -> None:
        """Add a system message that waits for the assistant's answer, in order."""

    def reopen(self, conversation_id: str, after: int, at: datetime) -> int:
        """Make the citizen's unanswered messages after a seq wait for the assistant; returns how many."""

    def start(self, channel: str, sender: str, now: datetime) -> Conversation:
        """The conversation of a sender; created if there is none."""

    def last_said(self, conversation_id: str, before: int) -> Message | None:
        """The last message to the citizen before a seq."""

    def mute(self, conversation_id: str, since: datetime | None) -> None:
        """Store since when the citizen wants no notifications; None: they want them again."""

    def is_waiting(self, conversation_id: str, seq: int) -> bool:
        """True while a citizen's message has no answer."""

    def mark_noticed(self, conversation_id: str) -> bool:
        """Record that the citizen was told to wait; False when they were told already since the last answer."""

    def renew(self, owner: str, conversation_ids: Sequence[str], until: datetime) -> int:
        """Extend an owner's leases on these conversations."""

    def due(self, now: datetime, limit: int) -> Sequence[str]:
        """Conversations with waiting messages that nobody holds, longest-waiting first."""

    def get(self, conversation_id: str) -> Conversation | None:
        """One conversation."""

    def find(self, channel: str, sender: str) -> Conversation | None:
        """The conversation of a sender."""

    def transcript(self, conversation_id: str, after: int, limit: int) -> Sequence[Message]:
        """Messages with a seq greater than `after`, in order."""

    def answers_to(self, conversation_id: str, seq: int) -> Sequence[Message]:
        """The answers to one message."""

    def queued(self, conversation_id: str) -> Sequence[Message]:
        """Messages to the citizen that have been neither fetched nor sent yet."""

    def set_state(self, conversation_id: str, seqs: Sequence[int], state: MessageState) -> None:
        """Move messages to another state."""


class HeldBack(Protocol):
    """Notifications that are held back until the morning."""

    def drop_held_back(self, conversation_id: str, now: datetime) -> int:
        """Drop the held-back notifications of a conversation; returns how many."""


class ConversationUnit(Protocol):
    """One transaction."""

    @property
    def conversations(self) -> ConversationRepository: ...

    @property
    def deliveries(self) -> HeldBack: ...

    @property
    def events(self) -> EventLog: ...


OpenUnit: TypeAlias = Opening[ConversationUnit]
