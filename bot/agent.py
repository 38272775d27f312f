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

from bot.emergencies import said_in_danger, told_in_pieces
from bot.pieces import pieces
from bot.readings import (
    BEYOND_DOUBT,
    FOR_PEOPLE,
    MAY_OPEN_A_MATTER,
    anew_after_an_answer,
    asks_how_to_send,
    asks_in_words,
    denies,
    gist,
    half_of,
    is_angry_again,
    is_sure_question,
    likelier_intent,
    likeliest_matter,
    listed,
    meant_in_the_intake,
    names_contact,
    names_whom_to_call,
    of_a_leak,
    of_harassment,
    placed,
    plain_question,
    puts_a_ticket_right,
    question_named,
    rightly_praise,
    stated,
    surely_means,
    tells_a_matter,
    told_with_a_question,
    with_others,
    without_a_guessed_question,
    without_false_alarm,
)
from bot.tracker_store import TurnTrackerStore
from hotline.intake import (
    FAQ,
    OWN_WORDS,
    Meant,
    after_the_opening,
    another_begun,
    are_new,
    belongs_to_it,
    matters_of,
    parted,
    possible_splits,
    read_anew,
    share_a_place,
)
from hotline.wording import texts

SURE_OF_ANOTHER = 0.5
MAY_BE_ANOTHER = {"add_to_ticket", "chitchat", "correct", "inform", "nlu_fallback", "rate_dissatisfied", "state_matter"}
SURE_OF_PIECES = 0.5  # of the category that several short messages tell together
MAY_BE_A_PIECE = {"chitchat", "inform", "nlu_fallback", "state_matter"}
TELL_NOTHING = {"greet", "thank", "goodbye", "affirm", "deny", "stay_anonymous", "request_human"}
MOST_SPLITS = 3
"""So many ways of parting a message into several matters are looked at."""
VAGUE_WHEN_CORRECTING = {"stop_intake", "nlu_fallback", "chitchat", "deny", "wait", "who_handles", "ask_capabilities"}


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
        """Run it; a rejection is part of the dialogue, any other exception a failure."""
        try:
            events: list[Event] = await self._action.run(output_channel, nlg, tracker, domain)
            return events
        except ActionExecutionRejection:
            raise
        except Exception as failure:
            # what Rasa logs of it must not hold what the citizen wrote, so the failure itself stays here
            self.failure = failure
            raise TurnFailed(self.name()) from None


class StrictProcessor(MessageProcessor):  # type: ignore[misc]
    """Handles a message completely or not at all, and sees when it tells several matters.

    Before what may be a danger, though not surely enough to call anybody, is answered, the citizen reads whom to call.
    The hotline itself may know what a message means (metadata `means`, an intent), and what an agent has corrected
    (metadata `slots`): then the dialogue goes on from there, outside any form.
    """

    async def parse_message(
        self, message: UserMessage, tracker: DialogueStateTracker | None = None, only_output_properties: bool = True
    ) -> dict[str, Any]:
        """What was understood; of several matters in one message the later ones are under `matter.others`."""
        shown = UserMessage(gist(message.text or ""), sender_id=message.sender_id)
        whole: dict[str, Any] = await super().parse_message(shown, tracker, only_output_properties)
        whole["text"] = message.text
        whole = of_harassment(without_false_alarm(whole, tracker), tracker)
        if means := (message.metadata or {}).get("means"):
            return whole | {"intent": {"name": means, "confidence": 1.0}}
        if tracker is not None and (said := said_in_danger(whole, tracker) or told_in_pieces(whole, tracker)):
            return said
        if is_angry_again(whole, tracker):
            return whole | {"intent": {"name": "request_human", "confidence": 1.0}, "anger": True}
        whole = without_a_guessed_question(whole)
        if rather := likelier_intent(whole, tracker):
            return whole | {"intent": {"name": rather, "confidence": 1.0}}
        if meant := meant_in_the_intake(whole, tracker):
            return await self._anew(whole, meant, tracker)
        if anew := anew_after_an_answer(whole, tracker):
            return anew
        if another := await self._another_after_a_ticket(whole, tracker):
            return another
        if leak := of_a_leak(whole, tracker):
            return leak
        if meant := puts_a_ticket_right(whole, tracker):
            return await self._anew(whole, meant, tracker) | {"intent": {"name": "add_to_ticket", "confidence": 1.0}}
        if asks_how_to_send(whole, tracker):
            return whole | {"intent": plain_question("files")}
        if means := surely_means(whole, tracker):
            return whole | {"intent": {"name": means, "confidence": 1.0}}
        if parts := await self._asks_besides(whole, tracker):
            return parts
        if question := asks_in_words(whole, tracker):
            return whole | {"intent": plain_question(question)}
        if rightly := rightly_praise(whole, tracker):
            return rightly
        if goes_on := await self._goes_on(whole, tracker):
            return goes_on
        first, *others = await self._separately(message.text or "", whole)
        if others:
            return with_others(placed(first, others) if share_a_place(message.text or "") else first, others)
        return await self._begins_another(message.text or "", tracker) or await self._together(whole, tracker)

    async def _asks_besides(self, whole: dict[str, Any], tracker: DialogueStateTracker | None) -> dict[str, Any] | None:
        """A message with a plain question beside something else: in an intake what it tells, with the question under `asks`
        (对，要钱不); outside one the matter that it tells, else the question, for thanks and the like answer nothing."""
        intent, form = whole["intent"]["name"], tracker.active_loop_name if tracker else None
        if tracker is None or intent in FOR_PEOPLE or form not in (None, "intake_form"):
            return None
        if form is None and intent == FAQ and tells_a_matter(whole, tracker):
            return whole | {"intent": {"name": "state_matter", "confidence": 1.0}}
        if form is None and intent not in MAY_OPEN_A_MATTER | {FAQ}:
            return None
        asks: str | None = None
        for rest, question in parted(whole["text"]):
            asked = without_a_guessed_question(await self._understood(question))
            words = asks_in_words(asked, tracker)
            if words is None and not is_sure_question(asked):
                continue
            asks, told = words or question_named(asked), await self._understood(rest)
            if form is None and told["intent"]["name"] == "state_matter" and half_of(told).category:
                return told if intent == FAQ else None
            if form and (told := told_with_a_question(told)):
                return told | {"matter": (told.get("matter") or {}) | {"asks": asks}}
        return whole | {"intent": plain_question(asks)} if asks else None

    async def _separately(self, text: str, whole: dict[str, Any]) -> list[dict[str, Any]]:
        """What was understood of each matter that a text tells; `whole` alone when it is one."""
        splits = [split for split in possible_splits(text) if split.listed or half_of(whole).category]
        for split in splits[:MOST_SPLITS]:
            parts = [stated(await self._understood(part)) for part in split.parts]
            parts = [listed(part) for part in parts] if split.listed else parts
            matters = matters_of(split, [half_of(part) for part in parts])
            if len(matters) == len(parts):
                return parts
            if len(matters) > 1:
                return [await self._understood(matter) for matter in matters]
        return [whole]

    async def _together(self, whole: dict[str, Any], tracker: DialogueStateTracker | None) -> dict[str, Any]:
        """A message of a few words with the matter that it tells together with those before it: 工地, 晚上, 吵. Outside a form
        they may state one; in an intake that was told in pieces they say under `matter.together` what it is about."""
        if tracker is None or whole["intent"]["name"] not in MAY_BE_A_PIECE or names_contact(whole):
            return whole
        in_intake = tracker.active_loop_name == "intake_form"
        if (tracker.active_loop_name and not in_intake) or (tracker.get_slot("ticket") and not in_intake):
            return whole
        told = pieces(whole, tracker, TELL_NOTHING)
        if not told:
            return whole
        understood = await self._understood("，".join(told))
        likeliest = likeliest_matter(understood)
        if likeliest.sureness < SURE_OF_PIECES:
            return whole
        matter = whole.get("matter") or {}
        if in_intake:
            return whole | {"matter": matter | {"together": likeliest.category}}
        if understood["intent"]["name"] != "state_matter" or whole["intent"]["name"] == "state_matter":
            return whole
        return whole | {"intent": understood["intent"], "matter": matter | (understood.get("matter") or {})}

    async def _begins_another(self, text: str, tracker: DialogueStateTracker | None) -> dict[str, Any] | None:
        """An answer during an intake that goes on with another matter; `alone` when it is nothing but that."""
        begun = another_begun(text)
        if begun is None or tracker is None or tracker.active_loop_name != "intake_form":
            return None
        answer, rest = begun
        others = await self._separately(rest, await self._understood(rest))
        known = (tracker.get_slot("draft") or {}).get("category")
        if not are_new(known, [half_of(other) for other in others]):
            return None
        return with_others(await self._understood(answer or text), others, alone=not answer)

    async def _another_after_a_ticket(
        self, whole: dict[str, Any], tracker: DialogueStateTracker | None
    ) -> dict[str, Any] | None:
        """Outside any form, what says that it is another matter (还有一个事，…) than the ticket that is there, and tells one."""
        text, begun = whole["text"], another_begun(whole["text"])
        if tracker is None or tracker.active_loop_name or not tracker.get_slot("ticket") or not begun:
            return None
        if begun[0] or belongs_to_it(text) or whole["intent"]["name"] in FOR_PEOPLE:
            return None
        understood = await self._understood(begun[1])
        intent = understood["intent"]["name"]
        least = SURE_OF_ANOTHER if intent == "state_matter" else BEYOND_DOUBT
        if likeliest_matter(understood).sureness < least or intent not in MAY_BE_ANOTHER:
            return None
        told = (understood.get("matter") or {}) | {"category": likeliest_matter(understood).category}
        return understood | {"text": text, "matter": told, "intent": {"name": "state_matter", "confidence": 1.0}}

    async def _anew(self, whole: dict[str, Any], meant: Meant, tracker: DialogueStateTracker | None) -> dict[str, Any]:
        """The message with the categories of what it means instead: what it denies decides nothing."""
        description = ((tracker and tracker.get_slot("draft")) or {}).get("description") or ""
        understood = await self._understood(read_anew(meant, description))
        ranking = (understood.get("matter") or {}).get("ranking")
        matter = (whole.get("matter") or {}) | {"ranking": ranking, "meant": meant.new, "denied": meant.of_the_matter}
        vague = whole["intent"]["name"] in VAGUE_WHEN_CORRECTING
        return whole | {"matter": matter} | ({"intent": {"name": "correct", "confidence": 1.0}} if vague else {})

    async def _goes_on(self, whole: dict[str, Any], tracker: DialogueStateTracker | None) -> dict[str, Any] | None:
        """Outside any form, a matter told after thanks, a yes, a no or a denial. What could be said of an open ticket, none of
        which is surely a new matter, is left as it was understood."""
        if tracker is None or tracker.active_loop_name or whole["intent"]["name"] not in MAY_OPEN_A_MATTER:
            return None
        rest = after_the_opening(whole["text"])
        if rest is None:
            return None
        understood = await self._understood(rest)
        intent, told = understood["intent"], half_of(understood)
        if tracker.get_slot("ticket") and (denies(whole) or intent["name"] != "state_matter"):
            return None
        if told.category is None and denies(whole) and len(rest) >= OWN_WORDS:
            told = likeliest_matter(whole)  # 不是噪音，是晃 tells a matter, whatever it is
        elif told.category is None:
            return None
        matter = (understood.get("matter") or {}) | {"category": told.category, "category_confidence": told.sureness}
        return whole | {
            "intent": {"name": "state_matter", "confidence": 1.0},
            "matter": (whole.get("matter") or {}) | matter,
        }

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


class HotlineAgent(Agent):  # type: ignore[misc]
    """Rasa's agent with the strict processor and the tracker store used without a fallback."""

    def __init__(self, tracker_store: TurnTrackerStore, action_endpoint: EndpointConfig) -> None:
        # Conversations are already held one at a time by the pump's lease, so Rasa's lock can stay in memory.
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
