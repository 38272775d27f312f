"""The connection to the database; translates its errors to those of hotline.transaction."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic, sleep
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.exc import DBAPIError, IntegrityError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from hotline.transaction import AlreadyStored, StorageError, StorageUnavailable

LOCK_WAIT_SECONDS = 5.0
LOCK_AGAIN_SECONDS = 0.004
"""How long to wait before asking for SQLite's write lock again. SQLite's own busy handler asks only ten times a second,
so that a process that writes a lot would keep the others out."""


UNIQUE = ("SQLITE_CONSTRAINT_UNIQUE", "SQLITE_CONSTRAINT_PRIMARYKEY")
UNIQUE_VIOLATION = "23505"  # PostgreSQL, appendix A


class Database:
    """An engine with the pragmas, pools and locks that this project needs. It connects on first use."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.is_sqlite = url.startswith("sqlite")
        self.engine = _sqlite_engine(url) if self.is_sqlite else _server_engine(url)
        # SQLite has one writer: threads of one process queue here instead of sleeping in its busy handler.
        self._writer = threading.Lock()

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """Open a transaction that commits at the end and rolls back on any exception. Raises StorageError."""
        if self.is_sqlite and not self._writer.acquire(timeout=LOCK_WAIT_SECONDS):
            raise StorageUnavailable("the database is busy")
        try:
            with translated(), self.engine.begin() as connection:
                yield connection
        finally:
            if self.is_sqlite:
                self._writer.release()

    @contextmanager
    def reading(self, snapshot: bool = False) -> Iterator[Connection]:
        """Open a connection for reading only. On SQLite it never waits for a writer; on PostgreSQL it is in autocommit.

        In a `snapshot` all queries see the same moment, as they always do on SQLite. It is for queries over many rows:
        PostgreSQL plans them for the days they ask for (a generic plan took a hundred times as long), and with the cost
        of random reads set for solid-state disks, so that it uses indexes where they help.

        It ends with a commit: after a rollback the driver would forget the statements prepared on the connection.
        """
        level = {} if self.is_sqlite else {"isolation_level": "REPEATABLE READ" if snapshot else "AUTOCOMMIT"}
        with translated(), self.engine.connect().execution_options(reading=True, **level) as connection:
            if snapshot and not self.is_sqlite:
                connection.exec_driver_sql("SET LOCAL plan_cache_mode = force_custom_plan")
                connection.exec_driver_sql("SET LOCAL random_page_cost = 1.1")
            yield connection
            connection.commit()

    def check(self) -> None:
        """Raises StorageUnavailable when the database does not answer."""
        with self.reading() as connection:
            connection.execute(text("SELECT 1"))

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()


@contextmanager
def translated() -> Iterator[None]:
    """Translate the driver's errors to those of hotline.transaction."""
    try:
        yield
    except IntegrityError as error:
        problem = AlreadyStored if _is_of_a_key(error) else StorageError
        raise problem(str(error.orig).splitlines()[0]) from error
    except (OperationalError, InterfaceError, PoolTimeout) as error:
        raise StorageUnavailable(type(error).__name__) from error
    except DBAPIError as error:
        if error.connection_invalidated:
            raise StorageUnavailable(type(error).__name__) from error
        raise


def _is_of_a_key(error: IntegrityError) -> bool:
    """Whether the error means that a row with this key exists, as opposed to another fault of the row."""
    sqlite = getattr(error.orig, "sqlite_errorname", "")
    return sqlite in UNIQUE or getattr(error.orig, "sqlstate", None) == UNIQUE_VIOLATION


def _sqlite_engine(url: str) -> Engine:
    engine = create_engine(
        url,
        connect_args={"timeout": LOCK_WAIT_SECONDS, "check_same_thread": False},
        pool_size=8,
        max_overflow=24,
        hide_parameters=True,
    )

    @event.listens_for(engine, "connect")
    def _prepare(connection: sqlite3.Connection, _record: Any) -> None:
        connection.isolation_level = None  # transactions begin where SQLAlchemy says, below
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "temp_store=MEMORY"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        if connection.get_execution_options().get("reading"):
            connection.exec_driver_sql("BEGIN")
        else:
            _begin_writing(connection)

    return engine


def _begin_writing(connection: Connection) -> None:
    """Begin a SQLite write transaction, waiting for other processes that write. Raises sqlalchemy.exc.OperationalError
    after LOCK_WAIT_SECONDS."""
    until = monotonic() + LOCK_WAIT_SECONDS
    connection.exec_driver_sql("PRAGMA busy_timeout=0")
    try:
        while True:
            try:
                connection.exec_driver_sql("BEGIN IMMEDIATE")
                return
            except OperationalError as busy:
                if getattr(busy.orig, "sqlite_errorcode", None) != sqlite3.SQLITE_BUSY or monotonic() > until:
                    raise
                sleep(LOCK_AGAIN_SECONDS)
    finally:
        connection.exec_driver_sql(f"PRAGMA busy_timeout={LOCK_WAIT_SECONDS * 1000:.0f}")


def _server_engine(url: str) -> Engine:
    return create_engine(
        url, pool_size=16, max_overflow=16, pool_pre_ping=True, pool_use_lifo=True, pool_timeout=5, hide_parameters=True
    )
