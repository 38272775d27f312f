"""The canned replies of the city's data, to browse, with the letters that find them."""

from __future__ import annotations

from sanic import HTTPResponse

from console.door import Door
from console.visit import Visit


def add_routes(door: Door) -> None:
    """The page."""
    rules = door.hotline.city.handoff

    @door.get("/canned", "canned")
    async def listed(visit: Visit) -> HTTPResponse:
        letters = visit.asked("q")
        return visit.page("canned.html", found=rules.find_canned(letters), letters=letters)
