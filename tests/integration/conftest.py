"""Shorthands for conversations and tickets in the integration tests."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest

from hotline.bootstrap import Hotline, build
from hotline.city import City
from hotline.conversations.model import Accepted, Incoming
from hotline.settings import Settings
from hotline.tickets.model import Intake, RequestType, Ticket
from tests.conftest import SetClock
from tests.integration.console import Console, running_console


class Citizen:
    """Somebody who writes to the hotline."""

    def __init__(self, hotline: Hotline, sender: str = "anna") -> None:
        self.hotline, self.sender = hotline, sender

    def writes(self, text: str, provider_id: str | None = None, owner: str | None = None) -> Accepted:
        """Send one message."""
        return self.hotline.conversations.accept(Incoming("rest", self.sender, text, provider_id), owner)

    def opens_ticket(self, key: str = "message-1", **changes: Any) -> Ticket:
        """Open a ticket for the message `key`."""
        return self.hotline.tickets.open(self.intake(key, **changes))

    def intake(self, key: str = "message-1", **changes: Any) -> Intake:
        """What a ticket is opened from."""
        conversation = self.hotline.conversations.find("rest", self.sender)
        if conversation is None:
            self.writes("楼下烧烤店太吵")
            conversation = self.hotline.conversations.find("rest", self.sender)
        assert conversation is not None
        values: dict[str, Any] = {
            "key": key,
            "request_type": RequestType.COMPLAINT,
            "category": "0604",
            "description": "楼下烧烤店每天烤到凌晨两点",
            "channel": "rest",
            "sender": self.sender,
            "conversation_id": conversation.id,
            "location": "望平街15号",
            "district": "chenghua",
        }
        return Intake(**values | changes)


@pytest.fixture(autouse=True)
def secret_key(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sets the secret key that every gateway with its own database needs."""
    monkeypatch.setenv("YHT_SECRET_KEY", "a-secret-key-of-the-tests")


@pytest.fixture
def citizen(hotline: Hotline) -> Citizen:
    """A citizen on the REST channel."""
    return Citizen(hotline)


@pytest.fixture
def console_hotline(sqlite_url: str, clock: SetClock, city: City, tmp_path: Path, valkey_url: str) -> Iterator[Hotline]:
    """A hotline that counts failures in a Valkey."""
    settings = Settings(data=tmp_path, database_url=sqlite_url, redis_url=valkey_url, trusted_proxies=("127.0.0.1",))
    built = build(settings, clock, city)
    yield built
    built.database.close()


@pytest.fixture
async def console(console_hotline: Hotline, valkey: object) -> AsyncIterator[Console]:
    """A running console with nobody signed in."""
    async with running_console(console_hotline) as running:
        yield running
