"""A person of the staff, the roles, and whoever acts on the hotline's records."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What a person is here for: 坐席, 班长/督办, 承办单位经办人, 网格员, 领导, 管理员."""

    AGENT = "agent"
    SUPERVISOR = "supervisor"
    HANDLER = "handler"
    GRID = "grid"
    LEADER = "leader"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class Person:
    """One of the staff.

    `id` is what records keep, `login` what is typed at sign-in, `name` what colleagues read. `skills` are skill groups
    of the city's data. `department` is the unit's full name as tickets carry it; handlers and grid workers have one.
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
    """Whoever does something to a record: one of the staff, the citizen, the assistant, the hotline's own timers, or a
    system of the city that is trusted with everything.

    `id` is a person's id, or the kind itself where there is none; it never tells who a citizen is.
    """

    kind: str
    id: str
    department: str | None = None

    @classmethod
    def of(cls, person: Person) -> Actor:
        """One of the staff, acting in their role."""
        return cls(person.role, person.id, person.department)


CITIZEN = Actor("citizen", "citizen")
ASSISTANT = Actor("assistant", "assistant")
SYSTEM = Actor("system", "system")
TRUSTED_SYSTEM = Actor("trusted_system", "trusted_system")
