"""The assignment notice (交办单) of a ticket: a page that prints, without who the citizen is; printing is on record."""

from __future__ import annotations

import asyncio

from sanic import HTTPResponse

from console import actions
from console.door import Door
from console.visit import Visit
from hotline.tickets.department import without_citizen


def add_routes(door: Door) -> None:
    """One page for each ticket."""
    hotline = door.hotline
    categories = {code: category.name for code, category in hotline.city.categories.items()}

    @door.get("/tickets/<number:str>/notice", "ticket.notice")
    async def notice(visit: Visit, number: str) -> HTTPResponse:
        with actions.in_words(visit):
            dossier = await asyncio.to_thread(hotline.ticket_desk.dossier, number[:20], visit.actor)
        ticket = without_citizen(dossier.ticket)
        await asyncio.to_thread(hotline.audit.record, visit.actor, "notice.printed", ticket.number)
        return visit.page(
            "notice.html",
            ticket=ticket,
            deadlines=dossier.deadlines,
            categories=categories,
            issuer=hotline.city.unit_name("hotline", None),
            now=hotline.now(),
        )
