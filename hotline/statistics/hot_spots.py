"""Where many more people than usual tell of the same kind of matter."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

PERIODS_BEFORE = 4
FEWEST = 5
UNUSUAL = 3.0
MOST_SHOWN = 20
RULE = {"periods": PERIODS_BEFORE, "fewest": FEWEST, "deviations": f"{UNUSUAL:g}"}
"""What the words that explain hot spots are filled with."""

Place = tuple[str, str]
"""A category's code and a district."""


@dataclass(frozen=True, slots=True)
class HotSpot:
    """A category in a district: how many tickets now, and how many in such a time before on average."""

    category: str
    district: str
    count: int
    usual: float

    @property
    def growth(self) -> float | None:
        """1.0 is twice as many as usual; None where there was nothing before."""
        return self.count / self.usual - 1 if self.usual else None

    @property
    def excess(self) -> float:
        """How far above the usual, in standard deviations of counts that come by chance (Poisson)."""
        return (self.count - self.usual) / math.sqrt(max(self.usual, 1.0))


def hot_spots(now: Mapping[Place, int], before: Mapping[Place, int]) -> tuple[HotSpot, ...]:
    """What stands out, most first. `before` counts the PERIODS_BEFORE periods that precede, together.

    At least FEWEST tickets, and more than chance explains (UNUSUAL standard deviations): three where there was one are
    no hot spot, 130 where 100 are usual are one.
    """
    found = [HotSpot(*place, count, before.get(place, 0) / PERIODS_BEFORE) for place, count in now.items()]
    hot = [spot for spot in found if spot.count >= FEWEST and spot.excess >= UNUSUAL]
    return tuple(sorted(hot, key=lambda spot: (-spot.excess, spot.category, spot.district))[:MOST_SHOWN])
