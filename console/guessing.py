"""Limits password attempts: wrong ones are counted by where they come from, so that nobody can lock out somebody
elsewhere."""

from __future__ import annotations

import asyncio
import hmac
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from limits import RateLimitItemPerMinute
from sanic import HTTPResponse

from connectors.attempts import AttemptLimit
from console.door import Door
from console.visit import Visit
from hotline.staff.account import WrongCredentials, clean_login

HERE = RateLimitItemPerMinute(10, 15)
"""Failures with one login in 15 minutes, from one address or from one browser that has signed in with it before."""
FROM_AN_ADDRESS = RateLimitItemPerMinute(60, 15)
"""Failures with any login from one address, by unknown browsers: an office shares one address."""
WITH_A_LOGIN = RateLimitItemPerMinute(100, 15)
"""Failures with one login from anywhere, by unknown browsers."""
HASHING_AT_ONCE = 2
"""Each hash takes 64 MB and one core for a moment."""
KNOWN = "console_known"
"""The cookie of a browser that has signed in before: a random mark, signed for one login. It opens nothing."""
A_YEAR = 31_536_000


class Guessing:
    """Counts wrong passwords. A known browser has a count of its own and does not affect the other counts."""

    def __init__(self, door: Door) -> None:
        redis_url, settings = door.services.redis_url, door.hotline.settings
        self._door, self._secret = door, settings.session_secret()
        self._here = AttemptLimit(redis_url, "sign-in:here", HERE)
        self._address = AttemptLimit(redis_url, "sign-in:address", FROM_AN_ADDRESS)
        self._login = AttemptLimit(redis_url, "sign-in:login", WITH_A_LOGIN)
        self._turns = asyncio.Semaphore(HASHING_AT_ONCE)

    @asynccontextmanager
    async def one(self, visit: Visit, login: str) -> AsyncIterator[None]:
        """One attempt at a password. A wrong one is counted before the next attempt starts, so that parallel attempts
        gain nothing."""
        counts = self._counts(visit, clean_login(login))
        async with self._turns:
            for limit, key in counts:
                if not await limit.is_open(key):
                    raise visit.refusal(429, "too_many")
            try:
                yield
            except WrongCredentials:
                for limit, key in counts:
                    await limit.note(key)
                raise

    def remember(self, response: HTTPResponse, login: str) -> HTTPResponse:
        """Mark the browser as known for the login that it has signed in with."""
        mark = secrets.token_urlsafe(16)
        signed = f"{mark}.{self._signature(clean_login(login), mark)}"
        response.add_cookie(
            KNOWN, signed, path="/console", max_age=A_YEAR, samesite="Lax", secure=self._door.is_secure, httponly=True
        )
        return response

    def _counts(self, visit: Visit, login: str) -> list[tuple[AttemptLimit, str]]:
        if visit.session:
            return [(self._here, f"{login} signed in")]
        mark, _, signature = str(visit.request.cookies.get(KNOWN) or "").partition(".")
        if hmac.compare_digest(signature.encode("utf-8", "replace"), self._signature(login, mark).encode()):
            return [(self._here, f"{login} {mark}")]
        client = self._door.services.asker(visit.request).client or ""
        return [(self._here, f"{login} {client}"), (self._address, client), (self._login, login)]

    def _signature(self, login: str, mark: str) -> str:
        return hmac.digest(self._secret.encode(), f"known:{mark}:{login}".encode("utf-8", "replace"), "sha256").hex()
