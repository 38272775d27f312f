"""The supervisor: a crashed process is restarted, a stopped one is gone, and nothing outlives its supervisor."""

from __future__ import annotations

import asyncio
import io
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from hotline.processes import embedded, supervisor
from hotline.processes.supervisor import Output, Program, Supervisor

STUBBORN = (
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('here', flush=True); time.sleep(600)"
)
PATIENT = "import time; print('here', flush=True); time.sleep(600)"
CRASHING = "print('here', flush=True); raise SystemExit(3)"
PARENT = "import subprocess, sys; subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])\n" + STUBBORN


def python(name: str, code: str, stage: int = 0) -> Program:
    """A program of a few lines."""
    return Program(name, [sys.executable, "-c", code], stage=stage)


def running(code: str) -> list[psutil.Process]:
    """The processes of a program of a few lines, of those that we have started."""
    own = psutil.Process().children()
    return [each for each in own if each.status() != psutil.STATUS_ZOMBIE and code in each.cmdline()]


@pytest.fixture
def shown() -> io.StringIO:
    """The terminal's output."""
    return io.StringIO()


@pytest.fixture
def boss(shown: io.StringIO) -> Supervisor:
    """A supervisor that writes to it."""
    return Supervisor(Output(shown, as_text=True))


async def until(condition: Callable[[], object], seconds: float = 10) -> None:
    """Wait for something to become true."""
    async with asyncio.timeout(seconds):
        while not condition():
            await asyncio.sleep(0.02)


async def test_what_crashes_starts_again_and_the_log_says_who_and_why(
    shown: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervisor, "FIRST_PAUSE", 0.05)
    boss = Supervisor(Output(shown, as_text=True))
    boss.keep(python("clumsy", CRASHING))
    await until(lambda: shown.getvalue().count("here") >= 3)
    await boss.stop()
    assert "clumsy ended with exit code 3 after 0 s; it starts again in 0.05 s" in shown.getvalue()
    assert "it starts again in 0.1 s" in shown.getvalue()


async def test_what_is_killed_starts_again(boss: Supervisor, shown: io.StringIO) -> None:
    boss.keep(python("victim", PATIENT))
    await until(lambda: "here" in shown.getvalue())
    [first] = running(PATIENT)
    first.send_signal(signal.SIGKILL)
    await until(lambda: [again for again in running(PATIENT) if again.pid != first.pid])
    await boss.stop()
    assert "victim was killed by SIGKILL" in shown.getvalue()
    assert running(PATIENT) == []


async def test_a_command_that_is_not_there_is_named_and_tried_again(boss: Supervisor, shown: io.StringIO) -> None:
    boss.keep(Program("ghost", ["/nowhere/at/all"]))
    await until(lambda: "ghost could not be started (No such file or directory)" in shown.getvalue())
    await boss.stop()


async def test_stopping_leaves_nothing_not_even_what_ignores_it(
    boss: Supervisor, shown: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervisor, "STOP_SECONDS", 0.3)
    boss.keep(python("parent", PARENT))
    await until(lambda: "here" in shown.getvalue())
    [parent] = running(PARENT)
    family = [parent, *parent.children(recursive=True)]
    assert len(family) == 2
    await boss.stop()
    await until(lambda: not any(_lives(process) for process in family))


async def test_programs_stop_stage_by_stage(boss: Supervisor, shown: io.StringIO) -> None:
    last_word = (
        "import signal, sys, time\nsignal.signal(signal.SIGTERM, lambda *_: sys.exit(print('bye', flush=True)))\n"
    )
    boss.keep(python("inner", last_word + PATIENT, stage=1))
    boss.keep(python("outer", last_word + PATIENT, stage=0))
    await until(lambda: shown.getvalue().count("here") == 2)
    await boss.stop()
    assert [line.split()[0] for line in shown.getvalue().splitlines() if "bye" in line] == ["outer", "inner"]


async def test_stopping_does_not_wait_for_a_pause(shown: io.StringIO, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervisor, "FIRST_PAUSE", 60.0)
    boss = Supervisor(Output(shown, as_text=True))
    boss.keep(python("clumsy", CRASHING))
    await until(lambda: "starts again" in shown.getvalue())
    async with asyncio.timeout(20):
        await boss.stop()


async def test_json_lines_pass_unchanged_and_others_are_wrapped(shown: io.StringIO) -> None:
    boss = Supervisor(Output(shown, as_text=False))
    line = '{"process": "gateway", "event": "message accepted"}'
    assert await boss.run(python("mixed", f"print({line!r}); print('Epochs 1\\rEpochs 2 中文'); print('{{half')")) == 0
    lines = shown.getvalue().splitlines()
    assert lines[0] == line
    assert [json.loads(text)["event"] for text in lines[1:]] == ["Epochs 1", "Epochs 2 中文", "{half"]
    assert {json.loads(text)["process"] for text in lines[1:]} == {"mixed"}


SCRIPT = """
import asyncio, sys
from hotline.processes.supervisor import Output, Program, Supervisor
async def main():
    boss = Supervisor(Output(sys.stdout, as_text=True))
    for name in ("one", "two"):
        boss.keep(Program(name, [sys.executable, "-c", {code!r}]))
    await asyncio.sleep(600)
asyncio.run(main())
"""


def test_nothing_outlives_a_supervisor_that_is_killed() -> None:
    command = [sys.executable, "-c", SCRIPT.format(code=STUBBORN)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as killed:
        assert killed.stdout
        for _ in range(2):
            assert "here" in killed.stdout.readline()
        children = psutil.Process(killed.pid).children(recursive=True)
        assert len(children) == 2
        killed.kill()
        killed.stdout.read()
    _, alive = psutil.wait_procs(children, timeout=5)
    assert not alive


def test_a_data_folder_is_held_by_one(tmp_path: Path) -> None:
    with (
        embedded.data_folder(tmp_path),
        pytest.raises(embedded.InUse, match=f"process {os.getpid()}"),
        embedded.data_folder(tmp_path),
    ):
        pass
    with embedded.data_folder(tmp_path):
        pass


def test_a_data_folder_is_taken_over_when_the_last_child_of_a_killed_supervisor_has_ended(tmp_path: Path) -> None:
    code = f"""
import os, subprocess, sys
from pathlib import Path
from hotline.processes import embedded
with embedded.data_folder(Path({str(tmp_path)!r})) as lock:
    subprocess.Popen([sys.executable, "-c", "import time; time.sleep(1)"], pass_fds=[lock], start_new_session=True)
    print("held", flush=True)
    os.kill(os.getpid(), 9)
"""
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) as killed:
        assert killed.stdout
        assert killed.stdout.readline() == b"held\n"
        killed.wait()
        started = time.monotonic()
        with embedded.data_folder(tmp_path):
            assert time.monotonic() - started > 0.3


def test_free_ports_are_different_and_free() -> None:
    ports = embedded.free_ports(5)
    assert len(set(ports)) == 5
    assert all(embedded.is_free("127.0.0.1", port) for port in ports)


def _lives(process: psutil.Process) -> bool:
    return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
