"""The use cases on attachments: fetch, keep, and show them to staff."""

from __future__ import annotations

import os
import random
from collections.abc import Collection, Sequence
from datetime import timedelta
from pathlib import Path

from hotline.attachments.model import Attachment, Keeping, NotAccepted, PictureProblem, ToFetch
from hotline.attachments.pictures import checked_type
from hotline.attachments.ports import OpenUnit
from hotline.clock import Clock
from hotline.delivery.rules import GIVE_UP_AFTER, pause
from hotline.staff.model import Actor, Role
from hotline.tickets.model import Ticket

LEASE = timedelta(minutes=2)
BEFORE_THE_TICKET = timedelta(days=1)


class NotForYou(Exception):
    """Pictures are shown to staff only."""


class Attachments:
    """Every method is one transaction. All raise hotline.storage.StorageUnavailable when the database is down.

    Contents are files in `folder`, named by a random id; several machines share the folder.
    """

    def __init__(self, open_unit: OpenUnit, folder: Path, now: Clock) -> None:
        self._open_unit = open_unit
        self._folder = folder
        self._now = now
        self._chance = random.Random()

    def claim(self, channels: Collection[str], limit: int) -> Sequence[ToFetch]:
        """Take pictures that wait at the provider."""
        now = self._now()
        with self._open_unit.reading() as unit:
            if not unit.attachments.is_due(channels, now):
                return []
        with self._open_unit() as unit:
            return unit.attachments.claim(channels, now, now + LEASE, limit)

    def keep(self, wanted: ToFetch, content: bytes) -> None:
        """Check a content and keep it. Raises NotAccepted for what is no picture."""
        found = checked_type(content)
        self._write(wanted.id, content)
        with self._open_unit() as unit:
            unit.attachments.kept(wanted.id, found, len(content))

    def not_kept(self, wanted: ToFetch, problem: PictureProblem) -> None:
        """Fetch it again later, or never."""
        now = self._now()
        with self._open_unit() as unit:
            if isinstance(problem, NotAccepted) or now - wanted.at > GIVE_UP_AFTER:
                unit.attachments.refused(wanted.id, problem.code)
            else:
                again = now + pause(wanted.attempts, problem.retry_after, self._chance)
                unit.attachments.try_again(wanted.id, again, problem.code)

    def of_conversation(self, conversation_id: str) -> Sequence[Attachment]:
        """The pictures of a conversation, for whoever may read the conversation."""
        with self._open_unit.reading() as unit:
            return unit.attachments.of_conversation(conversation_id)

    def of_ticket(self, ticket: Ticket) -> Sequence[Attachment]:
        """The pictures of a ticket, for whoever may see the ticket.

        Those of its conversation from a day before it was opened (not before the ticket before it) until the
        next one was opened: what came in between is shown with both.
        """
        with self._open_unit.reading() as unit:
            return unit.attachments.of_ticket(ticket, ticket.created_at - BEFORE_THE_TICKET)

    def show_of_ticket(self, id: str, ticket: Ticket, actor: Actor) -> tuple[str, Path]:
        """The same as `show`, of the pictures of a ticket that the actor may see."""
        if id not in {picture.id for picture in self.of_ticket(ticket)}:
            raise KeyError(id)
        return self.show(id, actor, ticket.number)

    def show(self, id: str, actor: Actor, subject: str) -> tuple[str, Path]:
        """The media type and the file of a picture; the look is audited under `subject`, a ticket or a conversation.

        The one door to a content. Raises NotForYou for who is not of the staff, and KeyError for no such picture.
        """
        if actor.kind not in set(Role):
            raise NotForYou(actor.kind)
        with self._open_unit() as unit:
            found = unit.attachments.get(id)
            if found is None or found.state is not Keeping.KEPT or found.type is None:
                raise KeyError(id)
            unit.audit.add(actor, "attachment.viewed", subject, self._now(), data={"attachment": id})
            return found.type, self._folder / id

    def _write(self, id: str, content: bytes) -> None:
        """Complete and on the disk, or not there at all; readable by the hotline only."""
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        unfinished = self._folder / f"{id}.{os.getpid()}"
        with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(self._folder / id)
