"""The worker process: publishes the outbox, and does what events ask for."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import socket

import redis.asyncio

from hotline.bootstrap import Hotline
from hotline.events.consumer import Consumer
from hotline.events.event import Event
from hotline.events.relay import Relay
from hotline.processes import REDIS_URL

logger = logging.getLogger(__name__)

SOCKET_SECONDS = 15


def serve(hotline: Hotline) -> None:
    """Run the worker until it is told to stop."""
    asyncio.run(_run(hotline))


async def _run(hotline: Hotline) -> None:
    stopped = asyncio.Event()
    for received in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(received, stopped.set)
    client = redis.asyncio.Redis.from_url(
        hotline.settings.redis_url or REDIS_URL, decode_responses=True, socket_timeout=SOCKET_SECONDS
    )
    name = f"{socket.gethostname()}-{os.getpid()}"
    try:
        async with asyncio.TaskGroup() as group:
            work = [
                group.create_task(part)
                for part in (Relay(hotline.units, client).run(), dispatcher(hotline, client, name).run())
            ]
            logger.info("the worker is ready")
            await stopped.wait()
            for task in work:
                task.cancel()
    finally:
        await client.aclose()
        hotline.database.close()
    logger.info("the worker has stopped")


def dispatcher(hotline: Hotline, client: redis.asyncio.Redis, name: str) -> Consumer:
    """Sends every ticket that was opened to its department. A repeated event changes nothing."""

    async def dispatch(event: Event) -> None:
        await asyncio.to_thread(hotline.tickets.dispatch, event.subject)

    return Consumer(client, "dispatcher", name, {"ticket.opened": dispatch})
