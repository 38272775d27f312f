"""Search by words in SQL. On PostgreSQL every pair of neighbouring characters of a ticket is stored and indexed.

Chinese has no blanks between words, so a full-text index finds nothing, and PostgreSQL's trigrams are an extension that
is not available everywhere. On SQLite, which is for small cities, a search reads the tickets.
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
"""How many of the newest tickets a search reads before it uses the index. A frequent text fills the page from these at
once, while the index would return too many tickets to sort."""


def pairs(*said: str | None) -> list[str]:
    """All pairs of neighbouring characters in these texts, each pair once."""
    text = "\n".join(part for part in said if part).lower().replace("\x00", "")
    return sorted({text[i : i + 2] for i in range(len(text) - 1)})


def renew(statements: Statements, number: str) -> None:
    """Replace the stored pairs of a ticket with those of its present text."""
    if statements.dialect.name == "postgresql":
        said = select(*(t.c[place] for place in PLACES)).where(t.c.number == number)
        note(statements, number, *statements.execute(said).one())


def note(statements: Statements, number: str, *said: str | None) -> None:
    """Store the pairs of a ticket's texts, in place of former ones. Does nothing on SQLite."""
    if statements.dialect.name != "postgresql":
        return
    written = postgresql.insert(w).values(number=number, pairs=pairs(*said))
    now = {"pairs": written.excluded.pairs}
    statements.later(written.on_conflict_do_update(index_elements=["number"], set_=now))


def found(statements: Statements, query: Select[Any], text: str, limit: int, before: str | None) -> Sequence[Any]:
    """The rows of a query (newest first, at most `limit`) whose tickets contain a text literally, in any case."""
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
