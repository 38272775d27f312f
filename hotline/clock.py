"""The time, in the one zone that all Chinese cities share. Passed to whoever needs it, so that tests can set it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Shanghai")

Clock = Callable[[], datetime]


def now() -> datetime:
    """The present, with its zone."""
    return datetime.now(ZONE)
