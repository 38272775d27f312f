"""Pictures from citizens, one at a time, on the pages of a conversation and of a ticket; each view is audited."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from sanic import HTTPResponse
from sanic.response import raw

from console import actions
from console.conversations import in_words
from console.door import Door
from console.visit import HEADERS, Visit
from console.whence import whence
from hotline.attachments.service import NoPicture, Picture


def add_routes(door: Door) -> None:
    """The pictures of a conversation, of a ticket in the register, and of a ticket in a unit's inbox."""
    attachments, screen = door.hotline.attachments, door.hotline.screen

    @door.get("/conversations/<id:str>/pictures/<seq:int>/<place:int>", "conversation.picture")
    async def of_conversation(visit: Visit, id: str, seq: int, place: int) -> HTTPResponse:
        with in_words(visit), _in_words(visit):
            conversation = await asyncio.to_thread(screen.conversation_id, visit.person, id)
            found = await asyncio.to_thread(
                attachments.show_of_conversation, conversation, seq, place, visit.actor, whence(visit)
            )
        return _shown(found)

    async def of_ticket(visit: Visit, number: str, id: str) -> HTTPResponse:
        with actions.in_words(visit), _in_words(visit):
            found = await asyncio.to_thread(
                attachments.show_of_ticket, number[:20], id, visit.actor, whence(visit, number)
            )
        return _shown(found)

    door.get("/tickets/<number:str>/pictures/<id:str>", "ticket.picture")(of_ticket)
    door.get("/inbox/<number:str>/pictures/<id:str>", "inbox.picture")(of_ticket)


@contextmanager
def _in_words(visit: Visit) -> Iterator[None]:
    try:
        yield
    except NoPicture:
        raise visit.refusal(404, "no_picture") from None


def _shown(picture: Picture) -> HTTPResponse:
    return raw(picture.content, content_type=picture.type, headers={**HEADERS, "Content-Disposition": "inline"})
