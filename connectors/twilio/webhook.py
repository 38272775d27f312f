"""Verifies the signature of a Twilio webhook, refuses an unsigned one, and opens its fields.

Twilio signs the address that it was told to call together with every field of the form, blank ones too. Behind a proxy
the hotline sees another address, so YHT_PUBLIC_URL is put before the path and query that arrived.
https://www.twilio.com/docs/usage/webhooks/webhooks-security
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import parse_qs

from sanic import HTTPResponse, Request
from sanic.response import text
from twilio.request_validator import RequestValidator, get_signature_algorithm

from connectors.twilio.account import Account
from connectors.web import Fields, Malformed, Refused
from hotline.texts import texts

SIGNATURE = "x-twilio-signature"
SETTINGS = "x-twilio-webhooks-signature-settings"
MAX_FIELDS = 300
EMPTY_TWIML = '<?xml version="1.0" encoding="UTF-8"?><Response/>'


class Form(Fields):
    """The fields of a webhook, all of them text."""

    def __init__(self, values: Mapping[str, Sequence[str]]) -> None:
        super().__init__({name: given[-1] for name, given in values.items()}, "form")

    def whole_number(self, name: str, default: int) -> int:
        """A field of digits as a number. Raises Malformed."""
        digits = self.text(name, 10, default=str(default)).strip() or str(default)
        if not (digits.isascii() and digits.isdigit()):
            raise Malformed(f"{name} must be a whole number")
        return int(digits)


def verified_form(request: Request, account: Account) -> Form:
    """The fields of a request that Twilio signed. Raises Refused (403) for any other."""
    values = _fields(request.body)
    signature = request.headers.get(SIGNATURE, "")
    if values is None or not _is_signed(request, account, values, signature):
        raise Refused(403, "forbidden", texts().say("error.unauthorized"))
    return Form(values)


def twiml(document: str = EMPTY_TWIML) -> HTTPResponse:
    """A TwiML document as a response."""
    return text(document, content_type="text/xml; charset=utf-8")


class _Repeated(dict[str, list[str]]):
    """Form values as the SDK's validator reads them."""

    def getlist(self, name: str) -> list[str]:
        return self[name]


def _fields(body: bytes) -> _Repeated | None:
    try:
        text = body.decode("utf-8")
        return _Repeated(parse_qs(text, keep_blank_values=True, max_num_fields=MAX_FIELDS))
    except ValueError:
        return None


def _is_signed(request: Request, account: Account, values: _Repeated, signature: str) -> bool:
    address = account.public_url + request.raw_url.decode("latin-1")
    algorithm = get_signature_algorithm(request.headers.get(SETTINGS))
    try:
        return bool(RequestValidator(account.token).validate(address, values, signature, algorithm))
    except ValueError:  # an invalid address or port
        return False
