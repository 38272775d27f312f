"""What delivery needs from the outside, as protocols."""

from __future__ import annotations

from collections.abc import Collection, Sequence, Set
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, TypeAlias

from hotline.conversations.model import State
from hotline.delivery.model import Outgoing
from hotline.tickets.ports import TicketUnit
from hotline.transaction import Opening


@dataclass(frozen=True, slots=True)
class Delivery:
    """How the delivery of one message stands."""

    message_id: str
    conversation_id: str
    seq: int
    channel: str
    at: datetime
    state: State
    provider_id: str | None
    problem: str | None
    data: dict[str, Any] | None


class DeliveryRepository(Protocol):
    """Messages to carry, inside one transaction. They are put in by ConversationRepository.say."""

    def is_due(self, channels: Collection[str], now: datetime) -> bool:
        """True when something may be taken."""

    def claim(self, channels: Collection[str], now: datetime, until: datetime, limit: int) -> Sequence[Outgoing]:
        """Take messages that are due, oldest first, those of one conversation one after the other."""

    def held(self, outgoing: Outgoing) -> Delivery | None:
        """A message that is not done and that nobody has taken since; locked."""

    def get(self, message_id: str) -> Delivery | None:
        """One delivery; locked."""

    def by_provider_id(self, provider_id: str) -> Delivery | None:
        """The delivery that the provider knows by this id; locked."""

    def others(self, outgoing: Outgoing) -> Set[str]:
        """The provider's ids of the latest other messages of a conversation."""

    def finish(self, delivery: Delivery, state: State, provider_id: str | None, problem: str | None) -> None:
        """Nothing more is to be done; the message is in a new state."""

    def try_again(self, message_id: str, due_at: datetime, unsure: bool, problem: str) -> None:
        """Give it back until a time; when not `unsure`, the provider certainly has not taken it."""

    def drop_held_back(self, conversation_id: str, now: datetime) -> int:
        """Forget the notifications of a conversation that wait for the morning; how many."""


class DeliveryUnit(TicketUnit, Protocol):
    """One transaction."""

    @property
    def deliveries(self) -> DeliveryRepository: ...


OpenUnit: TypeAlias = Opening[DeliveryUnit]
