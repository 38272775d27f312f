"""What the connectors of one gateway share."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from hotline.bootstrap import Hotline
from hotline.conversations.pump import Pump
from hotline.conversations.signals import Signals


@dataclass(slots=True)
class Services:
    """The hotline's use cases, the pump that answers, and the wake-ups."""

    hotline: Hotline
    pump: Pump
    signals: Signals
    redis_url: str
    waiting: Counter[str] = field(default_factory=Counter)

    @contextmanager
    def waiting_for(self, channel: str, sender: str) -> Iterator[None]:
        """While open, an answer to this sender is fetched at once, so that it need not be queued."""
        key = f"{channel}:{sender}"
        self.waiting[key] += 1
        try:
            yield
        finally:
            self.waiting[key] -= 1
            if not self.waiting[key]:
                del self.waiting[key]
