"""The use cases on attachments: fetch, keep, and show them to staff."""

from __future__ import annotations

import random
from collections.abc import Collection, Sequence
from datetime import timedelta

from hotline.attachments.model import Attachment, Keeping, NotAccepted, PictureProblem, ToFetch
from hotline.attachments.pictures import checked_type
from hotline.attachments.ports import AttachmentUnit, Contents, OpenUnit
from hotline.clock import Clock
from hotline.delivery.rules import GIVE_UP_AFTER, pause
from hotline.staff.account import OF_A_DEPARTMENT
from hotline.staff.model import Actor, Role

LEASE = timedelta(minutes=2)
BEFORE_THE_TICKET = timedelta(days=1)


class Attachments:
    """The use cases. All raise hotline.storage.StorageUnavailable when the database is down.

    The contents are in `contents`, under random ids.
    """

    def __init__(self, open_unit: OpenUnit, contents: Contents, now: Clock) -> None:
        self._open_unit = open_unit
        self._contents = contents
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

    def of_conversation(self, conversation_id: str) -> Sequence[Attachment]:
        """The pictures of a conversation, for whoever may read the conversation."""
        with self._open_unit.reading() as unit:
            return unit.attachments.of_conversation(conversation_id)

    def of_ticket(self, number: str, actor: Actor) -> Sequence[Attachment]:
        """The pictures of a ticket, for whoever of the staff may see the ticket; see `_of_ticket`."""
        with self._open_unit.reading() as unit:
            return _of_ticket(unit, number, actor)

    def show_of_ticket(self, number: str, id: str, actor: Actor) -> tuple[str, bytes]:
        """A picture of a ticket, for whoever of the staff may see the ticket; see `_shown`."""
        with self._open_unit() as unit:
            found = self._noted(unit, _of_ticket(unit, number, actor), id, actor, number)
        return self._shown(found)

    def show_of_conversation(self, conversation_id: str, id: str, actor: Actor) -> tuple[str, bytes]:
        """A picture of a conversation, for whoever of the staff may read the conversation; see `_shown`."""
        with self._open_unit() as unit:
            own = unit.attachments.of_conversation(conversation_id)
            found = self._noted(unit, own, id, actor, conversation_id)
        return self._shown(found)

    def _noted(
        self, unit: AttachmentUnit, among: Sequence[Attachment], id: str, actor: Actor, subject: str
    ) -> Attachment:
        """One of some pictures, the look audited under their ticket or conversation. Raises KeyError for no such picture.

        The one door to a content: nobody but staff gets through.
        """
        found = next((picture for picture in among if picture.id == id and picture.state is Keeping.KEPT), None)
        if found is None or actor.kind not in set(Role):
            raise KeyError(id)
        unit.audit.add(actor, "attachment.viewed", subject, self._now(), data={"attachment": id})
        return found

    def _shown(self, found: Attachment) -> tuple[str, bytes]:
        """The media type and the content. Raises KeyError when it is gone, NotNow."""
        assert found.type  # every picture that is kept was looked at
        return found.type, self._contents.read(found.id)


def _of_ticket(unit: AttachmentUnit, number: str, actor: Actor) -> Sequence[Attachment]:
    """Those of its conversation from a day before it was opened (not before the ticket before it) until the next one was.

    What came in between is shown with both. A picture cannot be cleared of who the citizen is, as words are: the people
    of a unit see none of a confidential ticket.
    """
    ticket = unit.tickets.by_number(number)
    if ticket is None or (ticket.confidential and actor.kind in OF_A_DEPARTMENT):
        return []
    return unit.attachments.of_ticket(ticket, ticket.created_at - BEFORE_THE_TICKET)
