"""Sends webhooks as Twilio does: form-encoded, signed with the account's token, with a time limit for the TwiML
answer."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from xml.etree import ElementTree

import aiohttp
from twilio.request_validator import RequestValidator

PATIENCE_SECONDS = 15.0
"""How long Twilio waits for the answer to a webhook."""


@dataclass(frozen=True, slots=True)
class Answered:
    """The answer to a webhook."""

    status: int
    content_type: str
    body: str

    def problem(self) -> str | None:
        """What Twilio would complain about; None for a well-formed TwiML document or an empty answer."""
        if not 200 <= self.status < 300:
            return f"11200 the webhook answered {self.status}"
        if not self.body:
            return None
        if "xml" not in self.content_type:
            return f"12300 the content type is {self.content_type}"
        try:
            root = ElementTree.fromstring(self.body)
        except ElementTree.ParseError as error:
            return f"12100 the TwiML is malformed: {error}"
        return None if root.tag == "Response" else f"12102 the TwiML begins with {root.tag}"


class Webhooks:
    """Calls a hotline. Addresses under `public_url` are signed; `reach` is the address it really listens at, if
    another."""

    def __init__(self, session: aiohttp.ClientSession, token: str, public_url: str, reach: str | None = None) -> None:
        self._session = session
        self._token = token
        self.public_url = public_url.rstrip("/")
        self.reach = reach

    async def post(self, path: str, fields: Mapping[str, str], token: str | None = None) -> Answered:
        """Call a path of the hotline; another `token` forges the signature. Raises aiohttp.ClientError,
        TimeoutError."""
        url = path if path.startswith(self.public_url) else self.public_url + path
        signature = RequestValidator(token or self._token).compute_signature(url, dict(fields))
        async with self._session.post(
            (self.reach or self.public_url) + url.removeprefix(self.public_url),
            data=dict(fields),
            headers={"X-Twilio-Signature": signature, "User-Agent": "TwilioProxy/1.1"},
            timeout=aiohttp.ClientTimeout(PATIENCE_SECONDS),
        ) as response:
            return Answered(response.status, response.content_type, await response.text())


def new_sid(prefix: str) -> str:
    """A fresh identifier in Twilio's form: two letters and 32 hexadecimal digits."""
    return prefix + secrets.token_hex(16)


def text_fields(account: str, sender: str, to: str, body: str, sid: str | None = None) -> dict[str, str]:
    """The fields of an incoming text, as in Twilio's documentation; places are blank outside North America."""
    sid = sid or new_sid("SM")
    return {
        "ToCountry": "CN",
        "ToState": "",
        "SmsMessageSid": sid,
        "NumMedia": "0",
        "ToCity": "",
        "FromZip": "",
        "SmsSid": sid,
        "FromState": "",
        "SmsStatus": "received",
        "FromCity": "",
        "Body": body,
        "FromCountry": "CN",
        "To": to,
        "ToZip": "",
        "NumSegments": str(max(1, -(-len(body) // 67))),
        "MessageSid": sid,
        "AccountSid": account,
        "From": sender,
        "ApiVersion": "2010-04-01",
    }


def with_pictures(fields: Mapping[str, str], pictures: Mapping[str, str]) -> dict[str, str]:
    """The same fields for an MMS; `pictures` are addresses with their content types."""
    numbered: dict[str, str] = {}
    for number, (url, content_type) in enumerate(pictures.items()):
        numbered |= {f"MediaUrl{number}": url, f"MediaContentType{number}": content_type}
    return {**fields, "NumMedia": str(len(pictures)), **numbered}
