"""The records of a household other than its tickets, in SQL: what its citizens have said, and the staff's notes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import and_, case, delete, func, insert, select

from hotline.personal_data.phones import BlindIndex
from hotline.staff.model import CITIZEN
from hotline.storage.statements import Statements
from hotline.storage.tables import household_notes as n
from hotline.storage.tables import steps as s
from hotline.storage.tables import tickets as t
from hotline.storage.tickets import of_citizen
from hotline.tickets.household import Heard, HouseholdNote
from hotline.tickets.lifecycle import Action


class SqlHouseholds:
    """Implements hotline.tickets.households.HouseholdRepository."""

    def __init__(self, statements: Statements, phones: BlindIndex) -> None:
        self._statements = statements
        self._phones = phones

    def heard(self, numbers: Sequence[str]) -> Mapping[str, Heard]:
        repeated = and_(s.c.action == Action.ADD, s.c.data["repeated"].as_boolean())
        repeats = func.sum(case((repeated, 1), else_=0))
        said = and_(s.c.number.in_(numbers), s.c.role == CITIZEN.kind)
        query = select(s.c.number, repeats, func.max(s.c.at)).where(said).group_by(s.c.number)
        return {number: Heard(int(count), at) for number, count, at in self._statements.execute(query)}

    def notes(self, channel: str, sender: str, phone: str | None) -> Sequence[HouseholdNote]:
        own = select(t.c.number).where(of_citizen(self._phones, channel, sender, phone))
        query = select(n).where(n.c.number.in_(own)).order_by(n.c.id.desc())
        return [
            HouseholdNote(row.id, row.at, row.author, row.author_name, row.text)
            for row in self._statements.execute(query)
        ]

    def add_note(self, number: str, at: datetime, author: str, author_name: str, text: str) -> None:
        row = {"number": number, "at": at, "author": author, "author_name": author_name, "text": text}
        self._statements.later(insert(n).inline(), row)

    def remove_note(self, id: int) -> None:
        self._statements.execute(delete(n).where(n.c.id == id))
