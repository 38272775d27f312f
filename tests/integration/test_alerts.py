"""The duty desk is told of danger and of what has to be looked at, without anything of the citizen."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import aiohttp
import pytest
import redis.asyncio
from aiohttp import web
from aiohttp.test_utils import TestServer

from hotline.bootstrap import Hotline
from hotline.events.event import STREAM
from hotline.events.relay import Relay
from hotline.processes.worker import alerts

NOW = 1  # milliseconds to wait for a new entry: none to speak of


@pytest.mark.parametrize(("status", "still_waits"), [(204, 0), (500, 1)])
async def test_an_alert_reaches_the_duty_desk_or_waits(
    hotline: Hotline, valkey: redis.asyncio.Redis, status: int, still_waits: int
) -> None:
    heard: list[dict[str, Any]] = []

    async def desk(request: web.Request) -> web.Response:
        heard.append(await request.json())
        return web.Response(status=status)

    app = web.Application()
    app.router.add_post("/", desk)
    with hotline.units() as unit:
        for type in ("ticket.opened", "ticket.escalated"):
            unit.events.add(type, "261122000437", {"stage": "reply"}, hotline.now())
    await Relay(hotline.units, valkey).publish()
    async with TestServer(app) as server, aiohttp.ClientSession() as session:
        settings = hotline.settings.model_copy(update={"alert_url": str(server.make_url("/"))})
        consumer = alerts(replace(hotline, settings=settings), valkey, "worker", session)
        await consumer.join()
        await consumer.step(NOW)
    (alert,) = heard
    assert alert.keys() == {"id", "type", "subject", "at", "data"}
    assert (alert["type"], alert["subject"]) == ("ticket.escalated", "261122000437")
    assert (await valkey.xpending(STREAM, "alerts"))["pending"] == still_waits
