"""Wake-ups: whoever waits on a topic learns at once that something changed. A topic is a conversation's id, the desk,
or who is typing where.

In one process by itself; across gateways through `on_change`, which a Redis bridge may carry. A lost wake-up costs
only time, never a message: everybody who waits also looks again by the clock.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterable

DESK = "desk"
"""The topic of everything that the staff's screens show besides the messages: the queue, the seats, who has what."""


def typing(author: str, conversation_id: str) -> str:
    """The topic of the citizen's or the agent's typing."""
    return f"typing:{author}:{conversation_id}"


class Signals:
    """Wakes those who wait on a topic. Belongs to one event loop."""

    def __init__(self) -> None:
        self._waiting: dict[str, set[Watch]] = defaultdict(set)
        self.on_change: Callable[[str], None] | None = None

    def changed(self, topic: str) -> None:
        """Wake everybody here, and tell the other gateways."""
        self.wake(topic)
        if self.on_change:
            self.on_change(topic)

    def wake(self, topic: str) -> None:
        """Wake everybody here."""
        for watch in self._waiting.get(topic, ()):
            watch.wake(topic)

    def is_watched(self, topic: str) -> bool:
        """True when somebody here waits on the topic."""
        return topic in self._waiting

    def watch(self, *topics: str) -> Watch:
        """Start watching before reading, so that nothing falls between; a context manager."""
        return Watch(self._waiting, topics)


class Watch:
    """One waiter, on one topic or several."""

    def __init__(self, waiting: dict[str, set[Watch]], topics: Iterable[str]) -> None:
        self._waiting, self._topics = waiting, frozenset(topics)
        self._changed: set[str] = set()
        self._event = asyncio.Event()

    def __enter__(self) -> Watch:
        for topic in self._topics:
            self._waiting[topic].add(self)
        return self

    def __exit__(self, *_: object) -> None:
        self.turn_to()

    def turn_to(self, *topics: str) -> bool:
        """Watch these topics instead; True when one of them is new."""
        fresh = frozenset(topics) - self._topics
        for topic in self._topics.difference(topics):
            self._waiting[topic].discard(self)
            if not self._waiting[topic]:
                del self._waiting[topic]
        for topic in fresh:
            self._waiting[topic].add(self)
        self._topics = frozenset(topics)
        return bool(fresh)

    def wake(self, topic: str) -> None:
        """Note that a topic changed."""
        self._changed.add(topic)
        self._event.set()

    async def change(self, seconds: float) -> frozenset[str]:
        """Wait for the next change, at most `seconds`; the topics that changed, none when the time was up."""
        try:
            async with asyncio.timeout(seconds):  # wait_for would swallow a cancellation that meets a wake-up
                await self._event.wait()
        except TimeoutError:
            return frozenset()
        changed = frozenset(self._changed)
        self._changed.clear()
        self._event.clear()
        return changed
