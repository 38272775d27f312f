"""The register: how the hotline's own staff search tickets and view one. Every view of personal data is audited."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol, TypeAlias

from hotline.audit.ports import AuditLog
from hotline.audit.whence import Whence
from hotline.clock import Clock
from hotline.personal_data.phones import NUMBER, normalised
from hotline.staff.model import Actor
from hotline.tickets.desk import TicketDesk
from hotline.tickets.lifecycle import is_overdue
from hotline.tickets.model import Contact, Status
from hotline.tickets.records import Dossier
from hotline.transaction import Opening

SHORTEST_PREFIX = 4


class AccessReason(StrEnum):
    """Why a member of staff views a citizen's contact; a fixed list, so that no personal data gets into the audit."""

    CALL_BACK = "call_back"
    HANDLE = "handle"
    CHECK = "check"
    EMERGENCY = "emergency"


@dataclass(frozen=True, slots=True)
class RegisterQuery:
    """A search for tickets; None does not filter. `before` is the last ticket number of the previous page."""

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
        """The kind of the search text: none, number, phone or words."""
        digits = self.digits
        if not self.text:
            return "none"
        if NUMBER.fullmatch(digits):
            return "phone"
        return "number" if digits.isascii() and digits.isdigit() and len(digits) >= SHORTEST_PREFIX else "words"

    @property
    def digits(self) -> str:
        """The text without the spaces, dashes and country code of a number."""
        return normalised(self.text)


@dataclass(frozen=True, slots=True)
class Found:
    """A ticket in a list, without its contact."""

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

    def found(self, wanted: RegisterQuery, now: datetime, limit: int) -> Sequence[Found]:
        """The tickets that match, newest first."""

    def overdue(self, now: datetime, limit: int) -> Sequence[Found]:
        """Tickets whose answer is overdue, and tickets escalated because an earlier stage is late; earliest deadline
        first."""


class RegisterUnit(Protocol):
    """One transaction."""

    @property
    def register(self) -> RegisterRepository: ...

    @property
    def audit(self) -> AuditLog: ...


OpenUnit: TypeAlias = Opening[RegisterUnit]


class Register:
    """The use cases; each writes in one transaction. All raise hotline.transaction.StorageUnavailable when the database
    is down."""

    def __init__(self, open_unit: OpenUnit, desk: TicketDesk, now: Clock) -> None:
        self._open_unit = open_unit
        self._desk = desk
        self._now = now

    def found(self, wanted: RegisterQuery, limit: int, by: Actor) -> Sequence[Found]:
        """A page of tickets, newest first. A search by phone or words is audited, without what was searched for."""
        with self._open_unit.snapshot() as unit:
            found = unit.register.found(wanted, self._now(), limit)
        if wanted.kind in ("phone", "words"):
            with self._open_unit() as unit:
                data = {"by": wanted.kind, "found": len(found)}
                unit.audit.add(by, "tickets.searched", "tickets", self._now(), data=data)
        return found

    def overdue(self, limit: int) -> Sequence[Found]:
        """Tickets that are late in any stage, earliest deadline first."""
        with self._open_unit.snapshot() as unit:
            return unit.register.overdue(self._now(), limit)

    def dossier(self, number: str, by: Actor, why: Whence, again: bool = False) -> Dossier:
        """A ticket with all its records. Audited, except with `again`, when a screen is only refreshed.

        Raises access.Mistyped, access.NotFound.
        """
        dossier = self._desk.dossier(number, by)
        if not again:
            with self._open_unit() as unit:
                unit.audit.add(by, "ticket.viewed", dossier.ticket.number, self._now(), why)
        return dossier

    def contact(self, number: str, reason: AccessReason, by: Actor) -> Contact:
        """The citizen's name and phone; the reason is audited. Raises access.Mistyped, access.NotFound."""
        ticket = self._desk.dossier(number, by).ticket
        with self._open_unit() as unit:
            unit.audit.add(by, "contact.viewed", ticket.number, self._now(), reason)
        return ticket.contact
