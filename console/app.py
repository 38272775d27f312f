"""The console as one part of the gateway: every page's routes, its files, and nothing else."""

from __future__ import annotations

from sanic import Blueprint, HTTPResponse, Request

from connectors.services import Services
from console import (
    audit,
    board,
    bulletin,
    canned,
    conversations,
    inbox,
    live,
    notice,
    people,
    pictures,
    sign_in,
    single_sign_on,
    statistics,
    tickets,
    units,
)
from console.door import Door

PAGES = (
    sign_in,
    single_sign_on,
    conversations,
    live,
    inbox,
    tickets,
    pictures,
    board,
    canned,
    people,
    units,
    audit,
    statistics,
    bulletin,
    notice,
)


def blueprint(services: Services) -> Blueprint:
    """The console's routes. Raises hotline.settings.SettingsError without a secret key."""
    routes = Blueprint("console", url_prefix="/console")
    door = Door(services, routes)
    for page in PAGES:
        page.add_routes(door)

    @routes.get("/static/<path:path>", name="static")
    async def static(request: Request, path: str) -> HTTPResponse:
        return door.site.file(request, path)

    return routes
