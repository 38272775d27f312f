"""Rasa's tracker store on the turn log. The cost of a message stays the same however long the conversation gets.

A tracker is rebuilt from the last few turns and the state before them; Rasa's policies look no further back. The
answer to a message that was handled before is read from the log and never computed again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from datetime import timedelta
from functools import cache
from typing import Any

from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.constants import ACTION_LISTEN_NAME
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, ActiveLoop, Event, SessionStarted, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from hotline import clock
from hotline.conversations.turns import Turn
from hotline.settings import read_settings
from hotline.storage.database import Database
from hotline.storage.trackers import TurnLog

REMEMBERED_TURNS = 8
FORGOTTEN_AFTER = timedelta(days=7)
"""After this much silence nothing of a conversation counts any more, neither a half-told matter nor a danger."""


class TurnTrackerStore(TrackerStore):  # type: ignore[misc]  # Rasa is not typed for mypy
    """Loads and stores trackers turn by turn. Without a `log` (as from endpoints.yml) it uses the settings'
    database."""

    def __init__(
        self, domain: Domain | None, event_broker: EventBroker | None = None, log: TurnLog | None = None, **_: Any
    ) -> None:
        super().__init__(domain, event_broker)
        self._log = log or TurnLog(Database(read_settings().sql_url), clock.now)

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        """The tracker with its last turns, empty after a long silence; None for a new conversation."""
        turns = await asyncio.to_thread(self._log.last, sender_id, REMEMBERED_TURNS + 1)
        return self._rebuild(sender_id, turns) if turns else None

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Store what happened since the tracker was loaded, as one turn."""
        stored, number = getattr(tracker, "stored", (0, 0))
        fresh = list(tracker.events)[stored:]
        if not fresh:
            return
        turn = Turn(
            number=number + 1,
            message_ids=[e.message_id for e in fresh if isinstance(e, UserUttered) and e.message_id],
            events=[e.as_dict() for e in fresh],
            snapshot=_snapshot(tracker),
        )
        await asyncio.to_thread(self._log.append, tracker.sender_id, turn)
        tracker.stored = (len(tracker.events), turn.number)

    async def keys(self) -> Iterable[str]:
        """Every conversation id."""
        return await asyncio.to_thread(self._log.conversations)

    async def answer_to(self, sender_id: str, message_id: str) -> list[dict[str, Any]] | None:
        """What the assistant said to a message that it has handled before; None for one it has not."""
        turn = await asyncio.to_thread(self._log.turn_of, sender_id, message_id, REMEMBERED_TURNS)
        return _bot_messages(turn.events, message_id) if turn else None

    def _rebuild(self, sender_id: str, turns: Sequence[Turn]) -> DialogueStateTracker:
        before, shown = (turns[0], turns[1:]) if len(turns) > REMEMBERED_TURNS else (None, turns)
        events = [_event(parameters) for turn in shown for parameters in turn.events]
        session = max((i for i, e in enumerate(events) if isinstance(e, SessionStarted)), default=None)
        if session is not None:
            events = events[max(0, session - 1) :]
        elif before:
            events = [*_from_snapshot(before.snapshot), *events]
        if self._log.age(turns[-1]) > FORGOTTEN_AFTER:
            events = []
        tracker = DialogueStateTracker.from_events(sender_id, events, self.domain.slots, domain=self.domain)
        tracker.stored = (len(tracker.events), turns[-1].number)
        return tracker


@cache  # Rasa walks through all classes for every event, which takes most of the time of loading a tracker
def _class_of(name: str) -> type[Event]:
    return Event.resolve_by_type(name)  # type: ignore[no-any-return]


def _event(parameters: dict[str, Any]) -> Event:
    return _class_of(parameters["event"])._from_parameters(parameters)


def _snapshot(tracker: DialogueStateTracker) -> dict[str, Any]:
    slots = {name: slot.value for name, slot in tracker.slots.items() if slot.value != slot.initial_value}
    return {"slots": slots, "loop": tracker.active_loop_name}


def _from_snapshot(snapshot: dict[str, Any]) -> list[Event]:
    slots = [SlotSet(name, value) for name, value in snapshot["slots"].items()]
    loop = [ActiveLoop(snapshot["loop"])] if snapshot["loop"] else []
    return [*slots, *loop, ActionExecuted(ACTION_LISTEN_NAME)]


def _bot_messages(events: Sequence[dict[str, Any]], message_id: str) -> list[dict[str, Any]]:
    """The bot's messages after one user message and before the next, in the shape of Rasa's REST answer."""
    found: list[dict[str, Any]] = []
    inside = False
    for event in events:
        if event["event"] == "user":
            inside = event.get("message_id") == message_id
        elif inside and event["event"] == "bot":
            custom = (event.get("data") or {}).get("custom")
            found.append({"text": event.get("text") or "", **({"custom": custom} if custom else {})})
    return found
