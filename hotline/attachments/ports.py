"""What attachments need from the outside, as protocols."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Protocol, TypeAlias

from hotline.attachments.model import Attachment, ReplyFile, ToFetch
from hotline.audit.ports import AuditLog
from hotline.tickets.model import Ticket
from hotline.tickets.ports import TicketRepository
from hotline.transaction import Opening


class AttachmentRepository(Protocol):
    """Pictures, inside one transaction. ConversationRepository.accept adds them."""

    def is_due(self, channels: Collection[str], now: datetime) -> bool:
        """True when a picture is due."""

    def claim(self, channels: Collection[str], now: datetime, until: datetime, limit: int) -> Sequence[ToFetch]:
        """Take pictures that are due, so that no other worker gets them before `until`."""

    def kept(self, id: str, type: str, size: int) -> None:
        """Mark a picture stored."""

    def refused(self, id: str, problem: str) -> None:
        """Mark a picture refused: it will not be stored."""

    def try_again(self, id: str, due_at: datetime, problem: str) -> None:
        """Let a picture be fetched again from a time on."""

    def get(self, id: str) -> Attachment | None:
        """One picture."""

    def of_conversation(self, conversation_id: str) -> Sequence[Attachment]:
        """All pictures of a conversation, oldest first."""

    def of_ticket(self, ticket: Ticket, since: datetime) -> Sequence[Attachment]:
        """The pictures that came after `since` and after the citizen's previous ticket was opened, and before their
        next one was opened."""


class ReplyFileRepository(Protocol):
    """Files that units attach to tickets, inside one transaction."""

    def add(self, file: ReplyFile) -> None:
        """Add a file to its ticket."""

    def of_tickets(self, numbers: Sequence[str]) -> Sequence[ReplyFile]:
        """All files of these tickets, oldest first."""

    def keep_internal(self, id: str) -> None:
        """Hide a file from the citizen."""


class Contents(Protocol):
    """The store of contents. Both methods raise hotline.attachments.model.NotNow while it does not answer."""

    def keep(self, id: str, content: bytes, type: str) -> None:
        """Store a content of a media type under an id; repeating it changes nothing."""

    def read(self, id: str) -> bytes:
        """The content with an id. Raises KeyError if there is none."""


class AttachmentUnit(Protocol):
    """One transaction."""

    @property
    def attachments(self) -> AttachmentRepository: ...

    @property
    def files(self) -> ReplyFileRepository: ...

    @property
    def tickets(self) -> TicketRepository: ...

    @property
    def audit(self) -> AuditLog: ...


OpenUnit: TypeAlias = Opening[AttachmentUnit]
