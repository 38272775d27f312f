"""Alembic's environment: runs on a given connection, or from the command line on the database of the settings."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import Connection

from hotline.storage.tables import Moment, metadata


def render_type(kind: str, thing: Any, _context: AutogenContext) -> str | Literal[False]:
    """Render own types as plain SQLAlchemy types, so that migrations do not depend on later changes of the code."""
    if kind == "type" and isinstance(thing, Moment):
        return "sa.DateTime(timezone=True)"
    return False


def run(connection: Connection) -> None:
    """Migrate on a connection whose transaction the caller owns."""
    context.configure(
        connection=connection,
        target_metadata=metadata,
        render_as_batch=True,
        render_item=render_type,
        transactional_ddl=True,
        compare_server_default=True,
    )
    context.run_migrations()


def from_command_line() -> None:
    """`alembic revision --autogenerate`, `alembic history` and the like, for developers."""
    from hotline.settings import read_settings
    from hotline.storage.database import Database

    database = Database(read_settings().sql_url)
    try:
        with database.engine.begin() as connection:
            run(connection)
    finally:
        database.close()


given: Connection | None = context.config.attributes.get("connection")
if given is not None:
    run(given)
else:
    from_command_line()
