"""Accounts and sessions of the staff, and the rules by which they are valid."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from hotline.city import City
from hotline.staff.model import Person, Role

ONE_TIME_VALID = timedelta(days=7)
SESSION_LONGEST = timedelta(hours=12)
LOGIN = re.compile(r"[\w.@-]{2,32}")
MAX_NAME = 40
OF_A_DEPARTMENT = frozenset({Role.HANDLER, Role.GRID})


class StaffError(Exception):
    """A use case on the staff was refused; see the subclasses."""


class WrongProfile(StaffError):
    """An invalid login, name, skill or department; `field` is login, name, skills or department, and the message says
    why."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


class LoginTaken(StaffError):
    """Somebody has this login already."""


class NoSuchPerson(StaffError):
    """There is nobody with this login or id."""


class LastAdmin(StaffError):
    """The only active administrator cannot be changed to something else."""


class WrongCredentials(StaffError):
    """Unknown login, wrong or expired password, or a deactivated account: one error for all."""


@dataclass(frozen=True, slots=True)
class Account:
    """A person with the hash of their password; `one_time` passwords must be changed at the first sign-in."""

    person: Person
    password: str
    one_time: bool
    password_at: datetime

    def may_sign_in(self, now: datetime) -> bool:
        """False for a deactivated person and an expired one-time password."""
        return self.person.active and not (self.one_time and now - self.password_at > ONE_TIME_VALID)


@dataclass(frozen=True, slots=True)
class Session:
    """One signed-in browser. Only the hash of its token is stored."""

    person: Person
    must_change_password: bool
    created_at: datetime
    seen_at: datetime

    def is_valid(self, now: datetime, idle: timedelta) -> bool:
        """False after `idle` without a request, after 12 hours in any case, and for a deactivated person."""
        return self.person.active and now - self.seen_at <= idle and now - self.created_at <= SESSION_LONGEST


def hash_token(token: str) -> str:
    """The stored hash of a session's token. The token has 256 random bits, so a plain hash is enough."""
    return hashlib.sha256(token.encode()).hexdigest()


def clean_login(text: str) -> str:
    """A login as it is stored: character width and case are normalised."""
    return unicodedata.normalize("NFKC", text).strip().casefold()


def check_profile(person: Person, city: City) -> None:
    """Check a person's login, name, skills and department. Raises WrongProfile."""
    if not LOGIN.fullmatch(person.login):
        raise WrongProfile("login", "a login has 2 to 32 letters, digits, dots or dashes")
    if not 1 <= len(person.name) <= MAX_NAME:
        raise WrongProfile("name", f"a name has at most {MAX_NAME} characters")
    if unknown := sorted(set(person.skills) - set(skills_of(city))):
        raise WrongProfile("skills", f"unknown skill {unknown[0]}; there are {', '.join(skills_of(city))}")
    if person.role in OF_A_DEPARTMENT and not person.department:
        raise WrongProfile("department", f"a {person.role} needs a department")
    if person.department and person.department not in units_of(city):
        raise WrongProfile("department", f"unknown department {person.department}")


def skills_of(city: City) -> Sequence[str]:
    """Every skill group of the city's data."""
    return list(city.handoff.groups)


def units_of(city: City) -> Sequence[str]:
    """The names, as on tickets, of all units of the city and its districts that a ticket can go to."""
    names = {
        department.unit_name(district)
        for department in city.departments.values()
        for district in (None, *city.districts.values())
    }
    return sorted(names)
