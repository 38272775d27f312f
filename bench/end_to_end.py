"""Measures end to end (REST → inbox → Rasa → actions → reply) against bare Rasa, alternately, with one client and
eight."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from statistics import median, quantiles

from bench.client import Client
from bench.dialogues import Held, hold

REST_SECONDS = 0.4
"""Pause between blocks, so that events still under way (dispatching, publishing) do not count for the other side."""

NewClient = Callable[[], Client]
Cpu = Callable[[], dict[str, float]]


@dataclass(slots=True)
class Side:
    """The results of one side: latencies in seconds, duration of its blocks, CPU seconds by process, the dialogues."""

    new_client: NewClient
    seconds: list[float] = field(default_factory=list)
    elapsed: float = 0.0
    cpu: Counter[str] = field(default_factory=Counter)
    dialogues: dict[int, Held] = field(default_factory=dict)

    def add(self, number: int, held: Held) -> None:
        """Count one dialogue."""
        self.dialogues[number] = held
        self.seconds += held.seconds

    @property
    def median(self) -> float:
        """Half the messages were answered within this time, in seconds."""
        return median(self.seconds)

    @property
    def p95(self) -> float:
        """19 of 20 messages were answered within this time, in seconds."""
        return quantiles(self.seconds, n=20)[-1]

    @property
    def throughput(self) -> float:
        """Messages per second."""
        return len(self.seconds) / self.elapsed


@dataclass(frozen=True, slots=True)
class Comparison:
    """The hotline (`ours`) and bare Rasa with the same number of clients."""

    clients: int
    ours: Side
    bare: Side

    @property
    def latency_ratio(self) -> float:
        """Median of ours ÷ median of bare."""
        return self.ours.median / self.bare.median

    @property
    def throughput_ratio(self) -> float:
        """Messages per second of ours ÷ of bare."""
        return self.ours.throughput / self.bare.throughput

    @property
    def different(self) -> list[tuple[Held, Held]]:
        """Dialogues whose answers up to the ticket differ between the sides, digits ignored."""
        pairs = [(ours, self.bare.dialogues[number]) for number, ours in self.ours.dialogues.items()]
        return [(ours, bare) for ours, bare in pairs if ours.intake != bare.intake]

    @property
    def tickets(self) -> int:
        """How many of our dialogues reached their ticket."""
        return sum(held.ticket is not None for held in self.ours.dialogues.values())


async def compare(clients: int, rounds: int, first: int, ours: NewClient, bare: NewClient, cpu: Cpu) -> Comparison:
    """Rounds of one dialogue per client, the two sides alternately; `first` is the number of the first dialogue.

    `cpu` returns the CPU seconds that every process has used so far.
    """
    sides = Side(ours), Side(bare)
    for round_number in range(rounds):
        numbers = range(first + round_number * clients, first + (round_number + 1) * clients)
        for side in sides if round_number % 2 == 0 else reversed(sides):
            citizens = [side.new_client() for _ in numbers]
            before, begun = cpu(), time.perf_counter()
            helds = await asyncio.gather(*map(hold, citizens, numbers))
            side.elapsed += time.perf_counter() - begun
            for number, held in zip(numbers, helds, strict=True):
                side.add(number, held)
            await asyncio.sleep(REST_SECONDS)
            side.cpu.update({name: used - before.get(name, 0.0) for name, used in cpu().items()})
    return Comparison(clients, *sides)
