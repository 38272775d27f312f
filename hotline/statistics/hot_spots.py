"""Hot spots: a category in a district with many more tickets than usual."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

PERIODS_BEFORE = 4
FEWEST = 5
UNUSUAL = 3.0
MOST_SHOWN = 20
RULE = {"periods": PERIODS_BEFORE, "fewest": FEWEST, "deviations": f"{UNUSUAL:g}"}
"""The values for the text that explains hot spots."""

Place = tuple[str, str]
"""A category's code and a district."""


@dataclass(frozen=True, slots=True)
class HotSpot:
    """A category in a district: its tickets in the period (`count`), and on average in earlier ones (`usual`)."""

    category: str
    district: str
    count: int
    usual: float

    @property
    def growth(self) -> float | None:
        """The growth over the usual number: 1.0 is twice as many. None if there were none before."""
        return self.count / self.usual - 1 if self.usual else None

    @property
    def excess(self) -> float:
        """How far the count is above the usual, in standard deviations of a Poisson distribution."""
        return (self.count - self.usual) / math.sqrt(max(self.usual, 1.0))


def hot_spots(now: Mapping[Place, int], before: Mapping[Place, int]) -> tuple[HotSpot, ...]:
    """The hot spots, the most unusual first. `before` holds the sum over the PERIODS_BEFORE preceding periods.

    A hot spot has at least FEWEST tickets, and more than chance explains (UNUSUAL standard deviations): 3 instead of 1
    are no hot spot, 130 instead of 100 are one.
    """
    found = [HotSpot(*place, count, before.get(place, 0) / PERIODS_BEFORE) for place, count in now.items()]
    hot = [spot for spot in found if spot.count >= FEWEST and spot.excess >= UNUSUAL]
    return tuple(sorted(hot, key=lambda spot: (-spot.excess, spot.category, spot.district))[:MOST_SHOWN])
