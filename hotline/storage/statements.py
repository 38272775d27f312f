"""The statements of one transaction, in their order; writes that answer nothing wait, to be sent together."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, CursorResult, Dialect
from sqlalchemy.exc import DBAPIError


class Statements:
    """What the repositories of a unit execute.

    A life of a ticket is some eighty statements; to wait for the answer to each of its writes costs more than the
    writes. PostgreSQL takes them in one go (a pipeline); SQLite has no way to wait for.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._waiting: list[tuple[Any, Any]] = []

    @property
    def dialect(self) -> Dialect:
        """Which database it is."""
        return self._connection.dialect

    def execute(self, statement: Any, parameters: Any = None) -> CursorResult[*tuple[Any, ...]]:
        """Execute now, after all that waits. Raises sqlalchemy.exc.DBAPIError, also for what has waited."""
        self.flush()
        return self._connection.execute(statement, parameters)

    def later(self, statement: Any, parameters: Any = None) -> None:
        """Execute a write before the next statement or the commit."""
        self._waiting.append((statement, parameters))

    def flush(self) -> None:
        """Send what waits. Raises sqlalchemy.exc.DBAPIError."""
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
        except errors.Error as error:  # told at the end of the pipeline, where SQLAlchemy does not see it
            gone = self.dialect.is_disconnect(error, driver, None)
            if gone:
                self._connection.invalidate(error)
            raise DBAPIError.instance("pipeline", None, error, errors.Error, connection_invalidated=gone, dialect=self.dialect) from error  # fmt: skip
