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
    """Pictures, inside one transaction. They are put in by ConversationRepository.accept."""

    def is_due(self, channels: Collection[str], now: datetime) -> bool:
        """True when something may be taken."""

    def claim(self, channels: Collection[str], now: datetime, until: datetime, limit: int) -> Sequence[ToFetch]:
        """Take pictures that are due; nobody else gets them before a time."""

    def kept(self, id: str, type: str, size: int) -> None:
        """The content is kept."""

    def refused(self, id: str, problem: str) -> None:
        """It will not be kept."""

    def try_again(self, id: str, due_at: datetime, problem: str) -> None:
        """Fetch it again from a time on."""

    def get(self, id: str) -> Attachment | None:
        """One picture."""

    def of_conversation(self, conversation_id: str) -> Sequence[Attachment]:
        """All pictures of a conversation, oldest first."""

    def of_ticket(self, ticket: Ticket, since: datetime) -> Sequence[Attachment]:
        """The pictures that came after a time and the ticket before this one, and before the ticket after it."""


class ReplyFileRepository(Protocol):
    """Files that units put to tickets, inside one transaction."""

    def add(self, file: ReplyFile) -> None:
        """Put one to its ticket."""

    def of_tickets(self, numbers: Sequence[str]) -> Sequence[ReplyFile]:
        """All files of these tickets, oldest first."""

    def keep_internal(self, id: str) -> None:
        """The citizen is not to see it any more."""


class Contents(Protocol):
    """Where contents are kept. Both raise hotline.attachments.model.NotNow while that place does not answer."""

    def keep(self, id: str, content: bytes, type: str) -> None:
        """Put a content of a media type under an id; again changes nothing."""

    def read(self, id: str) -> bytes:
        """The content with an id. Raises KeyError where there is none."""


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
