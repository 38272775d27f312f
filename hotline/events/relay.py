"""The relay: committed events go from the outbox to the Redis stream, at least once, in the order of the outbox."""

from __future__ import annotations

import asyncio
import logging
import uuid
from collections.abc import Sequence
from typing import Any, Protocol, TypeAlias

import redis.asyncio
from redis.exceptions import RedisError

from hotline.events.ending import goes_on
from hotline.events.event import KEPT_ENTRIES, STREAM, Event
from hotline.transaction import Opening, StorageUnavailable

logger = logging.getLogger(__name__)

BATCH = 200
IDLE_SECONDS = 0.3
RETRY_SECONDS = 1.0
LEASE = "yht:relay"
LEASE_MS = 5_000


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
    """Publishes the outbox. Of several relays one publishes, so that the order holds; when it dies another takes over.
    If an event is published twice all the same, it keeps its id, by which consumers recognise it."""

    def __init__(self, open_unit: OpenUnit, client: redis.asyncio.Redis) -> None:
        self._open_unit = open_unit
        self._client = client
        self._name = uuid.uuid4().hex

    async def run(self) -> None:
        """Publish until cancelled; waits while Redis or the database is down."""
        while goes_on():
            try:
                published = await self.publish() if await self._is_the_one() else 0
                await asyncio.sleep(0 if published == BATCH else IDLE_SECONDS)
            except (RedisError, OSError, StorageUnavailable) as problem:
                logger.warning("events wait in the outbox: %s", type(problem).__name__)
                await asyncio.sleep(RETRY_SECONDS)

    async def _is_the_one(self) -> bool:
        """Whether this relay may publish now: renews its lease, or takes one that has expired."""
        if await self._client.set(LEASE, self._name, nx=True, px=LEASE_MS):
            return True
        if await self._client.get(LEASE) != self._name:
            return False
        return bool(await self._client.pexpire(LEASE, LEASE_MS))

    async def publish(self) -> int:
        """Publish one batch; returns the number of events. Deletes them from the outbox only after Redis has them."""
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
