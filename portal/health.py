"""Health routes: `/healthz` alive, `/readyz` can serve, `/metrics` for Prometheus."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sanic import Blueprint, HTTPResponse, Request
from sanic.response import json as json_response
from sanic.response import raw

Check = Callable[[], Awaitable[bool]]

CHECK_SECONDS = 3.0


def blueprint(checks: dict[str, Check]) -> Blueprint:
    """The routes; `checks` names what must answer before this process can serve."""
    routes = Blueprint("health")

    @routes.get("/healthz")
    async def alive(_: Request) -> HTTPResponse:
        return json_response({"status": "ok"})

    @routes.get("/readyz")
    async def ready(_: Request) -> HTTPResponse:
        results = dict(zip(checks, await asyncio.gather(*(_passes(check) for check in checks.values())), strict=True))
        return json_response(
            {"ready": all(results.values()), "checks": results}, status=200 if all(results.values()) else 503
        )

    @routes.get("/metrics")
    async def metrics(_: Request) -> HTTPResponse:
        return raw(generate_latest(), content_type=CONTENT_TYPE_LATEST)

    return routes


async def _passes(check: Check) -> bool:
    try:
        async with asyncio.timeout(CHECK_SECONDS):
            return await check()
    except Exception:
        return False
