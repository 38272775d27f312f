"""Shorthands for conversations and tickets in the integration tests."""

from __future__ import annotations

from typing import Any

import pytest

from hotline.bootstrap import Hotline
from hotline.conversations.model import Accepted, Incoming
from hotline.tickets.model import Intake, RequestType, Ticket


class Citizen:
    """Somebody who writes to the hotline."""

    def __init__(self, hotline: Hotline, sender: str = "anna") -> None:
        self.hotline, self.sender = hotline, sender

    def writes(self, text: str, provider_id: str | None = None, owner: str | None = None) -> Accepted:
        """Send one message."""
        return self.hotline.conversations.accept(Incoming("rest", self.sender, text, provider_id), owner)

    def opens_ticket(self, key: str = "message-1", **changes: Any) -> Ticket:
        """Have a ticket opened for the message `key`."""
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


@pytest.fixture
def citizen(hotline: Hotline) -> Citizen:
    """A citizen on the REST channel."""
    return Citizen(hotline)
