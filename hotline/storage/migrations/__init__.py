"""The Alembic migrations of the database, and the upgrade from any version to the newest."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.util import CommandError
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from hotline.personal_data.phones import BlindIndex
from hotline.storage.database import Database, translated
from hotline.storage.phones import bring_to
from hotline.transaction import StorageError

FOLDER = Path(__file__).parent
LOCK = 12345  # PostgreSQL's advisory lock: two processes that upgrade at once wait for each other


class MigrationFailed(Exception):
    """The upgrade failed and the database was left unchanged; the message says why in one line."""


def upgrade(url: str, revision: str = "head", phones: BlindIndex | None = None) -> tuple[str | None, str | None]:
    """Upgrade a database to a revision in one transaction; returns the revisions before and after. Raises
    MigrationFailed.

    `phones` computes the blind index of existing tickets; without it, tickets from before the index are not found by
    phone.
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
    """The present revision of a database; None for an empty one."""
    return MigrationContext.configure(connection).get_current_revision()


def config(connection: Connection | None = None) -> Config:
    """Alembic's configuration, working on an open connection."""
    settings = Config(attributes={"connection": connection})
    settings.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    return settings


def _without_foreign_keys(connection: Connection) -> None:
    """Switch foreign keys off for a SQLite upgrade: to change a column Alembic recreates the table, which foreign keys
    would forbid. `upgrade` checks them at the end."""
    raw = connection.connection.driver_connection
    assert raw is not None
    raw.execute("PRAGMA foreign_keys=OFF")


def _first_line(problem: BaseException | None) -> str:
    """The driver's message, without the statement and its values."""
    return str(getattr(problem, "orig", problem)).strip().split("\n")[0]
