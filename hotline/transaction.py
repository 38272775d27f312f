"""A transaction as the use cases know it: something that opens a unit with the repositories that they need."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Protocol, TypeVar

Unit_co = TypeVar("Unit_co", covariant=True)


class Opening(Protocol[Unit_co]):
    """Starts a transaction. Left without an exception it commits, else everything is undone.

    Raises hotline.storage.StorageUnavailable when the database is down.
    """

    def __call__(self) -> AbstractContextManager[Unit_co]: ...

    def reading(self) -> AbstractContextManager[Unit_co]:
        """For reading only: waits for nobody who writes."""

    def snapshot(self) -> AbstractContextManager[Unit_co]:
        """The same for lists and sums of many rows, which are all as they were at one moment."""
