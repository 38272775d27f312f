"""Pictures from citizens and files from units, and the errors of pictures.

PictureProblem
├── NotNow       the provider or the store of contents does not answer: the picture is fetched again later
└── NotAccepted  it is gone, too large, or no picture: it will not be stored
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

MAX_BYTES = 5 * 1024 * 1024
"""The most that an MMS can carry."""

ENDINGS = {"image/jpeg": "jpg", "image/png": "png", "image/gif": "gif", "image/webp": "webp", "application/pdf": "pdf"}


class PictureProblem(Exception):
    """A picture was not stored. `code` tells nothing of the citizen."""

    def __init__(self, code: str, retry_after: float | None = None) -> None:
        super().__init__(code)
        self.code, self.retry_after = code, retry_after


class NotNow(PictureProblem):
    """Try again later."""


class NotAccepted(PictureProblem):
    """Trying again would change nothing."""


class Keeping(StrEnum):
    """The state of a picture: still at the provider, stored here, or refused."""

    WAITING = "waiting"
    KEPT = "kept"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Attachment:
    """One picture. `type` and `size` are determined from its content; `seq` is the message that it came with."""

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
        """The content at a URL of the provider, at most `max_bytes`. Raises PictureProblem."""

    async def close(self) -> None:
        """Close the connections."""


@dataclass(frozen=True, slots=True)
class ReplyFile:
    """A picture or PDF that a unit attached to a ticket: `for_citizen`, or for the staff only."""

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
        """The name under which a browser saves it: the ticket's number, and the beginning of its id."""
        return f"{self.number}-{self.id[:6]}.{ENDINGS[self.type]}"
