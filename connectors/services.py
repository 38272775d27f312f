"""What the connectors of one gateway share."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TypeVar

from sanic import Request

from connectors.web import client_address
from hotline.bootstrap import Hotline
from hotline.conversations.handoff.feed import Feed
from hotline.conversations.pump import Pump
from hotline.conversations.signals import Signals
from hotline.tickets.askers import Asker

LOOK_AGAIN_SECONDS = 0.5

T = TypeVar("T")


@dataclass(slots=True)
class Services:
    """The hotline's use cases, the pump that answers messages, and the wake-ups."""

    hotline: Hotline
    pump: Pump
    signals: Signals
    redis_url: str
    feed: Feed
    waiting: set[str] = field(default_factory=set)

    def asker(self, request: Request) -> Asker:
        """Identifies the sender of a request, to limit attempts at lookup codes."""
        settings = self.hotline.settings
        return Asker(client=self.hotline.client_marks(client_address(request, settings.trusted_proxies)))

    @contextmanager
    def waiting_for(self, message_id: str) -> Iterator[None]:
        """While open, the answer to this message is fetched at once and need not be queued for delivery."""
        self.waiting.add(message_id)
        try:
            yield
        finally:
            self.waiting.discard(message_id)

    async def watched(
        self,
        conversation_id: str,
        look: Callable[[], T],
        enough: Callable[[T], object],
        seconds: float,
        at_once: bool = True,
    ) -> T:
        """The result of `look` (which may block) as soon as it is `enough`, or after so many seconds.

        Without `at_once` it waits for a change in the conversation before the first look.
        """
        give_up = time.monotonic() + seconds
        with self.signals.watch(conversation_id) as watch:
            if not at_once:
                await watch.change(min(seconds, LOOK_AGAIN_SECONDS))
            while True:
                found = await asyncio.to_thread(look)
                left = give_up - time.monotonic()
                if enough(found) or left <= 0:
                    return found
                await watch.change(min(left, LOOK_AGAIN_SECONDS))
