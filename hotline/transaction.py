"""A transaction as the use cases see it: how to open a unit with the repositories they need, and which errors it has.

StorageError
├── StorageUnavailable    the database is locked, full or gone: nothing was stored, try again later
└── AlreadyStored         a row with this unique key exists already
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Protocol, TypeVar

Unit_co = TypeVar("Unit_co", covariant=True)


class StorageError(Exception):
    """The database operation failed."""


class StorageUnavailable(StorageError):
    """Nothing was stored; the caller may try again later."""


class AlreadyStored(StorageError):
    """A row with this key exists already."""


class Opening(Protocol[Unit_co]):
    """Opens a transaction: a context manager that commits when its block ends, and rolls back on an exception.

    Raises StorageUnavailable when the database is down.
    """

    def __call__(self) -> AbstractContextManager[Unit_co]: ...

    def reading(self) -> AbstractContextManager[Unit_co]:
        """Open a read-only transaction, which does not wait for writers."""

    def snapshot(self) -> AbstractContextManager[Unit_co]:
        """Open a read-only transaction in which all queries see the same moment, for lists and sums of many rows."""
