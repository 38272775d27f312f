"""A message on its way to a citizen, and the errors of its delivery.

DeliveryProblem
├── NotTaken     the provider did not take it: it is tried again
├── Unknown      it is not known whether the provider took it: the provider is asked before another attempt
└── Rejected     the provider will never take it: it has failed
"""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from hotline.conversations.model import Author


class DeliveryProblem(Exception):
    """A message was not, or perhaps not, delivered. `code` is the provider's and tells nothing of the citizen."""

    def __init__(self, code: str, retry_after: float | None = None) -> None:
        super().__init__(code)
        self.code, self.retry_after = code, retry_after


class NotTaken(DeliveryProblem):
    """Too many requests, or no connection. `retry_after`: seconds that the provider asks to wait."""


class Unknown(DeliveryProblem):
    """The connection broke, the request timed out, or the provider failed after it may have taken the message."""


class Rejected(DeliveryProblem):
    """A wrong number, a blocked one, wrong credentials: trying again would change nothing."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message to send, taken under a `claim`. `unsure_since`: start of an earlier attempt with unknown outcome."""

    message_id: str
    conversation_id: str
    channel: str
    to: str
    text: str
    author: Author
    attempts: int
    claim: str
    unsure_since: datetime | None = None


class Sender(Protocol):
    """Sends messages on one channel."""

    async def send(self, outgoing: Outgoing) -> str:
        """Hand a message to the provider; returns the provider's id for it. Raises DeliveryProblem."""

    async def find(self, outgoing: Outgoing, since: datetime, besides: Set[str]) -> str | None:
        """The provider's id of this message if it was taken after `since`; `besides` are ids of other messages.

        Raises DeliveryProblem.
        """

    async def close(self) -> None:
        """Close the connections."""
