"""Deliveries in SQL: when each is due, which worker has taken it, how it ended.

A delivery is open while `due_at` is set. A worker that takes it moves `due_at` to the end of the lease: if the outcome
is not stored by then, the delivery is due again, and `unsure_since` tells that an attempt was under way.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence, Set
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, delete, exists, func, literal, not_, or_, select, update

from hotline.conversations.model import Author, MessageState
from hotline.delivery.model import Outgoing
from hotline.delivery.ports import Delivery
from hotline.storage.statements import Statements
from hotline.storage.tables import Moment
from hotline.storage.tables import conversations as c
from hotline.storage.tables import deliveries as d
from hotline.storage.tables import messages as m

LATEST = 100


class SqlDeliveries:
    """Implements hotline.delivery.ports.DeliveryRepository."""

    def __init__(self, statements: Statements) -> None:
        self._statements = statements

    def is_due(self, channels: Collection[str], now: datetime) -> bool:
        due = select(d.c.message_id).where(d.c.due_at <= now, d.c.channel.in_(channels)).limit(1)
        return self._statements.execute(due).one_or_none() is not None

    def claim(self, channels: Collection[str], now: datetime, until: datetime, limit: int) -> Sequence[Outgoing]:
        claim = uuid.uuid4().hex
        due = (
            select(d, m.c.text, m.c.author, c.c.sender)
            .join(m, m.c.id == d.c.message_id)
            .join(c, c.c.id == d.c.conversation_id)
            .where(d.c.due_at <= now, d.c.channel.in_(channels), not_(_follows_another(now)))
            .order_by(d.c.due_at, d.c.seq)
            .limit(limit)
            .with_for_update(of=d, skip_locked=True)
        )
        rows = list(self._statements.execute(due))
        taken = update(d).where(d.c.message_id.in_([row.message_id for row in rows]))
        self._statements.execute(
            taken.values(
                claim=claim,
                due_at=until,
                attempts=d.c.attempts + 1,
                unsure_since=func.coalesce(d.c.unsure_since, literal(now, Moment)),
            )
        )
        return [
            Outgoing(
                message_id=row.message_id,
                conversation_id=row.conversation_id,
                channel=row.channel,
                to=row.sender,
                text=row.text,
                author=Author(row.author),
                attempts=row.attempts + 1,
                claim=claim,
                unsure_since=row.unsure_since,
            )
            for row in rows
        ]

    def held(self, outgoing: Outgoing) -> Delivery | None:
        own = and_(d.c.message_id == outgoing.message_id, d.c.claim == outgoing.claim)
        return self._one(and_(own, d.c.due_at.is_not(None)))

    def get(self, message_id: str) -> Delivery | None:
        return self._one(d.c.message_id == message_id)

    def by_provider_id(self, provider_id: str) -> Delivery | None:
        return self._one(d.c.provider_id == provider_id)

    def others(self, outgoing: Outgoing) -> Set[str]:
        same = and_(d.c.conversation_id == outgoing.conversation_id, d.c.message_id != outgoing.message_id)
        known = select(d.c.provider_id).where(same, d.c.provider_id.is_not(None))
        return set(self._statements.execute(known.order_by(d.c.seq.desc()).limit(LATEST)).scalars())

    def finish(self, delivery: Delivery, state: MessageState, provider_id: str | None, problem: str | None) -> None:
        done = {"due_at": None, "claim": None, "unsure_since": None, "provider_id": provider_id, "problem": problem}
        self._statements.execute(update(d).where(d.c.message_id == delivery.message_id).values(**done))
        self._statements.execute(update(m).where(m.c.id == delivery.message_id).values(state=state))

    def try_again(self, message_id: str, due_at: datetime, unsure: bool, problem: str) -> None:
        values: dict[str, Any] = {"due_at": due_at, "claim": None, "problem": problem}
        if not unsure:
            values["unsure_since"] = None
        self._statements.execute(update(d).where(d.c.message_id == message_id).values(**values))

    def drop_held_back(self, conversation_id: str, now: datetime) -> int:
        held_back = and_(d.c.conversation_id == conversation_id, d.c.attempts == 0, d.c.due_at > now)
        dropped = list(self._statements.execute(delete(d).where(held_back).returning(d.c.message_id)).scalars())
        self._statements.execute(update(m).where(m.c.id.in_(dropped)).values(state=MessageState.FAILED))
        return len(dropped)

    def _one(self, condition: ColumnElement[bool]) -> Delivery | None:
        query = select(d, m.c.state, m.c.data).join(m, m.c.id == d.c.message_id).where(condition)
        row = self._statements.execute(query.with_for_update(of=d)).one_or_none()
        return _delivery(row) if row else None


def _follows_another(now: datetime) -> ColumnElement[bool]:
    """True for a message if an earlier one of its conversation is on its way: due, taken, or to be tried again.

    A message that is held back until the morning does not block later ones.
    """
    earlier = d.alias()
    on_its_way = or_(earlier.c.due_at <= now, earlier.c.attempts > 0)
    same = and_(earlier.c.conversation_id == d.c.conversation_id, earlier.c.seq < d.c.seq)
    return exists().where(same, earlier.c.due_at.is_not(None), on_its_way)


def _delivery(row: Row[Any]) -> Delivery:
    return Delivery(
        message_id=row.message_id,
        conversation_id=row.conversation_id,
        seq=row.seq,
        channel=row.channel,
        at=row.at,
        state=MessageState(row.state),
        provider_id=row.provider_id,
        problem=row.problem,
        data=row.data,
    )
