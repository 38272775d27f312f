"""Who may see a ticket: the citizen it belongs to, a stranger with the lookup code, a trusted system.

Each role reaches a ticket only through the checks here. Errors:

    AccessDenied
    ├── Mistyped      the check digit is wrong
    ├── NotFound      no such ticket, no code, or a wrong code: one error for all, so that numbers cannot be probed
    └── Locked        too many wrong codes (hotline.tickets.askers); the asker has to wait for 15 minutes
"""

from __future__ import annotations

import hmac
import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from hotline.personal_data.masking import mask_numbers
from hotline.personal_data.phones import normalised
from hotline.tickets.model import Ticket, TimelineEntry

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
    """The citizen who asks: a sender of a channel, with a phone number if the channel vouches for it (call, SMS)."""

    channel: str
    sender: str
    verified_phone: str | None = None

    @classmethod
    def holding_code_of(cls, ticket: Ticket) -> Citizen:
        """A person who gave the ticket's lookup code; has the rights of its citizen on that ticket."""
        return cls(ticket.channel, ticket.sender)

    def owns(self, ticket: Ticket) -> bool:
        """True when the ticket belongs to this sender or to this verified phone."""
        if (ticket.channel, ticket.sender) == (self.channel, self.sender):
            return True
        own, theirs = self.verified_phone, ticket.contact.phone
        return own is not None and theirs is not None and normalised(own) == normalised(theirs)


@dataclass(frozen=True, slots=True)
class Limit:
    """`most` wrong codes lead to a lock. After 15 minutes without a wrong code all are forgotten. With `one_by_one`,
    for a key that many people share, they are forgotten one at a time, evenly over 15 minutes."""

    most: int
    one_by_one: bool = False


@dataclass(frozen=True, slots=True)
class Guesses:
    """The count of wrong codes under one key: a number, a conversation or an address."""

    wrong: int = 0
    last_at: datetime | None = None
    locked_until: datetime | None = None

    def check_open(self, now: datetime) -> None:
        """Raises Locked while there is a lock."""
        if self.locked_until and now < self.locked_until:
            raise Locked(self.locked_until)

    def after_wrong(self, now: datetime, limit: Limit = Limit(MAX_WRONG_CODES)) -> Guesses:
        """The count after one more wrong code."""
        passed = now - self.last_at if self.last_at else LOCK
        if limit.one_by_one:
            recent = max(0, self.wrong - passed // (LOCK / limit.most))
        else:
            recent = self.wrong if passed < LOCK else 0
        if recent + 1 >= limit.most:
            return Guesses(0, now, now + LOCK)
        return Guesses(recent + 1, now, None)


def check_open(guesses: Mapping[str, Guesses], now: datetime) -> None:
    """Raises Locked, with the end of the last lock, while any key is locked."""
    if locks := [each.locked_until for each in guesses.values() if each.locked_until and now < each.locked_until]:
        raise Locked(max(locks))


def code_matches(ticket: Ticket | None, code: str) -> bool:
    """True when `code` is the ticket's lookup code. Compares in constant time; an unknown ticket never matches."""
    return hmac.compare_digest((ticket.code if ticket else "").encode(), code.strip().encode()) and ticket is not None


def shown_to_stranger(ticket: Ticket) -> Ticket:
    """The ticket as shown to a stranger with its code. All numbers are masked in the citizen's words, and personal
    numbers in the units' words, where an office's number to call back stays."""
    return replace(
        ticket,
        title=mask_numbers(ticket.title),
        description=mask_numbers(ticket.description),
        location=ticket.location and mask_numbers(ticket.location),
        reply=ticket.reply and mask_numbers(ticket.reply, offices_stay=True),
        timeline=tuple(_step_to_stranger(entry) for entry in ticket.timeline),
    )


def _step_to_stranger(entry: TimelineEntry) -> TimelineEntry:
    words = entry.words and {
        name: mask_numbers(value, offices_stay=True) if isinstance(value, str) else value
        for name, value in entry.words.items()
    }
    return replace(entry, text=mask_numbers(entry.text, offices_stay=True), words=words)
