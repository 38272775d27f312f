"""Signing in and out, and one's own account."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

from limits import RateLimitItemPerMinute
from sanic import HTTPResponse

from connectors.attempts import AttemptLimit
from connectors.web import client_address
from console.access import pages_of
from console.door import ACCOUNT, LONGEST_NEXT, SIGN_IN, Door, stranger_token
from console.visit import LANGUAGE, Visit
from hotline.staff.account import WrongCredentials, clean_login
from hotline.staff.passwords import LONGEST, WeakPassword
from hotline.wording import LANGUAGES

BY_LOGIN = RateLimitItemPerMinute(10, 15)
"""Failures with one login in 15 minutes."""
BY_ADDRESS = RateLimitItemPerMinute(60, 15)
"""Failures from one address in 15 minutes: an office shares one."""
HASHING_AT_ONCE = 2
"""Each takes 64 MB and a core for a moment."""
A_YEAR = 31_536_000


def add_routes(door: Door) -> None:
    """Sign-in, sign-out, account."""
    hotline = door.hotline
    by_login = AttemptLimit(door.services.redis_url, "sign-in:login", BY_LOGIN)
    by_address = AttemptLimit(door.services.redis_url, "sign-in:address", BY_ADDRESS)
    turns = asyncio.Semaphore(HASHING_AT_ONCE)
    elsewhere = hotline.settings.oidc_issuer is not None

    @asynccontextmanager
    async def guess(visit: Visit, login: str) -> AsyncIterator[None]:
        """One try of a password, counted when it is wrong, before the next has its turn: many at once are no way round."""
        keys = clean_login(login), client_address(visit.request, hotline.settings.trusted_proxies)
        async with turns:
            if not (await by_login.is_open(keys[0]) and await by_address.is_open(keys[1])):
                raise visit.refusal(429, "too_many")
            try:
                yield
            except WrongCredentials:
                await by_login.note(keys[0])
                await by_address.note(keys[1])
                raise

    @door.get("/", "home")
    async def home(visit: Visit) -> HTTPResponse:
        return visit.to(next(iter(pages_of(visit.person.role).values()), ACCOUNT))

    @door.get("/sign-in", "sign_in")
    async def ask(visit: Visit) -> HTTPResponse:
        if visit.session:
            return visit.to(_own_address(visit.asked("next", LONGEST_NEXT)))
        token = visit.token or stranger_token()
        form = door.as_stranger(visit, token).page(
            "sign_in.html", next=visit.asked("next", LONGEST_NEXT), login="", elsewhere=elsewhere
        )
        return form if visit.token else door.let_in(form, token)

    @door.post("/sign-in", "sign_in.try")
    async def sign_in(visit: Visit) -> HTTPResponse:
        login, wanted = visit.field("login", 60), visit.field("next", LONGEST_NEXT)
        password = visit.field("password", LONGEST)
        try:
            async with guess(visit, login):
                token = await asyncio.to_thread(hotline.staff.sign_in, login, password)
        except WrongCredentials:
            problem = visit.words.say("problem.wrong_credentials")
            return visit.page("sign_in.html", 401, next=wanted, login=login, problem=problem, elsewhere=elsewhere)
        return door.let_in(visit.to(_own_address(wanted)), token)

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
                async with guess(visit, visit.person.login):
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
    """Where somebody wanted to go, if that is in the console; so that no link leads from here to somebody else's page."""
    parts = urlsplit(wanted)
    inside = not parts.scheme and not parts.netloc and parts.path.startswith("/console/") and "\\" not in wanted
    return wanted if inside and not parts.path.startswith(SIGN_IN) else "/console/"
