"""One transaction with the repositories that work inside it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from hotline.personal_data.phones import BlindIndex
from hotline.storage.attachments import SqlAttachments
from hotline.storage.audit import SqlAudit
from hotline.storage.bulletins import SqlBulletins
from hotline.storage.conversations import SqlConversations
from hotline.storage.database import Database
from hotline.storage.deliveries import SqlDeliveries
from hotline.storage.files import SqlReplyFiles
from hotline.storage.handling import SqlHandling
from hotline.storage.handoffs import SqlHandoffs, SqlSeats
from hotline.storage.households import SqlHouseholds
from hotline.storage.inbox import SqlInbox
from hotline.storage.orders import SqlOrders
from hotline.storage.outbox import SqlOutbox
from hotline.storage.promise import SqlPromise
from hotline.storage.register import SqlRegister
from hotline.storage.staff import SqlStaff
from hotline.storage.statements import Statements
from hotline.storage.statistics import SqlStatistics
from hotline.storage.tickets import SqlTickets
from hotline.storage.trackers import SqlMemory


class Unit:
    """The repositories of one transaction; everything done through them is committed together or not at all."""

    def __init__(self, statements: Statements, phones: BlindIndex) -> None:
        self.tickets = SqlTickets(statements, phones)
        self.inbox = SqlInbox(statements)
        self.handling = SqlHandling(statements)
        self.households = SqlHouseholds(statements, phones)
        self.conversations = SqlConversations(statements)
        self.deliveries = SqlDeliveries(statements)
        self.handoffs = SqlHandoffs(statements)
        self.seats = SqlSeats(statements)
        self.memory = SqlMemory(statements)
        self.events = SqlOutbox(statements)
        self.attachments = SqlAttachments(statements)
        self.files = SqlReplyFiles(statements)
        self.audit = SqlAudit(statements)
        self.staff = SqlStaff(statements)
        self.register = SqlRegister(statements, phones)
        self.promise = SqlPromise(statements)
        self.statistics = SqlStatistics(statements)
        self.bulletins = SqlBulletins(statements)
        self.orders = SqlOrders(statements)


class Transactions:
    """Opens units on a database; `phones` computes the blind index by which phones are found."""

    def __init__(self, database: Database, phones: BlindIndex) -> None:
        self._database = database
        self._phones = phones

    @contextmanager
    def __call__(self) -> Iterator[Unit]:
        """Open a unit that commits when its block ends without an exception. Raises StorageError."""
        with self._database.transaction() as connection:
            statements = Statements(connection)
            unit = Unit(statements, self._phones)
            yield unit
            unit.audit.flush()
            statements.flush()

    @contextmanager
    def reading(self) -> Iterator[Unit]:
        """Open a unit for reading only, which takes no lock on SQLite."""
        with self._database.reading() as connection:
            yield Unit(Statements(connection), self._phones)

    @contextmanager
    def snapshot(self) -> Iterator[Unit]:
        """Open a unit for reading only, in which all queries see the same moment."""
        with self._database.reading(snapshot=True) as connection:
            yield Unit(Statements(connection), self._phones)
