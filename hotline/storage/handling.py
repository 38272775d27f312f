"""Steps, deadlines, requests, sub-tasks and marks of tickets in SQL."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, func, insert, select, update

from hotline.staff.model import Actor
from hotline.storage import tables
from hotline.storage.statements import Statements
from hotline.tickets.lifecycle import Action, Stage
from hotline.tickets.model import ENDED, Status
from hotline.tickets.records import Deadline, KeyClass, Kind, Mark, Request, RequestOutcome, Step, Task
from hotline.tickets.timing import AUTOMATIC

# Built once, as in hotline.storage.tickets.
_STEPPED = insert(tables.steps).inline()
_AWAITED = insert(tables.deadlines).inline()
_AWAITED_CHANGED = update(tables.deadlines).where(tables.deadlines.c.id == bindparam("of"))
_OPEN = (
    select(tables.deadlines)
    .where(tables.deadlines.c.number == bindparam("of"), tables.deadlines.c.met_at.is_(None))
    .order_by(tables.deadlines.c.due_at, tables.deadlines.c.id)
)
_TASKS = select(tables.tasks).where(tables.tasks.c.number == bindparam("of")).order_by(tables.tasks.c.id)


class SqlHandling:
    """Implements hotline.tickets.ports.HandlingRepository."""

    def __init__(self, statements: Statements) -> None:
        self._statements = statements

    def add_step(self, number: str, step: Step) -> None:
        row = {column.name: getattr(step, column.name, None) for column in tables.steps.columns if column.name != "id"}
        self._statements.later(_STEPPED, row | {"number": number, "data": dict(step.data)})

    def reword(self, number: str, actor: Actor, how: Callable[[str], str]) -> None:
        table = tables.steps
        own = (table.c.number == number) & (table.c.actor == actor.id) & (table.c.role == actor.kind)
        for row in self._statements.execute(select(table.c.id, table.c.note).where(own, table.c.note.is_not(None))):
            self._statements.later(update(table).where(table.c.id == row.id).values(note=how(row.note)))

    def steps(self, number: str) -> Sequence[Step]:
        table = tables.steps
        rows = self._statements.execute(select(table).where(table.c.number == number).order_by(table.c.id))
        return [
            Step(r.at, r.actor, r.role, r.unit, Action(r.action), Status(r.was), Status(r.becomes), r.note, r.data)
            for r in rows
        ]

    def add_deadline(
        self,
        number: str,
        stage: Stage,
        unit: str,
        started_at: datetime,
        due_at: datetime,
        by_clock: bool,
        next_at: datetime | None,
        about: int | None = None,
    ) -> None:
        row = {"number": number, "stage": stage, "unit": unit, "started_at": started_at, "due_at": due_at}
        row |= {"by_clock": by_clock, "level": 0, "next_at": next_at, "about": about}
        self._statements.later(_AWAITED, row)

    def deadlines(self, number: str) -> Sequence[Deadline]:
        return [_deadline(row) for row in self._statements.execute(_OPEN, {"of": number})]

    def levels(self, numbers: Sequence[str], unit: str) -> Mapping[str, int]:
        table = tables.deadlines
        waits = (table.c.number.in_(numbers), table.c.met_at.is_(None), table.c.unit == unit)
        furthest = select(table.c.number, func.max(table.c.level).label("level")).group_by(table.c.number)
        rows = self._statements.execute(furthest.where(*waits, table.c.stage.not_in(sorted(AUTOMATIC))))
        return {row.number: row.level for row in rows}

    def change_deadline(self, id: int, **columns: Any) -> None:
        self._statements.later(_AWAITED_CHANGED, {"of": id, **columns})

    def due_numbers(self, now: datetime, limit: int) -> Sequence[str]:
        table = tables.deadlines
        query = select(table.c.number).where(table.c.next_at <= now).order_by(table.c.next_at).limit(limit)
        return list(dict.fromkeys(self._statements.execute(query).scalars()))

    def add_request(
        self, number: str, kind: Kind, unit: str, by: str, at: datetime, reason: str, data: Mapping[str, Any]
    ) -> int:
        row = {"number": number, "kind": kind, "unit": unit, "asked_by": by, "asked_at": at}
        return self._added(tables.requests, row | {"reason": reason, "data": dict(data)})

    def requests(self, number: str) -> Sequence[Request]:
        table = tables.requests
        rows = self._statements.execute(select(table).where(table.c.number == number).order_by(table.c.id))
        return [_request(row) for row in rows]

    def decide(self, id: int, outcome: RequestOutcome, by: str, at: datetime, decision: str | None) -> None:
        values = {"outcome": outcome, "decided_by": by, "decided_at": at, "decision": decision}
        self._statements.execute(update(tables.requests).where(tables.requests.c.id == id).values(**values))

    def open_requests(self, limit: int) -> Sequence[Request]:
        table = tables.requests
        rows = self._statements.execute(
            select(table).where(table.c.outcome.is_(None)).order_by(table.c.id).limit(limit)
        )
        return [_request(row) for row in rows]

    def add_task(self, number: str, unit: str, what: str, due_at: datetime, at: datetime) -> int:
        row = {"number": number, "unit": unit, "what": what, "due_at": due_at, "given_at": at, "raised": False}
        return self._added(tables.tasks, row)

    def tasks(self, number: str) -> Sequence[Task]:
        return [Task(**row._mapping) for row in self._statements.execute(_TASKS, {"of": number})]

    def answer_task(self, id: int, answer: str, raised: bool, at: datetime) -> None:
        values = {"answer": answer, "raised": raised, "answered_at": at}
        self._statements.execute(update(tables.tasks).where(tables.tasks.c.id == id).values(**values))

    def add_mark(self, number: str, key_class: KeyClass, reason: str, by: str, at: datetime) -> None:
        row = {"number": number, "key_class": key_class, "reason": reason, "marked_by": by, "marked_at": at}
        self._statements.execute(insert(tables.marks).values(row))

    def marks(self, number: str) -> Sequence[Mark]:
        table = tables.marks
        rows = self._statements.execute(select(table).where(table.c.number == number).order_by(table.c.id))
        return [_mark(row) for row in rows]

    def guide(self, id: int, guidance: str, by: str, at: datetime) -> None:
        values = {"guidance": guidance, "guided_by": by, "guided_at": at}
        self._statements.execute(update(tables.marks).where(tables.marks.c.id == id).values(**values))

    def waiting_marks(self, limit: int) -> Sequence[Mark]:
        table, ticket = tables.marks, tables.tickets
        waits = (table.c.guided_at.is_(None), ticket.c.status.not_in(sorted(ENDED)))
        query = select(table).join(ticket, ticket.c.number == table.c.number).where(*waits)
        return [_mark(row) for row in self._statements.execute(query.order_by(table.c.id).limit(limit))]

    def _added(self, table: Any, row: Mapping[str, Any]) -> int:
        return int(self._statements.execute(insert(table).values(row).returning(table.c.id)).scalar_one())


def _deadline(row: Row[Any]) -> Deadline:
    return Deadline(**dict(row._mapping) | {"stage": Stage(row.stage)})


def _request(row: Row[Any]) -> Request:
    outcome = RequestOutcome(row.outcome) if row.outcome else None
    return Request(**dict(row._mapping) | {"kind": Kind(row.kind), "outcome": outcome})


def _mark(row: Row[Any]) -> Mark:
    return Mark(**dict(row._mapping) | {"key_class": KeyClass(row.key_class)})
