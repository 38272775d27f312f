"""The current time in Asia/Shanghai, the zone of all Chinese cities. Passed in as a `Clock`, so that tests set it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Shanghai")

Clock = Callable[[], datetime]


def now() -> datetime:
    """The present, with its zone."""
    return datetime.now(ZONE)
