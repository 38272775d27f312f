"""Faults of a provider, set one by one or drawn at random with a seed."""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Sequence
from enum import StrEnum


class Fault(StrEnum):
    """One way in which a REST request fails."""

    TOO_MANY = "429 with Retry-After, nothing taken"
    BROKEN = "500, nothing taken"
    CUT_BEFORE = "the connection breaks, nothing taken"
    CUT_AFTER = "the message is taken, then the connection breaks"
    SILENT = "the message is taken, the answer never comes"


class Faults:
    """Decides what happens to the next request. `rate` is the share that fails, with all `kinds` equally likely."""

    def __init__(self, rate: float = 0.0, kinds: Sequence[Fault] = tuple(Fault), seed: int = 12345) -> None:
        self.retry_after = "1"
        self._rate, self._kinds = rate, kinds
        self._random = random.Random(seed)
        self._told: deque[Fault | None] = deque()

    def expect(self, *faults: Fault | None) -> None:
        """Let the next requests fail in these ways, in this order; None lets one succeed."""
        self._told.extend(faults)

    def next(self) -> Fault | None:
        """The fault of this request, if any."""
        if self._told:
            return self._told.popleft()
        return self._random.choice(self._kinds) if self._random.random() < self._rate else None
