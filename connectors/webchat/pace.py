"""Limits how fast one browser may send frames: a burst, as after a lost connection, then so many per second."""

from __future__ import annotations

AT_ONCE = 40
A_SECOND = 5.0


class Pace:
    """A browser that sends more has to wait; no frame is lost."""

    def __init__(self) -> None:
        self._free_at = float("-inf")

    def wait(self, now: float) -> float:
        """Seconds to wait before the next frame is taken; `now` is a monotonic time in seconds."""
        self._free_at = max(self._free_at, now - AT_ONCE / A_SECOND) + 1 / A_SECOND
        return max(0.0, self._free_at - now)
