"""Twilio's REST API over aiohttp; translates its errors into ours.

Twilio has no idempotency key. When a request ends without a clear answer (timeout, broken connection, 5xx), the message
may have been accepted; `Unknown` says so, and the sender then asks `messages_to` before it tries again.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import aiohttp

from connectors.twilio.account import Account
from hotline.attachments.model import NotAccepted, NotNow
from hotline.delivery.model import NotTaken, Rejected, Unknown

ANSWER_SECONDS, CONNECT_SECONDS = 15.0, 5.0
CONNECTIONS = 32


class TwilioApi:
    """One account's API. Use inside a running loop."""

    def __init__(self, account: Account) -> None:
        self._account = account
        # passed with each request: credentials of the session would follow every redirect
        self._auth = aiohttp.BasicAuth(account.sid, account.token)
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=CONNECTIONS),
            timeout=aiohttp.ClientTimeout(ANSWER_SECONDS, connect=CONNECT_SECONDS),
        )

    async def create_message(self, fields: Mapping[str, str]) -> str:
        """Have a message sent; return its sid. Raises NotTaken, Unknown, Rejected."""
        created = await self._request("POST", "Messages.json", data=fields)
        return str(created["sid"])

    async def messages_to(self, number: str, limit: int = 50) -> list[dict[str, Any]]:
        """The latest messages to a number, newest first. Raises NotTaken, Unknown, Rejected."""
        listed = await self._request("GET", "Messages.json", params={"To": number, "PageSize": str(limit)})
        return list(listed["messages"])

    async def media(self, url: str, max_bytes: int) -> bytes:
        """A picture that a citizen sent. Raises hotline.attachments.model.PictureProblem.

        Only from this account's own addresses, because the request carries its credentials; the request to where Twilio
        redirects does not carry them.
        """
        if not url.startswith(self._address("")):
            raise NotAccepted("foreign_address")
        try:
            async with self._session.get(url, auth=self._auth, max_redirects=3) as response:
                if response.status in (429, 500, 502, 503, 504):
                    raise NotNow(f"http_{response.status}", _seconds(response.headers.get("Retry-After")))
                if response.status != 200:
                    raise NotAccepted(f"http_{response.status}")
                content = await _at_most(response, max_bytes)
        except (TimeoutError, aiohttp.ClientError) as error:
            raise NotNow(type(error).__name__) from error
        if content is None:
            raise NotAccepted("too_large")
        return content

    async def close(self) -> None:
        """Close the connections."""
        await self._session.close()

    def _address(self, path: str) -> str:
        return f"{self._account.api_base}/2010-04-01/Accounts/{self._account.sid}/{path}"

    async def _request(self, method: str, path: str, **options: Any) -> dict[str, Any]:
        try:
            async with self._session.request(method, self._address(path), auth=self._auth, **options) as response:
                if response.status < 300:
                    answer: dict[str, Any] = await response.json()
                    return answer
                raise await _problem(response)
        except aiohttp.ClientConnectorError as error:
            raise NotTaken(type(error).__name__) from error
        except (TimeoutError, aiohttp.ClientError, ValueError, KeyError) as error:
            raise Unknown(type(error).__name__) from error


async def _at_most(response: aiohttp.ClientResponse, max_bytes: int) -> bytes | None:
    """The body; None as soon as it exceeds the limit."""
    content = bytearray()
    async for part in response.content.iter_chunked(64 * 1024):
        content += part
        if len(content) > max_bytes:
            return None
    return bytes(content)


async def _problem(response: aiohttp.ClientResponse) -> NotTaken | Unknown | Rejected:
    retry_after = _seconds(response.headers.get("Retry-After"))
    if response.status == 429:
        return NotTaken("http_429", retry_after)
    if response.status >= 500 or response.status < 400:
        return Unknown(f"http_{response.status}", retry_after)
    try:
        return Rejected(f"twilio_{int((await response.json())['code'])}")
    except (aiohttp.ClientError, ValueError, KeyError, TypeError):
        return Rejected(f"http_{response.status}")


def _seconds(retry_after: str | None) -> float | None:
    """The header's seconds, or the seconds until its date; None if it is missing or is neither (RFC 9110, 10.2.3)."""
    if not retry_after:
        return None
    try:
        seconds = float(retry_after)
    except ValueError:
        try:
            seconds = (parsedate_to_datetime(retry_after) - datetime.now(UTC)).total_seconds()
        except (TypeError, ValueError):
            return None
    return max(0.0, seconds) if math.isfinite(seconds) else None
