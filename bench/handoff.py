"""`python -m bench.handoff`: the time from a citizen's message to the agent's screen, and whether memory grows.

A gateway process has the citizens' web chats; this process has the agents' live feeds, as a second gateway would. All on
the embedded SQLite and Valkey. Everybody writes at a steady pace, so that nothing queues up but what the hotline is slow at.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from statistics import median, quantiles

import psutil
import redis.asyncio
from websockets.asyncio.client import ClientConnection, connect

from hotline.bootstrap import Hotline, build
from hotline.conversations.handoff.feed import Feed, Said
from hotline.conversations.handoff.model import Presence, Reason
from hotline.conversations.signals import Signals
from hotline.events.wake import WakeBridge
from hotline.processes import embedded
from hotline.settings import PROJECT_ROOT, Settings
from hotline.staff.model import Person, Role
from hotline.storage.migrations import upgrade

MEBIBYTE = 2**20


class Citizen:
    """One live conversation over the web chat."""

    def __init__(self, number: int, socket: ClientConnection) -> None:
        self.number, self._socket, self._written = number, socket, 0

    @classmethod
    async def arrives(cls, number: int, url: str) -> Citizen:
        """Connect and say the first word."""
        socket = await connect(f"{url.replace('http', 'ws', 1)}/chat/ws")
        await socket.send(json.dumps({"type": "hello", "token": None, "after": 0}))
        citizen = cls(number, socket)
        await citizen.writes("你好")
        while json.loads(await socket.recv())["type"] != "accepted":
            pass
        return citizen

    async def writes(self, text: str) -> None:
        """One message."""
        self._written += 1
        await self._socket.send(json.dumps({"type": "say", "id": f"{self.number}-{self._written}", "text": text}))

    async def listens(self) -> None:
        """Take what comes, as a page does."""
        async for _ in self._socket:
            pass


def main() -> None:
    """Measure and print."""
    arguments = argparse.ArgumentParser(prog="python -m bench.handoff", description=__doc__)
    arguments.add_argument("--conversations", type=int, default=50)
    arguments.add_argument("--agents", type=int, default=20)
    arguments.add_argument("--every", type=float, default=2.5, help="seconds between two messages of a citizen")
    arguments.add_argument("--messages", type=int, default=1500, help="of all citizens together")
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-handoff-") as folder:
        asyncio.run(_measure(Path(folder), given))


async def _measure(folder: Path, given: argparse.Namespace) -> None:
    settings = Settings(data=folder)
    upgrade(settings.sql_url)
    with _process(embedded.valkey_command(folder / "valkey", port := embedded.free_ports(1)[0])):
        redis_url = f"redis://127.0.0.1:{port}/0"
        async with _gateway(folder, redis_url) as (url, process), _desk(settings, redis_url) as (hotline, feed):
            citizens = [await Citizen.arrives(number, url) for number in range(given.conversations)]
            await _take_over(hotline, given.agents, given.conversations)
            seconds, memory = await _talk(feed, hotline, citizens, process, given)
    cut = quantiles(seconds, n=20)[-1]
    print(f"{given.conversations} conversations, {given.agents} agents, {len(seconds)} messages")
    print(f"message to the agent's screen: p50 {median(seconds) * 1000:.0f} ms, p95 {cut * 1000:.0f} ms")
    print(f"gateway's memory: {memory[0]:.0f} MiB at the start, {memory[1]:.0f} half-way, {memory[2]:.0f} at the end")


async def _take_over(hotline: Hotline, agents: int, conversations: int) -> None:
    """The agents sit down and share the conversations."""
    capacity = -(-conversations // agents)
    people = [_person(number) for number in range(agents)]
    for person in people:
        hotline.desk.set_presence(person, Presence.AVAILABLE, capacity)
    with hotline.database.reading() as connection:
        ids = [row[0] for row in connection.exec_driver_sql("SELECT id FROM conversations ORDER BY sender")]
    for number, id in enumerate(ids):
        handoff = hotline.queue.request(id, Reason.ASKED).handoff_id
        hotline.desk.take(people[number % agents], str(handoff))


async def _talk(
    feed: Feed, hotline: Hotline, citizens: list[Citizen], process: psutil.Process, given: argparse.Namespace
) -> tuple[list[float], list[float]]:
    """Everybody writes; the seconds that each message took, and the gateway's memory three times."""
    sent: dict[str, float] = {}
    seconds: list[float] = []

    async def screen(person: Person) -> None:
        async for item in feed.of(person):
            if isinstance(item, Said):
                now = time.perf_counter()
                seconds.extend(now - sent[m.text] for m in item.messages if m.text in sent)

    async def write(citizen: Citizen, messages: int) -> None:
        await asyncio.sleep(given.every * citizen.number / len(citizens))
        for number in range(messages):
            text = f"第{citizen.number}位的第{number}句"
            sent[text] = time.perf_counter()
            await citizen.writes(text)
            await asyncio.sleep(given.every)

    watching = [asyncio.create_task(screen(_person(number))) for number in range(given.agents)]
    watching += [asyncio.create_task(citizen.listens()) for citizen in citizens]
    await asyncio.sleep(2)
    memory = [_mebibytes(process)]
    messages = given.messages // len(citizens)
    for part in (messages // 2, messages - messages // 2):
        await asyncio.gather(*(write(citizen, part) for citizen in citizens))
        sent.clear()
        memory.append(_mebibytes(process))
    for task in watching:
        task.cancel()
    await asyncio.gather(*watching, return_exceptions=True)
    return seconds, memory


@asynccontextmanager
async def _gateway(folder: Path, redis_url: str) -> AsyncIterator[tuple[str, psutil.Process]]:
    port = embedded.free_ports(1)[0]
    environment = os.environ | {
        "YHT_DATA": str(folder), "YHT_REDIS_URL": redis_url, "YHT_PORT": str(port), "YHT_SECRET_KEY": "0" * 32,
    }  # fmt: skip
    command = [sys.executable, "-P", "-m", "hotline.cli", "gateway"]
    with _process(command, environment | {"PYTHONPATH": str(PROJECT_ROOT)}) as started:
        url = f"http://127.0.0.1:{port}"
        for _ in range(200):
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
                writer.close()
                break
            except OSError:
                await asyncio.sleep(0.1)
        yield url, psutil.Process(started.pid)


@asynccontextmanager
async def _desk(settings: Settings, redis_url: str) -> AsyncIterator[tuple[Hotline, Feed]]:
    """What a second gateway has: the use cases, wake-ups, and the feed."""
    hotline, signals = build(settings), Signals()
    async with redis.asyncio.Redis.from_url(redis_url, decode_responses=True) as client:
        bridge = asyncio.create_task(WakeBridge(client, signals).run())
        yield hotline, Feed(hotline.desk, hotline.screen, signals)
        bridge.cancel()
        await asyncio.gather(bridge, return_exceptions=True)
    hotline.database.close()


@contextmanager
def _process(command: list[str], environment: dict[str, str] | None = None) -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            yield process
        finally:
            process.terminate()


def _person(number: int) -> Person:
    return Person(f"agent-{number}", f"agent-{number}", f"坐席{number}", Role.AGENT, ("general",))


def _mebibytes(process: psutil.Process) -> float:
    return float(process.memory_info().rss) / MEBIBYTE


if __name__ == "__main__":
    main()
