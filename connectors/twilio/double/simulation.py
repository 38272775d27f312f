"""A citizen at the terminal: texts the running hotline through the loopback Twilio, without an account."""

from __future__ import annotations

import asyncio
import mimetypes
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from pathlib import Path
from typing import TextIO
from urllib.parse import urlparse

import aiohttp

from connectors.twilio.account import Account, account
from connectors.twilio.double.messages import Texted
from connectors.twilio.double.server import Double
from connectors.twilio.double.webhooks import Answered
from hotline.settings import Settings

ANSWER_SECONDS = 60.0
LAST_WORDS_SECONDS = 1.0

SETTINGS = {
    "YHT_TWILIO_ACCOUNT_SID": "AC00000000000000000000000000000000",
    "YHT_TWILIO_AUTH_TOKEN": "simulated-for-trying-things-out",
    "YHT_TWILIO_FROM": "+8628000012345",
    "YHT_TWILIO_API_BASE": "http://127.0.0.1:12346",
}
"""Settings with which the hotline can be texted from a terminal. The token is public: never use it on a real
hotline."""


def simulated(settings: Settings) -> Account:
    """The account of the settings, or the one that SETTINGS stand for."""
    chosen = settings
    if account(settings) is None:
        given = {name.removeprefix("YHT_").lower(): value for name, value in SETTINGS.items()}
        chosen = settings.model_copy(update=given)
    found = account(chosen)
    assert found
    return found


class SimulationFailed(Exception):
    """The hotline cannot be reached this way; the message says why in one line."""


async def lines_of(file: TextIO) -> AsyncIterator[str]:
    """The lines of a terminal or a pipe as they come, without blank ones."""
    loop, lines = asyncio.get_running_loop(), asyncio.Queue[str]()

    def read() -> None:
        with suppress(RuntimeError):  # the loop is closed: the conversation ended before its lines did
            while line := file.readline():
                loop.call_soon_threadsafe(lines.put_nowait, line)
            loop.call_soon_threadsafe(lines.put_nowait, "")

    threading.Thread(target=read, daemon=True).start()  # Ctrl-C would wait for an executor thread's next line
    while line := await lines.get():
        if line.strip():
            yield line.strip()


def _picture(path: Path) -> tuple[str, bytes]:
    try:
        return mimetypes.guess_type(path)[0] or "application/octet-stream", path.read_bytes()
    except OSError as problem:
        raise SimulationFailed(f"{path}: {problem.strerror}") from None


@asynccontextmanager
async def at_its_address(double: Double) -> AsyncIterator[str]:
    """Runs the double at the address where the hotline expects Twilio. Raises SimulationFailed."""
    where = urlparse(double.account.api_base)
    if where.hostname not in ("127.0.0.1", "localhost") or not where.port:
        raise SimulationFailed("YHT_TWILIO_API_BASE has to be an address of this machine with a port")
    async with AsyncExitStack() as stack:
        try:
            address = await stack.enter_async_context(double.serving(where.port))
        except OSError:
            raise SimulationFailed(f"port {where.port} is in use; is another simulation running?") from None
        yield address


def explained(status: int) -> str | None:
    """Why the hotline does not take part, by the status of its answer."""
    if status == 404:
        return 'the channel is off at the hotline; start it with: eval "$(yihaotong simulate settings)" && yihaotong up'
    if status == 403:
        return "the hotline refuses the signature: it was started with other YHT_TWILIO_ settings"
    return None


class Texting:
    """One citizen's conversation by text. `show` gets what arrives on their phone."""

    def __init__(self, account: Account, hotline_url: str, number: str, show: Callable[[str], None]) -> None:
        self._double = Double(account)
        self._double.on_text = self._arrived
        self._hotline_url = hotline_url
        self._number = number
        self._show = show
        self._answered = asyncio.Event()

    async def hold(self, lines: AsyncIterator[str], wait: bool) -> None:
        """Text line by line; with `wait`, each after the answer to the one before. Raises SimulationFailed.

        A line that begins with @FILE sends that picture with the rest of the line.
        """
        async with at_its_address(self._double):
            self._double.reach(self._hotline_url)
            async for line in lines:
                self._answered.clear()
                self._check(await self._text(line))
                if wait:
                    await self._answer()
            await asyncio.sleep(LAST_WORDS_SECONDS)
            await self._double.reported()

    async def _text(self, line: str) -> Answered:
        pictures = []
        if line.startswith("@"):
            name, _, line = line[1:].partition(" ")
            pictures.append(_picture(Path(name)))
        try:
            return await self._double.text(self._number, line, pictures=pictures)
        except (aiohttp.ClientError, TimeoutError):
            raise SimulationFailed(f"the hotline does not answer at {self._hotline_url}") from None

    async def _answer(self) -> None:
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                await self._answered.wait()
        except TimeoutError:
            raise SimulationFailed(f"no answer came in {ANSWER_SECONDS:.0f} s; does an agent have it?") from None

    def _check(self, answered: Answered) -> None:
        if why := explained(answered.status) or answered.problem():
            raise SimulationFailed(why)

    def _arrived(self, texted: Texted) -> None:
        if texted.to == self._number:
            self._show(texted.body)
            self._answered.set()
