"""The use cases on the staff: accounts, signing in and out, passwords."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from hotline.city import City
from hotline.clock import Clock
from hotline.staff import account as accounts
from hotline.staff import passwords
from hotline.staff.account import Account, LastAdmin, LoginTaken, NoSuchPerson, Session, WrongCredentials
from hotline.staff.model import STRANGER, SYSTEM, Actor, Person, Role
from hotline.staff.ports import OpenUnit, StaffUnit
from hotline.transaction import AlreadyStored

FIRST_LOGIN = "admin"
TOUCH_EVERY = timedelta(minutes=1)


class Staff:
    """The use cases; each writes in one transaction. All raise hotline.transaction.StorageUnavailable when the database
    is down.

    Hashing a password takes some tenths of a second on purpose, and is done outside the transactions that write.
    """

    def __init__(self, open_unit: OpenUnit, city: City, now: Clock, idle: timedelta) -> None:
        self._open_unit = open_unit
        self._city = city
        self._now = now
        self._idle = idle

    def add(self, person: Person, by: Actor) -> tuple[Person, str]:
        """Create an account; returns the person with their id, and the one-time password. Raises WrongProfile,
        LoginTaken."""
        person = replace(person, id=uuid.uuid4().hex, login=accounts.clean_login(person.login))
        accounts.check_profile(person, self._city)
        password = passwords.one_time_password()
        account = Account(person, passwords.hash_password(password), True, self._now())
        try:
            with self._open_unit() as unit:
                unit.staff.add(account)
                unit.audit.add(by, "staff.added", person.id, self._now(), data=_facts(person))
        except AlreadyStored:
            raise LoginTaken(f"there is somebody with the login {person.login} already") from None
        return person, password

    def add_first(self) -> str | None:
        """Create the first administrator if there is no account yet; returns the one-time password, else None."""
        if self.listed():
            return None
        try:
            return self.add(Person("", FIRST_LOGIN, FIRST_LOGIN, Role.ADMIN), SYSTEM)[1]
        except LoginTaken:  # another process was faster
            return None

    def change(self, person: Person, by: Actor) -> None:
        """Replace name, role, skills, department and activity. Raises WrongProfile, NoSuchPerson, LastAdmin.

        A change of role, department or activity signs the person out everywhere.
        """
        accounts.check_profile(person, self._city)
        with self._open_unit() as unit:
            unit.staff.lock()
            before = _known(unit.staff.by_id(person.id)).person
            _keep_an_admin(unit, before, person)
            unit.staff.save(replace(person, login=before.login))
            if (before.role, before.department, before.active) != (person.role, person.department, person.active):
                unit.staff.end_sessions(person.id)
            unit.audit.add(by, "staff.changed", person.id, self._now(), data=_facts(person))

    def reset_password(self, id: str, by: Actor) -> str:
        """Set and return a new one-time password; signs the person out everywhere. Raises NoSuchPerson."""
        password = passwords.one_time_password()
        hashed = passwords.hash_password(password)
        with self._open_unit() as unit:
            _known(unit.staff.by_id(id))
            unit.staff.set_password(id, hashed, True, self._now())
            unit.staff.end_sessions(id)
            unit.audit.add(by, "staff.password_reset", id, self._now())
        return password

    def sign_in(self, login: str, password: str) -> str:
        """Sign a person in; returns the token of a new session. Raises WrongCredentials for any failure."""
        with self._open_unit.reading() as unit:
            account = _with_login(unit, login)
        right = passwords.matches(account.password if account else None, password[: passwords.LONGEST])
        now = self._now()
        if account is None or not right or not account.may_sign_in(now):
            actor = Actor.of(account.person) if account else STRANGER  # the same work, so that timing reveals no logins
            with self._open_unit() as unit:
                unit.audit.add(actor, "staff.refused", actor.id, now)
            raise WrongCredentials
        with self._open_unit() as unit:
            if unit.staff.by_login(account.person.login) != account:  # changed while we were hashing
                raise WrongCredentials
            unit.staff.end_idle_sessions(now - self._idle)
            return self._begin(unit, account.person)

    def sign_in_vouched(self, login: str) -> str:
        """Sign in a person whom the city's OpenID provider has authenticated; returns the token of a new session.
        Raises WrongCredentials if they have no active account here.

        An unused one-time password is replaced by an unknown one: a person who signs in elsewhere needs none.
        """
        unused = passwords.hash_password(secrets.token_urlsafe())
        with self._open_unit() as unit:
            account = _with_login(unit, login)
            if account is None or not account.person.active:
                raise WrongCredentials
            if account.one_time:
                unit.staff.set_password(account.person.id, unused, False, self._now())
            unit.staff.end_idle_sessions(self._now() - self._idle)
            return self._begin(unit, account.person)

    def session(self, token: str, active: bool = True) -> Session | None:
        """The valid session with this token, or None. `active` is False for requests that a page makes by itself, which
        do not keep the session alive."""
        hashed, now = accounts.hash_token(token), self._now()
        with self._open_unit.reading() as unit:
            session = unit.staff.session(hashed)
        if session is None or not session.is_valid(now, self._idle):
            return None
        if active and now - session.seen_at >= TOUCH_EVERY:
            with self._open_unit() as unit:
                unit.staff.touch(hashed, now)
        return session

    def sign_out(self, token: str) -> None:
        """End one session."""
        with self._open_unit() as unit:
            unit.staff.end_session(accounts.hash_token(token))

    def change_password(self, person: Person, old: str, new: str) -> str:
        """Replace the person's own password; ends all their sessions and returns the token of a new one.

        Raises WrongCredentials for a wrong old password, passwords.WeakPassword.
        """
        with self._open_unit.reading() as unit:
            account = _known(unit.staff.by_id(person.id))
        if not passwords.matches(account.password, old[: passwords.LONGEST]):
            raise WrongCredentials
        passwords.check_new(new, person.login, old)
        hashed = passwords.hash_password(new)
        with self._open_unit() as unit:
            unit.staff.set_password(person.id, hashed, False, self._now())
            unit.staff.end_sessions(person.id)
            unit.audit.add(Actor.of(person), "staff.password_changed", person.id, self._now())
            return self._begin(unit, person)

    def listed(self) -> Sequence[Person]:
        """All persons, active ones first, by name."""
        with self._open_unit.reading() as unit:
            return unit.staff.listed()

    def person(self, id: str) -> Person:
        """A member of staff by id. Raises NoSuchPerson."""
        with self._open_unit.reading() as unit:
            return _known(unit.staff.by_id(id)).person

    def with_login(self, login: str) -> Person:
        """A member of staff by login. Raises NoSuchPerson."""
        with self._open_unit.reading() as unit:
            return _known(_with_login(unit, login)).person

    def _begin(self, unit: StaffUnit, person: Person) -> str:
        token = secrets.token_urlsafe(32)
        unit.staff.add_session(accounts.hash_token(token), person.id, self._now())
        unit.audit.add(Actor.of(person), "staff.signed_in", person.id, self._now())
        return token


def _with_login(unit: StaffUnit, login: str) -> Account | None:
    cleaned = accounts.clean_login(login)
    return unit.staff.by_login(cleaned) if accounts.LOGIN.fullmatch(cleaned) else None


def _known(account: Account | None) -> Account:
    if account is None:
        raise NoSuchPerson("there is nobody with this login")
    return account


def _keep_an_admin(unit: StaffUnit, before: Person, after: Person) -> None:
    if not _is_admin(before) or _is_admin(after):
        return
    if not any(_is_admin(other) for other in unit.staff.listed() if other.id != before.id):
        raise LastAdmin("the only administrator stays one")


def _is_admin(person: Person) -> bool:
    return person.active and person.role is Role.ADMIN


def _facts(person: Person) -> dict[str, object]:
    return {
        "role": person.role, "skills": list(person.skills), "department": person.department, "active": person.active,
    }  # fmt: skip
