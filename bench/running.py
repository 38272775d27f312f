"""Starts the measured systems: the hotline as `yihaotong up` runs it, and bare Rasa beside it."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path

import psutil

from hotline.processes import opened
from hotline.settings import PROJECT_ROOT, read_settings

START_SECONDS = 600.0
LOOK_SECONDS = 0.05
PROCESSES = ("gateway", "dialogue", "actions", "worker")
MEGABYTE = 1024 * 1024


class NotStarted(Exception):
    """A process did not become ready; the message names its log."""


@dataclass(frozen=True, slots=True)
class Running:
    """A server that answers at `url`; `seconds` is the time from its first instruction until it was ready."""

    url: str
    process: psutil.Process
    seconds: float

    def children(self) -> dict[str, psutil.Process]:
        """The processes by name; the embedded Valkey is named valkey."""
        found = {"up": self.process}
        for child in self.process.children(recursive=True):
            command = child.cmdline()
            name = command[-1] if command and command[-1] in PROCESSES else "valkey"
            found[name] = child
        return found

    def memory(self) -> dict[str, float]:
        """Resident memory by process, in MB."""
        return {name: process.memory_info().rss / MEGABYTE for name, process in self.children().items()}

    def cpu(self) -> dict[str, float]:
        """CPU seconds used so far, by process."""
        times = {name: process.cpu_times() for name, process in self.children().items()}
        return {name: used.user + used.system for name, used in times.items()}

    def actions_url(self) -> str:
        """The address of this hotline's action server; `yihaotong up` chose the port."""
        return self.children()["actions"].environ()["YHT_ACTIONS_URL"]


@contextmanager
def hotline(port: int, data: Path, settings: Mapping[str, str] | None = None) -> Iterator[Running]:
    """`yihaotong up` with its own data folder, embedded Valkey and SQLite, as a newcomer starts it."""
    command = [sys.executable, "-P", "-m", "hotline.cli", "up", "--port", str(port), "--data", str(data)]
    with _server(command, f"http://127.0.0.1:{port}", "/readyz", data / "up.log", settings) as running:
        yield running


@contextmanager
def gateway(port: int, log: Path, settings: Mapping[str, str]) -> Iterator[Running]:
    """One gateway process; the database and Redis of the settings are running already."""
    command = [sys.executable, "-P", "-m", "hotline.cli", "gateway"]
    with _server(command, f"http://127.0.0.1:{port}", "/healthz", log, {**settings, "YHT_PORT": str(port)}) as running:
        yield running


@contextmanager
def data_folder(given: Path | None) -> Iterator[Path]:
    """The requested folder, or one beside the real data (on the same disk) that is deleted at the end."""
    if given:
        yield given.resolve()
        return
    beside = read_settings().data
    beside.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="bench-", dir=beside))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def bare_rasa(port: int, actions_url: str, model: Path, log: Path) -> Iterator[Running]:
    """Bare Rasa with the same model and the same action server (bench/bare_rasa.py)."""
    command = [sys.executable, "-m", "bench.bare_rasa"]
    command += ["--port", str(port), "--actions", actions_url, "--model", str(model)]
    with _server(command, f"http://127.0.0.1:{port}", "/webhooks/rest/", log) as running:
        yield running


@contextmanager
def _server(
    command: list[str], url: str, ready_path: str, log: Path, settings: Mapping[str, str] | None = None
) -> Iterator[Running]:
    log.parent.mkdir(parents=True, exist_ok=True)
    begun = time.monotonic()
    with log.open("ab") as output:
        process = subprocess.Popen(
            command, stdout=output, stderr=output, cwd=PROJECT_ROOT, env={**_environment(), **(settings or {})}
        )
    try:
        while not _answers(url + ready_path):
            if process.poll() is not None or time.monotonic() - begun > START_SECONDS:
                raise NotStarted(f"{' '.join(command[2:5])} did not start; see {log}")
            time.sleep(LOOK_SECONDS)
        yield Running(url, psutil.Process(process.pid), time.monotonic() - begun)
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _environment() -> Mapping[str, str]:
    """The environment without the hotline's settings, so that every run measures the same."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("YHT_") or name == "YHT_CITY"}
    return kept | {"PYTHONPATH": str(PROJECT_ROOT), "YHT_LOG_FORMAT": "json"}


def _answers(url: str) -> bool:
    try:
        with opened(url, 5) as answer:
            return bool(answer.status == 200)
    except (OSError, HTTPException):
        return False
