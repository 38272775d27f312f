"""Tickets in SQL."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, bindparam, delete, exists, insert, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from hotline.clock import ZONE
from hotline.personal_data.phones import BlindIndex
from hotline.storage import tables, words
from hotline.storage.statements import Statements
from hotline.tickets.access import Guesses
from hotline.tickets.model import ENDED, Contact, RequestType, Status, Ticket, TimelineEntry, Urgency

CENTURY = datetime(2000, 1, 1, tzinfo=ZONE)
FILTERS = {"status": "status", "category": "category", "department": "lead", "sender": "sender"}

# The statements that every action needs, built once: SQLAlchemy takes longer to build them than the database to run
# them.
_OF = tables.tickets.c.number == bindparam("of")
_BY_NUMBER = select(tables.tickets).where(_OF)
_LOCKED = _BY_NUMBER.with_for_update()
_BY_KEY = select(tables.tickets).where(tables.tickets.c.key == bindparam("key"))
_ADDED = insert(tables.tickets)
_CHANGED = update(tables.tickets).where(_OF).values(version=tables.tickets.c.version + 1)
_MAIN_OF = select(tables.tickets.c.merged_into).where(_OF)
_PARTS = select(tables.tickets.c.number).where(tables.tickets.c.merged_into == bindparam("of"))
_TIMELINE = select(tables.timeline).where(tables.timeline.c.number == bindparam("of")).order_by(tables.timeline.c.id)
_TOLD = {dialect: dialect.insert(tables.timeline).inline().on_conflict_do_nothing() for dialect in (postgresql, sqlite)}
_NEXT = {
    dialect: dialect.insert(tables.serials)
    .values(last=1)
    .on_conflict_do_update(index_elements=["day"], set_={"last": tables.serials.c.last + 1})
    .returning(tables.serials.c.last)
    for dialect in (postgresql, sqlite)
}


class SqlTickets:
    """Implements hotline.tickets.ports.TicketRepository."""

    def __init__(self, statements: Statements, phones: BlindIndex) -> None:
        self._statements = statements
        self._phones = phones
        self._dialect = postgresql if statements.dialect.name == "postgresql" else sqlite

    def next_serial(self, day: date) -> int:
        return int(self._statements.execute(_NEXT[self._dialect], {"day": day.isoformat()}).scalar_one())

    def add(self, ticket: Ticket, key: str) -> None:
        row = {column.name: getattr(ticket, column.name, None) for column in tables.tickets.columns}
        row |= {"key": key, "co": list(ticket.co)}
        row |= {f"contact_{name}": value for name, value in asdict(ticket.contact).items()}
        phone = ticket.contact.phone
        row["phone_index"] = self._phones(phone) if phone else None
        self._statements.later(_ADDED, row)
        self._add_helpers(ticket.number, ticket.co)
        words.note(self._statements, ticket.number, ticket.title, ticket.description, ticket.location)
        for entry in ticket.timeline:
            self.append(ticket.number, entry)

    def by_key(self, key: str) -> Ticket | None:
        return self._one(_BY_KEY, key=key)

    def by_number(self, number: str) -> Ticket | None:
        return self._one(_BY_NUMBER, of=number)

    def of_citizen(
        self, channel: str, sender: str, phone: str | None, limit: int, timelines: bool = False
    ) -> Sequence[Ticket]:
        query = select(tables.tickets).where(self._of_citizen(channel, sender, phone))
        return self._some(query.order_by(tables.tickets.c.number.desc()).limit(limit), timelines)

    def listed(self, filters: Mapping[str, Any], limit: int, before: str | None) -> Sequence[Ticket]:
        query = select(tables.tickets).order_by(tables.tickets.c.number.desc()).limit(limit)
        for name, column in FILTERS.items():
            if filters.get(name):
                query = query.where(tables.tickets.c[column] == filters[name])
        if filters.get("since"):
            since = max(filters["since"], CENTURY).astimezone(
                ZONE
            )  # a number begins with its day, with a two-digit year
            query = query.where(tables.tickets.c.created_at >= since, tables.tickets.c.number >= f"{since:%y%m%d}")
        if before:
            query = query.where(tables.tickets.c.number < before)
        return self._some(query, timelines=True)

    def locked(self, number: str) -> Ticket | None:
        return self._one(_LOCKED, of=number)

    def change(self, number: str, **columns: Any) -> None:
        if contact := columns.pop("contact", None):
            index = self._phones(contact.phone) if contact.phone else None
            columns |= {"contact_name": contact.name, "contact_phone": contact.phone, "phone_index": index}
        self._statements.later(_CHANGED, {"of": number, **columns})
        if columns.keys() & words.PLACES:
            words.renew(self._statements, number)
        if "co" in columns:
            self._statements.later(delete(tables.helpers).where(tables.helpers.c.number == number))
            self._add_helpers(number, columns["co"])

    def sorted_but_received(self, before: datetime, limit: int) -> Sequence[str]:
        table = tables.tickets
        waiting = (table.c.status == Status.RECEIVED) & table.c.category.is_not(None) & (table.c.created_at < before)
        query = select(table.c.number).where(waiting).order_by(table.c.number).limit(limit)
        return list(self._statements.execute(query).scalars())

    def main_of(self, number: str) -> str | None:
        return self._statements.execute(_MAIN_OF, {"of": number}).scalar_one_or_none()

    def parts(self, number: str) -> Sequence[str]:
        return list(self._statements.execute(_PARTS, {"of": number}).scalars())

    def merged_into(self, number: str) -> Sequence[Ticket]:
        return self._some(select(tables.tickets).where(tables.tickets.c.merged_into == number))

    def open_of_citizen(self, channel: str, sender: str, phone: str | None) -> Sequence[Ticket]:
        table = tables.tickets
        main = table.alias("main")
        goes_on = exists().where(main.c.number == table.c.merged_into, main.c.status.not_in(ENDED))
        query = select(table).where(self._of_citizen(channel, sender, phone), table.c.status.not_in(ENDED) | goes_on)
        return self._some(query.order_by(table.c.number.desc()))

    def open_like(self, category: str, district: str | None, since: datetime, limit: int) -> Sequence[Ticket]:
        table = tables.tickets
        alike = (table.c.category == category) & (table.c.district == district) & (table.c.created_at >= since)
        query = select(table).where(alike, table.c.status.not_in(ENDED))
        return self._some(query.order_by(table.c.created_at.desc()).limit(limit))

    def several(self, numbers: Sequence[str]) -> Sequence[Ticket]:
        found = {
            ticket.number: ticket
            for ticket in self._some(select(tables.tickets).where(tables.tickets.c.number.in_(numbers)))
        }
        return [found[number] for number in numbers if number in found]

    def name(self, number: str, people: Sequence[str], at: datetime) -> None:
        self._statements.later(delete(tables.named).where(tables.named.c.number == number))
        if people:
            rows = [{"number": number, "person": person, "at": at} for person in dict.fromkeys(people)]
            self._statements.later(insert(tables.named), rows)

    def append(self, number: str, entry: TimelineEntry) -> None:
        row = {"number": number, "at": entry.at, "node": entry.node, "text": entry.text, "key": entry.key}
        row["words"] = entry.words
        self._statements.later(_TOLD[self._dialect], row)

    def guesses(self, keys: Collection[str]) -> Mapping[str, Guesses]:
        return self._guesses(select(tables.guesses).where(tables.guesses.c.key.in_(keys)), keys)

    def locked_guesses(self, keys: Collection[str]) -> Mapping[str, Guesses]:
        table, ordered = tables.guesses, sorted(keys)  # a fixed order, so that two transactions cannot deadlock
        fresh = self._dialect.insert(table).values([{"key": key, "wrong": 0} for key in ordered])
        self._statements.execute(fresh.on_conflict_do_nothing())  # only an existing row can be locked
        return self._guesses(
            select(table).where(table.c.key.in_(ordered)).order_by(table.c.key).with_for_update(), keys
        )

    def note_guesses(self, guesses: Mapping[str, Guesses]) -> None:
        table = tables.guesses
        for key, each in sorted(guesses.items()):
            values = {"wrong": each.wrong, "last_at": each.last_at, "locked_until": each.locked_until}
            self._statements.execute(update(table).where(table.c.key == key).values(values))

    def _guesses(self, query: Any, keys: Collection[str]) -> Mapping[str, Guesses]:
        rows = self._statements.execute(query)
        found = {row.key: Guesses(row.wrong, row.last_at, row.locked_until) for row in rows}
        return {key: found.get(key, Guesses()) for key in keys}

    def forget_guesses(self, before: datetime) -> None:
        last_at = tables.guesses.c.last_at
        self._statements.later(delete(tables.guesses).where(last_at.is_(None) | (last_at < before)))

    def _of_citizen(self, channel: str, sender: str, phone: str | None) -> Any:
        return of_citizen(self._phones, channel, sender, phone)

    def _one(self, query: Any, **of: str) -> Ticket | None:
        row = self._statements.execute(query, of).one_or_none()
        if row is None:
            return None
        steps = self._statements.execute(_TIMELINE, {"of": row.number})
        return ticket_of(row, self._named([row]).get(row.number, ()), tuple(map(_entry, steps)))

    def _some(self, query: Any, timelines: bool = False) -> list[Ticket]:
        rows = self._statements.execute(query).all()
        steps = self._timelines([row.number for row in rows]) if timelines else {}
        named = self._named(rows)
        return [ticket_of(row, named.get(row.number, ()), steps.get(row.number, ())) for row in rows]

    def _named(self, rows: Sequence[Row[Any]]) -> dict[str, tuple[str, ...]]:
        """The people named for each confidential ticket among these."""
        table, found = tables.named, dict[str, tuple[str, ...]]()
        if secret := [row.number for row in rows if row.confidential]:
            for row in self._statements.execute(
                select(table).where(table.c.number.in_(secret)).order_by(table.c.person)
            ):
                found[row.number] = (*found.get(row.number, ()), row.person)
        return found

    def _add_helpers(self, number: str, units: Sequence[str]) -> None:
        if units:
            rows = [{"unit": unit, "number": number} for unit in dict.fromkeys(units)]
            self._statements.later(insert(tables.helpers), rows)

    def _timelines(self, numbers: Sequence[str]) -> dict[str, tuple[TimelineEntry, ...]]:
        table, found = tables.timeline, dict[str, tuple[TimelineEntry, ...]]()
        for row in self._statements.execute(select(table).where(table.c.number.in_(numbers)).order_by(table.c.id)):
            found[row.number] = (*found.get(row.number, ()), _entry(row))
        return found


def of_citizen(phones: BlindIndex, channel: str, sender: str, phone: str | None) -> Any:
    """The condition for tickets of a sender, or of a phone."""
    own = (tables.tickets.c.channel == channel) & (tables.tickets.c.sender == sender)
    return or_(own, tables.tickets.c.phone_index == phones(phone)) if phone else own


def _entry(row: Row[Any]) -> TimelineEntry:
    return TimelineEntry(row.at, row.node, row.text, row.key, row.words)


def ticket_of(row: Row[Any], named: tuple[str, ...], steps: tuple[TimelineEntry, ...]) -> Ticket:
    """A ticket from its row, with the people named for it and its timeline."""
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
        contact=Contact(row.contact_name, row.contact_phone, row.contact_concerned, row.contact_relation),
        status=Status(row.status),
        created_at=row.created_at,
        due_at=row.due_at,
        reply=row.reply,
        satisfaction=row.satisfaction,
        danger=row.danger,
        version=row.version,
        outcome=row.outcome,
        escalation=row.escalation,
        reopened=row.reopened,
        forced=row.forced,
        paused_at=row.paused_at,
        merged_into=row.merged_into,
        language=row.language,
        doubted=row.doubted,
        asks_for_person=row.asks_for_person,
        named=named,
        timeline=steps,
    )
