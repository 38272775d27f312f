"""The life of a ticket over HTTP, with its own gateway process and signed-in browsers.

An agent opens a ticket from a conversation that they have taken over and dispatches it, a handler accepts it and
replies, the citizen confirms on the ticket's page that it is solved: five requests. Asking the citizen in between is
the worker's task; it is done here by the same use case.
"""

from __future__ import annotations

import http.client
import itertools
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import urlencode

import redis

from bench.month import REPLY
from bench.running import gateway
from console.visit import csrf_token
from hotline.bootstrap import Hotline
from hotline.conversations.handoff.model import HandoffReason, Presence
from hotline.conversations.model import Incoming
from hotline.processes.embedded import free_ports, valkey_command
from hotline.staff.model import SYSTEM, Person, Role
from hotline.staff.passwords import one_time_password
from hotline.tickets.change import Work
from hotline.tickets.lifecycle import Action
from hotline.tickets.model import Ticket

SECRET = "bench-" + "0" * 32
UNIT = "锦江区综合行政执法局"
MATTER = {"request_type": "complaint", "category": "0604", "description": "楼下烧烤店每天烤到凌晨两点，油烟很大",
    "place": "望平街15号", "district": "jinjiang", "phone": "13800001234", "confidential": "no"}  # fmt: skip
FORM = "application/x-www-form-urlencoded"


class NotDone(Exception):
    """The gateway did not do what was asked."""


class Browser:
    """A browser that is signed in at the console, or a citizen's; the connection is kept open."""

    def __init__(self, port: int, secret: str = "", token: str = "") -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        self._headers = {"Content-Type": FORM, "Accept": "text/html"} | (
            {"Cookie": f"console={token}"} if token else {}
        )
        self._csrf = {"csrf": csrf_token(secret, token)} if token else {}

    def send(self, path: str, **fields: str) -> None:
        """Send a form. Raises NotDone."""
        self._connection.request("POST", path, urlencode(fields | self._csrf), self._headers)
        answer = self._connection.getresponse()
        text = answer.read()
        if answer.status not in (200, 303):
            raise NotDone(f"{path}: {answer.status} {text[-400:].decode(errors='replace')}")


class People:
    """The people in a ticket's life: an agent with a conversation of their own, a handler, a citizen. For one
    thread."""

    def __init__(self, hotline: Hotline, work: Work, port: int, secret: str, name: str) -> None:
        self._hotline, self._work, self._name = hotline, work, name
        self.worked = 0.0
        """CPU seconds of the worker's tasks that are done here."""
        self._keys = itertools.count(1)
        supervisor, self._agent = self._signed_in(Role.SUPERVISOR, port, secret, None)
        _, self._handler = self._signed_in(Role.HANDLER, port, secret, UNIT)
        self._citizen = Browser(port)
        talk = hotline.conversations.accept(Incoming("webchat", f"bench-{name}", "我要找人工"))
        hotline.agent_desk.set_presence(supervisor, Presence.BUSY)
        waits = hotline.queue.request(talk.message.conversation_id, HandoffReason.DANGER)
        assert waits.handoff_id
        hotline.agent_desk.take(supervisor, waits.handoff_id)
        self._talk = f"/console/conversations/{waits.handoff_id}"

    def live(self) -> float:
        """Play one life; return its seconds. Raises NotDone."""
        key = f"bench-{self._name}-{next(self._keys):05}"
        began = time.perf_counter()
        self._agent.send(f"{self._talk}/ticket", key=key, **MATTER)
        ticket = self._opened(key)
        self._agent.send(f"/console/tickets/{ticket.number}/do/dispatch")
        self._handler.send(f"/console/inbox/{ticket.number}/do/accept")
        self._handler.send(f"/console/inbox/{ticket.number}/do/reply", reply=REPLY)
        working = time.thread_time()
        with self._work.on(ticket.number, SYSTEM) as change:
            change.do(Action.FOLLOW_UP)
        self.worked += time.thread_time() - working
        self._citizen.send(f"/track/{ticket.number}/rate", code=ticket.code, key=f"page:{key}", solved="yes")
        return time.perf_counter() - began

    def _opened(self, key: str) -> Ticket:
        with self._hotline.transactions.reading() as unit:
            found = unit.tickets.by_key(f"agent:{key}")
        if found is None:
            raise NotDone("no ticket was opened")
        return found

    def _signed_in(self, role: Role, port: int, secret: str, department: str | None) -> tuple[Person, Browser]:
        login = f"{self._name}-{role}"
        person, first = self._hotline.staff.add(Person("", login, login, role, (), department), SYSTEM)
        token = self._hotline.staff.change_password(person, first, one_time_password())
        return person, Browser(port, secret, token)


@contextmanager
def serving(url: str, folder: Path, gateways: int) -> Iterator[tuple[list[int], str]]:
    """Run gateway processes on a database, with a Valkey of their own; yield their ports and their secret."""
    with ExitStack() as stack:
        redis_port, *ports = free_ports(1 + gateways)
        valkey = subprocess.Popen(valkey_command(folder / "valkey", redis_port), stdout=subprocess.DEVNULL)
        stack.callback(valkey.wait)
        stack.callback(valkey.terminate)
        _wait_for(f"redis://127.0.0.1:{redis_port}/0")
        settings: Mapping[str, str] = {
            "YHT_DATABASE_URL": url,
            "YHT_REDIS_URL": f"redis://127.0.0.1:{redis_port}/0",
            "YHT_SECRET_KEY": SECRET,
            "YHT_DATA": str(folder),
        }
        for port in ports:
            stack.enter_context(gateway(port, folder / f"gateway-{port}.log", settings))
        yield ports, SECRET


def _wait_for(url: str) -> None:
    with redis.Redis.from_url(url) as client:
        for _ in range(200):
            try:
                client.ping()
                return
            except redis.ConnectionError:
                time.sleep(0.05)
    raise NotDone("Valkey did not start")
