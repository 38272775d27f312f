"""Wake-ups between gateways over Redis publish/subscribe. A lost wake-up costs time, never a message."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable

import redis.asyncio
from redis.exceptions import RedisError

from hotline.conversations.signals import Signals
from hotline.events.ending import goes_on

logger = logging.getLogger(__name__)

CHANNEL = "yht:wake"
LISTEN_SECONDS = 5.0


async def wake(client: redis.asyncio.Redis, topics: Iterable[str]) -> None:
    """Wake the watchers of these topics in every gateway. Raises redis.exceptions.RedisError."""
    for topic in topics:
        await client.publish(CHANNEL, topic)


class WakeBridge:
    """Carries wake-ups from this process to the others, and from them to this one."""

    def __init__(self, client: redis.asyncio.Redis, signals: Signals) -> None:
        self._client = client
        self._signals = signals
        self._outgoing: asyncio.Queue[str] = asyncio.Queue(maxsize=10_000)
        signals.on_change = self._send

    def _send(self, topic: str) -> None:
        if not self._outgoing.full():
            self._outgoing.put_nowait(topic)

    async def run(self) -> None:
        """Carry wake-ups until cancelled."""
        await asyncio.gather(self._publish(), self._listen())

    async def _publish(self) -> None:
        while goes_on():
            topic = await self._outgoing.get()
            try:
                await wake(self._client, [topic])
            except (RedisError, OSError):
                await asyncio.sleep(0.5)

    async def _listen(self) -> None:
        while goes_on():
            try:
                async with self._client.pubsub(ignore_subscribe_messages=True) as subscription:
                    await subscription.subscribe(CHANNEL)
                    self._signals.are_carried = True
                    while goes_on():
                        if message := await subscription.get_message(timeout=LISTEN_SECONDS):
                            self._signals.wake(message["data"])
            except (RedisError, OSError) as problem:
                self._signals.are_carried = False
                logger.warning("wake-ups between gateways pause: %s", type(problem).__name__)
                await asyncio.sleep(1)
