"""How lists, searches, board, statistics and the life of a ticket scale with the number of tickets:
`python -m bench.scale [--tickets 10000 100000] [--url URL] [--repeat 20] [--lives 200]`.

Each size is seeded (bench/seed.py) into a PostgreSQL of its own, or into SQLite with --sqlite. A life is open,
dispatch, accept, reply, follow-up, close over HTTP (bench/lives.py), by one thread and by several at once.
"""

from __future__ import annotations

import argparse
import itertools
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import psutil

from bench.lives import SECRET, People, serving
from bench.seed import seed
from hotline.bootstrap import Hotline, build
from hotline.personal_data.phones import BlindIndex
from hotline.settings import Settings
from hotline.staff.model import Actor
from hotline.statistics.model import By
from hotline.statistics.period import Period
from hotline.storage.migrations import upgrade
from hotline.tickets.change import Work
from hotline.tickets.register import RegisterQuery

AGENT = Actor("agent", "bench-agent")
ROWS = 50
WARM = 6
"""Lives before the measurement: a statement is prepared after five executions."""


def looks(hotline: Hotline) -> dict[str, Callable[[], Any]]:
    """The measured pages and searches, by name."""
    register, now = hotline.register, hotline.now()
    some = register.found(RegisterQuery(), ROWS, AGENT)[-1]
    full = hotline.tickets.for_trusted_system(some.number)
    month = Period(now.date() - timedelta(days=30), now.date() - timedelta(days=1))
    year = Period(now.date() - timedelta(days=365), now.date() - timedelta(days=1))
    handler = Actor("handler", "bench", full.lead)
    largest = max(hotline.statistics.report(year).rows, key=lambda row: row.counts.received).key

    def found(**wanted: Any) -> Callable[[], Any]:
        return lambda: register.found(RegisterQuery(**wanted), ROWS, AGENT)

    return {
        "list, newest": found(),
        "list, of a status": found(status="accepted"),
        "list, of a district": found(district=full.district),
        "list, overdue": found(overdue=True),
        "search, number": found(text=full.number),
        "search, phone": found(text=str(full.contact.phone)),
        "search, a usual word": found(text="路灯"),
        "search, a place": found(text=str(full.location)),
        "search, nothing there": found(text="没有这个词"),
        "department's list": lambda: hotline.department.listed(handler, limit=100),
        "department's counts": lambda: hotline.department.counts(handler),
        "board, overdue": lambda: register.overdue(30),
        "board, decisions": lambda: hotline.ticket_desk.waiting(30),
        "a ticket": lambda: hotline.ticket_desk.dossier(full.number, AGENT),
        "timer, what is due": lambda: _due(hotline),
        "statistics, a month": lambda: hotline.statistics.report(month),
        "statistics, a year": lambda: hotline.statistics.report(year, By.CATEGORY),
        "statistics, a unit's": lambda: hotline.statistics.report(year, By.DEPARTMENT, largest),
        "statistics, by category": lambda: hotline.statistics.report(year, By.CATEGORY, largest),
    }


def _due(hotline: Hotline) -> Any:
    with hotline.transactions.reading() as unit:
        return unit.handling.due_numbers(hotline.now(), 200)


def kept_days(hotline: Hotline) -> list[float]:
    """Store the numbers of every day, as the worker does; milliseconds of each."""
    times = []
    while True:
        start = time.perf_counter()
        if not hotline.statistics.count_days(1):
            return times
        times.append((time.perf_counter() - start) * 1000)


def measured(what: Callable[[], Any], repeat: int) -> list[float]:
    """Milliseconds of each run; slow runs are repeated less often."""
    times: list[float] = []
    began = time.perf_counter()
    while len(times) < repeat and (len(times) < 3 or time.perf_counter() - began < 5):
        start = time.perf_counter()
        what()
        times.append((time.perf_counter() - start) * 1000)
    return times


def cpu(data_directory: str | None, people: Sequence[People]) -> dict[str, float]:
    """CPU seconds so far, by consumer; the database's only if PostgreSQL runs on this machine."""
    own = psutil.Process()
    worked = sum(each.worked for each in people)
    used = {"browsers": _seconds(own) - worked, "worker": worked, "gateways": 0.0, "database": 0.0}
    for child in own.children(recursive=True):
        if child.cmdline()[-1:] == ["gateway"]:
            used["gateways"] += _seconds(child)
    for server in psutil.process_iter(["name", "cwd"]):
        if data_directory and server.info["name"] == "postgres" and server.info["cwd"] == data_directory:
            used["database"] += _seconds(server)
    return used


def _lived(person: People, lives: int) -> list[float]:
    return [person.live() for _ in range(lives)]


def _seconds(process: psutil.Process) -> float:
    with suppress(psutil.NoSuchProcess):
        times = process.cpu_times()
        return float(times.user + times.system)
    return 0.0


def row(name: str, times: list[float], more: str = "") -> str:
    """One line of the table."""
    ordered = sorted(times)
    late = ordered[min(len(ordered) - 1, round(len(ordered) * 0.95))]
    return f"  {name:<24}{statistics.median(ordered):>10.1f}{late:>10.1f}  {more}"


def measure(url: str, folder: Path, tickets: int, repeat: int, lives: int, threads: int, gateways: int) -> None:
    """Seed one database and print its table."""
    upgrade(url)
    hotline = build(Settings(data=folder, database_url=url, secret_key=SECRET))
    seconds = seed(url, hotline.city, tickets, BlindIndex(SECRET))
    print(
        f"{tickets:,} tickets ({hotline.database.engine.dialect.name}, made in {seconds:.0f} s); milliseconds: p50, p95",
        flush=True,
    )
    print(row("statistics, a day kept", kept_days(hotline)), flush=True)
    for name, what in looks(hotline).items():
        print(row(name, measured(what, repeat)), flush=True)
    work = Work(hotline.transactions, hotline.city, hotline.now)
    where = None
    if not hotline.database.is_sqlite:
        with hotline.database.reading() as connection:
            where = connection.exec_driver_sql("SHOW data_directory").scalar_one()
    with serving(hotline.settings.sql_url, folder, gateways) as (ports, secret):
        for at_once in (1, threads):
            people = [
                People(hotline, work, port, secret, f"{at_once}-{n}")
                for n, port in zip(range(at_once), itertools.cycle(ports), strict=False)
            ]
            for person in people:
                for _ in range(WARM):
                    person.live()
            used, began = cpu(where, people), time.perf_counter()
            with ThreadPoolExecutor(at_once) as pool:
                times = [*itertools.chain(*pool.map(_lived, people, itertools.repeat(lives // at_once)))]
            rate = len(times) / (time.perf_counter() - began)
            each = {name: (now - used[name]) / len(times) * 1000 for name, now in cpu(where, people).items()}
            shares = ", ".join(f"{name} {spent:.1f}" for name, spent in each.items())
            said = f"{rate:.1f} a second, {sum(each.values()):.1f} ms of CPU each ({shares})"
            print(row(f"life, {at_once} at once", [t * 1000 for t in times], said), flush=True)
    hotline.database.close()


@contextmanager
def postgresql() -> Iterator[str]:
    """A temporary PostgreSQL."""
    import pgserver

    with tempfile.TemporaryDirectory(prefix="yihaotong-scale-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        server = pgserver.get_server(folder)
        try:
            yield server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
        finally:
            server.cleanup()


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tickets", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--sqlite", action="store_true", help="in SQLite instead of PostgreSQL")
    parser.add_argument("--url", help="an empty database of yours instead; then one size")
    parser.add_argument("--repeat", type=int, default=20)
    parser.add_argument("--lives", type=int, default=200)
    parser.add_argument("--threads", type=int, default=4)
    parser.add_argument("--gateways", type=int, default=1, help="gateway processes that share the lives")
    given = parser.parse_args()
    for tickets in given.tickets:
        with tempfile.TemporaryDirectory() as folder:
            how = (Path(folder), tickets, given.repeat, given.lives, given.threads, given.gateways)
            if given.url or given.sqlite:
                measure(given.url or f"sqlite:///{folder}/hotline.db", *how)
            else:
                with postgresql() as url:
                    measure(url, *how)


if __name__ == "__main__":
    main()
