"""Loops that end when they are told to, whatever a client makes of it."""

from __future__ import annotations

import asyncio


def goes_on() -> bool:
    """False once the task that asks was cancelled: a Redis client may swallow a cancellation while it connects."""
    task = asyncio.current_task()
    return task is None or not task.cancelling()
