"""A running hotline from outside: a citizen and a trusted system over HTTP, and a hotline that a test may break."""

from __future__ import annotations

import http.client
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import psutil

from hotline.processes.embedded import free_ports
from hotline.settings import PROJECT_ROOT
from hotline.texts import texts

API_TOKEN = "api-token-of-the-tests"
REST_TOKEN = "rest-token-of-the-tests"
PROCESSES = ("dialogue", "actions", "gateway", "worker", "valkey")
START_SECONDS = 600.0
STOP_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer: status, headers and body, unchanged."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        """The body as text."""
        return self.body.decode("utf-8", "replace")

    @property
    def json(self) -> Any:
        """The body as JSON. Raises ValueError."""
        return json.loads(self.body)

    @property
    def code(self) -> str | None:
        """The machine-readable code of an error."""
        try:
            return str(self.json["error"]["code"])
        except (ValueError, KeyError, TypeError):
            return None


class Client:
    """Speaks to one hotline. Each request has its own connection, so that threads may share a client."""

    def __init__(self, url: str, api_token: str = API_TOKEN) -> None:
        self.url, self.api_token = url, api_token
        parts = urlsplit(url)
        self.address = (parts.hostname or "127.0.0.1", parts.port or 80)

    def request(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        timeout: float = 40.0,
    ) -> Answer:
        """One request, byte for byte as given. Raises OSError or http.client.HTTPException when nobody answers."""
        connection = http.client.HTTPConnection(*self.address, timeout=timeout)
        try:
            connection.request(method, path, body, dict(headers or {}))
            response = connection.getresponse()
            return Answer(response.status, {k.lower(): v for k, v in response.getheaders()}, response.read())
        finally:
            connection.close()

    def get(self, path: str, token: str | None = None, **query: Any) -> Answer:
        """GET, with a bearer token when one is given."""
        given = {name: value for name, value in query.items() if value is not None}
        return self.request(
            "GET",
            f"{path}?{urlencode(given)}" if given else path,
            headers={"Authorization": f"Bearer {token}"} if token else None,
        )

    def post(self, body: Any, path: str = "/webhooks/rest/webhook", headers: Mapping[str, str] | None = None) -> Answer:
        """POST to the REST channel; bytes are sent unchanged, anything else as JSON (half surrogates stay escaped)."""
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        return self.request("POST", path, raw, {"Content-Type": "application/json", **(headers or {})})

    def say(self, sender: str, text: str, message_id: str | None = None) -> list[dict[str, Any]]:
        """Send a citizen's message; return the answers. Raises AssertionError for anything but 200."""
        metadata = {"metadata": {"message_id": message_id}} if message_id else {}
        answer = self.post({"sender": sender, "message": text, **metadata})
        assert answer.status == 200, f"{answer.status} {answer.text}"
        found: list[dict[str, Any]] = answer.json
        return found

    def words(self, sender: str, text: str, message_id: str | None = None) -> str:
        """The answers as one text."""
        return "\n".join(m["text"] for m in self.say(sender, text, message_id))

    def until_answered(self, sender: str, text: str, message_id: str, seconds: float = 90.0) -> str:
        """Repeat a message under its id until the real answer comes. Raises AssertionError when it does not."""
        kept = texts().say("notice.kept")

        def true_answer() -> str:
            return "\n".join(line for line in self.words(sender, text, message_id).splitlines() if line != kept)

        return str(wait_until(true_answer, seconds, f"no answer to {text}"))

    def tickets(self, **filters: Any) -> list[dict[str, Any]]:
        """Every ticket that matches the filters, oldest first, page by page."""
        found: list[dict[str, Any]] = []
        cursor: str | None = None
        while True:
            answer = self.get("/api/v1/tickets", self.api_token, cursor=cursor, limit=200, **filters)
            assert answer.status == 200, f"{answer.status} {answer.text}"
            found += answer.json["tickets"]
            cursor = answer.json["cursor"]
            if cursor is None:
                return found[::-1]

    def open_ticket(self, sender: str, place: str = "锦江区望平街15号") -> tuple[str, str]:
        """Open a ticket in a conversation; return its number and code. The same matter again would be a note on it."""
        self.until_answered(sender, f"{place}楼下烧烤店油烟大，吵得睡不着，我姓王，电话13800001234", new_id())
        id = new_id()
        self.until_answered(sender, "对", id)
        card = next(m["custom"]["ticket"] for m in self.say(sender, "对", id) if "ticket" in m.get("custom", {}))
        return str(card["number"]), str(card["code"])


def new_sender(prefix: str = "citizen") -> str:
    """A sender id that was not used before."""
    return f"{prefix}-{uuid.uuid4().hex[:16]}"


def new_id() -> str:
    """A message id."""
    return uuid.uuid4().hex


class OwnHotline:
    """A running `yihaotong up` that a test may break: its processes by name, its database, its addresses."""

    def __init__(self, process: subprocess.Popen[bytes], url: str, data: Path) -> None:
        self.url, self.data = url, data
        self.client = Client(url)
        self._process = process

    @property
    def process_id(self) -> int:
        """The supervisor's process id."""
        return self._process.pid

    @property
    def database(self) -> Path:
        """The embedded SQLite file."""
        return self.data / "hotline.db"

    def pid(self, name: str) -> int | None:
        """The process id of one of PROCESSES; None while it does not run."""
        with suppress(psutil.NoSuchProcess):
            for child in psutil.Process(self._process.pid).children():
                with suppress(psutil.NoSuchProcess, psutil.AccessDenied):
                    command = child.cmdline()
                    is_ours = name in command if name != "valkey" else "--appendonly" in command
                    if is_ours and child.status() != psutil.STATUS_ZOMBIE:
                        return int(child.pid)
        return None

    def kill(self, name: str, seconds: float = 30.0) -> int:
        """`kill -9`, after waiting for the process to exist; return its pid."""
        pid = wait_until(lambda: self.pid(name), seconds, f"{name} is not running")
        os.kill(pid, signal.SIGKILL)
        return int(pid)

    def freeze(self, name: str) -> int:
        """Suspend a process (SIGSTOP); `thaw` resumes it."""
        pid = self.pid(name)
        assert pid, f"{name} is not running"
        os.kill(pid, signal.SIGSTOP)
        return pid

    def thaw(self, pid: int) -> None:
        """Resume a frozen process."""
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGCONT)

    def is_ready(self) -> bool:
        """Whether the hotline can serve."""
        try:
            return self.client.request("GET", "/readyz", timeout=5).status == 200
        except (OSError, http.client.HTTPException):
            return False

    def wait_until_ready(self, seconds: float = 120.0) -> None:
        """Raises AssertionError when it takes longer."""
        wait_until(self.is_ready, seconds, f"the hotline is not ready; see {self.data / 'up.log'}")

    def query(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        """Rows of the database, read while the processes run."""
        with sqlite3.connect(f"file:{self.database}?mode=ro", uri=True, timeout=10) as connection:
            return connection.execute(sql, values).fetchall()

    def transcript(self, sender: str) -> list[tuple[Any, ...]]:
        """(seq, author, text, state, provider_id, answers) of a REST conversation, in order."""
        return self.query(
            "SELECT m.seq, m.author, m.text, m.state, m.provider_id, m.answers FROM messages m "
            "JOIN conversations c ON c.id = m.conversation_id WHERE c.channel = 'rest' AND c.sender = ? ORDER BY m.seq",
            sender,
        )


@contextmanager
def own_hotline(data: Path, port: int | None = None, **settings: str) -> Iterator[OwnHotline]:
    """`yihaotong up` on a port and a data folder of its own; extra settings as `YHT_…=…`. Stopped at the end."""
    port = port or free_ports(1)[0]
    data.mkdir(parents=True, exist_ok=True)
    kept = {name: value for name, value in os.environ.items() if not name.startswith("YHT_")}
    environment = {
        **kept,
        "PYTHONPATH": str(PROJECT_ROOT),
        "YHT_API_TOKEN": API_TOKEN,
        "YHT_REST_TOKEN": REST_TOKEN,
        "YHT_LOG_FORMAT": "json",
        **settings,
    }
    command = [sys.executable, "-P", "-m", "hotline.cli", "up", "--port", str(port), "--data", str(data)]
    with (data / "up.log").open("ab") as log:
        process = subprocess.Popen(command, cwd=PROJECT_ROOT, env=environment, stdout=log, stderr=log)
    hotline = OwnHotline(process, f"http://127.0.0.1:{port}", data)
    try:

        def ready() -> bool:
            assert process.poll() is None, f"`yihaotong up` has ended; see {data / 'up.log'}"
            return hotline.is_ready()

        wait_until(ready, START_SECONDS, f"the hotline did not start; see {data / 'up.log'}")
        yield hotline
    finally:
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def wait_until(condition: Callable[[], Any], seconds: float, otherwise: str = "it did not happen in time") -> Any:
    """Poll until `condition` returns something true; return that. Raises AssertionError after `seconds`."""
    give_up = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < give_up, otherwise
        time.sleep(0.05)
    return found
