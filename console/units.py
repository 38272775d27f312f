"""The names of all units, for fields that ask for one; fetched when the cursor enters such a field."""

from __future__ import annotations

from sanic import HTTPResponse

from console.door import Door
from console.visit import Visit
from hotline.staff.account import units_of


def add_routes(door: Door) -> None:
    """The list."""
    units = units_of(door.hotline.city)

    @door.get("/units", "units")
    async def listed(visit: Visit) -> HTTPResponse:
        return visit.page("units.html", units=units)
