"""Live changes on a person's screen, as server-sent events, rendered here so that the browser only puts them in place.

desk     {html}        presence, alarms, offers, the list of conversations
lines    {id, html}    new lines of a conversation
notes    {id, html}    the staff's notes about it, after a new one
typing   {id}          the citizen is writing
beat                   asks the browser to post to /console/live/here
gone                   the followed conversation may not be seen any more
out                    the session has ended

Each carries an id: how far every conversation was shown. A browser that lost the connection sends it back as
Last-Event-ID, and the stream resumes from there.
"""

from __future__ import annotations

import asyncio
import json
import logging
import re
from typing import Any

from sanic import HTTPResponse

from console.conversations import nothing
from console.door import Door
from console.visit import HEADERS, Visit
from hotline.conversations.handoff.desk import MAX_CAPACITY
from hotline.conversations.handoff.feed import Beat, Noted, Said, Typing
from hotline.conversations.handoff.model import HandoffError, Overview
from hotline.transaction import StorageUnavailable

logger = logging.getLogger(__name__)

POSITION = re.compile(r"([0-9a-f]{32}):([0-9]{1,9})(?![0-9])")
LONGEST_ID = 2000
STREAM_HEADERS = {**HEADERS, "X-Accel-Buffering": "no"}


def add_routes(door: Door) -> None:
    """The stream, and the browser's reply to its beats, which a dead machine cannot send however long its connection
    stays."""
    feed, desk, staff = door.services.feed, door.hotline.agent_desk, door.hotline.staff

    @door.post("/live/here", "live.here")
    async def here(visit: Visit) -> HTTPResponse:
        await asyncio.to_thread(desk.beat, visit.person)
        return nothing()

    @door.get("/live", "live")
    async def live(visit: Visit) -> HTTPResponse | None:
        following, last = visit.asked("following", 64) or None, visit.asked("after", 9)
        seen = _positions(visit.request.headers.get("last-event-id", "")[:LONGEST_ID])
        if following and not seen:
            seen |= _positions(f"{following}:{last}")
        stream = await visit.request.respond(content_type="text/event-stream; charset=utf-8", headers=STREAM_HEADERS)

        async def send(event: str, **data: Any) -> None:
            id = ",".join(f"{handoff}:{seq}" for handoff, seq in seen.items())
            await stream.send(f"id: {id}\nevent: {event}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n")

        try:
            async for item in feed.of(visit.person, following, seen):
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
                        html = visit.rendered(
                            "desk.html", overview=item, following=following, most_at_once=MAX_CAPACITY
                        )
                        await send("desk", html=html)
        except HandoffError:
            await send("gone")
        except StorageUnavailable:
            logger.warning("a live stream ends, since nothing can be read now")  # the browser reconnects
        return None


def _positions(text: str) -> dict[str, int]:
    """The last seq that was shown, by hand-over, read from an event's id; anything else in it is ignored."""
    return {id: int(seq) for id, seq in POSITION.findall(text)}
