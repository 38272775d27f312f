"""The pump: has every waiting message answered, in order within a conversation, in parallel between conversations.

A pump holds a conversation under a lease while it answers. The answer and the "handled" mark are committed together. If
the process dies before that, another pump takes over when the lease ends, and the dialogue answers a message that it
has seen before from its memory. While the dialogue is down, messages wait and the citizen is told once that they are
kept.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Protocol

from hotline.clock import Clock
from hotline.conversations.manner import Manner
from hotline.conversations.model import MAX_TEXT, Accepted, Claim, Incoming, Message, MessageState, Reply
from hotline.conversations.ports import LeaseLost
from hotline.conversations.service import LEASE, Conversations
from hotline.conversations.signals import Signals
from hotline.conversations.text import is_readable, is_too_long
from hotline.danger import Danger
from hotline.danger.weak_signs import alarming
from hotline.texts import texts
from hotline.transaction import StorageUnavailable

logger = logging.getLogger(__name__)

IN_PARALLEL = 32
KEPT_DANGERS = 1_000
SWEEP_SECONDS = 0.5
FIRST_RETRY, LAST_RETRY = 0.2, 2.0
WARN_AFTER = timedelta(seconds=1)
GIVE_UP_AFTER = timedelta(seconds=90)


class DialogueUnavailable(Exception):
    """The dialogue could not answer; the message must be tried again."""


class DialogueFailed(DialogueUnavailable):
    """The dialogue runs but fails on this message."""


class Dialogue(Protocol):
    """Understands a message and answers it; the same message id always gets the same answer."""

    async def answer(self, claim: Claim) -> Sequence[Reply]:
        """The replies to the claimed message. Raises DialogueUnavailable."""


class Pump:
    """Answers waiting messages. One per gateway process; `owner` names it on leases."""

    def __init__(
        self,
        conversations: Conversations,
        dialogue: Dialogue,
        signals: Signals,
        now: Clock,
        owner: str,
        keep_notice_after: float,
        fetched_at_once: Callable[[Claim], bool],
        manners: Mapping[str, Manner] | None = None,
    ) -> None:
        self._conversations = conversations
        self._dialogue = dialogue
        self._signals = signals
        self._now = now
        self._owner = owner
        self._keep_notice_after = timedelta(seconds=keep_notice_after)
        self._fetched_at_once = fetched_at_once
        self._manners = manners or {}
        self._slots = asyncio.Semaphore(IN_PARALLEL)
        self._busy: dict[str, asyncio.Task[None]] = {}
        self._next: dict[str, Claim] = {}
        self._guards: dict[str, asyncio.Task[None]] = {}
        self._failing_since: dict[str, datetime] = {}
        self._dangers: dict[str, Danger | None] = {}

    async def accept(self, incoming: Incoming) -> Accepted:
        """Commit a message to the inbox and start answering it. Raises StorageUnavailable when it is not stored."""
        accepted = await asyncio.to_thread(self._conversations.accept, incoming, self._owner)
        if accepted.claim:
            self._start(accepted.message.conversation_id, accepted.claim)
        self._signals.changed(accepted.message.conversation_id)
        if accepted.is_new:
            self._guard(accepted.message, incoming.channel)
        return accepted

    async def run(self) -> None:
        """Renew leases and answer conversations that nobody holds, until cancelled."""
        beat = asyncio.create_task(self._renew_leases())
        try:
            while True:
                await self._sweep()
                await asyncio.sleep(SWEEP_SECONDS)
        finally:
            beat.cancel()
            await self._finish()

    async def _sweep(self) -> None:
        try:
            due = await asyncio.to_thread(self._conversations.due, IN_PARALLEL)
        except StorageUnavailable:
            logger.warning("the database does not answer; waiting messages are left for later")
            return
        for conversation_id in due:
            self._start(conversation_id)

    async def _renew_leases(self) -> None:
        while True:
            await asyncio.sleep(LEASE.total_seconds() / 4)
            if self._busy:
                try:
                    await asyncio.to_thread(self._conversations.renew, self._owner, list(self._busy))
                except StorageUnavailable:
                    logger.warning("leases could not be renewed")

    async def _finish(self) -> None:
        """Wait up to 5 s for the answers under way to be committed, before the process ends."""
        if self._busy:
            await asyncio.wait(self._busy.values(), timeout=5)

    def _start(self, conversation_id: str, claim: Claim | None = None) -> None:
        if conversation_id in self._busy:
            if claim:
                self._next[conversation_id] = claim  # claimed while the last answer was still being finished
            return
        task = asyncio.create_task(self._drain(conversation_id, claim))
        self._busy[conversation_id] = task
        task.add_done_callback(lambda _: self._ended(conversation_id))

    def _ended(self, conversation_id: str) -> None:
        self._busy.pop(conversation_id, None)
        if claim := self._next.pop(conversation_id, None):
            self._start(conversation_id, claim)

    async def _drain(self, conversation_id: str, claim: Claim | None) -> None:
        """Answer all waiting messages of one conversation."""
        async with self._slots:
            try:
                claim = claim or await asyncio.to_thread(self._conversations.claim, conversation_id, self._owner)
                while claim:
                    claim = await self._answer_one(claim)
            except LeaseLost:
                logger.info("another process answers this conversation")
            except StorageUnavailable:
                logger.warning("an answer could not be stored; it will be tried again")
                await self._release(conversation_id)
            except Exception:
                logger.exception("a message could not be answered; it will be tried again")
                await self._release(conversation_id)

    async def _release(self, conversation_id: str) -> None:
        """Give the lease back. If that fails, the lease expires, because only busy conversations are renewed."""
        with suppress(StorageUnavailable):
            await asyncio.to_thread(self._conversations.postpone, conversation_id, self._owner, LAST_RETRY)

    async def _answer_one(self, claim: Claim) -> Claim | None:
        self._guard(claim.message, claim.conversation.channel)
        answering = asyncio.ensure_future(self._replies(claim))
        given_up = False
        try:
            replies = await self._patiently(claim, answering)
        except DialogueUnavailable as problem:
            given_up = isinstance(problem, DialogueFailed) and self._failed_long(claim.message)
            if not given_up:
                await self._postpone(claim, str(problem))
                return None
            logger.error("a message cannot be handled; the citizen is told and a person is needed")
            replies = [Reply(texts().say("notice.failed"))]
        finally:
            answering.cancel()
        sounds_dangerous = self._dangers.get(claim.message.id) is not None
        if sounds_dangerous or any(reply.data and "danger" in reply.data for reply in replies):
            replies = await asyncio.to_thread(self._conversations.without_repeating, claim.message, replies)
        if manner := self._manners.get(claim.conversation.channel):
            replies = manner.shape(replies)
        state = MessageState.SENT if self._fetched_at_once(claim) else MessageState.QUEUED
        after = await asyncio.to_thread(self._conversations.answer, claim, self._owner, replies, state, given_up)
        self._failing_since.pop(claim.message.id, None)
        self._signals.changed(claim.conversation.id)
        return after

    async def _patiently(self, claim: Claim, answering: asyncio.Future[Sequence[Reply]]) -> Sequence[Reply]:
        """Wait for the answer; if it takes long, tell the citizen that the message is kept."""
        left = (self._keep_notice_after - self._waited(claim)).total_seconds()
        done, _ = await asyncio.wait([answering], timeout=max(0.0, left))
        if not done:
            await self._tell_kept(claim)
        return await answering

    def _guard(self, message: Message, channel: str) -> None:
        """If a message tells of danger and is not answered at once, say the safety line, even while earlier messages
        wait."""

        async def warn_unless_answered() -> None:
            if danger := await self._danger(message):
                await asyncio.sleep(WARN_AFTER.total_seconds())
                await self._warn(message, channel, danger)

        if message.id not in self._guards:
            self._guards[message.id] = asyncio.create_task(warn_unless_answered())
            self._guards[message.id].add_done_callback(lambda _: self._guards.pop(message.id))

    async def _danger(self, message: Message) -> Danger | None:
        """The danger that a message tells of; detected once, however often the message is tried."""
        if message.id not in self._dangers:
            self._dangers[message.id] = await asyncio.to_thread(alarming, message.text)
        danger = self._dangers[message.id]
        while len(self._dangers) > KEPT_DANGERS:
            del self._dangers[next(iter(self._dangers))]
        return danger

    async def _warn(self, message: Message, channel: str, danger: Danger) -> None:
        try:
            if await asyncio.to_thread(self._conversations.warn, message, channel, danger.kind, danger.certain):
                self._signals.changed(message.conversation_id)
        except StorageUnavailable:
            logger.error("a safety line could not be stored; it is tried again with the message")

    def _failed_long(self, message: Message) -> bool:
        """True when the dialogue has failed on this message for GIVE_UP_AFTER, as opposed to being down."""
        return self._now() - self._failing_since.setdefault(message.id, self._now()) > GIVE_UP_AFTER

    def _waited(self, claim: Claim) -> timedelta:
        return self._now() - claim.message.at

    async def _replies(self, claim: Claim) -> Sequence[Reply]:
        """The replies to a message: its own for one that needs no understanding, else the dialogue's."""
        text = claim.message.text
        manner = self._manners.get(claim.conversation.channel)
        if manner and (own := await asyncio.to_thread(manner.answer, claim)) is not None:
            return own
        if is_too_long(text):
            return [Reply(texts().say("notice.too_long", limit=MAX_TEXT))]
        if not is_readable(text):
            return [Reply(texts().say("notice.unreadable"))]
        replies = await self._dialogue.answer(claim)
        return replies or [Reply(texts().say("notice.nothing_to_say"))]

    async def _tell_kept(self, claim: Claim) -> None:
        if await asyncio.to_thread(self._conversations.tell_kept, claim):
            self._signals.changed(claim.conversation.id)

    async def _postpone(self, claim: Claim, problem: str) -> None:
        """Leave the message waiting and try again, first soon, later less often."""
        if danger := await self._danger(claim.message):
            await self._warn(claim.message, claim.conversation.channel, danger)
        waited = self._waited(claim)
        if waited >= self._keep_notice_after:
            await self._tell_kept(claim)
            until_notice = LAST_RETRY
        else:
            until_notice = (self._keep_notice_after - waited).total_seconds()
        pause = min(max(waited.total_seconds() / 2, FIRST_RETRY), LAST_RETRY, until_notice)
        if pause < LAST_RETRY:  # later tries say nothing new
            logger.info("the dialogue does not answer (%s); next try in %.1f s", problem, pause)
        await asyncio.to_thread(self._conversations.postpone, claim.conversation.id, self._owner, pause)
