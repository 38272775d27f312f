"""Signing in and out, and one's own account."""

from __future__ import annotations

import asyncio
from urllib.parse import urlsplit

from sanic import HTTPResponse

from console.access import pages_of
from console.door import ACCOUNT, LONGEST_NEXT, SIGN_IN, Door, stranger_token
from console.guessing import A_YEAR, Guessing
from console.visit import LANGUAGE, Visit
from hotline.staff.account import WrongCredentials
from hotline.staff.passwords import LONGEST, WeakPassword
from hotline.texts import LANGUAGES


def add_routes(door: Door) -> None:
    """Sign-in, sign-out, account."""
    hotline = door.hotline
    guessing = Guessing(door)
    elsewhere = hotline.settings.oidc_issuer is not None

    @door.get("/", "home")
    async def home(visit: Visit) -> HTTPResponse:
        return visit.to(next(iter(pages_of(visit.person.role).values()), ACCOUNT))

    @door.get("/sign-in", "sign_in")
    async def ask(visit: Visit) -> HTTPResponse:
        if visit.session:
            return visit.to(_own_address(visit.asked("next", LONGEST_NEXT)))
        token = visit.token or stranger_token()
        form = door.as_stranger(visit, token).page(
            "sign_in.html",
            next=visit.asked("next", LONGEST_NEXT),
            ended=visit.asked("ended", 1),
            login="",
            elsewhere=elsewhere,
        )
        return form if visit.token else door.let_in(form, token)

    @door.post("/sign-in", "sign_in.try")
    async def sign_in(visit: Visit) -> HTTPResponse:
        login, wanted = visit.field("login", 60), visit.field("next", LONGEST_NEXT)
        password = visit.field("password", LONGEST)
        try:
            async with guessing.one(visit, login):
                token = await asyncio.to_thread(hotline.staff.sign_in, login, password)
        except WrongCredentials:
            problem = visit.words.say("problem.wrong_credentials")
            return visit.page("sign_in.html", 401, next=wanted, login=login, problem=problem, elsewhere=elsewhere)
        return guessing.remember(door.let_in(visit.to(_own_address(wanted)), token), login)

    @door.post("/sign-out", "sign_out")
    async def sign_out(visit: Visit) -> HTTPResponse:
        await asyncio.to_thread(hotline.staff.sign_out, visit.token)
        return door.let_in(visit.to(SIGN_IN), stranger_token())

    @door.get("/account", "account")
    async def account(visit: Visit) -> HTTPResponse:
        return visit.page("account.html")

    @door.post("/account/password", "account.password")
    async def change_password(visit: Visit) -> HTTPResponse:
        old, new = visit.field("old", LONGEST), visit.field("new", LONGEST + 1)
        problem = None if new == visit.field("again", LONGEST + 1) else "not_the_same"
        if not problem:
            try:
                async with guessing.one(visit, visit.person.login):
                    token = await asyncio.to_thread(hotline.staff.change_password, visit.person, old, new)
                return door.let_in(visit.to("/console/"), token)
            except WrongCredentials:
                problem = "wrong_password"
            except WeakPassword as weak:
                problem = f"password_{weak.why}"
        return visit.page("account.html", 422, problem=visit.words.say(f"problem.{problem}"))

    @door.post("/account/language", "account.language")
    async def choose_language(visit: Visit) -> HTTPResponse:
        chosen = visit.field("language", 5)
        response = visit.to(ACCOUNT)
        if chosen in LANGUAGES:
            response.add_cookie(
                LANGUAGE, chosen, path="/console", max_age=A_YEAR, samesite="Lax", secure=door.is_secure, httponly=True
            )
        return response


def _own_address(wanted: str) -> str:
    """The address that somebody wanted, if it is in the console; so no link from here leads to another site."""
    parts = urlsplit(wanted)
    inside = not parts.scheme and not parts.netloc and parts.path.startswith("/console/") and "\\" not in wanted
    return wanted if inside and not parts.path.startswith(SIGN_IN) else "/console/"
