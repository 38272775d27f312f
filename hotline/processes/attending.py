"""The worker's part in the hand-over: runs the queue's timers, requests a person for every danger, wakes screens."""

from __future__ import annotations

import asyncio
import logging
from datetime import timedelta
from functools import partial

import redis.asyncio
from redis.exceptions import RedisError

from hotline.bootstrap import Hotline
from hotline.conversations.handoff.model import HandoffReason
from hotline.conversations.signals import DESK
from hotline.events.consumer import Consumer
from hotline.events.ending import goes_on
from hotline.events.event import Event
from hotline.events.wake import wake
from hotline.staff.model import SYSTEM
from hotline.transaction import StorageUnavailable

logger = logging.getLogger(__name__)

TICK_SECONDS = 1.0
STALE = timedelta(hours=1)
"""A danger that was detected longer ago, such as in an old stream that is read again, requests nobody."""


async def attend(hotline: Hotline, client: redis.asyncio.Redis) -> None:
    """Run the queue's timers until cancelled. Several workers may do so, because each step holds a lock."""
    while goes_on():
        await asyncio.sleep(TICK_SECONDS)
        try:
            changed = await asyncio.to_thread(hotline.queue.tick)
            if changed:
                await wake(client, [*changed, DESK])
        except StorageUnavailable:
            logger.warning("the database does not answer; the queue waits")
        except (RedisError, OSError):
            logger.warning("screens could not be woken; they look again by themselves")


def desk(hotline: Hotline, client: redis.asyncio.Redis, name: str) -> Consumer:
    """The consumer that requests a person for every danger, and wakes the staff's screens when a conversation changes
    hands."""

    async def call_a_person(event: Event) -> None:
        if hotline.now() - event.at > STALE:
            return
        conversation = await asyncio.to_thread(_conversation_of, hotline, event)
        if conversation:
            request = partial(hotline.queue.request, conversation, HandoffReason.DANGER, key=event.id, actor=SYSTEM)
            await asyncio.to_thread(request)
            await wake(client, [conversation, DESK])

    async def wake_screens(event: Event) -> None:
        await wake(client, [event.subject, DESK])

    changes = ("conversation.escalated", "conversation.claimed", "conversation.released")
    return Consumer(client, "desk", name, {"danger.detected": call_a_person, **dict.fromkeys(changes, wake_screens)})


def _conversation_of(hotline: Hotline, event: Event) -> str | None:
    """The conversation of a danger event, whose subject is the conversation or the ticket opened for the danger."""
    if "number" not in event.data:
        return event.subject
    ticket = hotline.tickets.for_processes(event.subject)
    return ticket.conversation_id if ticket else None
