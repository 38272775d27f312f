"""Ledgers (台账): order one, see its progress, fetch the file. The worker makes a ledger; it is kept for a week."""

from __future__ import annotations

import asyncio
from typing import Any

from sanic import HTTPResponse
from sanic.response import file_stream

from console.door import Door
from console.statistics import XLSX, asked_period
from console.visit import HEADERS, Visit
from hotline.city import Party
from hotline.statistics.orders import KEPT, Purpose, TooManyOrders

PAGE = "/console/ledgers"


def add_routes(door: Door) -> None:
    """The page, an order, a file."""
    hotline = door.hotline

    @door.get("/ledgers", "ledgers")
    async def page(visit: Visit) -> HTTPResponse:
        return visit.page(
            "ledgers.html",
            orders=await asyncio.to_thread(hotline.orders.of, visit.actor),
            period=asked_period(visit.asked, visit, hotline.now().date()),
            parties=list(Party),
            purposes=list(Purpose),
            days=KEPT.days,
        )

    @door.post("/ledgers", "ledgers.order")
    async def order(visit: Visit) -> HTTPResponse:
        purpose, party = visit.field("purpose", 16), visit.field("party", 16)
        if purpose not in set(Purpose):
            raise visit.refusal(422, "purpose_needed")
        whose = Party(party) if party in set(Party) else None
        period = asked_period(visit.field, visit, hotline.now().date())
        try:
            await asyncio.to_thread(hotline.orders.order, period, whose, Purpose(purpose), visit.actor)
        except TooManyOrders:
            raise visit.refusal(429, "too_many_orders") from None
        return visit.to(PAGE)

    @door.get("/ledgers/<order:str>/file", "ledgers.file")
    async def file(visit: Visit, order: str) -> Any:
        try:
            found, path = await asyncio.to_thread(hotline.orders.fetch, order[:32], visit.actor)
        except KeyError:
            raise visit.refusal(404, "not_found") from None
        return await file_stream(path, mime_type=XLSX, filename=found.file_name, headers=HEADERS)
