"""The audit page: who did what to which record, newest first, and whether the chain holds."""

from __future__ import annotations

import asyncio
from datetime import date
from urllib.parse import urlencode

from sanic import HTTPResponse

from connectors.web import Malformed
from console.door import Door
from console.visit import Visit
from hotline.audit.model import Broken
from hotline.audit.service import Audit
from hotline.tickets import numbering
from hotline.tickets.lifecycle import Action

ROWS = 100
WHYS = ("reason", "purpose", "look", "whence")
"""The groups of texts that name reasons: for a contact, for an export, for a conversation, for what was opened from a
page."""


def add_routes(door: Door) -> None:
    """The page."""
    audit, staff = door.hotline.audit, door.hotline.staff
    categories = {code: category.name for code, category in door.hotline.city.categories.items()}

    @door.get("/audit", "audit")
    async def page(visit: Visit) -> HTTPResponse:
        before, subject, actor = visit.asked("before", 12), visit.asked("subject", 64), visit.asked("actor", 64)
        action, on = visit.asked("action", 40), visit.asked("day", 10)
        if before and not (before.isascii() and before.isdigit()):
            raise Malformed("before")
        if numbering.is_number(digits := numbering.clean_number(subject)):
            subject = digits
        try:
            day = date.fromisoformat(on) if on else None
        except ValueError:
            raise Malformed("day") from None
        wanted = (subject or None, actor or None, action or None, day)
        rows, people = await asyncio.gather(
            asyncio.to_thread(audit.latest, ROWS, int(before) if before else None, *wanted),
            asyncio.to_thread(staff.listed),
        )
        return visit.page(
            "audit.html",
            rows=rows,
            older=rows[-1].seq if len(rows) == ROWS else None,
            asked={"subject": subject, "actor": actor, "action": action, "day": on},
            older_of=urlencode({"subject": subject, "actor": actor, "action": action, "day": on}),
            acts=_acts(visit),
            categories=categories,
            whys={why: said for group in WHYS for why, said in visit.words.group(group).items()},
            people={person.id: person.name for person in people},
            proof=await asyncio.to_thread(_proof, audit) if visit.asked("verify") else None,
        )


def _acts(visit: Visit) -> dict[str, str]:
    """The acts that can be searched for, with their names."""
    of_tickets = {f"ticket.{action}": name for action, name in visit.words.group("action").items()}
    return visit.words.group("act") | {
        id: name for id, name in of_tickets.items() if id.partition(".")[2] in set(Action)
    }


def _proof(audit: Audit) -> tuple[int, str | None]:
    """How many rows are intact and the last one's hash; or the first broken row, and None."""
    try:
        return audit.verify()
    except Broken as broken:
        return broken.seq, None
