"""A consumer of the event stream, in one group for each purpose. An event is acknowledged when handled, reclaimed when
its consumer died, and set aside as a dead letter when it fails again and again."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Any

import redis.asyncio
from redis.exceptions import RedisError, ResponseError

from hotline.events.dead_letters import set_aside
from hotline.events.ending import goes_on
from hotline.events.event import STREAM, TYPES, Event
from hotline.transaction import StorageUnavailable

logger = logging.getLogger(__name__)

BATCH = 64
BLOCK_MS = 2_000
RECLAIM_AFTER_MS = 30_000
FORGOTTEN_AFTER_MS = 24 * 3_600_000
MAX_FAILURES = 5

Handler = Callable[[Event], Awaitable[None]]


class Away(Exception):
    """Something that a handler needs does not answer now; the event waits for it, however long."""


AWAY = (Away, StorageUnavailable, RedisError, OSError)
"""Failures that are not the event's fault, so that they do not count."""


class Consumer:
    """Handles the events that it has handlers for, at least once each; handlers must be idempotent."""

    def __init__(
        self,
        client: redis.asyncio.Redis,
        group: str,
        name: str,
        handlers: dict[str, Handler],
        reclaim_after_ms: int | None = None,
    ) -> None:
        self._client = client
        self._group = group
        self._name = name
        self._handlers = handlers
        self._others = TYPES.keys() - handlers.keys()
        self._reclaim_after_ms = RECLAIM_AFTER_MS if reclaim_after_ms is None else reclaim_after_ms
        self._failures = Counter[str]()

    async def run(self) -> None:
        """Consume until cancelled; waits while Redis is down."""
        while goes_on():
            try:
                await self.join()
                while goes_on():
                    await self.step()
            except (RedisError, OSError) as problem:
                logger.warning("the event stream does not answer: %s", type(problem).__name__)
                await asyncio.sleep(1)

    async def join(self) -> None:
        """Create the group if it does not exist, from the beginning of the stream, so that no event is missed. Removes
        consumers of processes that ended long ago."""
        try:
            await self._client.xgroup_create(STREAM, self._group, id="0", mkstream=True)
        except ResponseError as error:
            if "BUSYGROUP" not in str(error):
                raise
        for known in await self._client.xinfo_consumers(STREAM, self._group):
            if not known["pending"] and known["idle"] > FORGOTTEN_AFTER_MS:
                await self._client.xgroup_delconsumer(STREAM, self._group, known["name"])

    async def step(self, block_ms: int = BLOCK_MS) -> int:
        """Handle entries that a dead consumer left, or if there are none, new ones; returns the number of entries."""
        left = await self._client.xautoclaim(
            STREAM, self._group, self._name, self._reclaim_after_ms, start_id="0-0", count=BATCH
        )
        entries = list(left[1])
        if not entries:
            fresh = await self._client.xreadgroup(
                self._group, self._name, {STREAM: ">"}, count=BATCH, block=block_ms or None
            )
            entries = [entry for _, found in _streams(fresh) for entry in found]
        others = [entry_id for entry_id, fields in entries if self._is_for_others(fields)]
        if others:
            await self._client.xack(STREAM, self._group, *others)
        for entry_id, fields in entries:
            if not self._is_for_others(fields):
                await self._handle(entry_id, fields)
        return len(entries)

    def _is_for_others(self, fields: dict[str, str]) -> bool:
        """True for an entry of a type without a handler here, or one that was put back for another group."""
        return fields.get("type") in self._others or fields.get("group", self._group) != self._group

    async def _handle(self, entry_id: str, fields: dict[str, str]) -> None:
        try:
            event = Event.from_fields(fields)
            if handler := self._handlers.get(event.type):
                await handler(event)
        except AWAY as problem:
            logger.warning("event %s waits in %s: %s", entry_id, self._group, type(problem).__name__)
        except Exception as problem:
            await self._failed(entry_id, fields, problem)
        else:
            await self._done(entry_id)

    async def _failed(self, entry_id: str, fields: dict[str, str], problem: Exception) -> None:
        """Leave an entry for another try, or set it aside after MAX_FAILURES."""
        self._failures[entry_id] += 1
        failures = self._failures[entry_id]
        logger.warning("event %s failed in %s, failure %d: %s", entry_id, self._group, failures, type(problem).__name__)
        if failures >= MAX_FAILURES:
            await set_aside(self._client, fields, self._group, problem)
            await self._done(entry_id)

    async def _done(self, entry_id: str) -> None:
        await self._client.xack(STREAM, self._group, entry_id)
        self._failures.pop(entry_id, None)


def _streams(answer: Any) -> list[tuple[str, list[tuple[str, dict[str, str]]]]]:
    """The reply of XREADGROUP as a list; depending on the protocol's version it is a list or a mapping."""
    if not answer:
        return []
    pairs = answer.items() if isinstance(answer, dict) else answer
    return [(stream, found[0] if found and isinstance(found[0], list) else found) for stream, found in pairs]
