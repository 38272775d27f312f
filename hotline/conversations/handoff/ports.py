"""What the hand-over needs from the outside, as protocols."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol, TypeAlias

from hotline.conversations.handoff.model import Handoff, HandoffNote, HandoffSummary, Seat, Taken, Whisper
from hotline.conversations.ports import ConversationRepository
from hotline.tickets.households import HouseholdUnit
from hotline.transaction import Opening


class HandoffRepository(Protocol):
    """Hand-overs in the database, inside one transaction.

    Code that changes a hand-over locks its conversation first and a seat after it, never in another order.
    """

    def open_of(self, conversation_id: str) -> Handoff | None:
        """The hand-over of a conversation that has not ended; the conversation is locked."""

    def find_open(self, conversation_id: str) -> Handoff | None:
        """The hand-over of a conversation that has not ended, without a lock."""

    def offer_to(self, person_id: str) -> Handoff | None:
        """The hand-over that is offered to an agent now."""

    def locked(self, handoff_id: str) -> Handoff | None:
        """One hand-over; its conversation is locked."""

    def get(self, handoff_id: str) -> Handoff | None:
        """One hand-over, without a lock."""

    def ended_by(self, key: str) -> Handoff | None:
        """The hand-over that a citizen's message ended."""

    def add(self, handoff: Handoff) -> None:
        """Store a new hand-over. Raises hotline.transaction.AlreadyStored when the conversation has an open one."""

    def save(self, handoff: Handoff) -> None:
        """Store every changed field."""

    def waiting(self) -> Sequence[Handoff]:
        """All waiting hand-overs, in no order."""

    def held(self) -> Sequence[Handoff]:
        """All hand-overs that agents hold."""

    def whispers(self) -> Sequence[Whisper]:
        """The last whisper of each held hand-over, oldest first."""

    def lines(self, handoffs: Sequence[Handoff]) -> Sequence[HandoffSummary]:
        """Summaries of hand-overs for lists, in the same order."""

    def loads(self) -> Mapping[str, int]:
        """By person: how many conversations they hold or are offered."""

    def taken_since(self, moment: datetime) -> Sequence[Taken]:
        """Every conversation, except calls, that an agent took since a time."""

    def note(self, handoff_id: str, note: HandoffNote) -> None:
        """Add a staff note."""

    def notes(self, handoff_id: str) -> Sequence[HandoffNote]:
        """The staff notes, in order."""


class SeatRepository(Protocol):
    """Seats in the database, inside one transaction."""

    def locked(self, person_id: str) -> Seat | None:
        """One seat, locked."""

    def get(self, person_id: str) -> Seat | None:
        """One seat, without a lock."""

    def save(self, seat: Seat) -> None:
        """Store a seat, new or changed."""

    def seen(self, person_id: str, now: datetime) -> bool:
        """Record a sign of life; False for a person without a seat."""

    def all(self) -> Sequence[Seat]:
        """Every seat."""


class DialogueMemory(Protocol):
    """The dialogue's memory, read only."""

    def slots(self, conversation_id: str) -> Mapping[str, Any]:
        """The slots after the last turn; empty for a conversation that the dialogue does not know."""

    def slots_of(self, conversations: Sequence[str]) -> Mapping[str, Mapping[str, Any]]:
        """The slots by conversation, without conversations that the dialogue does not know."""


class HandoffUnit(HouseholdUnit, Protocol):
    """One transaction."""

    @property
    def handoffs(self) -> HandoffRepository: ...

    @property
    def seats(self) -> SeatRepository: ...

    @property
    def conversations(self) -> ConversationRepository: ...

    @property
    def memory(self) -> DialogueMemory: ...


OpenUnit: TypeAlias = Opening[HandoffUnit]
