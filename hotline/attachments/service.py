"""The use cases on attachments: fetch, keep, and show them to staff."""

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
    """There is none here for whoever asks: not of this ticket or conversation, or not fetched yet, or refused, or out of reach."""


@dataclass(frozen=True, slots=True)
class Picture:
    """What a browser shows."""

    type: str
    content: bytes


class Attachments:
    """Every method is one transaction. All raise hotline.storage.StorageUnavailable when the database is down.

    The contents are in `contents`, under random ids.
    """

    def __init__(self, open_unit: OpenUnit, contents: Contents, now: Clock) -> None:
        self._open_unit = open_unit
        self._contents = contents
        self._now = now
        self._chance = random.Random()
        self._drawing = threading.Lock()  # a large one takes 200 MB for a moment

    def claim(self, channels: Collection[str], limit: int) -> Sequence[ToFetch]:
        """Take pictures that wait at the provider."""
        now = self._now()
        with self._open_unit.reading() as unit:
            if not unit.attachments.is_due(channels, now):
                return []
        with self._open_unit() as unit:
            return unit.attachments.claim(channels, now, now + LEASE, limit)

    def keep(self, wanted: ToFetch, content: bytes) -> None:
        """Check a content and keep it. Raises NotAccepted for what is no picture, NotNow when it cannot be kept now."""
        found = checked_type(content)
        self._contents.keep(wanted.id, content, found)
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

    def of_ticket(self, number: str, actor: Actor) -> Sequence[Attachment]:
        """The pictures of a ticket that the actor may see: agents and supervisors all, its units none of a confidential
        one. Raises access.NotFound.

        Those of its conversation from a day before it was opened (not before the ticket before it) until the
        next one was opened: what came in between is shown with both.
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
        """The pictures that a citizen sent with a ticket, as far as they are kept, for whoever may read the ticket."""
        with self._open_unit.reading() as unit:
            own = unit.attachments.of_ticket(ticket, ticket.created_at - BEFORE_THE_TICKET)
        found = []
        for each in own:
            with suppress(KeyError, NotNow):
                if each.state is Keeping.KEPT and each.type is not None:
                    found.append(Picture(each.type, self._contents.read(each.id)))
        return found

    def of_conversation(self, conversation_id: str) -> Sequence[Attachment]:
        """The pictures of a conversation, for whoever may read the conversation."""
        with self._open_unit.reading() as unit:
            return unit.attachments.of_conversation(conversation_id)

    def show_of_ticket(self, number: str, id: str, actor: Actor, why: Whence) -> Picture:
        """A picture on the page of a ticket; the look is audited. Raises NoPicture, and as `of_ticket` does.

        Units get it drawn anew, without what the telephone wrote into it: where the citizen stood, with which telephone.
        """
        found = next((each for each in self.of_ticket(number, actor) if each.id == id), None)
        return self._shown(found, actor, numbering.clean_number(number), why)

    def show_of_conversation(self, conversation_id: str, seq: int, place: int, actor: Actor, why: Whence) -> Picture:
        """The picture at a place, from 1, of a message; for whoever may read the conversation, and audited.

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
        except (KeyError, NotNow) as gone:
            raise NoPicture from gone
        if actor.kind in (*OF_A_DEPARTMENT, Role.LEADER):
            with self._drawing:
                shown = Picture("image/jpeg", without_traces(shown.content))
        with self._open_unit() as unit:
            unit.audit.add(actor, "attachment.viewed", subject, self._now(), why, {"attachment": found.id})
        return shown
