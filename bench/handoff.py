"""`python -m bench.handoff`: time from a citizen's message to the agent's screen, and memory growth in an hour.

Two gateway processes on the embedded SQLite or on PostgreSQL (`--postgresql`), and Valkey: citizens' web chats connect
to the first, agents' browsers to the second, so that everything live goes through Redis. First everybody writes at a
steady pace, and the time is measured. Then an hour's worth of talk is compressed, in all conversations at once: the
citizen writes, the agent reads and answers, the citizen reads, as fast as both gateways can. Meanwhile browsers lose
their connection and reconnect: citizens after every ten exchanges, an agent every second. A line that does not appear
on the screen stops the run. Memory is sampled all along. Takes about five minutes.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import re
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager, nullcontext, suppress
from html import unescape
from http import HTTPStatus
from pathlib import Path
from statistics import median, quantiles

import aiohttp
import psutil
from sqlalchemy import select
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from bench.scale import postgresql
from hotline.bootstrap import Hotline, build
from hotline.conversations.handoff.model import HandoffReason, Presence
from hotline.processes import embedded
from hotline.settings import PROJECT_ROOT, Settings
from hotline.staff.model import SYSTEM, Person, Role
from hotline.storage.migrations import upgrade
from hotline.storage.tables import messages

SECRET = "0" * 32
MEBIBYTE = 2**20
BUBBLE = re.compile(r'class="bubble"[^>]*>(.*?)</p>', re.DOTALL)
CSRF = re.compile(r'name="csrf" content="(\w+)"')
LOST_EVERY = 10
"""Number of exchanges after which a browser loses its connection."""
PATIENCE = 60.0
AGAIN = 0.5


class Citizen:
    """One live conversation over the web chat."""

    def __init__(self, number: int, url: str) -> None:
        self.number, self._url = number, f"{url.replace('http', 'ws', 1)}/chat/ws"
        self._token: str | None = None
        self._socket: ClientConnection | None = None
        self._listening: asyncio.Task[None] | None = None
        self._written = self._seq = 0
        self._heard: dict[str, asyncio.Event] = {}

    async def arrives(self) -> None:
        """Connect for the first time or again, and listen."""
        self._socket = await connect(self._url)
        await self._socket.send(json.dumps({"type": "hello", "token": self._token, "after": self._seq}))
        self._listening = asyncio.create_task(self._listen(self._socket))

    async def leaves(self) -> None:
        """Lose the connection."""
        assert self._socket
        assert self._listening
        await self._socket.close()
        await self._listening

    async def writes(self, text: str) -> None:
        """One message."""
        assert self._socket
        self._written += 1
        await self._socket.send(json.dumps({"type": "say", "id": f"{self.number}-{self._written}", "text": text}))

    async def hears(self, text: str) -> None:
        """Wait for a line, and report that it was read."""
        async with asyncio.timeout(PATIENCE):
            await self._heard.setdefault(text, asyncio.Event()).wait()
        del self._heard[text]
        assert self._socket
        await self._socket.send(json.dumps({"type": "read", "seq": self._seq}))

    async def _listen(self, socket: ClientConnection) -> None:
        with suppress(ConnectionClosed):
            async for raw in socket:
                frame = json.loads(raw)
                if frame["type"] == "welcome":
                    self._token = frame["token"]
                elif frame["type"] == "message":
                    self._seq = max(self._seq, frame["seq"])
                    if frame["text"] in self._heard or frame["author"] == "agent":
                        self._heard.setdefault(frame["text"], asyncio.Event()).set()


class Agent:
    """A signed-in agent's browser: the desk with its live stream, and the posted forms."""

    def __init__(self, person: Person, url: str, session: aiohttp.ClientSession) -> None:
        self.person, self._url, self._session = person, url, session
        self._csrf = self._position = ""
        self._last: dict[str, int] = {}
        self._stream: asyncio.Task[None] | None = None
        self._awaited: dict[str, asyncio.Event] = {}
        self.seen: dict[str, float] = {}
        self.repeated = 0

    @classmethod
    async def signs_in(cls, hotline: Hotline, number: int, url: str, stack: AsyncExitStack) -> Agent:
        """Create an agent with a session, at the desk."""
        name = f"agent-{number}"
        person, _ = await asyncio.to_thread(hotline.staff.add, Person("", name, name, Role.AGENT, ("general",)), SYSTEM)
        token = await asyncio.to_thread(hotline.staff.sign_in_vouched, name)
        session = await stack.enter_async_context(aiohttp.ClientSession(cookies={"console": token}))
        agent = cls(person, url, session)
        async with session.get(f"{url}/console/conversations") as page:
            found = CSRF.search(await page.text())
            assert found, page.status
            agent._csrf = found[1]
        await agent.looks()
        stack.push_async_callback(agent.leaves)
        return agent

    async def looks(self) -> None:
        """Open the live stream, resuming where the previous one stopped."""
        if self._stream:
            await self.leaves()
        shown = asyncio.Event()
        self._stream = asyncio.create_task(self._read(shown))
        await shown.wait()

    async def leaves(self) -> None:
        """Close it."""
        assert self._stream
        self._stream.cancel()
        await asyncio.gather(self._stream, return_exceptions=True)

    async def sees(self, text: str) -> None:
        """Wait until a line is on the screen."""
        async with asyncio.timeout(PATIENCE):
            while text not in self.seen:
                event = self._awaited.setdefault(text, asyncio.Event())
                await event.wait()

    async def answers(self, handoff: str, text: str) -> None:
        """Read, write for a moment, and send."""
        await self.posts(handoff, "read", seq=str(self._last[handoff]))
        await self.posts(handoff, "typing")
        await self.posts(handoff, "say", text=text, key=uuid.uuid4().hex)

    async def posts(self, handoff: str, what: str, status: int = 204, **fields: str) -> None:
        """Do something with a conversation."""
        address = f"{self._url}/console/conversations/{handoff}/{what}"
        data = {"csrf": self._csrf} | fields
        while True:
            async with self._session.post(address, data=data, allow_redirects=False) as answer:
                if answer.status == status:
                    return
                assert answer.status == HTTPStatus.SERVICE_UNAVAILABLE, (what, answer.status, await answer.text())
            self.repeated += 1  # the text stayed in the field; its key makes it one message
            await asyncio.sleep(AGAIN)

    async def _is_here(self) -> None:
        async with self._session.post(f"{self._url}/console/live/here", data={"csrf": self._csrf}) as answer:
            assert answer.status in (HTTPStatus.NO_CONTENT, HTTPStatus.SERVICE_UNAVAILABLE), answer.status

    async def _read(self, shown: asyncio.Event) -> None:
        event = position = ""
        timeout = aiohttp.ClientTimeout(total=None)
        resumed = {"Last-Event-ID": self._position} if self._position else {}
        async with self._session.get(
            f"{self._url}/console/live", headers=resumed, timeout=timeout, read_bufsize=2**20
        ) as stream:
            async for raw in stream.content:
                line = raw.decode()
                if line.startswith("id: "):
                    position = line[4:].strip()
                elif line == "\n":
                    self._position = position
                elif line.startswith("event: "):
                    event = line[7:].strip()
                    if event == "desk":
                        shown.set()
                    elif event == "beat":
                        await self._is_here()
                elif line.startswith("data: ") and event == "lines":
                    now, data = time.perf_counter(), json.loads(line[6:])
                    self._last[data["id"]] = data["last"]
                    for text in BUBBLE.findall(data["html"]):
                        self.seen[unescape(text)] = now
                        if waiting := self._awaited.pop(unescape(text), None):
                            waiting.set()


def main() -> None:
    """Measure and print."""
    arguments = argparse.ArgumentParser(prog="python -m bench.handoff", description=__doc__)
    arguments.add_argument("--conversations", type=int, default=50)
    arguments.add_argument("--agents", type=int, default=20)
    arguments.add_argument("--every", type=float, default=2.5, help="seconds between two messages of a citizen, timed")
    arguments.add_argument("--timed", type=int, default=10, help="messages of each citizen that are timed")
    arguments.add_argument("--exchanges", type=int, default=120, help="of each conversation in the hour: two a minute")
    arguments.add_argument("--postgresql", action="store_true", help="on PostgreSQL instead of the embedded SQLite")
    given = arguments.parse_args()
    with (
        tempfile.TemporaryDirectory(prefix="bench-handoff-") as folder,
        postgresql() if given.postgresql else nullcontext() as url,
    ):
        asyncio.run(_measure(Settings(data=Path(folder), database_url=url, secret_key=SECRET), given))


async def _measure(settings: Settings, given: argparse.Namespace) -> None:
    folder = settings.data
    upgrade(settings.sql_url)
    with _process(embedded.valkey_command(folder / "valkey", port := embedded.free_ports(1)[0])):
        redis_url = f"redis://127.0.0.1:{port}/0"
        async with (
            _gateway(settings, redis_url) as (outside, first),
            _gateway(settings, redis_url) as (inside, second),
            AsyncExitStack() as stack,
        ):
            hotline = build(settings)
            stack.callback(hotline.database.close)
            agents = [await Agent.signs_in(hotline, number, inside, stack) for number in range(given.agents)]
            talks = await _take_over(hotline, agents, outside, given.conversations)
            await _timed(talks, given)
            await _hour(talks, given.exchanges, {"citizens'": first, "agents'": second})


Talk = tuple[Citizen, Agent, str]


async def _take_over(hotline: Hotline, agents: list[Agent], url: str, conversations: int) -> list[Talk]:
    """The citizens arrive, and the agents share them."""
    for agent in agents:
        await asyncio.to_thread(
            hotline.agent_desk.set_presence, agent.person, Presence.AVAILABLE, -(-conversations // len(agents))
        )
    talks = []
    for number in range(conversations):
        citizen, agent = Citizen(number, url), agents[number % len(agents)]
        await citizen.arrives()
        await citizen.writes(f"我是{number}")
        id = await _conversation(hotline, f"我是{number}")
        handoff = hotline.queue.request(id, HandoffReason.ASKED).handoff_id
        assert handoff
        await agent.posts(handoff, "take", 303)
        talks.append((citizen, agent, handoff))
    return talks


async def _conversation(hotline: Hotline, text: str) -> str:
    query = select(messages.c.conversation_id).where(messages.c.text == text)
    for _ in range(1000):
        with hotline.database.reading() as connection:
            if row := connection.execute(query).one_or_none():
                return str(row[0])
        await asyncio.sleep(0.02)
    raise TimeoutError(text)


async def _timed(talks: list[Talk], given: argparse.Namespace) -> None:
    """Everybody writes at the same pace, one after the other; prints each message's time to the agent's screen."""
    sent: dict[str, float] = {}

    async def write(citizen: Citizen) -> None:
        await asyncio.sleep(given.every * citizen.number / len(talks))
        for number in range(given.timed):
            text = f"第{citizen.number}位的第{number}句"
            sent[text] = time.perf_counter()
            await citizen.writes(text)
            await asyncio.sleep(given.every)

    await asyncio.gather(*(write(citizen) for citizen, _, _ in talks))
    await asyncio.gather(*(agent.sees(f"第{citizen.number}位的第{given.timed - 1}句") for citizen, agent, _ in talks))
    seconds = [seen - sent[text] for _, agent, _ in talks for text, seen in agent.seen.items() if text in sent]
    cut = quantiles(seconds, n=20)[-1]
    print(f"{len(talks)} live conversations, {given.agents} signed-in agents, two gateways; {len(sent)} messages timed")
    print(f"message to the agent's screen: p50 {median(seconds) * 1000:.0f} ms, p95 {cut * 1000:.0f} ms")


async def _hour(talks: list[Talk], exchanges: int, gateways: dict[str, psutil.Process]) -> None:
    """Two messages a minute each way in every conversation; prints memory at the start, each quarter and the end."""

    async def talk(citizen: Citizen, agent: Agent, handoff: str, numbers: range) -> None:
        for number in numbers:
            asks, answers = f"问{citizen.number}-{number}", f"答{citizen.number}-{number}"
            await citizen.writes(asks)
            await agent.sees(asks)
            await agent.answers(handoff, answers)
            await citizen.hears(answers)
            if number % LOST_EVERY == citizen.number % LOST_EVERY:
                await citizen.leaves()
                await citizen.arrives()

    async def come_back() -> None:
        while True:
            for agent in {id(agent): agent for _, agent, _ in talks}.values():
                await asyncio.sleep(1)
                await agent.looks()

    memory: dict[str, list[float]] = {name: [_mebibytes(process)] for name, process in gateways.items()}
    began = time.perf_counter()
    coming_back = asyncio.create_task(come_back())
    for quarter in range(4):
        numbers = range(exchanges * quarter // 4, exchanges * (quarter + 1) // 4)
        await asyncio.gather(*(talk(*each, numbers) for each in talks))
        for name, process in gateways.items():
            memory[name].append(_mebibytes(process))
    coming_back.cancel()
    took = time.perf_counter() - began
    again = sum(agent.repeated for agent in {id(agent): agent for _, agent, _ in talks}.values())
    print(f"{exchanges / 2:.0f} minutes of talk, {2 * exchanges * len(talks)} messages, pressed into {took:.0f} s")
    print(f"{again} things had to be sent again because the database was busy")
    for name, sizes in memory.items():
        start, *quarters = (f"{size:.0f}" for size in sizes)
        print(f"memory of the {name} gateway: {start} MiB at the start, {', '.join(quarters)} after each quarter")


@asynccontextmanager
async def _gateway(settings: Settings, redis_url: str) -> AsyncIterator[tuple[str, psutil.Process]]:
    port = embedded.free_ports(1)[0]
    environment = os.environ | {
        "YHT_DATA": str(settings.data), "YHT_REDIS_URL": redis_url, "YHT_PORT": str(port), "YHT_SECRET_KEY": SECRET,
        "YHT_DATABASE_URL": settings.sql_url,
    }  # fmt: skip
    command = [sys.executable, "-P", "-m", "hotline.cli", "gateway"]
    with _process(command, environment | {"PYTHONPATH": str(PROJECT_ROOT)}) as started:
        for _ in range(600):
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
                writer.close()
                break
            except OSError:
                await asyncio.sleep(0.1)
        yield f"http://127.0.0.1:{port}", psutil.Process(started.pid)


@contextmanager
def _process(command: list[str], environment: dict[str, str] | None = None) -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            yield process
        finally:
            process.terminate()


def _mebibytes(process: psutil.Process) -> float:
    return float(process.memory_info().rss) / MEBIBYTE


if __name__ == "__main__":
    main()
