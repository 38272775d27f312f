"""The supervisor: starts programs, shows their output, restarts those that crash, and leaves nothing running."""

from __future__ import annotations

import asyncio
import codecs
import json
import os
import signal
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TextIO

from hotline.processes.environment import die_with_parent

FIRST_PAUSE, LAST_PAUSE = 0.5, 10.0
STEADY_SECONDS = 60.0
STOP_SECONDS = 8.0
CHUNK = 65_536
COLOURS = (36, 32, 35, 33, 34, 96)


@dataclass(frozen=True, slots=True, eq=False)
class Program:
    """A program to run.

    Programs with a lower `stage` are stopped first, and must have stopped before the next stage. `parent_gone` is the
    signal that the program gets when the supervisor itself is killed. Lines with a `hidden` phrase are not shown.
    """

    name: str
    command: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict)
    stage: int = 0
    parent_gone: signal.Signals = signal.SIGKILL
    hidden: tuple[str, ...] = ()


class Output:
    """Writes the lines of programs: as text with the program's name in front, or else one JSON object for each line."""

    def __init__(self, stream: TextIO, as_text: bool) -> None:
        self._stream, self.as_text = stream, as_text
        self._colours: dict[str, int] = {}

    def say(self, text: str, name: str = "up", level: str = "info") -> None:
        """Write a line of the supervisor, or a program's line that is not JSON."""
        if self.as_text:
            self._write(f"{self._label(name)} {text}")
        else:
            at = datetime.now(UTC).isoformat()
            self._write(
                json.dumps({"process": name, "event": text, "level": level, "timestamp": at}, ensure_ascii=False)
            )

    def pass_on(self, name: str, line: str) -> None:
        """Write a line that a program printed."""
        if not line.strip():
            return
        if not self.as_text and _is_json_object(line):
            self._write(line)
        else:
            self.say(line, name)

    def _label(self, name: str) -> str:
        colour = self._colours.setdefault(name, COLOURS[len(self._colours) % len(COLOURS)])
        return f"\033[{colour}m{name:<8}\033[0m" if self._stream.isatty() else f"{name:<8}"

    def _write(self, line: str) -> None:
        with suppress(OSError, ValueError):  # the reader may be gone; the processes go on
            print(line, file=self._stream, flush=True)


def _is_json_object(line: str) -> bool:
    if not line.startswith("{"):
        return False
    try:
        return isinstance(json.loads(line), dict)
    except ValueError:
        return False


class Supervisor:
    """Runs programs until `stop`. Belongs to one event loop, whose thread must be the process's main thread."""

    def __init__(self, output: Output, inherited: Sequence[int] = ()) -> None:
        self._output, self._inherited = output, inherited
        self._stopping = asyncio.Event()
        self._running: dict[Program, asyncio.subprocess.Process] = {}
        self._kept: list[asyncio.Task[None]] = []

    def keep(self, program: Program) -> None:
        """Start a program and start it again whenever it ends, with a growing pause, until `stop`."""
        self._kept.append(asyncio.create_task(self._keep(program)))

    async def run(self, program: Program) -> int:
        """Run a program once; returns its exit code, negative for the signal that ended it."""
        process = await asyncio.create_subprocess_exec(
            *program.command,
            env={**os.environ, **program.environment},
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            start_new_session=True,  # a Ctrl-C in the terminal reaches the supervisor only
            preexec_fn=die_with_parent(program.parent_gone),
            pass_fds=self._inherited,
        )
        self._running[program] = process
        if self._stopping.is_set():
            _send(process, signal.SIGTERM)
        try:
            assert process.stdout
            await self._show(program, process.stdout)
            return await process.wait()
        finally:
            del self._running[program]

    async def stop(self) -> None:
        """Stop all programs, stage by stage: SIGTERM, then SIGKILL for those that do not end."""
        self._stopping.set()
        for stage in sorted({program.stage for program in self._running}):
            await asyncio.gather(
                *(self._end(p) for program, p in list(self._running.items()) if program.stage == stage)
            )
        await asyncio.gather(*self._kept)

    async def wait_until_stopping(self, seconds: float) -> bool:
        """Sleep for `seconds` or until `stop` is called; True when stopping."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._stopping.wait()
        return self._stopping.is_set()

    async def _keep(self, program: Program) -> None:
        pause = FIRST_PAUSE
        while not self._stopping.is_set():
            started = time.monotonic()
            try:
                why = ended(await self.run(program))
            except OSError as problem:
                why = f"could not be started ({problem.strerror})"
            if self._stopping.is_set():
                return
            alive = time.monotonic() - started
            pause = FIRST_PAUSE if alive >= STEADY_SECONDS else pause
            self._output.say(f"{program.name} {why} after {alive:.0f} s; it starts again in {pause:g} s", level="error")
            if await self.wait_until_stopping(pause):
                return
            pause = min(pause * 2, LAST_PAUSE)

    async def _show(self, program: Program, stream: asyncio.StreamReader) -> None:
        decoder, rest = codecs.getincrementaldecoder("utf-8")("replace"), ""
        while chunk := await stream.read(CHUNK):
            *lines, rest = (rest + decoder.decode(chunk)).replace("\r", "\n").split("\n")
            for line in lines:
                self._show_line(program, line)
        self._show_line(program, rest)

    def _show_line(self, program: Program, line: str) -> None:
        if not any(phrase in line for phrase in program.hidden):
            self._output.pass_on(program.name, line)

    async def _end(self, process: asyncio.subprocess.Process) -> None:
        _send(process, signal.SIGTERM)
        with suppress(TimeoutError):
            async with asyncio.timeout(STOP_SECONDS):
                await process.wait()
        _send(process, signal.SIGKILL)  # also for processes that it left in its group
        await process.wait()


def ended(code: int) -> str:
    """An exit code in words."""
    if code < 0:
        return f"was killed by {signal.Signals(-code).name}"
    return f"ended with exit code {code}"


def _send(process: asyncio.subprocess.Process, number: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        os.killpg(process.pid, number)


def terminal_output(log_format: str) -> Output:
    """Output to stdout: text on a terminal or when asked for, JSON elsewhere."""
    return Output(sys.stdout, log_format == "text" or (log_format == "auto" and sys.stdout.isatty()))
