"""A double of the gateway: the real pages and the real frames, a scripted conversation, everything in memory.

For work on the page without the assistant: `python -m tests.e2e.page_double [port]`. As a pytest plugin
(`pytest -p tests.e2e.page_double tests/e2e/test_citizen_page.py`) it provides `hotline_url` where no conftest.py does.
"""

from __future__ import annotations

import asyncio
import itertools
import multiprocessing
import re
import socket
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from sanic import HTTPResponse, Request, Sanic, Websocket
from sanic.response import text

import portal.pages
from connectors.web import Malformed
from connectors.webchat import payload
from hotline import clock
from hotline.conversations.model import MAX_TEXT, Author, Message, MessageState
from hotline.tickets import access, numbering
from hotline.tickets.askers import Asker
from hotline.tickets.model import Contact, RequestType, Status, Ticket, TimelineEntry, Urgency

CITY: Any = SimpleNamespace(name="成都市", name_en="Chengdu", categories={})
THINKING_SECONDS = 0.4


@dataclass
class Talk:
    """One session's transcript, its open matter and its tickets."""

    messages: list[Message] = field(default_factory=list)
    tickets: list[Ticket] = field(default_factory=list)
    matter: str | None = None
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    def add(self, author: Author, text: str, id: str, data: dict[str, Any] | None = None) -> Message:
        seq = len(self.messages) + 1
        message = Message("c", seq, f"m{seq}", author, text, clock.now(), MessageState.SENT, data, provider_id=id)
        self.messages.append(message)
        self.changed.set()
        return message


class Tickets:
    """The part of `hotline.tickets` that the pages use."""

    def __init__(self) -> None:
        self._all: dict[str, Ticket] = {}
        self._guesses: dict[str, access.Guesses] = {}
        self._serial = itertools.count(43)

    def open(self, description: str, confidential: bool) -> Ticket:
        now = clock.now()
        number = numbering.make_number(now.date(), next(self._serial))
        unit = "锦江区综合行政执法局"
        timeline = (
            TimelineEntry(now, "received", "已记录您的诉求，正在分派。"),
            TimelineEntry(now + timedelta(minutes=3), "dispatched", f"已派给{unit}，最迟12月11日前答复。"),
            TimelineEntry(now + timedelta(hours=2), "in_progress", "已联系商家，联系电话13800001234，约定现场查看。"),
        )
        ticket = Ticket(
            number=number,
            code="5821",
            request_type=RequestType.COMPLAINT,
            category="0601",
            title="锦江区望平街15号：餐饮油烟与噪声",
            description=description,
            location="锦江区望平街15号",
            district="锦江区",
            lead=unit,
            co=("锦江生态环境局",),
            urgency=Urgency.NORMAL,
            confidential=confidential,
            channel="webchat",
            sender="",
            conversation_id="c",
            contact=Contact("王", "13800001234"),
            status=Status.IN_PROGRESS,
            created_at=now,
            due_at=now + timedelta(days=19),
            timeline=timeline,
        )
        self._all[number] = ticket
        return ticket

    def answer(self, number: str, text: str) -> Ticket:
        step = TimelineEntry(clock.now(), "replied", text)
        old = self._all[number]
        self._all[number] = replace(old, status=Status.REPLIED, reply=text, timeline=(*old.timeline, step))
        return self._all[number]

    def for_stranger(self, number: str, code: str | None, asker: Asker) -> Ticket:
        digits, now = numbering.clean_number(number), clock.now()
        if not numbering.is_number(digits):
            raise access.Mistyped(number)
        if not code:
            raise access.NotFound(digits)
        guesses = self._guesses.get(digits, access.Guesses())
        guesses.check_open(now)
        ticket = self._all.get(digits)
        if ticket and access.code_matches(ticket, code):
            return access.shown_to_stranger(ticket)
        self._guesses[digits] = guesses = guesses.after_wrong(now)
        guesses.check_open(now)
        raise access.NotFound(digits)


class Double:
    """The double of the gateway."""

    def __init__(self) -> None:
        self.tickets = Tickets()
        self.talks: dict[str, Talk] = {}

    def app(self) -> Sanic:
        """The pages, the web chat, and an error handler like the gateway's."""
        app = Sanic(f"page-double-{time.monotonic_ns()}", configure_logging=False)
        files = SimpleNamespace(of_citizen=lambda ticket: [])
        hotline = SimpleNamespace(city=CITY, now=clock.now, tickets=self.tickets, reply_files=files)
        services = SimpleNamespace(hotline=hotline, asker=lambda request: Asker())
        app.blueprint(portal.pages.blueprint(services))  # type: ignore[arg-type]
        app.add_websocket_route(self.chat, "/chat/ws")
        app.config.ACCESS_LOG = False

        @app.get("/healthz")
        async def alive(_: Request) -> HTTPResponse:
            return text("ok")

        return app

    async def chat(self, _: Request, ws: Websocket) -> None:
        """The protocol of connectors/webchat/README.md."""
        hello = payload.parse(await ws.recv() or "")
        if not isinstance(hello, payload.Hello):
            return
        token = hello.token or payload.new_token()
        await ws.send(payload.welcome(token))
        talk = self.talks.setdefault(token, Talk())
        writer = asyncio.create_task(self._write(ws, talk, hello.after))
        try:
            while (raw := await ws.recv()) is not None:
                await self._read(ws, talk, raw)
        finally:
            writer.cancel()

    async def _write(self, ws: Websocket, talk: Talk, after: int) -> None:
        while True:
            for message in talk.messages[after:]:
                await ws.send(payload.line(message))
                after = message.seq
            talk.changed.clear()
            try:
                await asyncio.wait_for(talk.changed.wait(), 0.2)
            except TimeoutError:
                continue

    async def _read(self, ws: Websocket, talk: Talk, raw: str | bytes) -> None:
        try:
            frame = payload.parse(raw)
        except Malformed as wrong:
            await ws.send(payload.refused(None, wrong.code, wrong.message))
            return
        match frame:
            case payload.Ping():
                await ws.send(payload.pong())
            case payload.AskTickets(language=language):
                await ws.send(payload.ticket_list(list(reversed(talk.tickets)), CITY, language))
            case payload.Say(id=id, text=text):
                if "拒绝" in text or len(text) > MAX_TEXT:
                    await ws.send(payload.refused(id, "bad_request", "这条消息里有不能处理的内容。"))
                    return
                known = next((m for m in talk.messages if m.provider_id == id), None)
                message = known or talk.add(Author.CITIZEN, text, id)
                await ws.send(payload.accepted(id, message.seq))
                if not known:
                    asyncio.get_running_loop().call_later(THINKING_SECONDS, self._answer, talk, message)

    def _answer(self, talk: Talk, message: Message) -> None:
        text, data = self._script(talk, message.text)
        author = Author.AGENT if "坐席小李" in text else Author.ASSISTANT
        talk.add(author, text, f"a{message.seq}", data)

    def _script(self, talk: Talk, text: str) -> tuple[str, dict[str, Any] | None]:
        if "煤气" in text:
            return "先离开屋里，不要开关电器，到室外拨打119，燃气抢修电话96777。我已通知值班人员。", None
        if text == "转人工":
            return "您好，我是12345坐席小李，前面的情况我已经看到，您接着说。", None
        if "我的工单" in text:
            return "\n".join(f"{numbering.spell(t.number)} {t.title}" for t in talk.tickets) or "还没有工单。", None
        if text.startswith("办结") and talk.tickets:
            reply = "经现场检查，该店已安装油烟净化设备，并承诺22:30后不再室外经营。联系电话028-86123456。"
            talk.tickets[-1] = self.tickets.answer(talk.tickets[-1].number, reply)
            return "您的工单有答复了：该店已安装油烟净化设备，22:30后不再室外经营。解决了吗？", None
        if talk.matter and re.match(r"对|是|好|保密|提交", text):
            ticket = self.tickets.open(talk.matter, "保密" in text)
            talk.tickets.append(ticket)
            talk.matter = None
            said = "已提交并保密" if ticket.confidential else "已提交"
            said += f"。工单号 {numbering.spell(ticket.number)}，查询码 {ticket.code}。"
            said += "最迟12月11日答复，发工单号随时查进度。"
            return said, {"ticket": {"number": ticket.number, "code": ticket.code}}
        if "望平街" in text and len(text) > 15:
            talk.matter = text
            return (
                "王先生/女士，记下了：投诉·餐饮油烟与噪声；锦江区望平街15号；电话 138****1234。"
                "拟转锦江区综合行政执法局。对吗？需要保密请说“保密”，要改哪里直接说。"
            ), None
        if "路灯" in text:
            talk.matter = text
            return "在哪条路、靠近哪里？", None
        return f"您说的是：{text}", None


def serve(port: int) -> None:
    """Serve until the process ends."""
    Double().app().run("127.0.0.1", port, single_process=True, motd=False, access_log=False)


@pytest.fixture(scope="session")
def hotline_url() -> Iterator[str]:
    """The address of a running double."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = multiprocessing.get_context("spawn").Process(target=serve, args=(port,), daemon=True)
    process.start()
    url = f"http://127.0.0.1:{port}"
    for _ in range(200):
        try:
            urllib.request.urlopen(f"{url}/healthz", timeout=1).close()
            break
        except OSError:
            time.sleep(0.1)
    yield url
    process.terminate()
    process.join(5)


if __name__ == "__main__":
    serve(int(sys.argv[1]) if len(sys.argv) > 1 else 12399)
