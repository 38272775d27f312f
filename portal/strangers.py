"""A ticket for whoever knows its code; whoever guesses at many numbers from one address has to wait.

The lock on one number (hotline.tickets.access) stops guessing at a single ticket; this stops trying one code on many.
"""

from __future__ import annotations

import asyncio
from datetime import timedelta

from limits import RateLimitItemPerMinute
from sanic import Request

from connectors.attempts import AttemptLimit
from connectors.services import Services
from connectors.web import client_address
from hotline.tickets import access
from hotline.tickets.model import Ticket

WRONG_LOOKUPS = RateLimitItemPerMinute(30, 15)
"""Failed look-ups from one address in 15 minutes; a family behind one address stays far below."""


def lookup_limit(redis_url: str) -> AttemptLimit:
    """Counts failed look-ups by address."""
    return AttemptLimit(redis_url, "lookup", WRONG_LOOKUPS)


async def ticket_for_stranger(
    services: Services, limit: AttemptLimit, request: Request, number: str, code: str
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
