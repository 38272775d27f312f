"""Conversations in SQL: inbox, leases, transcript."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Row, and_, bindparam, func, insert, literal, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from hotline.attachments.model import Keeping
from hotline.conversations.model import (
    CARRIED,
    Accepted,
    Attendant,
    Author,
    Claim,
    Conversation,
    Incoming,
    Message,
    MessageState,
    Reply,
)
from hotline.conversations.ports import LeaseLost
from hotline.storage.statements import Statements
from hotline.storage.tables import Moment, attachments, deliveries
from hotline.storage.tables import conversations as c
from hotline.storage.tables import messages as m

TO_CITIZEN = (MessageState.QUEUED, MessageState.SENT, MessageState.DELIVERED, MessageState.FAILED)
IDLE: dict[str, Any] = {
    "pending": 0, "pending_since": None, "lease_owner": None, "lease_until": None, "noticed": False,
    "failures": 0, "retry_at": None,
}  # fmt: skip
"""The column values of a conversation without waiting messages."""

# The statements that every message needs, built once: SQLAlchemy takes longer to build them than SQLite to run them.
_OF = m.c.conversation_id == bindparam("of")
_BY_ID = select(c).where(c.c.id == bindparam("of"))
_BY_SENDER = select(c).where(c.c.channel == bindparam("channel"), c.c.sender == bindparam("sender"))
_LOCKED = _BY_SENDER.with_for_update()
_BY_KEY = select(m).where(_OF, m.c.author == bindparam("author"), m.c.provider_id == bindparam("key"))
_LEASED = and_(c.c.id == bindparam("of"), c.c.lease_owner == bindparam("owner"))
_CHANGED = update(c).where(c.c.id == bindparam("of"))
_LET_GO = update(c).where(_LEASED)
_HELD = select(c.c.id).where(c.c.id == bindparam("of")).with_for_update(key_share=True)
"""A lock that still lets other transactions store tickets that refer to the conversation."""
_PENDING = select(c.c.pending).where(_LEASED).with_for_update()
_WAITING = select(m).where(_OF, m.c.state == MessageState.WAITING).order_by(m.c.seq).limit(1)
_HANDLED = (
    update(m)
    .where(_OF, m.c.seq == bindparam("number"), m.c.state == MessageState.WAITING)
    .values(state=MessageState.HANDLED)
)
_ADDED = insert(m)
_ADVANCED = (
    update(c).where(c.c.id == bindparam("of")).values(last_seq=c.c.last_seq + bindparam("more"))
    .returning(c.c.last_seq, c.c.channel)
)  # fmt: skip
_ANSWERS = select(m).where(_OF, m.c.answers == bindparam("number")).order_by(m.c.seq)
_QUEUED = select(m).where(_OF, m.c.state == MessageState.QUEUED).order_by(m.c.seq)


class SqlConversations:
    """Implements hotline.conversations.ports.ConversationRepository."""

    def __init__(self, statements: Statements) -> None:
        self._statements = statements

    def accept(self, incoming: Incoming, now: datetime, owner: str | None, lease_until: datetime) -> Accepted:
        conversation = self._locked(incoming.channel, incoming.sender, now)
        if incoming.provider_id and (
            known := self._by_provider_id(conversation.id, Author.CITIZEN, incoming.provider_id)
        ):
            return Accepted(known, is_new=False, claim=None, attendant=Attendant(conversation.attendant))
        with_agent = conversation.attendant == Attendant.AGENT
        idle = conversation.pending == 0 and (conversation.lease_owner is None or conversation.lease_until < now)
        take = owner is not None and idle and not with_agent
        lease = {"lease_owner": owner, "lease_until": lease_until} if take else {}
        seq = conversation.last_seq + 1
        phone = incoming.verified_phone or conversation.verified_phone
        values = {
            "last_seq": seq,
            "pending": conversation.pending if with_agent else conversation.pending + 1,
            "pending_since": conversation.pending_since if with_agent else conversation.pending_since or now,
            "verified_phone": phone,
        }
        self._statements.execute(_CHANGED, {"of": conversation.id} | values | lease)
        message = Message(
            conversation_id=conversation.id,
            seq=seq,
            id=uuid.uuid4().hex,
            author=Author.CITIZEN,
            text=incoming.text,
            at=now,
            state=MessageState.HANDLED if with_agent else MessageState.WAITING,
            data=incoming.data,
            provider_id=incoming.provider_id,
        )
        self._statements.execute(_ADDED, _row(message))
        if incoming.pictures:
            self._note_pictures(message, incoming)
        held = (
            Claim(replace(_conversation(conversation), verified_phone=phone), message, noticed=False) if take else None
        )
        return Accepted(message, is_new=True, claim=held, attendant=Attendant(conversation.attendant))

    def claim(self, conversation_id: str, owner: str, now: datetime, lease_until: datetime) -> Claim | None:
        free = or_(c.c.lease_owner.is_(None), c.c.lease_until < now, c.c.lease_owner == owner)
        due = or_(c.c.retry_at.is_(None), c.c.retry_at <= now)
        take = update(c).where(c.c.id == conversation_id, c.c.pending > 0, free, due)
        if self._statements.execute(take.values(lease_owner=owner, lease_until=lease_until)).rowcount == 0:
            return None
        return self.next_claim(conversation_id)

    def next_claim(self, conversation_id: str) -> Claim | None:
        row = self._statements.execute(_BY_ID, {"of": conversation_id}).one()
        message = self._statements.execute(_WAITING, {"of": conversation_id}).one_or_none()
        return Claim(_conversation(row), _message(message), row.noticed) if message else None

    def handled(self, conversation_id: str, seq: int, owner: str, lease_until: datetime) -> int:
        lease = {"of": conversation_id, "owner": owner}
        pending = self._statements.execute(_PENDING, lease).scalar()
        own = {"of": conversation_id, "number": seq}
        if pending is None or self._statements.execute(_HANDLED, own).rowcount != 1:
            raise LeaseLost(conversation_id)
        left: int = pending - 1
        values = {"pending": left, "failures": 0, "retry_at": None, "lease_until": lease_until} if left else IDLE
        self._statements.execute(_LET_GO, lease | values)
        return left

    def postpone(self, conversation_id: str, owner: str, retry_at: datetime) -> None:
        self._statements.execute(
            update(c)
            .where(c.c.id == conversation_id, c.c.lease_owner == owner)
            .values(lease_owner=None, lease_until=None, retry_at=retry_at, failures=c.c.failures + 1)
        )

    def say(
        self,
        conversation_id: str,
        author: Author,
        replies: Sequence[Reply],
        state: MessageState,
        at: datetime,
        answers: int | None,
        not_before: datetime | None = None,
        key: str | None = None,
    ) -> Sequence[Message]:
        if not replies:
            return []
        advance = {"of": conversation_id, "more": len(replies)}
        last, channel = self._statements.execute(_ADVANCED, advance).one()
        said = [
            Message(conversation_id, seq, uuid.uuid4().hex, author, reply.text, at, state, reply.data, key, answers)
            for seq, reply in enumerate(replies, start=last - len(replies) + 1)
        ]
        self._statements.later(_ADDED, [_row(message) for message in said])
        if state is MessageState.QUEUED and channel in CARRIED:
            due = not_before or at
            rows = [
                {"message_id": message.id, "conversation_id": conversation_id, "seq": message.seq, "channel": channel}
                | {"at": due, "due_at": due, "attempts": 0}
                for message in said
            ]
            self._statements.later(insert(deliveries), rows)
        return said

    def say_once(
        self,
        conversation_id: str,
        key: str,
        reply: Reply,
        state: MessageState,
        at: datetime,
        not_before: datetime | None = None,
        author: Author = Author.SYSTEM,
    ) -> Message | None:
        self._statements.execute(_HELD, {"of": conversation_id})
        if self._by_provider_id(conversation_id, author, key):
            return None
        return self.say(conversation_id, author, [reply], state, at, None, not_before, key)[0]

    def said_as(self, conversation_id: str, key: str) -> Message | None:
        return self._by_provider_id(conversation_id, Author.SYSTEM, key)

    def start(self, channel: str, sender: str, now: datetime) -> Conversation:
        return _conversation(self._locked(channel, sender, now))

    def last_said(self, conversation_id: str, before: int) -> Message | None:
        said = and_(m.c.conversation_id == conversation_id, m.c.seq < before, m.c.state.in_(TO_CITIZEN))
        row = self._statements.execute(select(m).where(said).order_by(m.c.seq.desc()).limit(1)).one_or_none()
        return _message(row) if row else None

    def mute(self, conversation_id: str, since: datetime | None) -> None:
        self._statements.execute(update(c).where(c.c.id == conversation_id).values(muted_at=since))

    def last_seq(self, conversation_id: str) -> int:
        return self._statements.execute(select(c.c.last_seq).where(c.c.id == conversation_id)).scalar() or 0

    def attend(self, conversation_id: str, attendant: Attendant) -> int | None:
        values: dict[str, Any] = {"attendant": attendant}
        oldest = None
        if attendant is Attendant.AGENT:
            # a pump that is answering now finds its message handled and its lease gone, and says nothing (LeaseLost)
            waiting = and_(m.c.conversation_id == conversation_id, m.c.state == MessageState.WAITING)
            oldest = self._statements.execute(select(func.min(m.c.seq)).where(waiting)).scalar()
            self._statements.execute(update(m).where(waiting).values(state=MessageState.HANDLED))
            values |= IDLE
        self._statements.execute(update(c).where(c.c.id == conversation_id).values(**values))
        return oldest

    def ask_assistant(self, conversation_id: str, text: str, data: dict[str, Any], at: datetime) -> None:
        self.say(conversation_id, Author.SYSTEM, [Reply(text, data)], MessageState.WAITING, at, answers=None)
        self._wait(conversation_id, 1, at)

    def reopen(self, conversation_id: str, after: int, at: datetime) -> int:
        unanswered = and_(m.c.conversation_id == conversation_id, m.c.author == Author.CITIZEN, m.c.seq > after)
        count = self._statements.execute(update(m).where(unanswered).values(state=MessageState.WAITING)).rowcount
        if count:
            self._wait(conversation_id, count, at)
        return count

    def _wait(self, conversation_id: str, messages: int, at: datetime) -> None:
        more = {
            "pending": c.c.pending + messages,
            "pending_since": func.coalesce(c.c.pending_since, literal(at, Moment)),
        }
        self._statements.execute(update(c).where(c.c.id == conversation_id).values(**more))

    def is_waiting(self, conversation_id: str, seq: int) -> bool:
        own = and_(m.c.conversation_id == conversation_id, m.c.seq == seq, m.c.state == MessageState.WAITING)
        return self._statements.execute(select(m.c.seq).where(own)).one_or_none() is not None

    def mark_noticed(self, conversation_id: str) -> bool:
        fresh = update(c).where(c.c.id == conversation_id, c.c.noticed.is_(False), c.c.pending > 0)
        return self._statements.execute(fresh.values(noticed=True)).rowcount == 1

    def renew(self, owner: str, conversation_ids: Sequence[str], until: datetime) -> int:
        held = and_(c.c.lease_owner == owner, c.c.id.in_(conversation_ids))
        return self._statements.execute(update(c).where(held).values(lease_until=until)).rowcount

    def due(self, now: datetime, limit: int) -> Sequence[str]:
        free = or_(c.c.lease_owner.is_(None), c.c.lease_until < now)
        due = or_(c.c.retry_at.is_(None), c.c.retry_at <= now)
        query = select(c.c.id).where(c.c.pending_since.is_not(None), free, due).order_by(c.c.pending_since).limit(limit)
        return list(self._statements.execute(query).scalars())

    def get(self, conversation_id: str) -> Conversation | None:
        row = self._statements.execute(_BY_ID, {"of": conversation_id}).one_or_none()
        return _conversation(row) if row else None

    def find(self, channel: str, sender: str) -> Conversation | None:
        row = self._statements.execute(_BY_SENDER, {"channel": channel, "sender": sender}).one_or_none()
        return _conversation(row) if row else None

    def transcript(self, conversation_id: str, after: int, limit: int) -> Sequence[Message]:
        query = select(m).where(m.c.conversation_id == conversation_id, m.c.seq > after).order_by(m.c.seq).limit(limit)
        return [_message(row) for row in self._statements.execute(query)]

    def answers_to(self, conversation_id: str, seq: int) -> Sequence[Message]:
        found = self._statements.execute(_ANSWERS, {"of": conversation_id, "number": seq})
        return [_message(row) for row in found]

    def queued(self, conversation_id: str) -> Sequence[Message]:
        return [_message(row) for row in self._statements.execute(_QUEUED, {"of": conversation_id})]

    def set_state(self, conversation_id: str, seqs: Sequence[int], state: MessageState) -> None:
        where = and_(m.c.conversation_id == conversation_id, m.c.seq.in_(seqs))
        self._statements.execute(update(m).where(where).values(state=state))

    def _note_pictures(self, message: Message, incoming: Incoming) -> None:
        """Store the attached pictures as attachments to fetch."""
        rows = [
            {"id": uuid.uuid4().hex, "conversation_id": message.conversation_id, "seq": message.seq}
            | {"channel": incoming.channel, "at": message.at, "due_at": message.at, "source": source}
            | {"state": Keeping.WAITING, "attempts": 0}
            for source in incoming.pictures
        ]
        self._statements.execute(insert(attachments), rows)

    def _locked(self, channel: str, sender: str, now: datetime) -> Row[Any]:
        """The conversation's row, inserted if missing, locked until the transaction ends."""
        own = {"channel": channel, "sender": sender}
        if row := self._statements.execute(_LOCKED, own).one_or_none():
            return row
        dialect = postgresql if self._statements.dialect.name == "postgresql" else sqlite
        fresh = dialect.insert(c).values(
            id=uuid.uuid4().hex, channel=channel, sender=sender, created_at=now,
            last_seq=0, pending=0, failures=0, noticed=False, attendant=Attendant.ASSISTANT,
        )  # fmt: skip
        self._statements.execute(fresh.on_conflict_do_nothing())
        return self._statements.execute(_LOCKED, own).one()

    def _by_provider_id(self, conversation_id: str, author: Author, provider_id: str) -> Message | None:
        own = {"of": conversation_id, "author": author, "key": provider_id}
        row = self._statements.execute(_BY_KEY, own).one_or_none()
        return _message(row) if row else None


def _row(message: Message) -> dict[str, Any]:
    return {column.name: getattr(message, column.name) for column in m.columns}


def _message(row: Row[Any]) -> Message:
    values = dict(row._mapping)
    return Message(**values | {"author": Author(row.author), "state": MessageState(row.state)})


def _conversation(row: Row[Any]) -> Conversation:
    return Conversation(
        row.id, row.channel, row.sender, row.verified_phone, row.created_at, Attendant(row.attendant), row.muted_at
    )
