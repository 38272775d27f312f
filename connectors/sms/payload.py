"""Parses Twilio's webhooks for texts: incoming messages and delivery reports.

https://www.twilio.com/docs/messaging/guides/webhook-request
https://www.twilio.com/docs/messaging/guides/outbound-message-status-in-status-callbacks
"""

from __future__ import annotations

from dataclasses import dataclass

from connectors.twilio.webhook import Form
from connectors.web import Malformed
from hotline.conversations.model import Incoming, MessageState
from hotline.personal_data.phones import as_written

CHANNEL = "sms"
MAX_ID, MAX_ADDRESS, MAX_URL = 64, 100, 2_000
MAX_BODY_TEXT = 20_000
MAX_PICTURES = 10

STATES = {
    "accepted": MessageState.SENT,
    "scheduled": MessageState.SENT,
    "queued": MessageState.SENT,
    "sending": MessageState.SENT,
    "sent": MessageState.SENT,
    "delivered": MessageState.DELIVERED,
    "read": MessageState.DELIVERED,
    "undelivered": MessageState.FAILED,
    "failed": MessageState.FAILED,
    "canceled": MessageState.FAILED,
}


@dataclass(frozen=True, slots=True)
class Report:
    """The report on a message. `state` is None for a status that says nothing about delivery."""

    message_id: str | None
    provider_id: str
    state: MessageState | None
    problem: str | None


def parse(form: Form) -> Incoming:
    """A citizen's text. Raises Malformed."""
    sender, pictures = _required(form, "From", MAX_ADDRESS), _pictures(form)
    return Incoming(
        channel=CHANNEL,
        sender=sender,
        text=form.text("Body", MAX_BODY_TEXT, default=""),
        provider_id=_required(form, "MessageSid", MAX_ID),
        verified_phone=as_written(sender),
        data={"pictures": len(pictures)} if pictures else None,
        pictures=pictures,
    )


def parse_report(form: Form, message_id: str | None) -> Report:
    """A status callback; `message_id` is our own id, taken from the callback's address. Raises Malformed."""
    code = form.optional_identifier("ErrorCode", 20)
    return Report(
        message_id=message_id[:MAX_ID] if message_id else None,
        provider_id=_required(form, "MessageSid", MAX_ID),
        state=STATES.get(form.text("MessageStatus", 40, default="").lower()),
        problem=f"twilio_{code}" if code else None,
    )


def _pictures(form: Form) -> tuple[str, ...]:
    announced = min(form.whole_number("NumMedia", 0), MAX_PICTURES)
    found = (form.optional_identifier(f"MediaUrl{number}", MAX_URL) for number in range(announced))
    return tuple(url for url in found if url)


def _required(form: Form, name: str, max_length: int) -> str:
    value = form.optional_identifier(name, max_length)
    if value is None:
        raise Malformed(f"{name} is missing")
    return value
