"""A check by which loops end when their task is cancelled, even if a client swallows the cancellation."""

from __future__ import annotations

import asyncio


def goes_on() -> bool:
    """False once the current task was cancelled. Needed because a Redis client may swallow a cancellation while it
    connects."""
    task = asyncio.current_task()
    return task is None or not task.cancelling()
