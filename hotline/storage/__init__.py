"""SQL storage: tables, repositories and the transaction that joins them. SQLite and PostgreSQL."""

from hotline.storage.database import Database
from hotline.storage.unit import Unit

__all__ = ["Database", "Unit"]
