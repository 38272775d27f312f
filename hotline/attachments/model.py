"""A picture that a citizen sent, and what can be wrong with it.

PictureProblem
├── NotNow       the provider, or the place where pictures are kept, does not answer: it is fetched again later
└── NotAccepted  it is gone, too large, or no picture: it is not kept
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

MAX_BYTES = 5 * 1024 * 1024
"""As much as an MMS can carry."""

ENDINGS = {"image/jpeg": "jpg", "image/png": "png", "image/gif": "gif", "image/webp": "webp", "application/pdf": "pdf"}


class PictureProblem(Exception):
    """A picture was not kept. `code` tells nothing of the citizen."""

    def __init__(self, code: str, retry_after: float | None = None) -> None:
        super().__init__(code)
        self.code, self.retry_after = code, retry_after


class NotNow(PictureProblem):
    """Try again later."""


class NotAccepted(PictureProblem):
    """Trying again would change nothing."""


class Keeping(StrEnum):
    """Where a picture is: still at the provider, with us, or refused."""

    WAITING = "waiting"
    KEPT = "kept"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Attachment:
    """One picture. `type` and `size` are those found in its content; `seq` is the message that it came with."""

    id: str
    conversation_id: str
    seq: int
    channel: str
    at: datetime
    state: Keeping
    type: str | None = None
    size: int | None = None


@dataclass(frozen=True, slots=True)
class ToFetch:
    """A picture that is still at the provider."""

    id: str
    channel: str
    source: str
    at: datetime
    attempts: int


class Fetcher(Protocol):
    """Fetches pictures from the provider of one channel."""

    async def fetch(self, source: str, max_bytes: int) -> bytes:
        """The content behind an address of the provider's. Raises PictureProblem."""

    async def close(self) -> None:
        """Close the connections."""


@dataclass(frozen=True, slots=True)
class ReplyFile:
    """A picture or PDF that a unit put to a ticket: `for_citizen`, or for the staff only."""

    id: str
    number: str
    at: datetime
    actor: str
    unit: str
    for_citizen: bool
    type: str
    size: int

    @property
    def name(self) -> str:
        """What it is called when it is saved: the ticket, and the beginning of its id."""
        return f"{self.number}-{self.id[:6]}.{ENDINGS[self.type]}"
