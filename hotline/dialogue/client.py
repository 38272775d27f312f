"""The HTTP client that has messages answered by the dialogue process (Rasa)."""

from __future__ import annotations

from collections.abc import Sequence

import aiohttp

from hotline.conversations.model import Claim, Reply
from hotline.conversations.pump import DialogueFailed, DialogueUnavailable

ANSWER_SECONDS = 30.0


class HttpDialogue:
    """Calls `bot.channel` in the dialogue process. `url` is its base URL. Connects on first use; use in one event
    loop."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._opened: aiohttp.ClientSession | None = None

    @property
    def _session(self) -> aiohttp.ClientSession:
        if self._opened is None:
            timeout = aiohttp.ClientTimeout(ANSWER_SECONDS, connect=2)
            self._opened = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=64), timeout=timeout)
        return self._opened

    async def answer(self, claim: Claim) -> Sequence[Reply]:
        """Send one message to the dialogue and return its answer. Raises DialogueUnavailable."""
        message, conversation = claim.message, claim.conversation
        body = {
            "sender": conversation.id,
            "message": message.text,
            "message_id": message.id,
            "metadata": {
                **(message.data or {}),  # first, so that a connector's data cannot override the sender
                "channel": conversation.channel,
                "sender": conversation.sender,
                "verified_phone": conversation.verified_phone,
            },
        }
        try:
            async with self._session.post(f"{self._url}/webhooks/inbox/webhook", json=body) as response:
                if response.status == 500:
                    raise DialogueFailed("the turn failed")
                if response.status != 200:
                    raise DialogueUnavailable(f"status {response.status}")
                answer = await response.json()
        except (TimeoutError, aiohttp.ClientError, ValueError) as error:
            raise DialogueUnavailable(type(error).__name__) from error
        return [Reply(item["text"], item.get("custom")) for item in answer]

    async def is_ready(self) -> bool:
        """True when the dialogue has a model and answers."""
        try:
            async with self._session.get(f"{self._url}/webhooks/inbox/ready", timeout=aiohttp.ClientTimeout(2)) as r:
                return r.status == 200
        except (TimeoutError, aiohttp.ClientError):
            return False

    async def close(self) -> None:
        """Close the connections."""
        if self._opened is not None:
            await self._opened.close()
