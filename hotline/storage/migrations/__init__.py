"""The history of the database's tables (Alembic), and the way from any of its versions to the newest."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.util import CommandError
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from hotline.phones import BlindIndex
from hotline.storage.database import Database, StorageError, translated
from hotline.storage.phones import bring_to

FOLDER = Path(__file__).parent
LOCK = 12345  # PostgreSQL's advisory lock: two processes that upgrade at once wait for each other


class MigrationFailed(Exception):
    """The database was left as it was; the message says why in one line."""


def upgrade(url: str, revision: str = "head", phones: BlindIndex | None = None) -> tuple[str | None, str | None]:
    """Bring a database to a revision in one transaction; the revision before and after. Raises MigrationFailed.

    The tickets that are there are found by phone with `phones`; without it, those from before the index are not.
    """
    database = Database(url)
    try:
        with translated(), database.engine.connect() as connection:
            if database.is_sqlite:
                _without_foreign_keys(connection)
            with connection.begin():
                if not database.is_sqlite:
                    connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOCK})
                before = current(connection)
                command.upgrade(config(connection), revision)
                if phones is not None:
                    bring_to(connection, phones)
                if database.is_sqlite and connection.exec_driver_sql("PRAGMA foreign_key_check").first():
                    raise MigrationFailed("rows would point to rows that are not there")
                return before, current(connection)
    except (StorageError, DBAPIError) as problem:
        cause = problem.__cause__ if isinstance(problem, StorageError) else problem
        raise MigrationFailed(f"the database could not be upgraded: {_first_line(cause)}") from problem
    except CommandError as problem:
        raise MigrationFailed(f"the database is of another version of this program: {problem}") from problem
    finally:
        database.close()


def current(connection: Connection) -> str | None:
    """The revision a database is at; None for an empty one."""
    return MigrationContext.configure(connection).get_current_revision()


def config(connection: Connection | None = None) -> Config:
    """Alembic's configuration, working on an open connection."""
    settings = Config(attributes={"connection": connection})
    settings.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    return settings


def _without_foreign_keys(connection: Connection) -> None:
    """SQLite changes a column by making its table anew, which foreign keys would forbid; they are checked at the end."""
    raw = connection.connection.driver_connection
    assert raw is not None
    raw.execute("PRAGMA foreign_keys=OFF")


def _first_line(problem: BaseException | None) -> str:
    """What the driver says, without the statement and its values."""
    return str(getattr(problem, "orig", problem)).strip().split("\n")[0]
