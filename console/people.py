"""Staff: people, their roles, skills and accounts."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

from sanic import HTTPResponse

from console.door import Door
from console.visit import Visit
from hotline.staff.account import (
    MAX_NAME,
    LastAdmin,
    LoginTaken,
    NoSuchPerson,
    WrongProfile,
    skills_of,
)
from hotline.staff.model import Person, Role


def add_routes(door: Door) -> None:
    """The list, one person, and the changes that an administrator may make."""
    staff, city = door.hotline.staff, door.hotline.city
    choices: dict[str, Any] = {"roles": list(Role), "skills": skills_of(city)}

    @door.get("/people", "people")
    async def listed(visit: Visit) -> HTTPResponse:
        return await _page(visit)

    @door.post("/people", "people.add")
    async def add(visit: Visit) -> HTTPResponse:
        login = visit.field("login", 60)
        typed = _as_sent(visit, Person("", login, "", Role.AGENT))
        try:
            person, password = await asyncio.to_thread(staff.add, typed, visit.actor)
        except WrongProfile as wrong:
            return await _page(visit, 422, f"wrong_{wrong.field}", typed, wrong.field)
        except LoginTaken:
            return await _page(visit, 409, "login_taken", typed, "login")
        return visit.page("person.html", person=person, password=password, **choices)

    @door.get("/people/<id:str>", "person")
    async def one(visit: Visit, id: str) -> HTTPResponse:
        person = await _person(visit, id)
        return visit.page("person.html", person=person, password=None, saved=visit.asked("saved", 1), **choices)

    @door.post("/people/<id:str>", "person.change")
    async def change(visit: Visit, id: str) -> HTTPResponse:
        before = await _person(visit, id)
        person = replace(_as_sent(visit, before), active=visit.field("active", 5) == "yes")
        try:
            await asyncio.to_thread(staff.change, person, visit.actor)
        except WrongProfile as wrong:
            problem, at_fault = f"wrong_{wrong.field}", wrong.field
        except LastAdmin:
            problem, at_fault = "last_admin", "role"
        else:
            return visit.to(f"/console/people/{id}?saved=1")
        problem = visit.words.say(f"problem.{problem}")
        said = {"problem": problem, "at_fault": at_fault}
        return visit.page("person.html", 422, person=person, password=None, **said, **choices)

    @door.post("/people/<id:str>/password", "person.reset")
    async def reset(visit: Visit, id: str) -> HTTPResponse:
        person = await _person(visit, id)
        password = await asyncio.to_thread(staff.reset_password, id, visit.actor)
        return visit.page("person.html", person=person, password=password, **choices)

    async def _page(
        visit: Visit,
        status: int = 200,
        problem: str | None = None,
        typed: Person | None = None,
        at_fault: str | None = None,
    ) -> HTTPResponse:
        people = await asyncio.to_thread(staff.listed)
        said = {"problem": visit.words.say(f"problem.{problem}") if problem else None, "at_fault": at_fault}
        return visit.page("people.html", status, people=people, person=typed, **said, **choices)

    async def _person(visit: Visit, id: str) -> Person:
        try:
            return await asyncio.to_thread(staff.person, id[:64])
        except NoSuchPerson:
            raise visit.refusal(404, "not_found") from None


def _as_sent(visit: Visit, before: Person) -> Person:
    role = visit.field("role", 16)
    return replace(
        before,
        name=visit.field("name", MAX_NAME) or before.login,
        role=Role(role) if role in set(Role) else before.role,
        skills=tuple(visit.fields("skill", 40)),
        department=visit.field("department", 100) or None,
    )
