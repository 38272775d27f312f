"""Counts failed attempts in Redis, so that somebody who guesses has to wait."""

from __future__ import annotations

import logging

from limits import RateLimitItem
from limits.aio.storage import RedisStorage
from limits.aio.strategies import FixedWindowRateLimiter
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)


class AttemptLimit:
    """At most `rate` failures of one kind per key; without Redis nothing is counted and nobody is refused."""

    def __init__(self, redis_url: str, kind: str, rate: RateLimitItem) -> None:
        self._limiter = FixedWindowRateLimiter(RedisStorage(f"async+{redis_url}", implementation="redispy"))
        self._kind, self._rate = kind, rate

    async def is_open(self, key: str) -> bool:
        """Whether another attempt is allowed."""
        try:
            return await self._limiter.test(self._rate, self._kind, key)
        except (RedisError, OSError):
            logger.warning("failed attempts are not counted while Redis is away")
            return True

    async def note(self, key: str) -> None:
        """Count one failure."""
        try:
            await self._limiter.hit(self._rate, self._kind, key)
        except (RedisError, OSError):
            logger.warning("failed attempts are not counted while Redis is away")
