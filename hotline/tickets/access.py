"""Who may see a ticket: the citizen it belongs to, a stranger with the lookup code, a trusted system.

The one door to a ticket for each role. Errors:

    AccessDenied
    ├── Mistyped      the check digit is wrong
    ├── NotFound      no such ticket, no code, or a wrong code: one answer for all, so that numbers cannot be probed
    └── Locked        five wrong codes; the number is closed to strangers for 15 minutes
"""

from __future__ import annotations

import hmac
import math
from dataclasses import dataclass
from datetime import datetime, timedelta

from hotline.phones import normalised
from hotline.tickets.model import Ticket

MAX_WRONG_CODES = 5
LOCK = timedelta(minutes=15)


class AccessDenied(Exception):
    """The ticket is not shown."""


class Mistyped(AccessDenied):
    """The number fails its check digit."""


class NotFound(AccessDenied):
    """Unknown number or wrong code."""


class Locked(AccessDenied):
    """Too many wrong codes."""

    def __init__(self, until: datetime) -> None:
        super().__init__(until)
        self.until = until

    def minutes_from(self, now: datetime) -> int:
        """Whole minutes left, at least one."""
        return max(1, math.ceil((self.until - now) / timedelta(minutes=1)))


@dataclass(frozen=True, slots=True)
class Citizen:
    """Who asks: a sender of a channel, with a phone number when the channel vouches for it (a call, a text)."""

    channel: str
    sender: str
    verified_phone: str | None = None

    @classmethod
    def holding_code_of(cls, ticket: Ticket) -> Citizen:
        """Whoever has shown the lookup code of a ticket: to that ticket the same as its citizen."""
        return cls(ticket.channel, ticket.sender)

    def owns(self, ticket: Ticket) -> bool:
        """True for a ticket of this sender, or of this vouched-for phone."""
        if (ticket.channel, ticket.sender) == (self.channel, self.sender):
            return True
        own, theirs = self.verified_phone, ticket.contact.phone
        return own is not None and theirs is not None and normalised(own) == normalised(theirs)


@dataclass(frozen=True, slots=True)
class Guesses:
    """Wrong codes tried on one number."""

    wrong: int = 0
    last_at: datetime | None = None
    locked_until: datetime | None = None

    def check_open(self, now: datetime) -> None:
        """Raises Locked while the number is locked."""
        if self.locked_until and now < self.locked_until:
            raise Locked(self.locked_until)

    def after_wrong(self, now: datetime) -> Guesses:
        """One more wrong code; old ones are forgotten after the length of a lock."""
        recent = self.wrong if self.last_at and now - self.last_at < LOCK else 0
        if recent + 1 >= MAX_WRONG_CODES:
            return Guesses(0, now, now + LOCK)
        return Guesses(recent + 1, now, None)


def code_matches(ticket: Ticket | None, code: str) -> bool:
    """Compare in constant time; an unknown ticket never matches."""
    return hmac.compare_digest((ticket.code if ticket else "").encode(), code.strip().encode()) and ticket is not None
