"""Limits on wrong lookup codes: per number, per conversation, per address, and per asker on one number."""

from __future__ import annotations

import hmac
import ipaddress
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256

from hotline.clock import Clock
from hotline.tickets.access import MAX_WRONG_CODES, Limit

ON_A_NUMBER = Limit(20)
"""From anywhere. To lock a number for everybody, an attacker has to guess from at least four places."""
IN_A_CONVERSATION = Limit(10)
FROM_A_CLIENT = Limit(60, one_by_one=True)
"""On all numbers. The people of an office or a mobile carrier share an address; their occasional mistakes must not add
up."""
OWN = Limit(MAX_WRONG_CODES)
"""By one asker on one number; attempts of others do not count."""


@dataclass(frozen=True, slots=True)
class Asker:
    """The person who tries a code, as far as the calling code knows. `client` is the mark of an address (see
    ClientMarks), never the address itself."""

    conversation: str | None = None
    client: str | None = None


UNKNOWN = Asker()


class ClientMarks:
    """Replaces a client's address with its HMAC-SHA256 under a secret key, different each day, so that nobody can
    recover the address or link conversations of two days."""

    def __init__(self, secret: str, now: Clock) -> None:
        self._key = hmac.digest(secret.encode(), b"the marks of clients", "sha256")  # no key is used twice
        self._now = now

    def __call__(self, address: str) -> str:
        """The mark of an address. All addresses of an IPv6 /64, which belong to one line, share a mark."""
        marked = f"{self._now().date()} {_line_of(address)}"
        return hmac.digest(self._key, marked.encode("utf-8", "replace"), "sha256").hex()[:24]


def counted(number: str, asker: Asker) -> Mapping[str, Limit]:
    """The keys under which a wrong code counts, with the limit of each. A key is the ticket number, or 12 characters
    that are no number."""
    counts = {number: ON_A_NUMBER, own(number, asker): OWN}
    if asker.conversation:
        counts[_key("conversation", asker.conversation)] = IN_A_CONVERSATION
    if asker.client:
        counts[_key("client", asker.client)] = FROM_A_CLIENT
    return counts


def own(number: str, asker: Asker) -> str:
    """The key under which the wrong codes of one asker on one number are counted."""
    return _key(number, asker.client or asker.conversation or "")


def _key(kind: str, value: str) -> str:
    return "@" + urlsafe_b64encode(sha256(f"{kind} {value}".encode()).digest()).decode()[:11]


def _line_of(address: str) -> str:
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv6Address):
        return str(
            parsed.ipv4_mapped or ipaddress.ip_network(f"{parsed.compressed.partition('%')[0]}/64", strict=False)
        )
    return str(parsed)
