"""Tickets: the register with its filters and its search, and one ticket."""

from __future__ import annotations

import asyncio
from typing import Any
from urllib.parse import urlencode

from sanic import HTTPResponse

from console.door import Door
from console.visit import PART, Visit
from hotline.tickets import access
from hotline.tickets.model import Status, Ticket, Urgency
from hotline.tickets.register import Reason, Wanted

ROWS = 50


def add_routes(door: Door) -> None:
    """The register, a ticket, its contact."""
    hotline = door.hotline
    categories = {code: category.name for code, category in hotline.city.categories.items()}
    choices: dict[str, Any] = {
        "statuses": list(Status),
        "urgencies": list(Urgency),
        "districts": [district.name for district in hotline.city.districts.values()],
        "categories": categories,
    }

    @door.get("/tickets", "tickets")
    async def listed(visit: Visit) -> HTTPResponse:
        wanted = _wanted(visit)
        rows = await asyncio.to_thread(hotline.register.found, wanted, ROWS, visit.actor)
        older = None
        if len(rows) == ROWS:
            older = urlencode(
                {**visit.request.get_args(keep_blank_values=False), "before": rows[-1].number}, doseq=True
            )
        return visit.page("tickets.html", rows=rows, wanted=wanted, older=older, now=hotline.now(), **choices)

    @door.get("/tickets/<number:str>", "ticket")
    async def one(visit: Visit, number: str) -> HTTPResponse:
        return await _page(visit, await _ticket(visit, number))

    @door.post("/tickets/<number:str>/contact", "ticket.contact")
    async def contact(visit: Visit, number: str) -> HTTPResponse:
        reason = visit.field("reason", 20)
        if reason not in set(Reason):
            raise visit.refusal(422, "reason_needed")
        ticket = await _ticket(visit, number, again=True)
        shown = await asyncio.to_thread(hotline.register.contact, number, Reason(reason), visit.actor)
        return await _page(visit, ticket, contact=shown)

    async def _ticket(visit: Visit, number: str, again: bool = False) -> Ticket:
        try:
            return await asyncio.to_thread(
                hotline.register.one, number[:20], visit.actor, again or PART in visit.request.headers
            )
        except access.NotFound:
            raise visit.refusal(404, "not_found") from None

    async def _page(visit: Visit, ticket: Ticket, contact: object = None) -> HTTPResponse:
        return visit.page(
            "ticket.html",
            ticket=ticket,
            contact=contact,
            category=categories.get(ticket.category or ""),
            reasons=list(Reason),
            now=hotline.now(),
        )


def _wanted(visit: Visit) -> Wanted:
    def one_of(name: str, known: set[str]) -> str | None:
        value = visit.asked(name)
        return value if value in known else None

    status = one_of("status", set(Status))
    before = visit.asked("before", 12)
    return Wanted(
        text=visit.asked("q", 100),
        status=Status(status) if status else None,
        category=visit.asked("category", 4) or None,
        department=visit.asked("department", 100) or None,
        district=visit.asked("district", 32) or None,
        urgency=one_of("urgency", set(Urgency)),
        overdue=bool(visit.asked("overdue")),
        before=before or None,
    )
