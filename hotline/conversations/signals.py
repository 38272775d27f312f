"""Wake-ups: whoever waits on a conversation learns at once that it changed.

In one process by itself; across gateways through `on_change`, which a Redis bridge may carry. A lost wake-up costs
only time, never a message: everybody who waits also looks again by the clock.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable


class Signals:
    """Wakes the waiters of a conversation. Belongs to one event loop."""

    def __init__(self) -> None:
        self._waiting: dict[str, set[asyncio.Event]] = defaultdict(set)
        self.on_change: Callable[[str], None] | None = None

    def changed(self, conversation_id: str) -> None:
        """Wake everybody here, and tell the other gateways."""
        self.wake(conversation_id)
        if self.on_change:
            self.on_change(conversation_id)

    def wake(self, conversation_id: str) -> None:
        """Wake everybody here."""
        for event in self._waiting.get(conversation_id, ()):
            event.set()

    def is_watched(self, conversation_id: str) -> bool:
        """True when somebody here waits on the conversation."""
        return conversation_id in self._waiting

    def watch(self, conversation_id: str) -> Watch:
        """Start watching before reading, so that nothing falls between; a context manager."""
        return Watch(self._waiting, conversation_id)


class Watch:
    """One waiter."""

    def __init__(self, waiting: dict[str, set[asyncio.Event]], conversation_id: str) -> None:
        self._waiting, self._id, self._event = waiting, conversation_id, asyncio.Event()

    def __enter__(self) -> Watch:
        self._waiting[self._id].add(self._event)
        return self

    def __exit__(self, *_: object) -> None:
        self._waiting[self._id].discard(self._event)
        if not self._waiting[self._id]:
            del self._waiting[self._id]

    async def change(self, seconds: float) -> bool:
        """Wait for the next change, at most `seconds`; True when there was one."""
        try:
            await asyncio.wait_for(self._event.wait(), seconds)
        except TimeoutError:
            return False
        self._event.clear()
        return True
