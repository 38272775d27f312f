"""One citizen on the REST channel, at the hotline or at bare Rasa.

The hotline's actions need two things that the hotline's gateway supplies and Rasa's own REST channel does not: the
origin of a message (channel and sender, in its metadata), and a row in `conversations` that the ticket can refer to.
Bare Rasa gets both before the clock starts: the hotline's own use case makes the conversation, marked as answered, and
its id is the sender; the metadata is sent with each message, as the REST channel allows. So both do the same work in
the actions, and bare Rasa is spared the work of the inbox, which is what is measured.
"""

from __future__ import annotations

import itertools
from typing import Any, Protocol

import aiohttp

from hotline.bootstrap import Hotline
from hotline.conversations.model import Incoming, MessageState

CHANNEL = "rest"
OWNER = "bench"

_numbers = itertools.count(1)


class Client(Protocol):
    """One citizen."""

    async def send(self, text: str) -> list[dict[str, Any]]:
        """Send a message; return the answer by Rasa's REST contract: `[{"recipient_id","text",…}]`."""


class Citizen:
    """A citizen at the hotline or at bare Rasa; the connection is kept open."""

    def __init__(self, session: aiohttp.ClientSession, url: str, body: dict[str, Any]) -> None:
        self._session, self._url, self._body = session, f"{url}/webhooks/rest/webhook", body

    async def send(self, text: str) -> list[dict[str, Any]]:
        """See Client. Raises aiohttp.ClientError."""
        async with self._session.post(self._url, json={**self._body, "message": text}) as response:
            response.raise_for_status()
            answer: list[dict[str, Any]] = await response.json()
            return answer


def at_hotline(session: aiohttp.ClientSession, url: str) -> Citizen:
    """A new citizen at the hotline."""
    return Citizen(session, url, {"sender": _new_sender()})


def at_bare_rasa(session: aiohttp.ClientSession, url: str, hotline: Hotline) -> Citizen:
    """A new citizen at bare Rasa; `hotline` works on the database of the action server."""
    sender = _new_sender()
    accepted = hotline.conversations.accept(Incoming(CHANNEL, sender, "-"), OWNER)
    assert accepted.claim
    hotline.conversations.answer(accepted.claim, OWNER, [], MessageState.SENT)
    metadata = {"channel": CHANNEL, "sender": sender, "verified_phone": None}
    return Citizen(session, url, {"sender": accepted.message.conversation_id, "metadata": metadata})


def _new_sender() -> str:
    return f"bench-{next(_numbers)}"
