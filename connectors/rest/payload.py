"""Rasa's REST contract: parses requests and presents answers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from connectors.web import Fields
from hotline.conversations.model import Incoming, Message

CHANNEL = "rest"
MAX_SENDER = 200
MAX_BODY_TEXT = 1_000_000


def parse(body: bytes) -> Incoming:
    """`{"sender","message","metadata"?}`; `metadata.message_id` identifies repeats. Raises Malformed."""
    fields = Fields.parse(body)
    metadata = fields.object("metadata")
    return Incoming(
        channel=CHANNEL,
        sender=fields.identifier("sender", MAX_SENDER, default="default") or "default",
        text=fields.text("message", MAX_BODY_TEXT, default=""),
        provider_id=metadata.optional_identifier("message_id", MAX_SENDER),
    )


def present(sender: str, messages: Sequence[Message]) -> list[dict[str, Any]]:
    """`[{"recipient_id","text",…}]`, with `custom` where a message carries data."""
    return [{"recipient_id": sender, "text": m.text, **({"custom": m.data} if m.data else {})} for m in messages]
