"""What all tests share: real databases, a real Valkey, and a clock that is set instead of slept for."""

from __future__ import annotations

import gc
import os
import shutil
import subprocess
import tempfile
import time
import uuid
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
import redis
import redis.asyncio
from argon2 import PasswordHasher
from sqlalchemy.dialects.sqlite import DATETIME

from hotline.bootstrap import Hotline, build
from hotline.city import City, load_city
from hotline.clock import ZONE
from hotline.processes import embedded
from hotline.processes.environment import prepare
from hotline.settings import PROJECT_ROOT, Settings
from hotline.staff import passwords
from hotline.storage.database import Database
from hotline.storage.migrations import upgrade

true_hasher = passwords._hasher
UNNEEDED = ("fsync", "full_page_writes", "synchronous_commit", "autovacuum")
"""What PostgreSQL does to survive a power cut and years of use, which no test needs."""

prepare()
for _name in [name for name in os.environ if name.startswith("YHT_") and not name.startswith("YHT_TEST_")]:
    del os.environ[_name]  # a developer's own settings must not affect the tests


def pytest_collection_finish() -> None:
    """Keeps the garbage collector from looking through the imported libraries again and again."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session", autouse=True)
def _quick_passwords() -> Iterator[None]:
    """Makes password hashes as cheap as possible; tests/unit/test_passwords.py tests the real ones."""
    quick = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    with pytest.MonkeyPatch.context() as cheaper:
        cheaper.setattr(passwords, "_hasher", lambda: quick)
        yield


@pytest.fixture(scope="session", autouse=True)
def _times_are_stored_in_utc() -> Iterator[None]:
    """Refuses a time that reaches SQLite past hotline.storage.tables.Moment: SQLite drops the zone, and hours are lost.

    SQLAlchemy gives an operand of a function, as in coalesce(column, now), the type of its value and not the column's.
    """
    processor = DATETIME.bind_processor

    def checked(self: DATETIME, dialect: Any) -> Any:
        store = processor(self, dialect)

        def bind(value: Any) -> Any:
            assert getattr(value, "tzinfo", None) in (None, UTC), "a time is not bound as a Moment"
            return store(value)

        return bind

    with pytest.MonkeyPatch.context() as watched:
        watched.setattr(DATETIME, "bind_processor", checked)
        yield


class SetClock:
    """A clock that stands still until it is moved."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at

    def advance(self, **by: float) -> None:
        """Move on, by `seconds=`, `minutes=`, `days=` …"""
        self.at += timedelta(**by)


@pytest.fixture
def clock() -> SetClock:
    """A Sunday morning in Chengdu."""
    return SetClock(datetime(2026, 11, 22, 9, 30, tzinfo=ZONE))


@pytest.fixture(scope="session")
def city() -> City:
    """成都."""
    return load_city(PROJECT_ROOT / "cities" / "chengdu")


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """A PostgreSQL server for the tests; the URL of an empty database.

    For root, pgserver runs it as another user, who cannot read pytest's temporary folders.
    """
    import pgserver

    with tempfile.TemporaryDirectory(prefix="yihaotong-postgresql-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        server = pgserver.get_server(folder)
        with psycopg.connect(server.get_uri(), autocommit=True) as connection:
            for setting in UNNEEDED:
                connection.execute(f"ALTER SYSTEM SET {setting} = off")  # type: ignore[arg-type]
            connection.execute("SELECT pg_reload_conf()")
        yield server.get_uri()
        server.cleanup()


@pytest.fixture(scope="session")
def _migrated_postgresql(postgresql_server: str) -> str:
    with psycopg.connect(postgresql_server, autocommit=True) as connection:
        connection.execute("CREATE DATABASE migrated")
    upgrade(_driver_url(_with_database(postgresql_server, "migrated")))
    return "migrated"


@pytest.fixture(scope="session")
def _migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sqlite") / "migrated.db"
    upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture
def sqlite_url(_migrated_sqlite: Path, tmp_path: Path) -> str:
    """A migrated, empty SQLite database."""
    shutil.copy(_migrated_sqlite, tmp_path / "hotline.db")
    return f"sqlite:///{tmp_path / 'hotline.db'}"


@pytest.fixture
def postgresql_url(postgresql_server: str, _migrated_postgresql: str) -> Iterator[str]:
    """A migrated, empty PostgreSQL database."""
    name = f"test_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(postgresql_server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {_migrated_postgresql}")  # type: ignore[arg-type]
        yield _driver_url(_with_database(postgresql_server, name))
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")  # type: ignore[arg-type]


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """A migrated, empty database, once of each kind."""
    return str(request.getfixturevalue(f"{request.param}_url"))


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """The same database, opened."""
    opened = Database(database_url)
    yield opened
    opened.close()


@pytest.fixture
def hotline(database_url: str, clock: SetClock, city: City, tmp_path: Path) -> Iterator[Hotline]:
    """The hotline's use cases on a fresh database, once of each kind."""
    settings = Settings(data=tmp_path, database_url=database_url, secret_key="a-secret-key-of-the-tests")
    built = build(settings, clock, city)
    yield built
    built.database.close()


@pytest.fixture(scope="session")
def valkey_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A Valkey server for the tests."""
    port = embedded.free_ports(1)[0]
    command = embedded.valkey_command(tmp_path_factory.mktemp("valkey"), port)
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as server:
        url = f"redis://127.0.0.1:{port}/0"
        _wait_for_valkey(url)
        yield url
        server.terminate()


@pytest.fixture
async def valkey(valkey_url: str) -> AsyncIterator[redis.asyncio.Redis]:
    """A client of an empty Valkey."""
    async with redis.asyncio.Redis.from_url(valkey_url, decode_responses=True) as client:
        await client.flushall()
        yield client


def _wait_for_valkey(url: str) -> None:
    with redis.Redis.from_url(url) as client:
        for _ in range(100):
            try:
                client.ping()
                return
            except redis.ConnectionError:
                time.sleep(0.05)
    raise AssertionError("Valkey did not start")


def _with_database(uri: str, name: str) -> str:
    return uri.replace("/postgres?", f"/{name}?", 1)


def _driver_url(uri: str) -> str:
    return uri.replace("postgresql://", "postgresql+psycopg://", 1)
