"""The console as its tests drive it: a gateway on loopback, and staff with a browser each."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import aiohttp
from yarl import URL

from hotline.bootstrap import Hotline
from hotline.conversations.model import Incoming
from hotline.processes.gateway import create_gateway
from hotline.staff.model import SYSTEM, Person, Role
from hotline.tickets.model import Contact, Intake, RequestType, Ticket
from tests.integration.serving import serving
from tests.integration.test_pump import ScriptedDialogue

PASSWORD = "correct-horse-battery"
BUREAU = "锦江区综合行政执法局"
OTHER_BUREAU = "武侯区综合行政执法局"


class Page:
    """An HTTP answer."""

    def __init__(self, status: int, headers: Mapping[str, str], text: str) -> None:
        self.status, self.headers, self.text = status, headers, text

    @property
    def csrf(self) -> str:
        """The token that a form of this page would send."""
        found = re.search(r'name="csrf" (?:value|content)="(\w+)"', self.text)
        assert found, self.text[:500]
        return found[1]

    @property
    def place(self) -> str:
        """Where a redirect leads."""
        return self.headers["Location"]


class Browser:
    """One browser: it keeps cookies and follows no redirect by itself."""

    def __init__(self, url: str, session: aiohttp.ClientSession) -> None:
        self.url, self.session = url, session
        self._csrf = ""

    async def get(self, path: str, **options: Any) -> Page:
        """GET."""
        return await self._request("GET", path, **options)

    async def post(self, path: str, csrf: str | None = None, **fields: Any) -> Page:
        """Post a form with the right token, or with another."""
        data = [(name, v) for name, value in fields.items() for v in (value if isinstance(value, list) else [value])]
        token = self._csrf if csrf is None else csrf
        return await self._request("POST", path, data=aiohttp.FormData([*data, ("csrf", token)]))

    async def open(self, path: str) -> Page:
        """GET a page and remember its token."""
        page = await self.get(path)
        assert page.status == 200, f"{path}: {page.status} {page.text[:300]}"
        self._csrf = page.csrf
        return page

    async def open_sign_in(self) -> None:
        """GET the form and remember its token."""
        self._csrf = (await self.get("/console/sign-in")).csrf

    async def signs_in(self, login: str, password: str, **fields: Any) -> Page:
        """Fill in the form."""
        await self.open_sign_in()
        return await self.post("/console/sign-in", login=login, password=password, **fields)

    @property
    def csrf(self) -> str:
        """The token of the last page that was opened."""
        return self._csrf

    @property
    def cookie(self) -> str:
        """The token that the browser holds now."""
        return next(c.value for c in self.session.cookie_jar if c.key == "console")

    def plant(self, cookie: str) -> None:
        """Put a token into the browser from outside."""
        self.session.cookie_jar.update_cookies({"console": cookie}, URL(self.url))

    async def _request(self, method: str, path: str, **options: Any) -> Page:
        async with self.session.request(method, self.url + path, allow_redirects=False, **options) as response:
            return Page(response.status, response.headers, await response.text())


class Console:
    """A running console and the hotline behind it."""

    def __init__(self, url: str, hotline: Hotline, stack: AsyncExitStack) -> None:
        self.url, self.hotline, self._stack = url, hotline, stack

    async def browser(self) -> Browser:
        """A fresh browser."""
        jar = aiohttp.CookieJar(unsafe=True)
        session = await self._stack.enter_async_context(aiohttp.ClientSession(cookie_jar=jar))
        return Browser(self.url, session)

    def person(self, role: Role, login: str | None = None, **changes: Any) -> Person:
        """A member of the staff with a password of their own."""
        login = login or str(role)
        if role in (Role.HANDLER, Role.GRID):
            changes.setdefault("department", BUREAU)
        person, one_time = self.hotline.staff.add(Person("", login, login, role, **changes), SYSTEM)
        self.hotline.staff.change_password(person, one_time, PASSWORD)
        return person

    async def signed_in(self, role: Role, login: str | None = None, **changes: Any) -> Browser:
        """A browser in which a person of this role is signed in."""
        person = self.person(role, login, **changes)
        browser = await self.browser()
        page = await browser.signs_in(person.login, PASSWORD)
        assert page.status == 303, page.text
        await browser.open("/console/account")
        return browser

    def ticket(self, key: str = "m1", **changes: Any) -> Ticket:
        """A ticket of somebody."""
        accepted = self.hotline.conversations.accept(Incoming("rest", "owner", "路灯坏了"))
        values: dict[str, Any] = {
            "key": key,
            "request_type": RequestType.COMPLAINT,
            "category": "0604",
            "description": "楼下烧烤店每天烤到凌晨两点",
            "channel": "rest",
            "sender": "owner",
            "conversation_id": accepted.message.conversation_id,
            "location": "望平街15号",
            "district": "jinjiang",
            "contact": Contact("王秀英", "13800001234", "李桂芳", "我妈妈"),
        }
        return self.hotline.tickets.open(Intake(**values | changes))


@asynccontextmanager
async def running_console(hotline: Hotline) -> AsyncIterator[Console]:
    """Runs the gateway with its console until the end of the test."""
    async with serving(create_gateway(hotline, ScriptedDialogue())) as url, AsyncExitStack() as stack:
        yield Console(url, hotline, stack)
