"""What delivery needs from the outside, as protocols."""

from __future__ import annotations

from collections.abc import Collection, Sequence, Set
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, TypeAlias

from hotline.conversations.model import MessageState
from hotline.delivery.model import Outgoing
from hotline.tickets.ports import TicketUnit
from hotline.transaction import Opening


@dataclass(frozen=True, slots=True)
class Delivery:
    """The state of the delivery of one message."""

    message_id: str
    conversation_id: str
    seq: int
    channel: str
    at: datetime
    state: MessageState
    provider_id: str | None
    problem: str | None
    data: dict[str, Any] | None


class DeliveryRepository(Protocol):
    """Deliveries, inside one transaction. ConversationRepository.say adds them."""

    def is_due(self, channels: Collection[str], now: datetime) -> bool:
        """True when a message is due."""

    def claim(self, channels: Collection[str], now: datetime, until: datetime, limit: int) -> Sequence[Outgoing]:
        """Take messages that are due, oldest first; of one conversation only one at a time."""

    def held(self, outgoing: Outgoing) -> Delivery | None:
        """The delivery of a message, locked, if it is still open and no other courier has taken it since."""

    def get(self, message_id: str) -> Delivery | None:
        """One delivery; locked."""

    def by_provider_id(self, provider_id: str) -> Delivery | None:
        """The delivery with this id of the provider; locked."""

    def others(self, outgoing: Outgoing) -> Set[str]:
        """The provider's ids of the latest other messages of the conversation."""

    def finish(self, delivery: Delivery, state: MessageState, provider_id: str | None, problem: str | None) -> None:
        """Close a delivery, and set the message's new state."""

    def try_again(self, message_id: str, due_at: datetime, unsure: bool, problem: str) -> None:
        """Give a delivery back until a time. Without `unsure`, the provider has certainly not taken the message."""

    def drop_held_back(self, conversation_id: str, now: datetime) -> int:
        """Drop the notifications of a conversation that wait for the morning; returns how many."""


class DeliveryUnit(TicketUnit, Protocol):
    """One transaction."""

    @property
    def deliveries(self) -> DeliveryRepository: ...


OpenUnit: TypeAlias = Opening[DeliveryUnit]
