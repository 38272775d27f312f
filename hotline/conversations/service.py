"""The use cases on conversations: accept a message, have it answered, read the transcript."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from hotline.clock import Clock
from hotline.conversations.model import (
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
from hotline.conversations.ports import OpenUnit
from hotline.conversations.text import clean
from hotline.danger import Kind, question_in_doubt
from hotline.danger.situations import alarm, situation_of
from hotline.delivery.rules import polite_time
from hotline.texts import texts

LEASE = timedelta(seconds=10)
STORED_TEXT = 20_000


class Conversations:
    """The use cases. Each is one transaction. All raise hotline.transaction.StorageUnavailable when the database is
    down."""

    def __init__(self, open_unit: OpenUnit, now: Clock) -> None:
        self._open_unit = open_unit
        self._now = now

    def accept(self, incoming: Incoming, owner: str | None = None) -> Accepted:
        """Commit a citizen's message; only then may a connector acknowledge it.

        The same `provider_id` in one conversation is stored once. With an `owner`, an idle conversation is claimed
        in the same transaction, so that it can be answered at once.
        """
        cleaned = replace(incoming, text=clean(incoming.text)[:STORED_TEXT])
        now = self._now()
        with self._open_unit() as unit:
            accepted = unit.conversations.accept(cleaned, now, owner, now + LEASE)
            if accepted.is_new:
                data = {"channel": incoming.channel, "seq": accepted.message.seq}
                unit.events.add("message.received", accepted.message.conversation_id, data, now)
        return accepted

    def claim(self, conversation_id: str, owner: str) -> Claim | None:
        """Take the lease of a conversation with waiting messages; None if another holds it."""
        now = self._now()
        with self._open_unit() as unit:
            return unit.conversations.claim(conversation_id, owner, now, now + LEASE)

    def answer(
        self, claim: Claim, owner: str, replies: Sequence[Reply], state: MessageState, escalate: bool = False
    ) -> Claim | None:
        """Commit the answer and the handled mark together; returns the next waiting message, if any. Raises LeaseLost.

        With `escalate` an event asks for a person to look at the message.
        """
        now = self._now()
        conversation = claim.conversation
        with self._open_unit() as unit:
            left = unit.conversations.handled(conversation.id, claim.message.seq, owner, now + LEASE)
            said = unit.conversations.say(
                conversation.id, Author.ASSISTANT, replies, state, now, answers=claim.message.seq
            )
            if said:
                data = {"channel": conversation.channel, "seq": said[-1].seq, "answers": claim.message.seq}
                unit.events.add("message.sent", conversation.id, data, now)
            if escalate:
                data = {"channel": conversation.channel, "seq": claim.message.seq}
                unit.events.add("conversation.escalated", conversation.id, data, now)
            return unit.conversations.next_claim(conversation.id) if left else None

    def postpone(self, conversation_id: str, owner: str, seconds: float) -> None:
        """Leave the messages waiting and try again later."""
        with self._open_unit() as unit:
            unit.conversations.postpone(conversation_id, owner, self._now() + timedelta(seconds=seconds))

    def tell_kept(self, claim: Claim) -> bool:
        """Tell the citizen once that the message is kept; False when already told since the last answer."""
        notice = Reply(texts().say("notice.kept"), {"notice": "kept"})
        with self._open_unit() as unit:
            if not unit.conversations.mark_noticed(claim.conversation.id):
                return False
            state = MessageState.QUEUED
            now = self._now()
            unit.conversations.say(claim.conversation.id, Author.SYSTEM, [notice], state, now, answers=None)
            sent = {"channel": claim.conversation.channel, "notice": "kept"}
            unit.events.add("message.sent", claim.conversation.id, sent, now)
            return True

    def warn(self, message: Message, channel: str, kind: str, certain: bool) -> bool:
        """Say the safety line for a danger and alert staff, once for a message; False when the message is answered or
        this was done already.

        Used while the dialogue does not answer, or while an agent has the conversation and may be looking elsewhere: a
        person in danger must not wait for either.
        """
        if certain:
            line = alarm(texts(), Kind(kind), situation_of([message.text], Kind(kind)))
        else:
            line = texts().say(f"danger.{question_in_doubt(message.text, Kind(kind))}")
        data = {"channel": channel, "seq": message.seq, "danger": kind, "certain": certain}
        now = self._now()
        with self._open_unit() as unit:
            conversation = unit.conversations.get(message.conversation_id)
            with_agent = conversation is not None and conversation.attendant is Attendant.AGENT
            if not with_agent and not unit.conversations.is_waiting(message.conversation_id, message.seq):
                return False
            if with_agent and not certain:  # the agent asks; the assistant stays silent
                unit.events.add("danger.detected", message.conversation_id, data, now)
                return True
            reply = Reply(line, {"notice": "danger", **({"danger": kind} if certain else {})})
            if not unit.conversations.say_once(
                message.conversation_id, _warned(message), reply, MessageState.QUEUED, now
            ):
                return False
            unit.events.add("danger.detected", message.conversation_id, data, now)
            unit.events.add("message.sent", message.conversation_id, {"channel": channel, "notice": "danger"}, now)
            return True

    def without_repeating(self, message: Message, replies: Sequence[Reply]) -> Sequence[Reply]:
        """The replies to a message without the safety line or the question that `warn` has said already; a reply that
        was only this becomes a short acknowledgement."""
        with self._open_unit.reading() as unit:
            warned = unit.conversations.said_as(message.conversation_id, _warned(message))
        if warned is None or not warned.data:
            return replies
        kind = warned.data.get("danger")
        line = {None: "danger.take_your_time", "self_harm": "danger.listening"}.get(kind, "danger.noted")
        known = texts().say(line)
        return [
            replace(r, text=r.text.removeprefix(warned.text).strip() or known) if r.text.startswith(warned.text) else r
            for r in replies
        ]

    def tell(
        self,
        conversation_id: str,
        key: str,
        text: str,
        about: str | None = None,
        choices: Sequence[str] = (),
        urgent: bool = False,
    ) -> bool:
        """Notify the citizen, once for a key. `about`: a ticket's number. `choices`: answers to tap.

        On a channel that rings the notification waits for the morning unless `urgent`. Returns False, without sending,
        if the key was used or the citizen wants no notifications.
        """
        now = self._now()
        data: dict[str, Any] = {"notice": "progress"}
        if about:
            data["about"] = about
        if choices:
            data["choices"] = list(choices)
        with self._open_unit() as unit:
            conversation = unit.conversations.get(conversation_id)
            if conversation is None or conversation.muted_at:
                return False
            not_before = now if urgent else polite_time(now)
            if not unit.conversations.say_once(
                conversation_id, key, Reply(text, data), MessageState.QUEUED, now, not_before=not_before
            ):
                return False
            unit.events.add("message.sent", conversation_id, {"notice": "progress"}, now)
            return True

    def conversation_with(self, channel: str, sender: str) -> Conversation:
        """The conversation of a sender; created if there is none."""
        with self._open_unit() as unit:
            return unit.conversations.start(channel, sender, self._now())

    def mute(self, conversation_id: str, muted: bool) -> None:
        """Stop or resume notifications to this citizen. Answers to their messages are not notifications."""
        now = self._now()
        with self._open_unit() as unit:
            unit.conversations.mute(conversation_id, now if muted else None)
            if muted:
                unit.deliveries.drop_held_back(conversation_id, now)

    def last_said(self, message: Message) -> Message | None:
        """The last message to the citizen before one of theirs."""
        with self._open_unit.reading() as unit:
            return unit.conversations.last_said(message.conversation_id, message.seq)

    def renew(self, owner: str, conversation_ids: Sequence[str]) -> int:
        """Extend the leases on conversations that are being answered; returns how many are still held."""
        with self._open_unit() as unit:
            return unit.conversations.renew(owner, conversation_ids, self._now() + LEASE)

    def due(self, limit: int) -> Sequence[str]:
        """Conversations with waiting messages that nobody holds."""
        with self._open_unit.reading() as unit:
            return unit.conversations.due(self._now(), limit)

    def find(self, channel: str, sender: str) -> Conversation | None:
        """The conversation of a sender."""
        with self._open_unit.reading() as unit:
            return unit.conversations.find(channel, sender)

    def get(self, conversation_id: str) -> Conversation | None:
        """One conversation."""
        with self._open_unit.reading() as unit:
            return unit.conversations.get(conversation_id)

    def transcript(self, conversation_id: str, after: int = 0, limit: int = 200) -> Sequence[Message]:
        """Messages after a seq, in order."""
        with self._open_unit.reading() as unit:
            return unit.conversations.transcript(conversation_id, after, limit)

    def heard(self, message: Message) -> Sequence[Message]:
        """The answers to a message and all other messages that the citizen has not fetched yet, in order."""
        with self._open_unit.reading() as unit:
            answers = unit.conversations.answers_to(message.conversation_id, message.seq)
            queued = unit.conversations.queued(message.conversation_id)
        return sorted({m.seq: m for m in (*answers, *queued)}.values(), key=lambda m: m.seq)

    def fetch_queued(self, conversation_id: str) -> Sequence[Message]:
        """Fetch the messages that the citizen has not fetched yet, and mark them sent (for channels that fetch)."""
        with self._open_unit() as unit:
            found = unit.conversations.queued(conversation_id)
            unit.conversations.set_state(conversation_id, [m.seq for m in found], MessageState.SENT)
            return found


def _warned(message: Message) -> str:
    """The key of the safety line for a message, so that it is said once."""
    return f"danger:{message.seq}"
