"""The Rasa agent of this project: it fails loudly instead of losing something quietly.

Rasa's own agent goes on when an action fails (the citizen gets no answer) and falls back to memory when the tracker
store fails (the dialogue forgets). Here both stop the turn: nothing is stored, and the message is tried again.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from rasa.core.actions.action import Action, ActionExecutionRejection
from rasa.core.agent import Agent
from rasa.core.channels.channel import OutputChannel, UserMessage
from rasa.core.lock_store import InMemoryLockStore
from rasa.core.nlg import NaturalLanguageGenerator
from rasa.core.policies.policy import PolicyPrediction
from rasa.core.processor import MessageProcessor
from rasa.shared.core.constants import REQUESTED_SLOT
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActiveLoop, Event, SlotSet
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import EndpointConfig

from bot.readings import Heard, names_whom_to_call, read
from bot.tracker_store import TurnTrackerStore
from hotline.texts import texts

UNDERSTOOD, OF_ITS_END = 2_000, 500
"""Characters of one message that are understood, and how many of them are taken from its end, where people say what
they want. The ticket keeps the whole message."""


class TurnFailed(Exception):
    """A turn could not be finished; nothing of it was stored."""


class WatchedAction(Action):  # type: ignore[misc]
    """An action whose failure is remembered."""

    def __init__(self, action: Action) -> None:
        self._action = action
        self.failure: Exception | None = None

    def name(self) -> str:
        """The action's name."""
        return str(self._action.name())

    def event_for_successful_execution(self, prediction: PolicyPrediction) -> Event:
        """The action's own event."""
        return self._action.event_for_successful_execution(prediction)

    async def run(
        self,
        output_channel: OutputChannel,
        nlg: NaturalLanguageGenerator,
        tracker: DialogueStateTracker,
        domain: Domain,
    ) -> list[Event]:
        """Run the action. A rejection is part of the dialogue; any other exception is a failure."""
        try:
            events: list[Event] = await self._action.run(output_channel, nlg, tracker, domain)
            return events
        except ActionExecutionRejection:
            raise
        except Exception as failure:
            # Rasa logs the failure, and the log must not hold what the citizen wrote; so the failure itself stays here
            self.failure = failure
            raise TurnFailed(self.name()) from None


class StrictProcessor(MessageProcessor):  # type: ignore[misc]
    """Handles a message completely or not at all, and reads what it means in its conversation (`bot/readings`).

    When a message may be a danger but is not sure enough for an alarm, the citizen first reads whom to call. The
    hotline may pass the intent of a message (metadata `means`) and the slots that an agent has corrected (metadata
    `slots`); the dialogue then goes on from there, outside any form.
    """

    async def parse_message(
        self, message: UserMessage, tracker: DialogueStateTracker | None = None, only_output_properties: bool = True
    ) -> dict[str, Any]:
        """What was understood, as the conversation reads it. When a message holds several matters, the later ones are
        under `matter.others`."""
        shown = UserMessage(_gist(message.text or ""), sender_id=message.sender_id)
        understood: dict[str, Any] = await super().parse_message(shown, tracker, only_output_properties)
        understood["text"] = message.text
        if tracker is None:
            return understood
        means = (message.metadata or {}).get("means")
        return dict((await read(Heard(understood, tracker, self._understood, means))).understood)

    async def _understood(self, text: str) -> dict[str, Any]:
        understood: dict[str, Any] = await super().parse_message(UserMessage(text), None)
        return understood

    async def _handle_message_with_tracker(self, message: UserMessage, tracker: DialogueStateTracker) -> None:
        if slots := (message.metadata or {}).get("slots"):
            corrected = [SlotSet(name, value) for name, value in ({REQUESTED_SLOT: None} | slots).items()]
            tracker.update_with_events([ActiveLoop(None), *corrected], self.domain)
        is_answer = tracker.active_loop_name is not None
        await super()._handle_message_with_tracker(message, tracker)
        if names_whom_to_call(tracker, is_answer):
            line = texts(tracker.get_slot("language") or "zh").say("danger.possible")
            await message.output_channel.send_text_message(message.sender_id, line)

    async def _run_action(
        self,
        action: Action,
        tracker: DialogueStateTracker,
        output_channel: OutputChannel,
        nlg: NaturalLanguageGenerator,
        prediction: PolicyPrediction,
    ) -> bool:
        watched = WatchedAction(action)
        more: bool = await super()._run_action(watched, tracker, output_channel, nlg, prediction)
        if watched.failure:
            raise TurnFailed(watched.name()) from watched.failure
        return more


def _gist(text: str) -> str:
    return text if len(text) <= UNDERSTOOD else f"{text[: UNDERSTOOD - OF_ITS_END]}\n{text[-OF_ITS_END:]}"


class HotlineAgent(Agent):  # type: ignore[misc]
    """Rasa's agent with the strict processor and with a tracker store that has no fallback."""

    def __init__(self, tracker_store: TurnTrackerStore, action_endpoint: EndpointConfig) -> None:
        # The pump's lease already lets only one process handle a conversation, so Rasa's lock can stay in memory.
        super().__init__(action_endpoint=action_endpoint, lock_store=InMemoryLockStore())
        self.tracker_store = tracker_store

    async def actions_answer(self) -> bool:
        """True when the actions process answers."""
        try:
            await EndpointConfig(self.action_endpoint.url.removesuffix("/webhook")).request(
                "get", subpath="health", content_type=None
            )
        except Exception:
            return False
        return True

    def load_model(self, model_path: str | Path, fingerprint: str | None = None) -> None:
        """Load a trained model. Raises rasa.core.exceptions or ModelNotFound when it cannot be read."""
        self.processor = StrictProcessor(
            model_path=model_path,
            tracker_store=self.tracker_store,
            lock_store=self.lock_store,
            action_endpoint=self.action_endpoint,
            generator=self.nlg,
        )
        self.domain = self.processor.domain
        self.tracker_store.domain = self.domain
        self.nlg.responses = self.domain.responses
        self._set_fingerprint(fingerprint)


def create_agent(tracker_store: TurnTrackerStore, actions_url: str, model: Path) -> HotlineAgent:
    """An agent ready to answer. `actions_url` is the base address of the actions process."""
    options: dict[str, Any] = {"enable_selective_domain": True}
    agent = HotlineAgent(tracker_store, EndpointConfig(f"{actions_url}/webhook", **options))
    agent.load_model(model)
    return agent
