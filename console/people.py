"""People and skills: who works here, as what, and their accounts."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

from sanic import HTTPResponse

from console.door import Door
from console.visit import Visit
from hotline.staff.account import MAX_NAME, LastAdmin, LoginTaken, NoSuchPerson, WrongProfile, skills_of
from hotline.staff.model import Person, Role


def add_routes(door: Door) -> None:
    """The list, one person, and what an administrator may change."""
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
        except WrongProfile:
            return await _page(visit, 422, "wrong_profile", typed)
        except LoginTaken:
            return await _page(visit, 409, "login_taken", typed)
        return visit.page("person.html", person=person, password=password, **choices)

    @door.get("/people/<id:str>", "person")
    async def one(visit: Visit, id: str) -> HTTPResponse:
        return visit.page("person.html", person=await _person(visit, id), password=None, **choices)

    @door.post("/people/<id:str>", "person.change")
    async def change(visit: Visit, id: str) -> HTTPResponse:
        before = await _person(visit, id)
        person = replace(_as_sent(visit, before), active=visit.field("active", 5) == "yes")
        try:
            await asyncio.to_thread(staff.change, person, visit.actor)
        except WrongProfile:
            problem = "wrong_profile"
        except LastAdmin:
            problem = "last_admin"
        else:
            return visit.to(f"/console/people/{id}")
        problem = visit.words.say(f"problem.{problem}")
        return visit.page("person.html", 422, person=person, password=None, problem=problem, **choices)

    @door.post("/people/<id:str>/password", "person.reset")
    async def reset(visit: Visit, id: str) -> HTTPResponse:
        person = await _person(visit, id)
        password = await asyncio.to_thread(staff.reset_password, id, visit.actor)
        return visit.page("person.html", person=person, password=password, **choices)

    async def _page(
        visit: Visit, status: int = 200, problem: str | None = None, typed: Person | None = None
    ) -> HTTPResponse:
        people = await asyncio.to_thread(staff.listed)
        said = visit.words.say(f"problem.{problem}") if problem else None
        return visit.page("people.html", status, people=people, problem=said, person=typed, **choices)

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
