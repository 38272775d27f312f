"""Alerts to staff: the duty desk's address gets every danger, every request for a person and every expired stage."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
import redis.asyncio
from aiohttp import web

from hotline.bootstrap import Hotline, build
from hotline.city import City
from hotline.events import consumer
from hotline.events.dead_letters import DEAD_LETTERS
from hotline.events.event import STREAM
from hotline.events.relay import Relay
from hotline.processes.worker import alerts
from hotline.settings import Settings
from tests.conftest import SetClock
from tests.integration.texting import until


class DutyDesk:
    """The receiver of alerts to staff."""

    def __init__(self) -> None:
        self.rung: list[dict[str, Any]] = []
        self.url = ""
        self.status = 200

    async def ring(self, request: web.Request) -> web.Response:
        """Receive one alert."""
        self.rung.append(await request.json())
        return web.Response(status=self.status)


@pytest.fixture
async def desk() -> AsyncIterator[DutyDesk]:
    desk, app = DutyDesk(), web.Application()
    app.router.add_post("/ring", desk.ring)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    desk.url = f"http://127.0.0.1:{runner.addresses[0][1]}/ring"
    yield desk
    await runner.cleanup()


@asynccontextmanager
async def alerting(hotline: Hotline, valkey: redis.asyncio.Redis) -> AsyncIterator[None]:
    """Runs the worker's alerts, then stops them."""
    running = asyncio.create_task(alerts(hotline, valkey, "worker-a"))
    try:
        yield
    finally:
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running


@pytest.fixture
def alerted(desk: DutyDesk, sqlite_url: str, tmp_path: Path, clock: SetClock, city: City) -> Hotline:
    """A hotline that has the desk's address."""
    return build(Settings(data=tmp_path, database_url=sqlite_url, alert_url=desk.url), clock, city)


async def publish(hotline: Hotline, valkey: redis.asyncio.Redis, *types: str) -> None:
    """Commit an event of each type and publish them."""
    for type in types:
        with hotline.transactions() as unit:
            unit.events.add(type, f"subject of {type}", {"danger": "gas"}, hotline.now())
    await Relay(hotline.transactions, valkey).publish()


async def test_the_duty_desk_hears_of_what_staff_must_look_at_and_of_nothing_else(
    alerted: Hotline, desk: DutyDesk, valkey: redis.asyncio.Redis
) -> None:
    async with alerting(alerted, valkey):
        await publish(alerted, valkey, "ticket.opened", "danger.detected", "conversation.escalated", "ticket.escalated")
        await until(lambda: len(desk.rung) == 3)
    assert [alert["type"] for alert in desk.rung] == ["danger.detected", "conversation.escalated", "ticket.escalated"]
    assert desk.rung[0].keys() == {"id", "type", "subject", "data", "at"}
    assert desk.rung[0]["at"] == alerted.now().isoformat()


async def test_an_alert_that_the_desk_does_not_take_stays_to_be_tried_again(
    alerted: Hotline, valkey: redis.asyncio.Redis
) -> None:
    away = build(alerted.settings.model_copy(update={"alert_url": "http://127.0.0.1:1"}), alerted.now, alerted.city)
    async with alerting(away, valkey):
        await publish(away, valkey, "danger.detected")
        async with asyncio.timeout(10):
            while not await is_taken(valkey):
                await asyncio.sleep(0.01)
    assert await is_taken(valkey)  # but not acknowledged, so it will be taken again


@pytest.mark.parametrize(("status", "letters"), [(503, 0), (429, 0), (404, 1)])
async def test_a_desk_that_is_away_is_waited_for_and_one_that_refuses_an_alert_is_not(
    alerted: Hotline,
    desk: DutyDesk,
    valkey: redis.asyncio.Redis,
    monkeypatch: pytest.MonkeyPatch,
    status: int,
    letters: int,
) -> None:
    monkeypatch.setattr(consumer, "RECLAIM_AFTER_MS", 0)
    desk.status = status
    async with alerting(alerted, valkey):
        await publish(alerted, valkey, "danger.detected")
        await until(lambda: len(desk.rung) >= consumer.MAX_FAILURES)
        async with asyncio.timeout(10):
            while len(desk.rung) <= consumer.MAX_FAILURES and await valkey.xlen(DEAD_LETTERS) < 1:
                await asyncio.sleep(0.01)
    assert await valkey.xlen(DEAD_LETTERS) == letters


async def is_taken(valkey: redis.asyncio.Redis) -> bool:
    """Whether an alert is being sent."""
    groups = {group["name"]: group["pending"] for group in await valkey.xinfo_groups(STREAM)}
    return bool(groups.get("alerts"))


async def test_when_the_worker_stops_no_connection_is_left_open(
    alerted: Hotline, desk: DutyDesk, valkey: redis.asyncio.Redis
) -> None:
    complaints: list[str] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, problem: complaints.append(problem["message"]))
    async with alerting(alerted, valkey):
        await publish(alerted, valkey, "danger.detected")
        await until(lambda: desk.rung)
    gc.collect()
    assert complaints == []
