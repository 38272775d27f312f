"""Files that units attach to tickets, in SQL. Their contents are kept by `contents.py`."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import insert, select, update

from hotline.attachments.model import ReplyFile
from hotline.storage.statements import Statements
from hotline.storage.tables import files as f

COLUMNS = [f.c[name] for name in ReplyFile.__slots__]


class SqlReplyFiles:
    """Implements hotline.attachments.ports.ReplyFileRepository."""

    def __init__(self, statements: Statements) -> None:
        self._statements = statements

    def add(self, file: ReplyFile) -> None:
        self._statements.execute(insert(f), {column.name: getattr(file, column.name) for column in COLUMNS})

    def of_tickets(self, numbers: Sequence[str]) -> Sequence[ReplyFile]:
        rows = self._statements.execute(select(*COLUMNS).where(f.c.number.in_(numbers)).order_by(f.c.seq))
        return [ReplyFile(**row._mapping) for row in rows]

    def keep_internal(self, id: str) -> None:
        self._statements.execute(update(f).where(f.c.id == id).values(for_citizen=False))
