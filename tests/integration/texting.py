"""A hotline that citizens can text: gateway, courier and a loopback Twilio in the test's event loop."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import select

from connectors.sms.sender import SmsSender
from connectors.twilio.account import Account, account
from connectors.twilio.double.faults import Faults
from connectors.twilio.double.server import Double
from hotline.bootstrap import Hotline, build
from hotline.city import City
from hotline.clock import Clock
from hotline.conversations.model import Message
from hotline.conversations.pump import Dialogue
from hotline.delivery.courier import Courier
from hotline.processes.gateway import create_gateway
from hotline.settings import Settings
from hotline.staff.model import Actor, Role
from hotline.storage.tables import deliveries
from hotline.tickets.model import Intake, RequestType, Ticket
from tests.integration.serving import serving
from tests.integration.test_pump import ScriptedDialogue

SID, TOKEN, NUMBER = "AC" + "0" * 32, "token-of-the-tests-0123456789abcd", "+8628123450000"
PUBLIC_URL = "https://hotline.example.cn"
AGENT = Actor(Role.AGENT, "staff-1")
ANNA, ANNAS_PHONE = "+8613800001234", "13800001234"


class Line:
    """The running parts that a test uses."""

    def __init__(self, url: str, hotline: Hotline, double: Double, dialogue: ScriptedDialogue) -> None:
        self.url, self.hotline, self.double, self.dialogue = url, hotline, double, dialogue
        self.carrying: list[asyncio.Task[None]] = []

    async def stop_couriers(self) -> None:
        """Stop the workers' couriers."""
        for task in self.carrying:
            task.cancel()
        await asyncio.gather(*self.carrying, return_exceptions=True)

    def transcript(self, sender: str = ANNA) -> list[Message]:
        """The transcript of a conversation."""
        conversation = self.hotline.conversations.find("sms", sender)
        return list(self.hotline.conversations.transcript(conversation.id)) if conversation else []

    def got(self, sender: str = ANNA) -> list[str]:
        """The texts that a citizen received."""
        return self.double.to(sender)

    def events(self, kind: str) -> list[dict[str, Any]]:
        """The data of the events of one type."""
        with self.hotline.transactions.reading() as unit:
            return [event.data for _, event in unit.events.waiting(10_000) if event.type == kind]

    def problems(self) -> list[str]:
        """The failures of messages that are to be tried again."""
        with self.hotline.database.reading() as connection:
            waiting = select(deliveries.c.problem).where(deliveries.c.due_at.is_not(None))
            return [problem for problem in connection.execute(waiting).scalars() if problem]

    def courier(self) -> Courier:
        """Another worker's courier."""
        return Courier(self.hotline.deliveries, {"sms": SmsSender(account_of(self.hotline.settings))})


def account_of(settings: Settings) -> Account:
    """The account of the settings, which must have one."""
    found = account(settings)
    assert found
    return found


def texting_settings(data: Path, database_url: str, redis_url: str, api_base: str, **more: Any) -> Settings:
    """Settings of a hotline on a loopback Twilio."""
    values: dict[str, Any] = {
        "data": data,
        "database_url": database_url,
        "redis_url": redis_url,
        "secret_key": "a-secret-of-the-tests",
        "public_url": PUBLIC_URL,
        "twilio_account_sid": SID,
        "twilio_auth_token": TOKEN,
        "twilio_from": NUMBER,
        "twilio_api_base": api_base,
    }
    return Settings(**values | more)


@asynccontextmanager
async def a_line(
    data: Path,
    database_url: str,
    redis_url: str,
    clock: Clock,
    city: City,
    faults: Faults | None = None,
    couriers: int = 1,
    dialogue: Dialogue | None = None,
    **more: Any,
) -> AsyncIterator[Line]:
    """A running line, with a scripted dialogue or another. Any complaint of the double fails the test."""
    scripted = ScriptedDialogue()
    wanted = account_of(texting_settings(data, database_url, redis_url, "http://127.0.0.1:1", **more))
    double = Double(wanted, faults=faults)
    async with double.serving() as api_base:
        hotline = build(texting_settings(data, database_url, redis_url, api_base, **more), clock, city)
        async with serving(create_gateway(hotline, dialogue or scripted)) as url:
            double.reach(url)
            line = Line(url, hotline, double, scripted)
            line.carrying = [asyncio.create_task(line.courier().run()) for _ in range(couriers)]
            try:
                yield line
            finally:
                await line.stop_couriers()
                await double.reported()
    assert double.problems == []


def ticket_of(line: Line, key: str, **changes: Any) -> Ticket:
    """A ticket that Anna opens by text."""
    values: dict[str, Any] = {
        "key": key,
        "request_type": RequestType.HELP,
        "category": "0106",
        "description": "路灯坏了",
        "channel": "sms",
        "sender": ANNA,
        "conversation_id": line.hotline.conversations.conversation_with("sms", ANNA).id,
    }
    return line.hotline.tickets.open(Intake(**values | changes))


async def until(condition: Callable[[], Any], seconds: float = 10.0) -> None:
    """Wait until a condition holds; fail if it does not."""
    async with asyncio.timeout(seconds):
        while not condition():
            await asyncio.sleep(0.01)
