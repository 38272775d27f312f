"""The register: how the hotline's own staff find tickets and look at one; whoever sees personal data leaves an audit row."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol, TypeAlias

from hotline.audit.ports import AuditLog
from hotline.audit.whence import Whence
from hotline.clock import Clock
from hotline.phones import normalised
from hotline.staff.model import Actor
from hotline.tickets.desk import Desk
from hotline.tickets.lifecycle import is_overdue
from hotline.tickets.model import Contact, Status
from hotline.tickets.records import Dossier
from hotline.transaction import Opening

PHONE = re.compile(r"1[3-9]\d{9}|0\d{9,11}|\+\d{7,15}")
SHORTEST_PREFIX = 4


class Reason(StrEnum):
    """Why somebody looks at a citizen's contact; a fixed list, so that no personal data gets into the audit."""

    CALL_BACK = "call_back"
    HANDLE = "handle"
    CHECK = "check"
    EMERGENCY = "emergency"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for; None leaves a part open. `before` is the last number of the page before."""

    text: str = ""
    status: Status | None = None
    category: str | None = None
    department: str | None = None
    district: str | None = None
    urgency: str | None = None
    overdue: bool = False
    key_class: str | None = None
    before: str | None = None

    @property
    def kind(self) -> str:
        """What the text is: none, number, phone, or words."""
        digits = self.digits
        if not self.text:
            return "none"
        if PHONE.fullmatch(digits):
            return "phone"
        return "number" if digits.isascii() and digits.isdigit() and len(digits) >= SHORTEST_PREFIX else "words"

    @property
    def digits(self) -> str:
        """The text without the spaces, dashes and country code of a number."""
        return normalised(self.text)


@dataclass(frozen=True, slots=True)
class Found:
    """A ticket in a list; nothing of the contact."""

    number: str
    title: str
    request_type: str
    category: str | None
    district: str | None
    lead: str
    urgency: str
    danger: str | None
    confidential: bool
    channel: str
    status: Status
    created_at: datetime
    due_at: datetime
    paused_at: datetime | None
    escalation: int

    def is_overdue(self, now: datetime) -> bool:
        """True when the answer should have been there."""
        return is_overdue(self.status, self.due_at, self.paused_at is not None, now)


class RegisterRepository(Protocol):
    """Lists of tickets in the database, inside one transaction."""

    def found(self, wanted: Wanted, now: datetime, limit: int) -> Sequence[Found]:
        """Newest first."""

    def overdue(self, now: datetime, limit: int) -> Sequence[Found]:
        """Those that should have been answered, longest overdue first."""


class RegisterUnit(Protocol):
    """One transaction."""

    @property
    def register(self) -> RegisterRepository: ...

    @property
    def audit(self) -> AuditLog: ...


OpenUnit: TypeAlias = Opening[RegisterUnit]


class Register:
    """Every method is one transaction. All raise hotline.storage.StorageUnavailable when the database is down."""

    def __init__(self, open_unit: OpenUnit, desk: Desk, now: Clock) -> None:
        self._open_unit = open_unit
        self._desk = desk
        self._now = now

    def found(self, wanted: Wanted, limit: int, by: Actor) -> Sequence[Found]:
        """A page of tickets, newest first. A search by phone or words is audited, without what was searched for."""
        with self._open_unit.snapshot() as unit:
            found = unit.register.found(wanted, self._now(), limit)
        if wanted.kind in ("phone", "words"):
            with self._open_unit() as unit:
                data = {"by": wanted.kind, "found": len(found)}
                unit.audit.add(by, "tickets.searched", "tickets", self._now(), data=data)
        return found

    def overdue(self, limit: int) -> Sequence[Found]:
        """Those that should have been answered, longest overdue first."""
        with self._open_unit.snapshot() as unit:
            return unit.register.overdue(self._now(), limit)

    def dossier(self, number: str, by: Actor, why: Whence, again: bool = False) -> Dossier:
        """A ticket with all that belongs to it. `again`: a screen is only brought up to date, which is no new look.

        Raises access.Mistyped, access.NotFound.
        """
        dossier = self._desk.dossier(number, by)
        if not again:
            with self._open_unit() as unit:
                unit.audit.add(by, "ticket.viewed", dossier.ticket.number, self._now(), why)
        return dossier

    def contact(self, number: str, reason: Reason, by: Actor) -> Contact:
        """Name and phone, for a reason that is kept. Raises access.Mistyped, access.NotFound."""
        ticket = self._desk.dossier(number, by).ticket
        with self._open_unit() as unit:
            unit.audit.add(by, "contact.viewed", ticket.number, self._now(), reason)
        return ticket.contact
