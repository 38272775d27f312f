"""Hand-overs and seats in SQL."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, and_, bindparam, func, insert, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from hotline.conversations.handoff.model import (
    SPOKEN,
    Alarm,
    Handoff,
    HandoffNote,
    HandoffReason,
    HandoffSummary,
    Presence,
    Rank,
    Seat,
    Stage,
    Taken,
    Whisper,
)
from hotline.conversations.model import Author
from hotline.staff.model import Role
from hotline.storage.statements import Statements
from hotline.storage.tables import conversations as c
from hotline.storage.tables import handoff_notes as n
from hotline.storage.tables import handoffs as h
from hotline.storage.tables import messages as m
from hotline.storage.tables import seats as s
from hotline.storage.tables import tickets as t

TELLING = 8
"""A message with at least this many characters is taken to describe the matter, not only to ask for a person."""

_OF = h.c.id == bindparam("of")
_CONVERSATION = select(h.c.conversation_id).where(_OF)
_BY_ID = select(h, c.c.channel).join(c, c.c.id == h.c.conversation_id).where(_OF)
_SAVED = update(h).where(_OF)
_HELD = select(c.c.id).where(c.c.id == bindparam("of")).with_for_update(key_share=True)


class SqlHandoffs:
    """Implements hotline.conversations.handoff.ports.HandoffRepository."""

    def __init__(self, statements: Statements) -> None:
        self._statements = statements

    def open_of(self, conversation_id: str) -> Handoff | None:
        self._lock(conversation_id)
        return self.find_open(conversation_id)

    def find_open(self, conversation_id: str) -> Handoff | None:
        return self._one(_handoffs().where(h.c.conversation_id == conversation_id, h.c.stage != Stage.ENDED))

    def offer_to(self, person_id: str) -> Handoff | None:
        return self._one(_handoffs().where(h.c.offered_to == person_id, h.c.stage == Stage.WAITING))

    def locked(self, handoff_id: str) -> Handoff | None:
        if conversation_id := self._statements.execute(_CONVERSATION, {"of": handoff_id}).scalar():
            self._lock(conversation_id)
        return self.get(handoff_id)

    def get(self, handoff_id: str) -> Handoff | None:
        row = self._statements.execute(_BY_ID, {"of": handoff_id}).one_or_none()
        return _handoff(row) if row else None

    def ended_by(self, key: str) -> Handoff | None:
        return self._one(_handoffs().where(h.c.ended_by == key))

    def add(self, handoff: Handoff) -> None:
        self._statements.execute(insert(h), _columns(handoff))

    def save(self, handoff: Handoff) -> None:
        self._statements.later(_SAVED, {"of": handoff.id, **_columns(handoff)})

    def waiting(self) -> Sequence[Handoff]:
        return self._all(_handoffs().where(h.c.stage == Stage.WAITING))

    def held(self) -> Sequence[Handoff]:
        return self._all(_handoffs().where(h.c.stage == Stage.HELD))

    def whispers(self) -> Sequence[Whisper]:
        held = {handoff.id: handoff for handoff in self.held()}
        last = select(func.max(n.c.id)).where(n.c.handoff_id.in_(held), n.c.kind == "whisper").group_by(n.c.handoff_id)
        rows = self._statements.execute(select(n).where(n.c.id.in_(last)).order_by(n.c.id))
        return [Whisper(held[row.handoff_id], _note(row)) for row in rows]

    def lines(self, handoffs: Sequence[Handoff]) -> Sequence[HandoffSummary]:
        by_id = {handoff.id: handoff for handoff in handoffs}
        said = m.alias("said")
        new = and_(
            said.c.conversation_id == h.c.conversation_id,
            said.c.author == Author.CITIZEN,
            said.c.seq > h.c.agent_read,
            said.c.seq > h.c.answered,
        )
        unread = select(func.count(said.c.seq)).where(new).correlate(h).scalar_subquery()
        noted = (
            select(func.coalesce(func.max(n.c.id), 0)).where(n.c.handoff_id == h.c.id).correlate(h).scalar_subquery()
        )
        own = select(said.c.text).where(said.c.conversation_id == c.c.id, said.c.author == Author.CITIZEN)
        newest = own.order_by(said.c.seq.desc()).limit(1)
        telling = newest.where(h.c.stage == Stage.WAITING, func.length(said.c.text) >= TELLING)
        matter, told = (query.correlate(c, h).scalar_subquery() for query in (telling, newest))
        last = and_(m.c.conversation_id == c.c.id, m.c.seq == c.c.last_seq)
        query = (
            select(
                h.c.id,
                s.c.name,
                func.coalesce(matter, told, m.c.text).label("text"),
                m.c.at,
                m.c.seq,
                unread.label("unread"),
                noted.label("noted"),
            )
            .join(c, c.c.id == h.c.conversation_id)
            .join(m, last)
            .join(s, s.c.person_id == h.c.agent, isouter=True)
            .where(h.c.id.in_(by_id))
        )
        alarms = self._alarms([handoff.conversation_id for handoff in handoffs if handoff.is_danger])
        lines = {
            row.id: HandoffSummary(
                by_id[row.id],
                row.name,
                row.text,
                row.at,
                row.seq,
                row.unread,
                row.noted,
                alarms.get(by_id[row.id].conversation_id),
            )
            for row in self._statements.execute(query)
        }
        return [lines[handoff.id] for handoff in handoffs if handoff.id in lines]

    def _alarms(self, conversations: Sequence[str]) -> Mapping[str, Alarm]:
        """The newest ticket of danger of each conversation, found through the index of tickets by citizen."""
        if not conversations:
            return {}
        same = and_(t.c.channel == c.c.channel, t.c.sender == c.c.sender, t.c.conversation_id == c.c.id)
        query = select(c.c.id, t.c.danger, t.c.location, t.c.description).join(t, same)
        rows = self._statements.execute(
            query.where(c.c.id.in_(conversations), t.c.danger.is_not(None)).order_by(t.c.number)
        )
        return {row.id: Alarm(row.danger, row.location, row.description) for row in rows}

    def loads(self) -> Mapping[str, int]:
        person = func.coalesce(h.c.agent, h.c.offered_to)
        busy = or_(h.c.stage == Stage.HELD, and_(h.c.stage == Stage.WAITING, h.c.offered_to.is_not(None)))
        query = select(person, func.count()).where(busy).group_by(person)
        return {row[0]: row[1] for row in self._statements.execute(query)}

    def taken_since(self, moment: datetime) -> Sequence[Taken]:
        written = and_(c.c.id == h.c.conversation_id, c.c.channel.not_in(SPOKEN))
        query = select(h.c.skill, h.c.agent).join(c, written)
        rows = self._statements.execute(query.where(h.c.claimed_at >= moment, h.c.agent.is_not(None)))
        return [Taken(row.skill, row.agent) for row in rows]

    def note(self, handoff_id: str, note: HandoffNote) -> None:
        self._statements.execute(insert(n), {"handoff_id": handoff_id, **asdict(note)})

    def notes(self, handoff_id: str) -> Sequence[HandoffNote]:
        rows = self._statements.execute(select(n).where(n.c.handoff_id == handoff_id).order_by(n.c.id))
        return [_note(row) for row in rows]

    def _lock(self, conversation_id: str) -> None:
        self._statements.execute(_HELD, {"of": conversation_id})

    def _one(self, query: Select[Any]) -> Handoff | None:
        row = self._statements.execute(query).one_or_none()
        return _handoff(row) if row else None

    def _all(self, query: Select[Any]) -> Sequence[Handoff]:
        return [_handoff(row) for row in self._statements.execute(query)]


class SqlSeats:
    """Implements hotline.conversations.handoff.ports.SeatRepository."""

    def __init__(self, statements: Statements) -> None:
        self._statements = statements

    def locked(self, person_id: str) -> Seat | None:
        return self._one(select(s).where(s.c.person_id == person_id).with_for_update())

    def get(self, person_id: str) -> Seat | None:
        return self._one(select(s).where(s.c.person_id == person_id))

    def save(self, seat: Seat) -> None:
        dialect = postgresql if self._statements.dialect.name == "postgresql" else sqlite
        values = asdict(seat) | {"skills": list(seat.skills)}
        fresh = dialect.insert(s).values(**values)
        changed = {name: fresh.excluded[name] for name in values if name != "person_id"}
        self._statements.execute(fresh.on_conflict_do_update(index_elements=["person_id"], set_=changed))

    def seen(self, person_id: str, now: datetime) -> bool:
        return self._statements.execute(update(s).where(s.c.person_id == person_id).values(seen_at=now)).rowcount == 1

    def all(self) -> Sequence[Seat]:
        return [_seat(row) for row in self._statements.execute(select(s).order_by(s.c.person_id))]

    def _one(self, query: Select[Any]) -> Seat | None:
        row = self._statements.execute(query).one_or_none()
        return _seat(row) if row else None


def _handoffs() -> Select[Any]:
    return select(h, c.c.channel).join(c, c.c.id == h.c.conversation_id)


def _columns(handoff: Handoff) -> dict[str, Any]:
    values = {column.name: getattr(handoff, column.name) for column in h.columns}
    return values | {"passed": list(handoff.passed)}


def _handoff(row: Row[Any]) -> Handoff:
    typed = {
        "reason": HandoffReason(row.reason), "stage": Stage(row.stage), "rank": Rank(row.rank), "passed": tuple(row.passed),
    }  # fmt: skip
    return Handoff(**dict(row._mapping) | typed)


def _note(row: Row[Any]) -> HandoffNote:
    return HandoffNote(row.at, row.author, row.author_name, row.kind, row.text)


def _seat(row: Row[Any]) -> Seat:
    typed = {"role": Role(row.role), "skills": tuple(row.skills), "presence": Presence(row.presence)}
    return Seat(**dict(row._mapping) | typed)
