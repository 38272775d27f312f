"""The weekly bulletin (周通报): a list of the kept ones, and a printable page that compares a week with the one
before."""

from __future__ import annotations

import asyncio

from sanic import HTTPResponse

from console.door import Door
from console.statistics import COUNTED
from console.visit import Visit
from hotline.statistics import hot_spots
from hotline.statistics.model import RATES
from hotline.statistics.period import Period, WrongPeriod

MOST_MATTERS = 15
MOST_UNITS = 30
LISTED = 53
"""A year of weeks plus one."""


def add_routes(door: Door) -> None:
    """The list, and one page for each week by its ISO 8601 name."""
    hotline = door.hotline
    categories = hotline.city.category_names

    @door.get("/bulletin", "bulletins")
    async def listed(visit: Visit) -> HTTPResponse:
        kept = await asyncio.to_thread(hotline.bulletins.kept, LISTED)
        return visit.page("bulletins.html", kept=kept, this_week=Period.week_of(hotline.now().date()))

    @door.get("/bulletin/<week:str>", "bulletin")
    async def page(visit: Visit, week: str) -> HTTPResponse:
        try:
            period = Period.week(week)
        except WrongPeriod:
            raise visit.refusal(404, "wrong_period") from None
        return visit.page(
            "bulletin.html",
            bulletin=await asyncio.to_thread(hotline.bulletins.of, period),
            city=hotline.city.name if visit.language == "zh" else hotline.city.name_en,
            period=period,
            earlier=period.before().week_name,
            later=Period.week_of(period.end).week_name,
            is_over=hotline.now().date() > period.last,
            counted=COUNTED,
            rates=RATES,
            categories=categories | visit.named("danger_kind"),
            most_matters=MOST_MATTERS,
            most_units=MOST_UNITS,
            hot_rule=hot_spots.RULE,
        )
