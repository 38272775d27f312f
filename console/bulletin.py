"""The weekly bulletin (周通报): a week against the one before, on a page that prints."""

from __future__ import annotations

import asyncio

from sanic import HTTPResponse

from console.door import Door
from console.statistics import COUNTED
from console.visit import Visit
from hotline.statistics.model import RATES, By
from hotline.statistics.period import Period, WrongPeriod

LONGEST = 15


def add_routes(door: Door) -> None:
    """One page for each week, by its ISO 8601 name."""
    hotline = door.hotline
    categories = {code: category.name for code, category in hotline.city.categories.items()}

    @door.get("/bulletin/<week:str>", "bulletin")
    async def page(visit: Visit, week: str) -> HTTPResponse:
        try:
            period = Period.week(week)
        except WrongPeriod:
            raise visit.refusal(404, "wrong_period") from None
        numbers = hotline.statistics.report
        units, matters, before = await asyncio.gather(
            asyncio.to_thread(numbers, period),
            asyncio.to_thread(numbers, period, By.CATEGORY),
            asyncio.to_thread(numbers, period.before()),
        )
        return visit.page(
            "bulletin.html",
            city=hotline.city.name if visit.language == "zh" else hotline.city.name_en,
            period=period,
            earlier=period.before().week_name,
            later=Period.week_of(period.end).week_name,
            now=hotline.now(),
            is_over=hotline.now().date() > period.last,
            units=units,
            matters=matters,
            before=before.total,
            counted=COUNTED,
            rates=RATES,
            categories=categories,
            longest=LONGEST,
        )
