"""The console as one part of the gateway: every page's routes and its files."""

from __future__ import annotations

from sanic import Blueprint, HTTPResponse, Request

from connectors.services import Services
from console import (
    audit,
    board,
    bulletin,
    canned,
    conversations,
    files,
    household,
    inbox,
    ledgers,
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

PREFIX = "/console"
PAGES = (
    sign_in,
    single_sign_on,
    conversations,
    live,
    inbox,
    tickets,
    household,
    board,
    canned,
    people,
    pictures,
    files,
    units,
    audit,
    statistics,
    bulletin,
    ledgers,
    notice,
)


def blueprint(services: Services) -> Blueprint:
    """The console's routes. `ctx.failed` answers requests below its prefix that no route answers.

    Raises hotline.settings.SettingsError without a secret key.
    """
    routes = Blueprint("console", url_prefix=PREFIX)
    door = Door(services, routes)
    routes.ctx.failed = door.failed
    for page in PAGES:
        page.add_routes(door)

    @routes.get("/static/<path:path>", name="static")
    async def static(request: Request, path: str) -> HTTPResponse:
        return door.site.file(request, path)

    return routes
