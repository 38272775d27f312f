"""The blind index of phones in existing rows: filled in after an upgrade, recomputed after a change of the key."""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, select, update

from hotline.personal_data.phones import BlindIndex
from hotline.storage.tables import tickets as t

AT_ONCE = 5_000


def bring_to(connection: Connection, phones: BlindIndex) -> int:
    """Bring the blind index of every ticket to the key of `phones`; returns how many were computed.

    Computes only missing ones, unless the oldest or the newest indexed ticket has an index of another key.
    """
    wanted = [t.c.contact_phone.is_not(None)]
    if not _is_changed(connection, phones):
        wanted.append(t.c.phone_index.is_(None))
    store = update(t).where(t.c.number == bindparam("ticket")).values(phone_index=bindparam("index"))
    count, last = 0, ""
    while True:
        page = (
            select(t.c.number, t.c.contact_phone).where(*wanted, t.c.number > last).order_by(t.c.number).limit(AT_ONCE)
        )
        rows = connection.execute(page).all()
        if not rows:
            return count
        connection.execute(store, [{"ticket": number, "index": phones(phone)} for number, phone in rows])
        count, last = count + len(rows), rows[-1].number


def _is_changed(connection: Connection, phones: BlindIndex) -> bool:
    indexed = select(t.c.contact_phone, t.c.phone_index).where(t.c.phone_index.is_not(None)).limit(1)
    ends = [connection.execute(indexed.order_by(order)).one_or_none() for order in (t.c.number, t.c.number.desc())]
    return any(row is not None and row.phone_index != phones(row.contact_phone) for row in ends)
