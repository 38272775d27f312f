"""The cost of a message late in a conversation divided by the cost of an early one: does it grow with the length?"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median

from bench.client import Client
from bench.dialogues import CYCLE

EARLY = range(6, 16)
"""The measured messages of a new conversation: one whole cycle around message 10."""


@dataclass(frozen=True, slots=True)
class Growth:
    """Medians in seconds around message 10 and around message `at`."""

    at: int
    early: float
    late: float

    @property
    def ratio(self) -> float:
        """Late ÷ early."""
        return self.late / self.early


async def measure(new_client: Callable[[], Client], at: int = 1500, conversations: int = 3) -> Growth:
    """Bring one conversation to message `at`, then measure it and new ones alternately, message by message.

    Both send the same text at the same moment, so that noise of the machine affects both alike.
    """
    long, said = new_client(), 0
    while said < at - conversations * len(EARLY) // 2 or said % len(CYCLE) != EARLY[0] % len(CYCLE):
        await long.send(CYCLE[said % len(CYCLE)])
        said += 1
    early: list[float] = []
    late: list[float] = []
    for _ in range(conversations):
        new = new_client()
        for text in CYCLE[: EARLY[0]]:
            await new.send(text)
        for position in EARLY:
            early.append(await _timed(new, CYCLE[position % len(CYCLE)]))
            late.append(await _timed(long, CYCLE[said % len(CYCLE)]))
            said += 1
    return Growth(at, median(early), median(late))


async def _timed(client: Client, text: str) -> float:
    begun = time.perf_counter()
    await client.send(text)
    return time.perf_counter() - begun
