"""Wake-ups: a task that waits on a topic learns at once that something changed. A topic is a conversation's id, the
desk, the typing of one side of a conversation, or a web chat session that may begin.

Works within one process; `on_change` may carry wake-ups to other gateways, over Redis. A lost wake-up costs only time,
never a message, because every waiter also looks again at intervals.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterable

DESK = "desk"
"""The topic of everything on the staff's screens except messages: the queue, the seats, who holds what."""


def typing(author: str, conversation_id: str) -> str:
    """The topic of the citizen's or the agent's typing."""
    return f"typing:{author}:{conversation_id}"


def begun(sender: str) -> str:
    """The topic of a web chat session in which nothing was said yet."""
    return f"begun:{sender}"


class Signals:
    """Wakes the watchers of a topic. Belongs to one event loop. `are_carried`: wake-ups arrive from other processes
    too."""

    def __init__(self) -> None:
        self._waiting: dict[str, set[Watch]] = defaultdict(set)
        self.on_change: Callable[[str], None] | None = None
        self.are_carried = False

    def changed(self, topic: str) -> None:
        """Wake the watchers in this process, and tell the other gateways."""
        self.wake(topic)
        if self.on_change:
            self.on_change(topic)

    def wake(self, topic: str) -> None:
        """Wake the watchers in this process."""
        for watch in self._waiting.get(topic, ()):
            watch.wake(topic)

    def watch(self, *topics: str) -> Watch:
        """A context manager that watches topics. Enter it before reading, so that no change is missed."""
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
        """Wait for the next change, at most `seconds`; returns the topics that changed, empty on a timeout."""
        try:
            async with asyncio.timeout(seconds):  # wait_for would swallow a cancellation that meets a wake-up
                await self._event.wait()
        except TimeoutError:
            return frozenset()
        changed = frozenset(self._changed)
        self._changed.clear()
        self._event.clear()
        return changed
