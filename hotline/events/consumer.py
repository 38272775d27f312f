"""A consumer of the event stream: one group for one purpose, acknowledged when done, reclaimed when a consumer died,
set aside as a dead letter when it fails again and again."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any

import redis.asyncio
from redis.exceptions import RedisError, ResponseError

from hotline.events.ending import goes_on
from hotline.events.event import STREAM, TYPES, Event

logger = logging.getLogger(__name__)

DEAD_LETTERS = "yht:dead-letters"
BATCH = 64
BLOCK_MS = 2_000
RECLAIM_AFTER_MS = 30_000
MAX_DELIVERIES = 5

Handler = Callable[[Event], Awaitable[None]]


class Consumer:
    """Handles the events of some types, at least once each; handlers must be idempotent."""

    def __init__(
        self,
        client: redis.asyncio.Redis,
        group: str,
        name: str,
        handlers: dict[str, Handler],
        reclaim_after_ms: int = RECLAIM_AFTER_MS,
    ) -> None:
        self._client = client
        self._group = group
        self._name = name
        self._handlers = handlers
        self._others = TYPES.keys() - handlers.keys()
        self._reclaim_after_ms = reclaim_after_ms

    async def run(self) -> None:
        """Consume until cancelled; waits out a Redis that is down."""
        while goes_on():
            try:
                await self.join()
                while goes_on():
                    await self.step()
            except (RedisError, OSError) as problem:
                logger.warning("the event stream does not answer: %s", type(problem).__name__)
                await asyncio.sleep(1)

    async def join(self) -> None:
        """Make the group when it is not there, from the beginning of the stream: no event is missed."""
        try:
            await self._client.xgroup_create(STREAM, self._group, id="0", mkstream=True)
        except ResponseError as error:
            if "BUSYGROUP" not in str(error):
                raise

    async def step(self, block_ms: int = BLOCK_MS) -> int:
        """Handle what a dead consumer left, then what is new; the number of entries seen."""
        left = await self._client.xautoclaim(
            STREAM, self._group, self._name, self._reclaim_after_ms, start_id="0-0", count=BATCH
        )
        entries = list(left[1])
        if not entries:
            fresh = await self._client.xreadgroup(
                self._group, self._name, {STREAM: ">"}, count=BATCH, block=block_ms or None
            )
            entries = [entry for _, found in _streams(fresh) for entry in found]
        others = [entry_id for entry_id, fields in entries if fields.get("type") in self._others]
        if others:
            await self._client.xack(STREAM, self._group, *others)
        for entry_id, fields in entries:
            if fields.get("type") not in self._others:
                await self._handle(entry_id, fields)
        return len(entries)

    async def _handle(self, entry_id: str, fields: dict[str, str]) -> None:
        try:
            event = Event.from_fields(fields)
            if handler := self._handlers.get(event.type):
                await handler(event)
        except Exception as problem:
            await self._failed(entry_id, fields, problem)
        else:
            await self._client.xack(STREAM, self._group, entry_id)

    async def _failed(self, entry_id: str, fields: dict[str, str], problem: Exception) -> None:
        """Leave it for another try, or set it aside after too many."""
        pending = await self._client.xpending_range(STREAM, self._group, entry_id, entry_id, 1)
        deliveries = int(pending[0]["times_delivered"]) if pending else MAX_DELIVERIES
        logger.warning(
            "event %s failed in %s, delivery %d: %s", entry_id, self._group, deliveries, type(problem).__name__
        )
        if deliveries >= MAX_DELIVERIES:
            letter: dict[Any, Any] = dict(fields) | {"group": self._group, "problem": type(problem).__name__}
            await self._client.xadd(DEAD_LETTERS, letter)
            await self._client.xack(STREAM, self._group, entry_id)


def _streams(answer: Any) -> list[tuple[str, list[tuple[str, dict[str, str]]]]]:
    """The reply of XREADGROUP, which is a list or a mapping by the protocol's version."""
    if not answer:
        return []
    pairs = answer.items() if isinstance(answer, dict) else answer
    return [(stream, found[0] if found and isinstance(found[0], list) else found) for stream, found in pairs]
