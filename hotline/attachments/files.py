"""The use cases on files that units attach to tickets: pictures and PDFs, for the citizen or for the staff only."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Sequence
from dataclasses import replace

from hotline.attachments.model import MAX_BYTES, NotAccepted, NotNow, ReplyFile
from hotline.attachments.pictures import checked_type, is_pdf, without_traces
from hotline.attachments.ports import AttachmentUnit, Contents, OpenUnit
from hotline.attachments.service import NoPicture, Picture
from hotline.audit.whence import Whence
from hotline.clock import Clock
from hotline.staff.model import Actor
from hotline.tickets import access, numbering
from hotline.tickets.lifecycle import Who, may_read
from hotline.tickets.model import ENDED, Ticket

MAX_FILES = 10


class ReplyFiles:
    """The use cases; each writes in one transaction. All raise hotline.transaction.StorageUnavailable when the database
    is down.

    Contents are stored where citizens' pictures are, under random ids. The citizen sees the files for them once the
    ticket has a reply.
    """

    def __init__(self, open_unit: OpenUnit, contents: Contents, now: Clock) -> None:
        self._open_unit = open_unit
        self._contents = contents
        self._now = now
        self._drawing = threading.Lock()  # one at a time: a large picture takes 200 MB for a moment

    def attach(self, number: str, actor: Actor, content: bytes, for_citizen: bool) -> ReplyFile:
        """Attach a picture or PDF to an open ticket of the actor's unit. Pictures are redrawn, which removes the
        telephone's metadata.

        Raises access.NotFound; NotAccepted (`no_file`, `too_large`, `too_many`, `ended`, and the codes of `pictures`);
        NotNow when it cannot be stored now.
        """
        with self._open_unit.reading() as unit:
            ticket = _of_unit(unit, number, actor)
            self._check_room(unit, ticket)
        if not content:
            raise NotAccepted("no_file")
        if len(content) > MAX_BYTES:
            raise NotAccepted("too_large")
        if is_pdf(content):
            type_ = "application/pdf"
        else:
            with self._drawing:
                checked_type(content)
                type_, content = "image/jpeg", without_traces(content)
        file = ReplyFile(
            uuid.uuid4().hex, ticket.number, self._now(), actor.id, actor.department or "", for_citizen, type_, len(content)
        )  # fmt: skip
        self._contents.keep(file.id, content, type_)
        with self._open_unit() as unit:
            unit.tickets.locked(ticket.number)
            self._check_room(unit, _of_unit(unit, number, actor))
            unit.files.add(file)
            data = {"file": file.id, "for_citizen": for_citizen}
            unit.audit.add(actor, "file.attached", ticket.number, file.at, data=data)
        return file

    def keep_internal(self, number: str, id: str, actor: Actor) -> None:
        """Hide a file from the citizen. Raises access.NotFound, NoPicture."""
        with self._open_unit() as unit:
            ticket = _of_unit(unit, number, actor)
            if not any(file.id == id for file in unit.files.of_tickets([ticket.number])):
                raise NoPicture
            unit.files.keep_internal(id)
            unit.audit.add(actor, "file.kept_internal", ticket.number, self._now(), data={"file": id})

    def of_ticket(self, number: str, actor: Actor) -> Sequence[ReplyFile]:
        """The files of a ticket, oldest first, for its units and the hotline. Raises access.NotFound."""
        with self._open_unit.reading() as unit:
            ticket = unit.tickets.by_number(numbering.clean_number(number))
            if ticket is None or not may_read(ticket, actor):
                raise access.NotFound(number)
            return unit.files.of_tickets([ticket.number])

    def show(self, number: str, id: str, actor: Actor, why: Whence) -> tuple[ReplyFile, Picture]:
        """One file of a ticket with its content. Audited. Raises NoPicture, and as `of_ticket` does."""
        found = self._read(self.of_ticket(number, actor), id)
        with self._open_unit() as unit:
            unit.audit.add(actor, "file.viewed", found[0].number, self._now(), why, {"file": id})
        return found

    def of_citizen(self, ticket: Ticket) -> Sequence[ReplyFile]:
        """The files for the citizen, of this ticket and the one it is merged into; none before the reply. The caller
        has to check that the ticket may be read."""
        if ticket.reply is None:
            return []
        numbers = [ticket.number, *([ticket.merged_into] if ticket.merged_into else [])]
        with self._open_unit.reading() as unit:
            files = unit.files.of_tickets(numbers)
        return [replace(file, number=ticket.number) for file in files if file.for_citizen]

    def show_to_citizen(self, ticket: Ticket, id: str) -> tuple[ReplyFile, Picture]:
        """One of the files for the citizen with its content. Raises NoPicture."""
        return self._read(self.of_citizen(ticket), id)

    def _read(self, files: Sequence[ReplyFile], id: str) -> tuple[ReplyFile, Picture]:
        found = next((file for file in files if file.id == id), None)
        if found is None:
            raise NoPicture
        try:
            return found, Picture(found.type, self._contents.read(id))
        except (KeyError, NotNow) as gone:
            raise NoPicture from gone

    def _check_room(self, unit: AttachmentUnit, ticket: Ticket) -> None:
        if ticket.status in ENDED:
            raise NotAccepted("ended")
        if len(unit.files.of_tickets([ticket.number])) >= MAX_FILES:
            raise NotAccepted("too_many")


def _of_unit(unit: AttachmentUnit, number: str, actor: Actor) -> Ticket:
    """A ticket that the actor's unit works on. Raises access.NotFound."""
    ticket = unit.tickets.by_number(numbering.clean_number(number))
    if ticket is None or not any(who.is_met_by(actor, ticket) for who in (Who.LEAD, Who.HELPER)):
        raise access.NotFound(number)
    return ticket
