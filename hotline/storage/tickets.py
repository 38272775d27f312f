"""Tickets in SQL."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, insert, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from hotline.storage import tables
from hotline.tickets.access import Guesses
from hotline.tickets.model import Contact, Rating, RequestType, Status, Ticket, TimelineEntry, Urgency

FILTERS = {"status": "status", "category": "category", "department": "lead", "sender": "sender"}


class SqlTickets:
    """Implements hotline.tickets.ports.TicketRepository."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._dialect = postgresql if connection.dialect.name == "postgresql" else sqlite

    def next_serial(self, day: date) -> int:
        start = self._dialect.insert(tables.serials).values(day=day.isoformat(), last=1)
        count = start.on_conflict_do_update(index_elements=["day"], set_={"last": tables.serials.c.last + 1})
        return int(self._connection.execute(count.returning(tables.serials.c.last)).scalar_one())

    def add(self, ticket: Ticket, key: str) -> None:
        row = {column.name: getattr(ticket, column.name, None) for column in tables.tickets.columns}
        row |= {"key": key, "co": list(ticket.co)}
        row |= {"contact_name": ticket.contact.name, "contact_phone": ticket.contact.phone}
        self._connection.execute(insert(tables.tickets), row)
        for entry in ticket.timeline:
            self.append(ticket.number, entry)

    def by_key(self, key: str) -> Ticket | None:
        return self._one(tables.tickets.c.key == key)

    def by_number(self, number: str) -> Ticket | None:
        return self._one(tables.tickets.c.number == number)

    def of_citizen(self, channel: str, sender: str, phone: str | None, limit: int) -> Sequence[Ticket]:
        own = (tables.tickets.c.channel == channel) & (tables.tickets.c.sender == sender)
        mine = or_(own, tables.tickets.c.contact_phone == phone) if phone else own
        rows = self._connection.execute(
            select(tables.tickets).where(mine).order_by(tables.tickets.c.number.desc()).limit(limit)
        )
        return [_ticket(row, ()) for row in rows]

    def listed(self, filters: Mapping[str, Any], limit: int, before: str | None) -> Sequence[Ticket]:
        query = select(tables.tickets).order_by(tables.tickets.c.number.desc()).limit(limit)
        for name, column in FILTERS.items():
            if filters.get(name):
                query = query.where(tables.tickets.c[column] == filters[name])
        if filters.get("since"):
            query = query.where(tables.tickets.c.created_at >= filters["since"])
        if before:
            query = query.where(tables.tickets.c.number < before)
        rows = list(self._connection.execute(query))
        steps = self._timelines([row.number for row in rows])
        return [_ticket(row, steps.get(row.number, ())) for row in rows]

    def set_status(self, number: str, was: Status, becomes: Status) -> bool:
        where = (tables.tickets.c.number == number) & (tables.tickets.c.status == was)
        return self._connection.execute(update(tables.tickets).where(where).values(status=becomes)).rowcount == 1

    def append(self, number: str, entry: TimelineEntry) -> bool:
        row = {"number": number, "at": entry.at, "node": entry.node, "text": entry.text, "key": entry.key}
        add = self._dialect.insert(tables.timeline).values(row).on_conflict_do_nothing()
        return self._connection.execute(add).rowcount == 1

    def describe(self, number: str, description: str) -> None:
        own = tables.tickets.c.number == number
        self._connection.execute(update(tables.tickets).where(own).values(description=description))

    def set_confidential(self, number: str, confidential: bool) -> None:
        own = tables.tickets.c.number == number
        self._connection.execute(update(tables.tickets).where(own).values(confidential=confidential))

    def rate(self, number: str, rating: Rating) -> None:
        own = tables.tickets.c.number == number
        self._connection.execute(update(tables.tickets).where(own).values(satisfaction=rating))

    def guesses(self, number: str) -> Guesses:
        table = tables.guesses
        fresh = self._dialect.insert(table).values(number=number, wrong=0)
        self._connection.execute(fresh.on_conflict_do_nothing())  # a row that is there can be locked
        row = self._connection.execute(select(table).where(table.c.number == number).with_for_update()).one()
        return Guesses(row.wrong, row.last_at, row.locked_until)

    def note_guesses(self, number: str, guesses: Guesses) -> None:
        values = {"wrong": guesses.wrong, "last_at": guesses.last_at, "locked_until": guesses.locked_until}
        first = self._dialect.insert(tables.guesses).values(number=number, **values)
        self._connection.execute(first.on_conflict_do_update(index_elements=["number"], set_=values))

    def _one(self, condition: Any) -> Ticket | None:
        row = self._connection.execute(select(tables.tickets).where(condition)).one_or_none()
        return _ticket(row, self._timelines([row.number]).get(row.number, ())) if row else None

    def _timelines(self, numbers: Sequence[str]) -> dict[str, tuple[TimelineEntry, ...]]:
        table, found = tables.timeline, dict[str, tuple[TimelineEntry, ...]]()
        for row in self._connection.execute(select(table).where(table.c.number.in_(numbers)).order_by(table.c.id)):
            found[row.number] = (*found.get(row.number, ()), TimelineEntry(row.at, row.node, row.text, row.key))
        return found


def _ticket(row: Row[Any], steps: tuple[TimelineEntry, ...]) -> Ticket:
    return Ticket(
        number=row.number,
        code=row.code,
        request_type=RequestType(row.request_type),
        category=row.category,
        title=row.title,
        description=row.description,
        location=row.location,
        district=row.district,
        lead=row.lead,
        co=tuple(row.co),
        urgency=Urgency(row.urgency),
        confidential=row.confidential,
        channel=row.channel,
        sender=row.sender,
        conversation_id=row.conversation_id,
        contact=Contact(row.contact_name, row.contact_phone),
        status=Status(row.status),
        created_at=row.created_at,
        due_at=row.due_at,
        reply=row.reply,
        satisfaction=row.satisfaction,
        danger=row.danger,
        timeline=steps,
    )
