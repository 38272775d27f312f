"""The assignment notice (交办单) of a ticket, as a printable page and as a file."""

from __future__ import annotations

import asyncio
from typing import Any

from sanic import HTTPResponse

from console import actions
from console.door import Door
from console.site import as_file
from console.visit import Visit
from console.whence import whence
from hotline.city import City
from hotline.tickets.notice import Notice


def add_routes(door: Door) -> None:
    """One page for each ticket."""
    hotline = door.hotline

    @door.get("/tickets/<number:str>/notice", "ticket.notice")
    async def page(visit: Visit, number: str) -> HTTPResponse:
        with actions.in_words(visit):
            notice = await asyncio.to_thread(hotline.notices.printed, number[:20], visit.actor, whence(visit, number))
        return visit.page("notice.html", layout="base.html", **_shown(notice, hotline.city))


def document(notice: Notice, city: City, language: str) -> str:
    """The notice as an HTML file that needs no other file."""
    return as_file("notice.html", language, **_shown(notice, city))


def _shown(notice: Notice, city: City) -> dict[str, Any]:
    return {"notice": notice, "ticket": notice.ticket, "categories": city.category_names}
