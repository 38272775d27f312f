"""The rules for when a message may be sent, and when it is tried again."""

from __future__ import annotations

import random
from datetime import datetime, time, timedelta

from hotline.clock import ZONE

QUIET_FROM, QUIET_UNTIL = time(22), time(8)
GIVE_UP_AFTER = timedelta(hours=24)
FIRST_PAUSE, LONGEST_PAUSE = 2.0, 120.0
LONGEST_WISH = 3600.0


def polite_time(now: datetime) -> datetime:
    """When a notification made at `now` may be sent: at once, or at 8:00 if `now` is in the night (22–8)."""
    local = now.astimezone(ZONE)
    if QUIET_UNTIL <= local.time() < QUIET_FROM:
        return now
    morning = local.replace(hour=QUIET_UNTIL.hour, minute=0, second=0, microsecond=0)
    return morning if local < morning else morning + timedelta(days=1)


def pause(attempts: int, retry_after: float | None, chance: random.Random) -> timedelta:
    """How long to wait after this number of attempts: doubled each time, at random between half and all of it.

    If the provider asks for a longer wait (`retry_after`), it is granted up to an hour.
    """
    longest = min(FIRST_PAUSE * 2.0 ** min(attempts - 1, 10), LONGEST_PAUSE)
    seconds = chance.uniform(longest / 2, longest)
    return timedelta(seconds=max(seconds, min(retry_after or 0.0, LONGEST_WISH)))
