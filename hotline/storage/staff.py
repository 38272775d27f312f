"""Accounts and sessions of the staff in SQL."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, delete, insert, select, update

from hotline.staff.account import Account, Session
from hotline.staff.model import Person, Role
from hotline.storage.statements import Statements
from hotline.storage.tables import sessions, staff

_SESSION = (  # needed by every request, so built once
    select(staff, sessions.c.created_at, sessions.c.seen_at)
    .join(sessions, sessions.c.person_id == staff.c.id)
    .where(sessions.c.token_hash == bindparam("token_hash"))
)


class SqlStaff:
    """Implements hotline.staff.ports.StaffRepository."""

    def __init__(self, statements: Statements) -> None:
        self._statements = statements

    def add(self, account: Account) -> None:
        password = {"password": account.password, "one_time": account.one_time, "password_at": account.password_at}
        self._statements.execute(insert(staff), _columns(account.person) | password)

    def by_login(self, login: str) -> Account | None:
        return self._one(staff.c.login == login)

    def by_id(self, id: str) -> Account | None:
        return self._one(staff.c.id == id)

    def listed(self) -> Sequence[Person]:
        query = select(staff).order_by(staff.c.active.desc(), staff.c.name)
        return [_person(row) for row in self._statements.execute(query)]

    def save(self, person: Person) -> None:
        self._statements.execute(update(staff).where(staff.c.id == person.id).values(**_columns(person)))

    def set_password(self, id: str, hashed: str, one_time: bool, at: datetime) -> None:
        values = {"password": hashed, "one_time": one_time, "password_at": at}
        self._statements.execute(update(staff).where(staff.c.id == id).values(**values))

    def lock(self) -> None:
        self._statements.execute(select(staff.c.id).order_by(staff.c.id).with_for_update()).all()

    def add_session(self, token_hash: str, person_id: str, at: datetime) -> None:
        row = {"token_hash": token_hash, "person_id": person_id, "created_at": at, "seen_at": at}
        self._statements.execute(insert(sessions), row)

    def session(self, token_hash: str) -> Session | None:
        row = self._statements.execute(_SESSION, {"token_hash": token_hash}).one_or_none()
        return Session(_person(row), row.one_time, row.created_at, row.seen_at) if row else None

    def touch(self, token_hash: str, at: datetime) -> None:
        self._statements.execute(update(sessions).where(sessions.c.token_hash == token_hash).values(seen_at=at))

    def end_session(self, token_hash: str) -> None:
        self._statements.execute(delete(sessions).where(sessions.c.token_hash == token_hash))

    def end_sessions(self, person_id: str) -> None:
        self._statements.execute(delete(sessions).where(sessions.c.person_id == person_id))

    def end_idle_sessions(self, before: datetime) -> None:
        self._statements.execute(delete(sessions).where(sessions.c.seen_at < before))

    def _one(self, condition: Any) -> Account | None:
        row = self._statements.execute(select(staff).where(condition)).one_or_none()
        return Account(_person(row), row.password, row.one_time, row.password_at) if row else None


def _columns(person: Person) -> dict[str, Any]:
    return {
        "id": person.id, "login": person.login, "name": person.name, "role": person.role,
        "skills": list(person.skills), "department": person.department, "active": person.active,
    }  # fmt: skip


def _person(row: Row[Any]) -> Person:
    return Person(row.id, row.login, row.name, Role(row.role), tuple(row.skills), row.department, row.active)
