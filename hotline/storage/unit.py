"""One transaction with the repositories that work inside it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection

from hotline.storage.attachments import SqlAttachments
from hotline.storage.audit import SqlAudit
from hotline.storage.bulletins import SqlBulletins
from hotline.storage.conversations import SqlConversations
from hotline.storage.database import Database
from hotline.storage.deliveries import SqlDeliveries
from hotline.storage.handling import SqlHandling
from hotline.storage.handoffs import SqlHandoffs, SqlSeats
from hotline.storage.orders import SqlOrders
from hotline.storage.outbox import SqlOutbox
from hotline.storage.register import SqlRegister
from hotline.storage.staff import SqlStaff
from hotline.storage.statistics import SqlStatistics
from hotline.storage.tickets import SqlTickets
from hotline.storage.trackers import SqlMemory


class Unit:
    """Everything done through one unit is committed together or not at all."""

    def __init__(self, connection: Connection) -> None:
        self.tickets = SqlTickets(connection)
        self.handling = SqlHandling(connection)
        self.conversations = SqlConversations(connection)
        self.deliveries = SqlDeliveries(connection)
        self.handoffs = SqlHandoffs(connection)
        self.seats = SqlSeats(connection)
        self.memory = SqlMemory(connection)
        self.events = SqlOutbox(connection)
        self.attachments = SqlAttachments(connection)
        self.audit = SqlAudit(connection)
        self.staff = SqlStaff(connection)
        self.register = SqlRegister(connection)
        self.statistics = SqlStatistics(connection)
        self.bulletins = SqlBulletins(connection)
        self.orders = SqlOrders(connection)


class Units:
    """Opens units on a database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @contextmanager
    def __call__(self) -> Iterator[Unit]:
        """A unit that commits when left without an exception. Raises StorageError."""
        with self._database.transaction() as connection:
            unit = Unit(connection)
            yield unit
            unit.audit.flush()

    @contextmanager
    def reading(self) -> Iterator[Unit]:
        """A unit for reading only: no lock is taken on SQLite."""
        with self._database.reading() as connection:
            yield Unit(connection)

    @contextmanager
    def snapshot(self) -> Iterator[Unit]:
        """The same, and everything that is read is as it was at one moment."""
        with self._database.reading(snapshot=True) as connection:
            yield Unit(connection)
