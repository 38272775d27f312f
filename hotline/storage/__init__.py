"""SQL storage: tables, repositories and the transaction that joins them. SQLite and PostgreSQL."""

from hotline.storage.database import AlreadyStored, Database, StorageUnavailable
from hotline.storage.unit import Unit

__all__ = ["AlreadyStored", "Database", "StorageUnavailable", "Unit"]
