"""Fetches the pictures of incoming MMS from Twilio."""

from __future__ import annotations

from connectors.twilio.account import Account
from connectors.twilio.rest import TwilioApi


class SmsPictures:
    """Implements hotline.attachments.model.Fetcher. Use inside a running loop."""

    def __init__(self, account: Account) -> None:
        self._api = TwilioApi(account)

    async def fetch(self, source: str, max_bytes: int) -> bytes:
        """See hotline.attachments.model.Fetcher."""
        return await self._api.media(source, max_bytes)

    async def close(self) -> None:
        """See hotline.attachments.model.Fetcher."""
        await self._api.close()
