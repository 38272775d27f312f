"""The use cases on pictures from citizens: fetch, store, and show them."""

from __future__ import annotations

import random
import threading
from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

from hotline.attachments.model import Attachment, Keeping, NotAccepted, NotNow, PictureProblem, ToFetch
from hotline.attachments.pictures import checked_type, without_traces
from hotline.attachments.ports import Contents, OpenUnit
from hotline.audit.whence import Whence
from hotline.clock import Clock
from hotline.delivery.rules import GIVE_UP_AFTER, pause
from hotline.staff.account import OF_A_DEPARTMENT
from hotline.staff.model import Actor, Role
from hotline.tickets import access, numbering
from hotline.tickets.lifecycle import Who, may_read
from hotline.tickets.model import Ticket

LEASE = timedelta(minutes=2)
BEFORE_THE_TICKET = timedelta(days=1)


class NoPicture(Exception):
    """There is no picture or file to show: it is not of this ticket or conversation, not fetched yet, refused, or its
    store does not answer."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A content with its media type, for a browser."""

    type: str
    content: bytes


class Attachments:
    """The use cases; each writes in one transaction. All raise hotline.transaction.StorageUnavailable when the database
    is down.

    The contents are in `contents`, under random ids.
    """

    def __init__(self, open_unit: OpenUnit, contents: Contents, now: Clock) -> None:
        self._open_unit = open_unit
        self._contents = contents
        self._now = now
        self._chance = random.Random()
        self._drawing = threading.Lock()  # one at a time: a large picture takes 200 MB for a moment

    def claim(self, channels: Collection[str], limit: int) -> Sequence[ToFetch]:
        """Take pictures that wait at the provider and are due."""
        now = self._now()
        with self._open_unit.reading() as unit:
            if not unit.attachments.is_due(channels, now):
                return []
        with self._open_unit() as unit:
            return unit.attachments.claim(channels, now, now + LEASE, limit)

    def keep(self, wanted: ToFetch, content: bytes) -> None:
        """Check a content and store it. Raises NotAccepted if it is no picture, NotNow when it cannot be stored now."""
        with self._drawing:
            found = checked_type(content)
        self._contents.keep(wanted.id, content, found)
        with self._open_unit() as unit:
            unit.attachments.kept(wanted.id, found, len(content))

    def not_kept(self, wanted: ToFetch, problem: PictureProblem) -> None:
        """Record that a picture was not stored: it is fetched again later, or refused for good."""
        now = self._now()
        with self._open_unit() as unit:
            if isinstance(problem, NotAccepted) or now - wanted.at > GIVE_UP_AFTER:
                unit.attachments.refused(wanted.id, problem.code)
            else:
                again = now + pause(wanted.attempts, problem.retry_after, self._chance)
                unit.attachments.try_again(wanted.id, again, problem.code)

    def of_ticket(self, number: str, actor: Actor) -> Sequence[Attachment]:
        """The pictures of a ticket that the actor may see: agents and supervisors see all; its units see none of a
        confidential ticket. Raises access.NotFound.

        These are the pictures of its conversation from a day before it was opened, but not before the citizen's
        previous ticket, until their next ticket was opened. A picture between two tickets is shown with both.
        """
        digits = numbering.clean_number(number)
        with self._open_unit.reading() as unit:
            ticket = unit.tickets.by_number(digits)
            if ticket is None or not may_read(ticket, actor):
                raise access.NotFound(digits)
            if ticket.confidential and not Who.AGENT.is_met_by(actor, ticket):
                return []
            return unit.attachments.of_ticket(ticket, ticket.created_at - BEFORE_THE_TICKET)

    def of_citizen(self, ticket: Ticket) -> Sequence[Picture]:
        """The stored pictures that a citizen sent with a ticket. The caller must check that the ticket may be read."""
        with self._open_unit.reading() as unit:
            own = unit.attachments.of_ticket(ticket, ticket.created_at - BEFORE_THE_TICKET)
        found = []
        for each in own:
            with suppress(KeyError, NotNow):
                if each.state is Keeping.KEPT and each.type is not None:
                    found.append(Picture(each.type, self._contents.read(each.id)))
        return found

    def of_conversation(self, conversation_id: str) -> Sequence[Attachment]:
        """The pictures of a conversation. The caller has to check that the conversation may be read."""
        with self._open_unit.reading() as unit:
            return unit.attachments.of_conversation(conversation_id)

    def show_of_ticket(self, number: str, id: str, actor: Actor, why: Whence) -> Picture:
        """A picture of a ticket with its content. Audited. Raises NoPicture, and as `of_ticket` does.

        Units and leaders get it redrawn, without the telephone's metadata, such as its model and where the citizen
        stood.
        """
        found = next((each for each in self.of_ticket(number, actor) if each.id == id), None)
        return self._shown(found, actor, numbering.clean_number(number), why)

    def show_of_conversation(self, conversation_id: str, seq: int, place: int, actor: Actor, why: Whence) -> Picture:
        """The picture at a place, from 1, of a message, with its content. Audited. The caller has to check that the
        conversation may be read.

        Raises NoPicture.
        """
        of_message = [each for each in self.of_conversation(conversation_id) if each.seq == seq]
        found = of_message[place - 1] if 0 < place <= len(of_message) else None
        return self._shown(found, actor, conversation_id, why)

    def _shown(self, found: Attachment | None, actor: Actor, subject: str, why: Whence) -> Picture:
        if found is None or found.state is not Keeping.KEPT or found.type is None:
            raise NoPicture
        try:
            shown = Picture(found.type, self._contents.read(found.id))
            if actor.kind in (*OF_A_DEPARTMENT, Role.LEADER):
                with self._drawing:
                    shown = Picture("image/jpeg", without_traces(shown.content))
        except (KeyError, PictureProblem) as gone:
            raise NoPicture from gone
        with self._open_unit() as unit:
            unit.audit.add(actor, "attachment.viewed", subject, self._now(), why, {"attachment": found.id})
        return shown
