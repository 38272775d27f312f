"""Pictures that citizens sent, for whoever may see the ticket or the conversation they came with; each look is audited."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from sanic import HTTPResponse
from sanic.response import raw

from console import actions, conversations
from console.door import Door
from console.visit import HEADERS, Visit
from hotline.attachments.model import NotNow
from hotline.staff.model import Actor

KEPT_BY_THE_BROWSER = "private, max-age=600"
"""A page that is refreshed by itself does not fetch its pictures again."""


def add_routes(door: Door) -> None:
    """One picture of a ticket, for the hotline and for a unit, and of a conversation."""
    hotline, attachments = door.hotline, door.hotline.attachments

    @door.get("/tickets/<number:str>/pictures/<id:str>", "ticket.picture")
    async def of_ticket(visit: Visit, number: str, id: str) -> HTTPResponse:
        with actions.in_words(visit):
            seen = await asyncio.to_thread(hotline.register.dossier, number[:20], visit.actor, True)
        return await _picture(visit, attachments.show_of_ticket, seen.ticket.number, id)

    @door.get("/inbox/<number:str>/pictures/<id:str>", "inbox.picture")
    async def of_a_units_ticket(visit: Visit, number: str, id: str) -> HTTPResponse:
        with actions.in_words(visit):
            seen = await asyncio.to_thread(hotline.department.one, number[:20], visit.actor)
        return await _picture(visit, attachments.show_of_ticket, seen.number, id)

    @door.get("/conversations/<id:str>/pictures/<picture:str>", "conversation.picture")
    async def of_conversation(visit: Visit, id: str, picture: str) -> HTTPResponse:
        with conversations.in_words(visit):
            seen = await asyncio.to_thread(hotline.screen.conversation_id, visit.person, id)
        return await _picture(visit, attachments.show_of_conversation, seen, picture)


async def _picture(
    visit: Visit, show: Callable[[str, str, Actor], tuple[str, bytes]], subject: str, id: str
) -> HTTPResponse:
    try:
        type, content = await asyncio.to_thread(show, subject, id, visit.actor)
    except KeyError:
        raise visit.refusal(404, "not_found") from None
    except NotNow:
        raise visit.refusal(503, "unavailable") from None
    return raw(content, content_type=type, headers={**HEADERS, "Cache-Control": KEPT_BY_THE_BROWSER})
