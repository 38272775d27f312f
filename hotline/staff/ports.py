"""What the staff's use cases need from the outside, as protocols."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol, TypeAlias

from hotline.audit.ports import AuditLog
from hotline.staff.account import Account, Session
from hotline.staff.model import Person
from hotline.transaction import Opening


class StaffRepository(Protocol):
    """Accounts and sessions in the database, inside one transaction."""

    def add(self, account: Account) -> None:
        """Store a new account. Raises hotline.transaction.AlreadyStored when the login is taken."""

    def by_login(self, login: str) -> Account | None:
        """The account with this login, which must be normalised by `clean_login`."""

    def by_id(self, id: str) -> Account | None:
        """The account of a person."""

    def listed(self) -> Sequence[Person]:
        """All persons, active ones first, by name."""

    def save(self, person: Person) -> None:
        """Replace a person's data."""

    def set_password(self, id: str, hashed: str, one_time: bool, at: datetime) -> None:
        """Replace a password."""

    def lock(self) -> None:
        """Lock the staff against changes by other transactions until this one ends."""

    def add_session(self, token_hash: str, person_id: str, at: datetime) -> None:
        """Store a session."""

    def session(self, token_hash: str) -> Session | None:
        """A session with its person as they are now."""

    def touch(self, token_hash: str, at: datetime) -> None:
        """Store when a session was last used."""

    def end_session(self, token_hash: str) -> None:
        """Remove a session."""

    def end_sessions(self, person_id: str) -> None:
        """Remove every session of a person."""

    def end_idle_sessions(self, before: datetime) -> None:
        """Remove the sessions that were last used before a time."""


class StaffUnit(Protocol):
    """One transaction."""

    @property
    def staff(self) -> StaffRepository: ...

    @property
    def audit(self) -> AuditLog: ...


OpenUnit: TypeAlias = Opening[StaffUnit]
