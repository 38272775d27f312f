"""The loopback double itself: one account, its REST API, and the webhooks it sends to a hotline."""

from __future__ import annotations

import asyncio
import base64
import random
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
from aiohttp import web

from connectors.twilio.account import Account
from connectors.twilio.double.faults import Fault, Faults
from connectors.twilio.double.messages import UNDELIVERABLE, Refusal, Texted, refusal
from connectors.twilio.double.webhooks import Answered, Webhooks, new_sid, text_fields, with_pictures

REPORTED = ("sent", "delivered")


class Double:
    """A double of Twilio for one account."""

    def __init__(
        self,
        account: Account,
        faults: Faults | None = None,
        reports: Sequence[str] = REPORTED,
        seed: int = 12345,
    ) -> None:
        self.account = account
        self.faults = faults or Faults()
        self.reports = tuple(reports)
        self.shuffles_reports = False
        self.repeats_reports = False
        self.texts: list[Texted] = []
        self.problems: list[str] = []
        self.blocked: set[str] = set()
        self.media_is_away = False
        self.media: dict[str, tuple[str, bytes]] = {}
        self.on_text: Callable[[Texted], None] | None = None
        self.number = account.sender or "+8628123450000"
        self._services = {account.messaging_service} if account.messaging_service else set()
        self._random = random.Random(seed)
        self._tasks: set[asyncio.Task[None]] = set()
        self._stopped = asyncio.Event()
        self.url = account.api_base
        self.webhooks: Webhooks

    def reach(self, url: str) -> None:
        """Sets the address at which the hotline listens, if that is not its public address."""
        self.webhooks.reach = url

    async def reported(self) -> None:
        """Wait until all status callbacks are sent."""
        while self._tasks:
            await asyncio.gather(*self._tasks)

    @asynccontextmanager
    async def serving(self, port: int = 0) -> AsyncIterator[str]:
        """Runs the double; yields its base address, the value for YHT_TWILIO_API_BASE."""
        app = web.Application()
        account = "/2010-04-01/Accounts/{account}"
        app.router.add_post(f"{account}/Messages.json", self._create)
        app.router.add_get(f"{account}/Messages.json", self._list)
        app.router.add_get(f"{account}/Messages/{{message}}/Media/{{media}}", self._media)
        app.router.add_get("/kept/{media}", self._kept)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", port)
        await site.start()
        async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:
            self.webhooks = Webhooks(session, self.account.token, self.account.public_url)
            self.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
            try:
                yield self.url
            finally:
                self._stopped.set()
                await asyncio.gather(*self._tasks, return_exceptions=True)
                await runner.cleanup()

    async def text(
        self, sender: str, body: str, sid: str | None = None, pictures: Sequence[tuple[str, bytes]] = ()
    ) -> Answered:
        """Send a citizen's text to the hotline; `pictures` are content types with bytes."""
        fields = text_fields(self.account.sid, sender, self.number, body, sid)
        if self.account.messaging_service:
            fields["MessagingServiceSid"] = self.account.messaging_service
        if pictures:
            addresses = {self.keep_media(kind, content): kind for kind, content in pictures}
            fields = with_pictures(fields, addresses)
        return await self.call("/webhooks/twilio/sms", fields)

    async def call(self, path: str, fields: dict[str, str]) -> Answered:
        """Send a webhook; what Twilio would complain about becomes a problem."""
        answered = await self.webhooks.post(path, fields)
        if problem := answered.problem():
            self.problems.append(f"{path}: {problem}")
        return answered

    def keep_media(self, content_type: str, content: bytes) -> str:
        """Store a citizen's picture; return its address."""
        path = f"/2010-04-01/Accounts/{self.account.sid}/Messages/{new_sid('MM')}/Media/{new_sid('ME')}"
        self.media[path] = (content_type, content)
        return self.url + path

    async def report(self, texted: Texted, status: str, error: int | None = None) -> Answered | None:
        """Send a status callback for a message, if it asked for one."""
        texted.status, texted.error = status, error
        if texted.callback is None:
            return None
        return await self.call(texted.callback, texted.report(self.account.sid, status, error))

    def to(self, number: str) -> list[str]:
        """The texts sent to a citizen."""
        return [texted.body for texted in self.texts if texted.to == number]

    async def _create(self, request: web.Request) -> web.StreamResponse:
        if refused := self._not_ours(request):
            return self._refuse(refused)
        fault = self.faults.next()
        if fault is Fault.TOO_MANY:
            return web.json_response(
                {"code": 20429, "message": "Too Many Requests", "status": 429},
                status=429,
                headers={"Retry-After": self.faults.retry_after},
            )
        if fault is Fault.BROKEN:
            return web.json_response({"code": 20500, "message": "Internal Server Error", "status": 500}, status=500)
        if fault is Fault.CUT_BEFORE:
            return self._cut(request)
        fields = {name: str(value) for name, value in (await request.post()).items()}
        if refused := refusal(fields, {self.number}, self._services, self.blocked):
            return self._refuse(refused, remember=refused.code != 21610)
        texted = Texted(
            to=fields["To"],
            sender=fields.get("From") or self.number,
            body=fields["Body"],
            callback=fields.get("StatusCallback"),
            service=fields.get("MessagingServiceSid"),
        )
        self.texts.append(texted)
        if self.on_text:
            self.on_text(texted)
        self._report_later(texted)
        if fault is Fault.CUT_AFTER:
            return self._cut(request)
        if fault is Fault.SILENT:
            await self._stopped.wait()
        return web.json_response(texted.as_resource(self.account.sid), status=201)

    async def _list(self, request: web.Request) -> web.StreamResponse:
        if refused := self._not_ours(request):
            return self._refuse(refused)
        found = [t for t in reversed(self.texts) if request.query.get("To", t.to) == t.to]
        size = int(request.query.get("PageSize", "50"))
        return web.json_response({"messages": [t.as_resource(self.account.sid) for t in found[:size]]})

    async def _media(self, request: web.Request) -> web.StreamResponse:
        if refused := self._not_ours(request):
            return self._refuse(refused)
        if self.media_is_away:
            return web.Response(status=503)
        if request.path not in self.media:
            return self._refuse(Refusal(404, 20404, "The requested resource was not found."), remember=False)
        elsewhere = self.url.replace("127.0.0.1", "localhost")
        raise web.HTTPTemporaryRedirect(f"{elsewhere}/kept/{request.match_info['media']}")

    async def _kept(self, request: web.Request) -> web.StreamResponse:
        """Serves a picture from another host, which must not get the account's credentials, as Twilio does."""
        if "Authorization" in request.headers:
            return self._refuse(Refusal(400, 0, "The account's credentials were sent to another address."))
        content_type, content = self.media[next(p for p in self.media if p.endswith(request.match_info["media"]))]
        return web.Response(body=content, headers={"Content-Type": content_type})

    def _not_ours(self, request: web.Request) -> Refusal | None:
        """The refusal of wrong credentials or of another account."""
        expected = base64.b64encode(f"{self.account.sid}:{self.account.token}".encode()).decode()
        if request.headers.get("Authorization") != f"Basic {expected}":
            return Refusal(401, 20003, "Authenticate")
        if request.match_info["account"] != self.account.sid:
            return Refusal(404, 20404, "The requested resource was not found.")
        return None

    def _refuse(self, why: Refusal, remember: bool = True) -> web.Response:
        if remember:
            self.problems.append(f"{why.code} {why.message}")
        body: dict[str, Any] = {"code": why.code, "message": why.message, "status": why.status}
        return web.json_response(body, status=why.status)

    @staticmethod
    def _cut(request: web.Request) -> web.Response:
        if request.transport:
            request.transport.abort()
        return web.Response()

    def _report_later(self, texted: Texted) -> None:
        if self.reports and texted.callback:
            task = asyncio.create_task(self._report_all(texted))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _report_all(self, texted: Texted) -> None:
        """Send all reports on one message, in order unless they are to be shuffled or repeated."""
        statuses = [*self.reports] * (2 if self.repeats_reports else 1)
        if self.shuffles_reports:
            self._random.shuffle(statuses)
        for status in statuses:
            error = 30003 if status in UNDELIVERABLE else None
            try:
                await self.report(texted, status, error)
            except (aiohttp.ClientError, TimeoutError) as problem:
                self.problems.append(f"11200 a status callback failed: {type(problem).__name__}")
                return
