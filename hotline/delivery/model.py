"""A message on its way to a citizen, and what may come between.

DeliveryProblem
├── NotTaken     the provider did not take it: it is tried again
├── Unknown      nobody can tell whether it was taken: the provider is asked before it is tried again
└── Refused      the provider will never take it: it has failed
"""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from hotline.conversations.model import Author


class DeliveryProblem(Exception):
    """A message was not, or perhaps not, delivered. `code` is the provider's; it tells nothing of the citizen."""

    def __init__(self, code: str, retry_after: float | None = None) -> None:
        super().__init__(code)
        self.code, self.retry_after = code, retry_after


class NotTaken(DeliveryProblem):
    """Too many requests, or no connection. `retry_after`: seconds that the provider wants to be left alone."""


class Unknown(DeliveryProblem):
    """The connection broke, the time was up, or the provider failed after it may have taken the message."""


class Refused(DeliveryProblem):
    """A wrong number, a blocked one, wrong credentials: trying again would change nothing."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message to carry, taken under a `claim`. `unsure_since`: an earlier try began then, and nobody knows how it ended."""

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
    """Carries messages on one channel."""

    async def send(self, outgoing: Outgoing) -> str:
        """Hand a message to the provider; the provider's id for it. Raises DeliveryProblem."""

    async def find(self, outgoing: Outgoing, since: datetime, besides: Set[str]) -> str | None:
        """The provider's id of this message if it was taken after a time; `besides` are ids of other messages.

        Raises DeliveryProblem.
        """

    async def close(self) -> None:
        """Close the connections."""
