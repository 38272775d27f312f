"""What changes on a person's screen, as server-sent events: rendered here, so that the browser only puts it in place.

desk     {html}        presence, alarms, what is offered, the list of conversations
lines    {id, html}    new lines of a conversation
notes    {id, html}    what the staff said among themselves about it, after a new word
typing   {id}          the citizen is writing
gone                   the conversation that was followed is not to be seen any more
out                    the session has ended
"""

from __future__ import annotations

import asyncio
import json
from typing import Any

from sanic import HTTPResponse

from console.conversations import PAGE
from console.door import Door
from console.visit import HEADERS, Visit
from hotline.conversations.handoff.feed import Beat, Noted, Said, Typing
from hotline.conversations.handoff.model import HandoffError, Overview

STREAM_HEADERS = {**HEADERS, "X-Accel-Buffering": "no"}


def add_routes(door: Door) -> None:
    """The stream."""
    feed, staff = door.services.feed, door.hotline.staff

    @door.get("/live", "live")
    async def live(visit: Visit) -> HTTPResponse | None:
        following, last = visit.asked("following", 64) or None, visit.asked("after", 9)
        after = {following: int(last)} if following and last.isascii() and last.isdigit() else None
        stream = await visit.request.respond(content_type="text/event-stream; charset=utf-8", headers=STREAM_HEADERS)
        assert stream is not None

        async def send(event: str, **data: Any) -> None:
            await stream.send(f"event: {event}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n")

        try:
            async for item in feed.of(visit.person, following, after):
                match item:
                    case Beat():
                        if await asyncio.to_thread(staff.session, visit.token, False) is None:
                            await send("out")
                            return None
                        await send("beat")
                    case Typing():
                        await send("typing", id=item.handoff_id)
                    case Said():
                        html = visit.rendered("lines.html", lines=item.messages, handoff=item.handoff_id)
                        await send("lines", id=item.handoff_id, last=item.messages[-1].seq, html=html)
                    case Noted():
                        await send("notes", id=item.handoff_id, html=visit.rendered("notes.html", notes=item.notes))
                    case Overview():
                        await send(
                            "desk", html=visit.rendered("desk.html", overview=item, following=following, page=PAGE)
                        )
        except HandoffError:
            await send("gone")
        return None
