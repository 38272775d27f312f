"""Bar charts: the geometry of the rectangles that a page draws as SVG, with attributes only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT, GAP = 720.0, 120.0, 0.2


@dataclass(frozen=True, slots=True)
class Bar:
    """One value: its rectangle, measured from the upper left corner, and its label."""

    x: float
    y: float
    width: float
    height: float
    label: str
    value: int


def bars(values: Sequence[tuple[str, int]]) -> list[Bar]:
    """Columns side by side; the greatest is as high as the picture."""
    most = max((value for _, value in values), default=0) or 1
    step = WIDTH / max(len(values), 1)
    return [
        Bar(
            round(place * step, 2),
            round(HEIGHT * (1 - value / most), 2),
            round(step * (1 - GAP), 2),
            round(HEIGHT * value / most, 2),
            label,
            value,
        )
        for place, (label, value) in enumerate(values)
    ]
