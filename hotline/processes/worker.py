"""The worker process: publishes the outbox, handles events, and runs everything that is timed."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import socket
import threading
from contextlib import suppress

import aiohttp
import redis.asyncio

from connectors.sms.pictures import SmsPictures
from connectors.sms.sender import SmsSender
from connectors.twilio.account import account
from hotline.attachments.collector import Collector
from hotline.bootstrap import Hotline
from hotline.delivery.courier import Courier
from hotline.events.consumer import Away, Consumer
from hotline.events.event import Event
from hotline.events.relay import Relay
from hotline.events.wake import wake
from hotline.processes import REDIS_URL, attending
from hotline.tickets.lifecycle import RULES
from hotline.tickets.timers import BATCH
from hotline.transaction import StorageUnavailable

logger = logging.getLogger(__name__)

SOCKET_SECONDS = 15
ALERT_SECONDS = 10
SWEEP_SECONDS = 60
TIMER_SECONDS = 5
DAY_NUMBERS_SECONDS = 30
DAYS_AT_ONCE = 10
BULLETIN_SECONDS = 60
LEDGER_SECONDS = 2
AUDIT_END_SECONDS = 86_400

TOLD = {rule.event for rule in RULES.values() if rule.tells}
ALERTED = ("danger.detected", "conversation.escalated", "ticket.escalated")


def serve(hotline: Hotline) -> None:
    """Run the worker until it is told to stop."""
    asyncio.run(_run(hotline))


async def _run(hotline: Hotline) -> None:
    stopped = asyncio.Event()
    for received in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(received, stopped.set)
    client = redis.asyncio.Redis.from_url(
        hotline.settings.redis_url or REDIS_URL, decode_responses=True, socket_timeout=SOCKET_SECONDS
    )
    name = f"{socket.gethostname()}-{os.getpid()}"
    try:
        async with asyncio.TaskGroup() as group:
            work = [
                group.create_task(part)
                for part in (
                    Relay(hotline.transactions, client).run(),
                    dispatcher(hotline, client, name).run(),
                    notifier(hotline, client, name).run(),
                    alerts(hotline, client, name),
                    sweep(hotline),
                    courier(hotline),
                    collector(hotline),
                    attending.attend(hotline, client),
                    attending.desk(hotline, client, name).run(),
                    timers(hotline),
                    day_numbers(hotline),
                    bulletins(hotline),
                    ledgers(hotline),
                    audit_ends(hotline),
                )
            ]
            logger.info("the worker is ready")
            await stopped.wait()
            for task in work:
                task.cancel()
    finally:
        await client.aclose()
        hotline.database.close()
    logger.info("the worker has stopped")


def dispatcher(hotline: Hotline, client: redis.asyncio.Redis, name: str) -> Consumer:
    """The consumer that dispatches every opened ticket to its department. A repeated event changes nothing."""

    async def dispatch(event: Event) -> None:
        await asyncio.to_thread(hotline.tickets.dispatch, event.subject)

    return Consumer(client, "dispatcher", name, {"ticket.opened": dispatch})


def notifier(hotline: Hotline, client: redis.asyncio.Redis, name: str) -> Consumer:
    """The consumer that tells citizens, on channels that allow unasked messages, what happens to their ticket or to the
    one it is merged into."""

    async def tell(event: Event) -> None:
        for number in await asyncio.to_thread(hotline.progress.to_tell, event.subject, event.data):
            told = await asyncio.to_thread(hotline.progress.tell, number, event.id, event.at)
            if told:
                await wake(client, [told])

    return Consumer(client, "notifier", name, dict.fromkeys(TOLD, tell))


async def alerts(hotline: Hotline, client: redis.asyncio.Redis, name: str) -> None:
    """Alert staff: write a log line that monitoring can watch, and call the duty desk's URL if it is set."""

    async def alert(event: Event) -> None:
        logger.warning("staff alert: %s %s", event.type, event.subject, extra={"danger": event.data.get("danger")})
        if hotline.settings.alert_url:
            body = {"id": event.id, "type": event.type, "subject": event.subject, "data": event.data}
            try:
                async with session.post(hotline.settings.alert_url, json=body | {"at": event.at.isoformat()}) as answer:
                    answer.raise_for_status()
            except aiohttp.ClientResponseError as refused:
                if refused.status >= 500 or refused.status in (408, 429):
                    raise Away("the duty desk") from refused
                raise
            except aiohttp.ClientError as problem:
                raise Away("the duty desk") from problem

    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(ALERT_SECONDS)) as session:
        await Consumer(client, "alerts", name, dict.fromkeys(ALERTED, alert)).run()


async def courier(hotline: Hotline) -> None:
    """Send messages to citizens on the channels that are configured."""
    twilio = account(hotline.settings)
    if twilio and twilio.may_text:
        await Courier(hotline.deliveries, {"sms": SmsSender(twilio)}).run()


async def collector(hotline: Hotline) -> None:
    """Fetch the pictures that citizens send."""
    if twilio := account(hotline.settings):
        await Collector(hotline.attachments, {"sms": SmsPictures(twilio)}).run()


async def sweep(hotline: Hotline) -> None:
    """Dispatch tickets whose event was lost; delete old counts of wrong lookup codes."""
    while True:
        await asyncio.sleep(SWEEP_SECONDS)
        with suppress(StorageUnavailable):
            for number in await asyncio.to_thread(hotline.tickets.undispatched, SWEEP_SECONDS):
                await asyncio.to_thread(hotline.tickets.dispatch, number)
            await asyncio.to_thread(hotline.tickets.forget_guesses)


async def timers(hotline: Hotline) -> None:
    """Run the tickets' timed actions: warn, escalate, ask citizens, archive. Several workers do nothing twice."""
    while True:
        looked = 0
        with suppress(StorageUnavailable):
            looked = await asyncio.to_thread(hotline.timers.run_due)
        await asyncio.sleep(0 if looked >= BATCH else TIMER_SECONDS)


async def day_numbers(hotline: Hotline) -> None:
    """Recount and store the numbers of days for the statistics after events that change them."""
    while True:
        counted = 0
        with suppress(StorageUnavailable):
            counted = await asyncio.to_thread(hotline.statistics.count_days, DAYS_AT_ONCE)
        await asyncio.sleep(0 if counted == DAYS_AT_ONCE else DAY_NUMBERS_SECONDS)


async def bulletins(hotline: Hotline) -> None:
    """Make the bulletin of every past week, on Monday morning or as soon as a worker runs again."""
    while True:
        with suppress(StorageUnavailable):
            for week in await asyncio.to_thread(hotline.bulletins.make_due):
                logger.info("the bulletin of %s is made", week)
        await asyncio.sleep(BULLETIN_SECONDS)


async def ledgers(hotline: Hotline) -> None:
    """Make the ordered ledgers, one at a time, and remove expired ones."""
    ending = threading.Event()
    try:
        while True:
            made = False
            with suppress(StorageUnavailable):
                made = await asyncio.to_thread(hotline.orders.make_next, ending.is_set)
                await asyncio.to_thread(hotline.orders.clear)
            await asyncio.sleep(0 if made else LEDGER_SECONDS)
    finally:
        ending.set()


async def audit_ends(hotline: Hotline) -> None:
    """Log the end of the audit chain, at the start and every day. A person who can write to the database can recompute
    the whole chain, but cannot change the end in the log (`yihaotong audit verify --kept`)."""
    while True:
        with suppress(StorageUnavailable):
            logger.info("the audit ends at %s", await asyncio.to_thread(hotline.audit.end))
        await asyncio.sleep(AUDIT_END_SECONDS)
