"""A ticket for whoever knows its code; whoever guesses at many numbers from one address has to wait.

The lock on one number (hotline.tickets.access) stops guessing at a single ticket; this stops trying one code on many.
"""

from __future__ import annotations

import asyncio
import logging
from datetime import timedelta

from limits import RateLimitItemPerMinute
from limits.aio.storage import RedisStorage
from limits.aio.strategies import FixedWindowRateLimiter
from redis.exceptions import RedisError
from sanic import Request

from connectors.services import Services
from connectors.web import client_address
from hotline.tickets import access
from hotline.tickets.model import Ticket

logger = logging.getLogger(__name__)

WRONG_LOOKUPS = RateLimitItemPerMinute(30, 15)
"""Failed look-ups from one address in 15 minutes; a family behind one address stays far below."""


class GuessLimit:
    """Counts failed look-ups by address in Redis; with Redis away nothing is counted and nobody is refused."""

    def __init__(self, redis_url: str) -> None:
        self._limiter = FixedWindowRateLimiter(RedisStorage(f"async+{redis_url}", implementation="redispy"))

    async def is_open(self, address: str) -> bool:
        """True while the address may try."""
        try:
            return await self._limiter.test(WRONG_LOOKUPS, "lookup", address)
        except (RedisError, OSError):
            logger.warning("failed look-ups are not counted while Redis is away")
            return True

    async def note(self, address: str) -> None:
        """Count one failed look-up."""
        try:
            await self._limiter.hit(WRONG_LOOKUPS, "lookup", address)
        except (RedisError, OSError):
            logger.warning("failed look-ups are not counted while Redis is away")


async def ticket_for_stranger(
    services: Services, limit: GuessLimit, request: Request, number: str, code: str
) -> Ticket:
    """The ticket. Raises access.Mistyped, NotFound or Locked."""
    hotline = services.hotline
    address = client_address(request, hotline.settings.trusted_proxies)
    if not await limit.is_open(address):
        raise access.Locked(hotline.now() + timedelta(minutes=WRONG_LOOKUPS.multiples or 15))
    try:
        return await asyncio.to_thread(hotline.tickets.for_stranger, number, code)
    except access.NotFound:
        if code:
            await limit.note(address)
        raise
