"""What all HTTP entry points share: reading untrusted requests, and refusing them with a plain reason."""

from __future__ import annotations

import hmac
import ipaddress
import json
import re
from typing import Any

from sanic import HTTPResponse, Request
from sanic.response import json as json_response

from hotline.texts import texts

FORWARDING = ("x-forwarded-for", "forwarded", "x-real-ip")
"""Headers by which a proxy shows that a request came through it."""

NOT_STORABLE = re.compile("[\x00\ud800-\udfff]")
"""Characters that PostgreSQL or UTF-8 cannot store."""


class Refused(Exception):
    """A request that is not served: its status, a code for machines, words for people."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(code)
        self.status, self.code, self.message = status, code, message


class Malformed(Refused):
    """The request does not have the agreed form; `what` names the part."""

    def __init__(self, what: str) -> None:
        super().__init__(400, "bad_request", texts().say("error.bad_request", what=what))


def error_body(code: str, message: str) -> dict[str, Any]:
    """The JSON shape of every error."""
    return {"error": {"code": code, "message": message}}


def refusal(refused: Refused) -> HTTPResponse:
    """A refusal as JSON."""
    return json_response(error_body(refused.code, refused.message), status=refused.status)


class Fields:
    """A JSON object from outside, opened field by field with a declared type."""

    def __init__(self, value: Any, where: str = "body") -> None:
        if not isinstance(value, dict):
            raise Malformed(f"{where} must be an object")
        self._value, self._where = value, where

    @classmethod
    def parse(cls, body: bytes | str) -> Fields:
        """The object in a request's body. Raises Malformed for anything but a JSON object in UTF-8."""
        try:
            return cls(json.loads(body.decode("utf-8") if isinstance(body, bytes) else body))
        except UnicodeDecodeError:
            raise Malformed("body is not UTF-8") from None
        except (ValueError, RecursionError):
            raise Malformed("body is not JSON") from None

    def text(self, name: str, max_length: int, default: str | None = None) -> str:
        """A string field; `default` replaces a missing one. Raises Malformed."""
        value = self._value.get(name, default)
        if value is None:
            raise Malformed(f"{name} is missing")
        if not isinstance(value, str):
            raise Malformed(f"{name} must be a string")
        if len(value) > max_length:
            raise Malformed(f"{name} has more than {max_length} characters")
        return value

    def identifier(self, name: str, max_length: int, default: str | None = None) -> str:
        """A string field that identifies something and is stored unchanged: no NUL, no half surrogate. Raises
        Malformed."""
        value = self.text(name, max_length, default)
        if NOT_STORABLE.search(value):
            raise Malformed(f"{name} has characters that cannot be stored")
        return value

    def optional_identifier(self, name: str, max_length: int) -> str | None:
        """The same for a field that may be missing, null or empty, all of which mean None. Raises Malformed."""
        return None if self._value.get(name) is None else self.identifier(name, max_length) or None

    def whole_number(self, name: str, default: int) -> int:
        """A whole number ≥ 0. Raises Malformed."""
        value = self._value.get(name, default)
        if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= 2**31:
            raise Malformed(f"{name} must be a whole number")
        return value

    def object(self, name: str) -> Fields:
        """A nested object; empty when missing or null. Raises Malformed."""
        value = self._value.get(name)
        return Fields({} if value is None else value, name)


def bearer(request: Request) -> str | None:
    """The token of an `Authorization: Bearer` header."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else None


def has_token(request: Request, expected: str | None) -> bool:
    """Whether the request carries the expected token; always False when none is set."""
    given = bearer(request)
    return bool(expected and given) and hmac.compare_digest(_bytes(given), _bytes(expected))


def _bytes(text: str | None) -> bytes:
    return (text or "").encode("utf-8", "replace")


def client_address(request: Request, trusted_proxies: tuple[str, ...]) -> str:
    """The client's address: the last hop that is not a trusted proxy."""
    hops = [h.strip() for h in request.headers.get("x-forwarded-for", "").split(",") if h.strip()]
    address = request.ip or ""
    while hops and address in trusted_proxies:
        address = hops.pop()
    return address


def is_local(request: Request, trusted_proxies: tuple[str, ...]) -> bool:
    """Whether a request comes directly from this machine; one that a proxy forwarded is not local."""
    address = client_address(request, trusted_proxies)
    if any(name in request.headers for name in FORWARDING) and address == (request.ip or ""):
        return False
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False
