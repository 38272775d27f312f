"""The dialogue's memory: one row for each turn, and the state after it.

Reading takes the last few turns and the state before them; writing adds one row. Neither grows with the conversation.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from sqlalchemy import Row, and_, func, insert, select

from hotline.clock import Clock
from hotline.storage.database import Database
from hotline.storage.statements import Statements
from hotline.storage.tables import trackers as t


@dataclass(frozen=True, slots=True)
class Turn:
    """The events of one turn, as Rasa writes them, and the state of the dialogue after it; `at` once it is stored."""

    number: int
    message_ids: list[str]
    events: list[dict[str, Any]]
    snapshot: dict[str, Any]
    at: datetime | None = None


class TurnLog:
    """Turns in SQL. `append` raises AlreadyStored when another process wrote the same turn first."""

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
        """The turn in which a message was handled, if it is one of the last so many."""
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
        """The turns since a time, one conversation after the other."""
        query = select(t).where(t.c.at >= moment).order_by(t.c.conversation_id, t.c.turn)
        with self._database.reading(snapshot=True) as connection:
            rows = connection.execution_options(yield_per=500).execute(query)
            for _, group in groupby(rows, key=lambda row: row.conversation_id):
                yield [_turn(row) for row in group]

    def conversations(self) -> Sequence[str]:
        """Every conversation that the dialogue remembers."""
        with self._database.reading() as connection:
            return list(connection.execute(select(t.c.conversation_id).distinct()).scalars())


class SqlMemory:
    """Implements hotline.conversations.handoff.ports.DialogueMemory on the state after the last turn."""

    def __init__(self, connection: Statements) -> None:
        self._connection = connection

    def slots(self, conversation_id: str) -> Mapping[str, Any]:
        query = select(t.c.snapshot).where(t.c.conversation_id == conversation_id).order_by(t.c.turn.desc()).limit(1)
        snapshot = self._connection.execute(query).scalar()
        slots: dict[str, Any] = json.loads(snapshot)["slots"] if snapshot else {}
        return slots


def _turn(row: Row[Any]) -> Turn:
    return Turn(row.turn, json.loads(row.message_ids), json.loads(row.events), json.loads(row.snapshot), row.at)
