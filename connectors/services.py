"""What the connectors of one gateway share."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from hotline.bootstrap import Hotline
from hotline.conversations.handoff.feed import Feed
from hotline.conversations.pump import Pump
from hotline.conversations.signals import Signals


@dataclass(slots=True)
class Services:
    """The hotline's use cases, the pump that answers, and the wake-ups."""

    hotline: Hotline
    pump: Pump
    signals: Signals
    redis_url: str
    feed: Feed
    waiting: set[str] = field(default_factory=set)

    @contextmanager
    def waiting_for(self, message_id: str) -> Iterator[None]:
        """While open, the answer to this message is fetched at once, so that it need not be queued."""
        self.waiting.add(message_id)
        try:
            yield
        finally:
            self.waiting.discard(message_id)
