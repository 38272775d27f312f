"""The relay: committed events go from the outbox to the Redis stream, at least once, in the order of the outbox."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from typing import Any, Protocol, TypeAlias

import redis.asyncio
from redis.exceptions import RedisError

from hotline.events.ending import goes_on
from hotline.events.event import STREAM, Event
from hotline.storage.database import StorageUnavailable
from hotline.transaction import Opening

logger = logging.getLogger(__name__)

BATCH = 200
KEPT_ENTRIES = 1_000_000
IDLE_SECONDS = 0.3
RETRY_SECONDS = 1.0


class Outbox(Protocol):
    """Events waiting to be published."""

    def waiting(self, limit: int) -> Sequence[tuple[int, Event]]: ...

    def forget(self, ids: Sequence[int]) -> None: ...


class OutboxUnit(Protocol):
    """One transaction."""

    @property
    def events(self) -> Outbox: ...


OpenUnit: TypeAlias = Opening[OutboxUnit]


class Relay:
    """Publishes the outbox. Several may run: an event published twice keeps its id, and consumers know it."""

    def __init__(self, open_unit: OpenUnit, client: redis.asyncio.Redis) -> None:
        self._open_unit = open_unit
        self._client = client

    async def run(self) -> None:
        """Publish until cancelled; waits out a Redis or a database that is down."""
        while goes_on():
            try:
                published = await self.publish()
                await asyncio.sleep(0 if published == BATCH else IDLE_SECONDS)
            except (RedisError, OSError, StorageUnavailable) as problem:
                logger.warning("events wait in the outbox: %s", type(problem).__name__)
                await asyncio.sleep(RETRY_SECONDS)

    async def publish(self) -> int:
        """Publish one batch; the number of events. Forgotten only after Redis has them."""
        batch = await asyncio.to_thread(self._read)
        if not batch:
            return 0
        async with self._client.pipeline(transaction=False) as pipe:
            for _, event in batch:
                fields: dict[Any, Any] = {**event.fields()}
                pipe.xadd(STREAM, fields, maxlen=KEPT_ENTRIES, approximate=True)
            await pipe.execute()
        await asyncio.to_thread(self._forget, [row for row, _ in batch])
        return len(batch)

    def _read(self) -> Sequence[tuple[int, Event]]:
        with self._open_unit.reading() as unit:
            return unit.events.waiting(BATCH)

    def _forget(self, ids: Sequence[int]) -> None:
        with self._open_unit() as unit:
            unit.events.forget(ids)
