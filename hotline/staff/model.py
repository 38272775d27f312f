"""The staff: persons, their roles, and the actors who change the hotline's records."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """The role of a member of staff: 坐席, 班长/督办, 承办单位经办人, 网格员, 领导, 管理员."""

    AGENT = "agent"
    SUPERVISOR = "supervisor"
    HANDLER = "handler"
    GRID = "grid"
    LEADER = "leader"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class Person:
    """A member of staff.

    Records keep the `id`; the person types the `login` at sign-in; colleagues see the `name`. `skills` are skill groups
    of the city's data. `department` is the unit's full name as on tickets; handlers and grid workers have one.
    """

    id: str
    login: str
    name: str
    role: Role
    skills: tuple[str, ...] = ()
    department: str | None = None
    active: bool = True


@dataclass(frozen=True, slots=True)
class Actor:
    """The author of a change to a record: a member of staff, the citizen, the assistant, the hotline's own processes, a
    trusted system of the city, or a stranger at the sign-in.

    `id` is a person's id, or the kind itself where there is none; it never tells who a citizen is.
    """

    kind: str
    id: str
    department: str | None = None

    @classmethod
    def of(cls, person: Person) -> Actor:
        """The actor for a member of staff, in their role."""
        return cls(person.role, person.id, person.department)


CITIZEN = Actor("citizen", "citizen")
ASSISTANT = Actor("assistant", "assistant")
SYSTEM = Actor("system", "system")
STRANGER = Actor("stranger", "unknown")
"""Somebody who tries an unknown login. The login is not kept: it may be a password typed into the wrong field."""
TRUSTED_SYSTEM = Actor("trusted_system", "trusted_system")
