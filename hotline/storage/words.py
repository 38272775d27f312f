"""Search by words in SQL: every two neighbouring characters of a ticket are kept, which PostgreSQL finds by an index.

Chinese has no blanks between words, so that a full-text index finds nothing, and PostgreSQL's trigrams are an extension
that is not everywhere. On SQLite, where cities are small, a search reads the tickets.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.dialects import postgresql

from hotline.storage.statements import Statements
from hotline.storage.tables import tickets as t
from hotline.storage.tables import words as w

PLACES = ("title", "description", "location")
NEWEST = 2_000
"""So many tickets are read before the index is asked: what is found often is found there at once, and its tickets
are too many to sort."""


def pairs(*said: str | None) -> list[str]:
    """All neighbouring characters of these texts, each pair once."""
    text = "\n".join(part for part in said if part).lower().replace("\x00", "")
    return sorted({text[i : i + 2] for i in range(len(text) - 1)})


def note(statements: Statements, number: str, *said: str | None) -> None:
    """Let a ticket be found by these words too."""
    if statements.dialect.name != "postgresql":
        return
    first = postgresql.insert(w).values(number=number, pairs=pairs(*said))
    more = {"pairs": w.c.pairs + first.excluded.pairs}
    statements.later(first.on_conflict_do_update(index_elements=["number"], set_=more))


def found(statements: Statements, query: Select[Any], text: str, limit: int, before: str | None) -> Sequence[Any]:
    """The rows of a query (newest first, at most `limit`) whose tickets hold a text, as it stands, in any case."""
    holds = query.where(or_(*(t.c[place].icontains(text, autoescape=True) for place in PLACES)))
    wanted = pairs(text)
    if statements.dialect.name != "postgresql" or not wanted:
        return statements.execute(holds).all()
    newest = select(t.c.number).order_by(t.c.number.desc()).limit(NEWEST)
    newest = newest.where(t.c.number < before) if before is not None else newest
    oldest = select(func.min(newest.subquery().c.number)).scalar_subquery()
    rows = statements.execute(holds.where(t.c.number >= oldest)).all()
    if len(rows) == limit:
        return rows
    known = select(w.c.number).where(w.c.pairs.contains(wanted))
    return statements.execute(holds.where(t.c.number.in_(known))).all()
