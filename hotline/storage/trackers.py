"""The dialogue's memory: one row for each turn, with the state after it.

A read takes the last few turns and the state before them; a write adds one row. The cost of neither grows with the
conversation.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from sqlalchemy import Row, and_, func, insert, select

from hotline.clock import Clock
from hotline.conversations.turns import Turn
from hotline.storage.database import Database
from hotline.storage.statements import Statements
from hotline.storage.tables import trackers as t


class TurnLog:
    """The stored turns in SQL. `append` raises AlreadyStored when another process has written the same turn first."""

    def __init__(self, database: Database, now: Clock) -> None:
        self._database = database
        self._now = now

    def last(self, conversation_id: str, limit: int) -> Sequence[Turn]:
        """The last turns, oldest first."""
        query = select(t).where(t.c.conversation_id == conversation_id).order_by(t.c.turn.desc()).limit(limit)
        with self._database.reading() as connection:
            rows = connection.execute(query).all()
        return [_turn(row) for row in reversed(rows)]

    def turn_of(self, conversation_id: str, message_id: str, among: int) -> Turn | None:
        """The turn in which a message was handled, if it is among the last `among` turns."""
        newest = select(func.max(t.c.turn)).where(t.c.conversation_id == conversation_id).scalar_subquery()
        recent = and_(t.c.conversation_id == conversation_id, t.c.turn > newest - among)
        query = select(t).where(recent, t.c.message_ids.contains(json.dumps(message_id), autoescape=True))
        with self._database.reading() as connection:
            row = connection.execute(query).first()
        return _turn(row) if row else None

    def age(self, turn: Turn) -> timedelta:
        """How long ago a turn was stored."""
        return self._now() - turn.at if turn.at else timedelta()

    def append(self, conversation_id: str, turn: Turn) -> None:
        """Add one turn."""
        row = {
            "conversation_id": conversation_id,
            "turn": turn.number,
            "message_ids": json.dumps(turn.message_ids),
            "events": json.dumps(turn.events, ensure_ascii=False),
            "snapshot": json.dumps(turn.snapshot, ensure_ascii=False),
            "at": self._now(),
        }
        with self._database.transaction() as connection:
            connection.execute(insert(t), row)

    def since(self, moment: datetime) -> Iterator[Sequence[Turn]]:
        """The turns since a time, grouped by conversation."""
        query = select(t).where(t.c.at >= moment).order_by(t.c.conversation_id, t.c.turn)
        with self._database.reading(snapshot=True) as connection:
            rows = connection.execution_options(yield_per=500).execute(query)
            for _, group in groupby(rows, key=lambda row: row.conversation_id):
                yield [_turn(row) for row in group]

    def conversations(self) -> Sequence[str]:
        """The ids of all conversations that have turns."""
        with self._database.reading() as connection:
            return list(connection.execute(select(t.c.conversation_id).distinct()).scalars())


class SqlMemory:
    """Implements hotline.conversations.handoff.ports.DialogueMemory on the state after the last turn."""

    def __init__(self, statements: Statements) -> None:
        self._statements = statements

    def slots(self, conversation_id: str) -> Mapping[str, Any]:
        query = select(t.c.snapshot).where(t.c.conversation_id == conversation_id).order_by(t.c.turn.desc()).limit(1)
        snapshot = self._statements.execute(query).scalar()
        slots: dict[str, Any] = json.loads(snapshot)["slots"] if snapshot else {}
        return slots

    def slots_of(self, conversations: Sequence[str]) -> Mapping[str, Mapping[str, Any]]:
        if not conversations:
            return {}
        last = select(t.c.conversation_id, func.max(t.c.turn).label("turn")).group_by(t.c.conversation_id)
        newest = last.where(t.c.conversation_id.in_(conversations)).subquery()
        same = and_(t.c.conversation_id == newest.c.conversation_id, t.c.turn == newest.c.turn)
        rows = self._statements.execute(select(t.c.conversation_id, t.c.snapshot).join(newest, same))
        return {row.conversation_id: json.loads(row.snapshot)["slots"] for row in rows}


def _turn(row: Row[Any]) -> Turn:
    return Turn(row.turn, json.loads(row.message_ids), json.loads(row.events), json.loads(row.snapshot), row.at)
