"""The live feed of one person's screen. It reads from the database each time what that person may see; a wake-up, which
may come from another gateway, only tells it when to read."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from typing import ParamSpec, TypeVar

from hotline.conversations.handoff.desk import AgentDesk
from hotline.conversations.handoff.model import Handoff, HandoffError, HandoffNote, HandoffSummary, Overview
from hotline.conversations.handoff.screen import Screen
from hotline.conversations.model import Author, Message
from hotline.conversations.signals import DESK, Signals, typing
from hotline.staff.model import Person
from hotline.tickets.model import Ticket

BEAT_SECONDS = 15.0
LOOK_AGAIN_SECONDS = 5.0

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Said:
    """New lines of a conversation that the person holds or follows."""

    handoff_id: str
    messages: tuple[Message, ...]


@dataclass(frozen=True, slots=True)
class Noted:
    """All staff notes on such a conversation, sent when there is a new one."""

    handoff_id: str
    notes: tuple[HandoffNote, ...]


@dataclass(frozen=True, slots=True)
class Typing:
    """The citizen is writing."""

    handoff_id: str


@dataclass(frozen=True, slots=True)
class Beat:
    """Shows the browser that the connection lives, and asks it for a sign of life (`AgentDesk.beat`)."""


Item = Overview | Said | Noted | Typing | Beat


class Feed:
    """Streams the changes to people's screens. One per gateway; use inside its event loop."""

    def __init__(self, desk: AgentDesk, screen: Screen, signals: Signals) -> None:
        self._desk = desk
        self._screen = screen
        self._signals = signals

    async def act(self, use_case: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a use case of the desk off the event loop, then wake all screens and the citizen it concerns."""
        done = await self.talk(use_case, *args, **kwargs)
        self._signals.changed(DESK)
        return done

    async def talk(self, use_case: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a use case that changes only one conversation, then wake only those who watch it."""
        done = await asyncio.to_thread(use_case, *args, **kwargs)
        if isinstance(done, Handoff | Ticket):
            self._signals.changed(done.conversation_id)
        return done

    async def typing(self, person: Person, handoff_id: str) -> None:
        """Signal that the agent is writing. Raises HandoffError for a conversation that is not theirs."""
        conversation_id = await asyncio.to_thread(self._screen.conversation_id, person, handoff_id)
        self._signals.changed(typing(Author.AGENT, conversation_id))

    async def of(
        self, person: Person, following: str | None = None, seen: dict[str, int] | None = None
    ) -> AsyncIterator[Item]:
        """Yield everything that changes for a person, first the whole overview, until the caller stops.

        Yields the lines of the conversations that the person holds and of the hand-over `following`. `seen` holds, by
        hand-over, the seq after which lines are sent; without it they are sent from now on. It is kept up to date, so
        that a browser that reconnects with it misses nothing. Starting the feed counts as a sign of life of the
        person's browser; its running on does not, since a connection whose other end is gone may stay open for long.
        Raises HandoffError when the person may not see `following` (any more).
        """
        shown: Overview | None = None
        seen = {} if seen is None else seen
        from_now_on = not seen
        noted: dict[str, int] = {}  # the page may be older than the last note, so all notes are sent once
        if following:
            await asyncio.to_thread(self._screen.look_on, person, following)
        await asyncio.to_thread(self._desk.beat, person)
        elapsed, beat_at = asyncio.get_running_loop().time, 0.0
        with self._signals.watch(DESK) as watch:
            while True:
                if elapsed() >= beat_at:
                    beat_at = elapsed() + BEAT_SECONDS
                    yield Beat()
                overview = await asyncio.to_thread(self._screen.overview, person, following)
                lines = [*overview.held, *((overview.followed,) if overview.followed else ())]
                followed = {line.handoff.conversation_id: line.handoff.id for line in lines}
                if watch.turn_to(DESK, *followed, *(typing(Author.CITIZEN, id) for id in followed)):
                    continue  # read again, to see what changed in between
                for line in lines:
                    # of a conversation claimed meanwhile, send everything said since the claim
                    seen.setdefault(line.handoff.id, line.last_seq if from_now_on else line.handoff.answered)
                from_now_on = False
                for id in seen.keys() - followed.values():
                    del seen[id]
                for line in lines:
                    if fresh := await asyncio.to_thread(self._fresh, person, line, seen):
                        yield Said(line.handoff.id, tuple(fresh))
                    if line.last_note != noted.get(line.handoff.id, 0):
                        noted[line.handoff.id] = line.last_note
                        if notes := await asyncio.to_thread(self._notes, person, line):
                            yield Noted(line.handoff.id, tuple(notes))
                if overview != shown:
                    yield overview
                    shown = overview
                changed = await watch.change(min(LOOK_AGAIN_SECONDS, max(0.0, beat_at - elapsed())))
                for conversation_id, handoff_id in followed.items():
                    if typing(Author.CITIZEN, conversation_id) in changed:
                        yield Typing(handoff_id)

    def _notes(self, person: Person, line: HandoffSummary) -> Sequence[HandoffNote]:
        try:
            return self._screen.notes(person, line.handoff.id)
        except HandoffError:  # somebody else has just got it; the next overview says so
            return ()

    def _fresh(self, person: Person, line: HandoffSummary, seen: dict[str, int]) -> Sequence[Message]:
        """The lines of a conversation that were not sent yet."""
        after = seen[line.handoff.id]
        if line.last_seq <= after:
            return []
        try:
            fresh = self._screen.transcript(person, line.handoff.id, after)
        except HandoffError:  # somebody else has just got it; the next overview says so
            return []
        seen[line.handoff.id] = max((message.seq for message in fresh), default=after)
        return fresh
