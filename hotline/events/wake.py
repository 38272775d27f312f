"""Wake-ups between gateways over Redis publish/subscribe. A lost one costs time, never a message."""

from __future__ import annotations

import asyncio
import logging

import redis.asyncio
from redis.exceptions import RedisError

from hotline.conversations.signals import Signals

logger = logging.getLogger(__name__)

CHANNEL = "yht:wake"


class WakeBridge:
    """Carries the signals of this process to the others and back."""

    def __init__(self, client: redis.asyncio.Redis, signals: Signals) -> None:
        self._client = client
        self._signals = signals
        self._outgoing: asyncio.Queue[str] = asyncio.Queue(maxsize=10_000)
        signals.on_change = self._send

    def _send(self, conversation_id: str) -> None:
        if not self._outgoing.full():
            self._outgoing.put_nowait(conversation_id)

    async def run(self) -> None:
        """Carry wake-ups until cancelled."""
        await asyncio.gather(self._publish(), self._listen())

    async def _publish(self) -> None:
        while True:
            conversation_id = await self._outgoing.get()
            try:
                await self._client.publish(CHANNEL, conversation_id)
            except (RedisError, OSError):
                await asyncio.sleep(0.5)

    async def _listen(self) -> None:
        while True:
            try:
                async with self._client.pubsub() as subscription:
                    await subscription.subscribe(CHANNEL)
                    _end_if_cancelled()
                    async for message in subscription.listen():
                        if message["type"] == "message":
                            self._signals.wake(message["data"])
            except (RedisError, OSError) as problem:
                logger.warning("wake-ups between gateways pause: %s", type(problem).__name__)
                await asyncio.sleep(1)


def _end_if_cancelled() -> None:
    """redis-py swallows a cancellation that comes while it connects; without this a gateway that is stopped just after
    its start would never end. Raises CancelledError."""
    task = asyncio.current_task()
    if task and task.cancelling():
        raise asyncio.CancelledError
