"""Messages as Twilio's REST API takes them, and its refusals with their error codes.

https://www.twilio.com/docs/messaging/api/message-resource, https://www.twilio.com/docs/api/errors
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any
from urllib.parse import urlparse

from connectors.twilio.double.webhooks import new_sid
from hotline.personal_data.phones import E164

MAX_BODY = 1600
UNDELIVERABLE = {"failed", "undelivered"}


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a request is refused: HTTP status, Twilio's code, words."""

    status: int
    code: int
    message: str


@dataclass(slots=True)
class Texted:
    """A message that the double accepted."""

    to: str
    sender: str
    body: str
    callback: str | None
    service: str | None = None
    status: str = "queued"
    error: int | None = None
    sid: str = field(default_factory=lambda: new_sid("SM"))
    at: datetime = field(default_factory=lambda: datetime.now(UTC))

    def as_resource(self, account: str) -> dict[str, Any]:
        """The JSON of the message resource."""
        return {
            "sid": self.sid,
            "account_sid": account,
            "messaging_service_sid": self.service,
            "to": self.to,
            "from": self.sender,
            "body": self.body,
            "status": self.status,
            "direction": "outbound-api",
            "date_created": format_datetime(self.at),
            "date_sent": None,
            "error_code": self.error,
            "error_message": None,
            "num_segments": "1",
            "num_media": "0",
            "uri": f"/2010-04-01/Accounts/{account}/Messages/{self.sid}.json",
        }

    def report(self, account: str, status: str, error: int | None = None) -> dict[str, str]:
        """The fields of a status callback."""
        fields = {
            "SmsSid": self.sid,
            "SmsStatus": status,
            "MessageStatus": status,
            "To": self.to,
            "MessageSid": self.sid,
            "AccountSid": account,
            "From": self.sender,
            "ApiVersion": "2010-04-01",
        }
        return fields | ({"ErrorCode": str(error)} if error else {})


def refusal(fields: Mapping[str, str], numbers: set[str], services: set[str], blocked: set[str]) -> Refusal | None:
    """Twilio's refusal of a new message; None for one that it accepts."""
    to, sender, service = fields.get("To", ""), fields.get("From"), fields.get("MessagingServiceSid")
    body, callback = fields.get("Body", ""), fields.get("StatusCallback")
    if not to:
        return Refusal(400, 21604, "A 'To' phone number is required.")
    if not E164.fullmatch(to):
        return Refusal(400, 21211, "The 'To' number is not a valid phone number.")
    if not sender and not service:
        return Refusal(400, 21603, "A 'From' phone number is required.")
    if sender and sender not in numbers:
        return Refusal(400, 21606, "The 'From' phone number is not a number of this account.")
    if service and service not in services:
        return Refusal(400, 21705, "The Messaging Service Sid is invalid.")
    if not body:
        return Refusal(400, 21602, "Message body is required.")
    if len(body) > MAX_BODY:
        return Refusal(400, 21617, "The concatenated message body exceeds the 1600 character limit.")
    if callback and (urlparse(callback).scheme not in {"http", "https"} or not urlparse(callback).netloc):
        return Refusal(400, 21609, "The 'StatusCallback' URL is not a valid URL.")
    if to in blocked:
        return Refusal(400, 21610, "Attempt to send to unsubscribed recipient.")
    return None
