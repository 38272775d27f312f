"""Executes the statements of one transaction in order; queues writes that return nothing and sends them together."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, CursorResult, Dialect
from sqlalchemy.exc import DBAPIError


class Statements:
    """Executes the statements of a unit's repositories.

    The life of a ticket takes some eighty statements, and waiting for the answer to each write costs more than the
    writes. PostgreSQL takes queued writes together (a pipeline); SQLite has no round trip to save.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._waiting: list[tuple[Any, Any]] = []

    @property
    def dialect(self) -> Dialect:
        """The SQL dialect of the database."""
        return self._connection.dialect

    def execute(self, statement: Any, parameters: Any = None) -> CursorResult[*tuple[Any, ...]]:
        """Send the queued writes, then execute this statement. Raises sqlalchemy.exc.DBAPIError for any of them."""
        self.flush()
        return self._connection.execute(statement, parameters)

    def later(self, statement: Any, parameters: Any = None) -> None:
        """Queue a write, to be executed before the next statement or the commit."""
        self._waiting.append((statement, parameters))

    def flush(self) -> None:
        """Send the queued writes. Raises sqlalchemy.exc.DBAPIError."""
        if not self._waiting:
            return
        waiting, self._waiting = self._waiting, []
        with self._together(len(waiting)):
            for statement, parameters in waiting:
                self._connection.execute(statement, parameters)

    @contextmanager
    def _together(self, count: int) -> Iterator[None]:
        if self.dialect.name != "postgresql" or count == 1:
            yield
            return
        driver: Any = self._connection.connection.driver_connection
        errors: Any = self.dialect.loaded_dbapi
        try:
            with driver.pipeline():
                yield
        except errors.Error as error:  # raised at the end of the pipeline, where SQLAlchemy does not translate it
            gone = self.dialect.is_disconnect(error, driver, None)
            if gone:
                self._connection.invalidate(error)
            raise DBAPIError.instance("pipeline", None, error, errors.Error, connection_invalidated=gone, dialect=self.dialect) from error  # fmt: skip
