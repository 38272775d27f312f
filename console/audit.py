"""The audit page: who did what to which record, newest first, and whether the chain holds."""

from __future__ import annotations

import asyncio

from sanic import HTTPResponse

from connectors.web import Malformed
from console.door import Door
from console.visit import Visit
from hotline.audit.model import Broken
from hotline.audit.service import Audit

ROWS = 100
WHYS = ("reason", "purpose", "look", "whence")
"""Where the words for reasons stand: for a contact, for an export, for a conversation, for what was opened from a page."""


def add_routes(door: Door) -> None:
    """The page."""
    audit, staff = door.hotline.audit, door.hotline.staff

    @door.get("/audit", "audit")
    async def page(visit: Visit) -> HTTPResponse:
        before, subject, actor = visit.asked("before", 12), visit.asked("subject", 64), visit.asked("actor", 64)
        if before and not (before.isascii() and before.isdigit()):
            raise Malformed("before")
        rows, people = await asyncio.gather(
            asyncio.to_thread(audit.latest, ROWS, int(before) if before else None, subject or None, actor or None),
            asyncio.to_thread(staff.listed),
        )
        return visit.page(
            "audit.html",
            rows=rows,
            older=rows[-1].seq if len(rows) == ROWS else None,
            subject=subject,
            actor=actor,
            whys={why: said for group in WHYS for why, said in visit.words.group(group).items()},
            people={person.id: person.name for person in people},
            proof=await asyncio.to_thread(_proof, audit) if visit.asked("verify") else None,
        )


def _proof(audit: Audit) -> tuple[int, str | None]:
    """How many rows hold and the last one's hash; or the first row that does not, and None."""
    try:
        return audit.verify()
    except Broken as broken:
        return broken.seq, None
