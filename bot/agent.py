"""The Rasa agent of this project: it fails loudly instead of losing something quietly.

Rasa's own agent goes on when an action fails (the citizen gets no answer) and falls back to memory when the tracker
store fails (the dialogue forgets). Here both stop the turn: nothing is stored, and the message is tried again.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
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
from bot.tracker_store import TurnTrackerStore
from hotline.city import COMPLAINT_ABOUT_THE_HOTLINE, PRAISE, THE_HOTLINE_ITSELF
from hotline.danger import detect_by_signs, evidence_of_words, is_of_the_handling, reassures
from hotline.intake import (
    ASKS,
    FAQ,
    OWN_WORDS,
    Half,
    Meant,
    after_the_opening,
    anonymity,
    another_begun,
    answer_about,
    are_new,
    asks_about_withdrawing,
    asks_something,
    asks_to_send,
    asks_what_is_in_it,
    asks_when_answered,
    asks_when_back,
    asks_whether_added,
    belongs_to_it,
    by_phone,
    chooses_messages,
    goes_on,
    harassment,
    has_no_number,
    has_proof,
    is_declined,
    is_given_up,
    is_of_the_place,
    is_over,
    is_taken_back,
    is_wanted_after_all,
    leaves_contact,
    lets_one_go,
    matters_of,
    may_be_closed,
    may_be_of_the_hotline,
    meant_instead,
    objects_to_unit,
    opens_with_yes,
    orders_something,
    parted,
    possible_splits,
    praises,
    read_anew,
    share_a_place,
    speaks_ill,
    taken_wrongly,
    tells_of_a_leak,
    told_anew,
    urges,
    wants_no_person,
)
from hotline.wording import texts

CONTACT = ("phone", "name")
MAY_TELL_A_MATTER = ("chitchat", "inform", "nlu_fallback")
MAY_PRAISE = {"affirm", "chitchat", "check_status", "inform", "nlu_fallback", "rate_satisfied", "state_matter", "thank"}
MAY_OPEN_A_MATTER = {
    "affirm", "chitchat", "correct", "deny", "goodbye", "greet", "inform", "nlu_fallback", "resume", "stop_intake", "thank",
}  # fmt: skip
TELLS_MORE = {
    "inform", "nlu_fallback", "chitchat", "keep_confidential", "add_to_ticket", "state_matter", "stay_anonymous", "deny",
    "correct",
}  # fmt: skip
TELLS_WITH_A_QUESTION = {
    "add_to_ticket", "affirm", "correct", "deny", "dont_know", "inform", "keep_confidential", "no_confidential", "state_matter",
    "stay_anonymous",
}  # fmt: skip
MAY_ASK_OF_A_NAME = MAY_OPEN_A_MATTER | {"ask_capabilities", "check_status", "dont_know", "stay_anonymous"}
OF_A_MATTER_TOO = {"faq/how_long", "faq/cost", "faq/money"}
"""What is also asked of a matter in one breath with it: 路灯坏了好久有人来修."""
NEEDS_NOTHING = re.compile(r"不用|不要|不必|不登记|算了|谢谢|no need|never ?mind", re.IGNORECASE)
BEYOND_DOUBT = 0.9
SEEMS_TO_BE_OF_MESSAGES = {"stop_messages", FAQ, "nlu_fallback"}
SURE_OF_A_QUESTION, A_GUESS = 0.5, 0.6
LIKELY_A_QUESTION = 0.2  # of what is not understood and asks something
LONGEST_QUESTION = 16
"""Characters of a question that tells no matter with it: 好久来水."""
SURE_OF_ANOTHER = 0.5
MAY_BE_TOLD_ANEW = {
    "add_to_ticket",
    "check_status",
    "inform",
    "nlu_fallback",
    "rate_dissatisfied",
    "state_matter",
    "urge",
}
UNCLEAR = {"chitchat", "inform", "nlu_fallback"}
MAY_BE_ANOTHER = {"add_to_ticket", "chitchat", "correct", "inform", "nlu_fallback", "rate_dissatisfied", "state_matter"}
LONGEST_SUBJECT = 8
SURE_OF_PIECES = 0.5  # of the category that several short messages tell together
MAY_BE_A_PIECE = {"chitchat", "inform", "nlu_fallback", "state_matter"}
TELL_NOTHING = {"greet", "thank", "goodbye", "affirm", "deny", "stay_anonymous", "request_human"}
LIKELY = 0.3  # of the category of an item of a list
MOST_SPLITS = 3
"""So many ways of parting a message into several matters are looked at."""
FOR_PEOPLE = {"report_danger", "request_human"}
VAGUE_WHEN_CORRECTING = {"stop_intake", "nlu_fallback", "chitchat", "deny", "wait", "who_handles", "ask_capabilities"}
UNDERSTOOD = 2_000
"""Characters of one message that are understood; the ticket keeps all of them."""


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
        shown = UserMessage(_gist(message.text or ""), sender_id=message.sender_id)
        whole: dict[str, Any] = await super().parse_message(shown, tracker, only_output_properties)
        whole["text"] = message.text
        whole = _of_harassment(_without_false_alarm(whole, tracker), tracker)
        if means := (message.metadata or {}).get("means"):
            return whole | {"intent": {"name": means, "confidence": 1.0}}
        if tracker is not None and (said := said_in_danger(whole, tracker) or told_in_pieces(whole, tracker)):
            return said
        if _is_angry_again(whole, tracker):
            return whole | {"intent": {"name": "request_human", "confidence": 1.0}, "anger": True}
        whole = _without_a_guessed_question(whole)
        if rather := _rather(whole, tracker):
            return whole | {"intent": {"name": rather, "confidence": 1.0}}
        if meant := _meant_instead(whole, tracker):
            return await self._anew(whole, meant, tracker)
        if anew := _anew_after_an_answer(whole, tracker):
            return anew
        if another := await self._another_after_a_ticket(whole, tracker):
            return another
        if leak := _of_a_leak(whole, tracker):
            return leak
        if meant := _puts_a_ticket_right(whole, tracker):
            return await self._anew(whole, meant, tracker) | {"intent": {"name": "add_to_ticket", "confidence": 1.0}}
        if _asks_to_send(whole, tracker):
            return whole | {"intent": _plain_question("files")}
        if means := _surely_means(whole, tracker):
            return whole | {"intent": {"name": means, "confidence": 1.0}}
        if parts := await self._asks_besides(whole, tracker):
            return parts
        if question := _asks_in_words(whole, tracker):
            return whole | {"intent": _plain_question(question)}
        if rightly := _rightly_praise(whole, tracker):
            return rightly
        if goes_on := await self._goes_on(whole, tracker):
            return goes_on
        first, *others = await self._separately(message.text or "", whole)
        if others:
            return _with_others(_placed(first, others) if share_a_place(message.text or "") else first, others)
        return await self._begins_another(message.text or "", tracker) or await self._together(whole, tracker)

    async def _asks_besides(self, whole: dict[str, Any], tracker: DialogueStateTracker | None) -> dict[str, Any] | None:
        """A message with a plain question beside something else: in an intake what it tells, with the question under `asks`
        (对，要钱不); outside one the matter that it tells, else the question, for thanks and the like answer nothing."""
        intent, form = whole["intent"]["name"], tracker.active_loop_name if tracker else None
        if tracker is None or intent in FOR_PEOPLE or form not in (None, "intake_form"):
            return None
        if form is None and intent == FAQ and _tells_a_matter(whole, tracker):
            return whole | {"intent": {"name": "state_matter", "confidence": 1.0}}
        if form is None and intent not in MAY_OPEN_A_MATTER | {FAQ}:
            return None
        asks: str | None = None
        for rest, question in parted(whole["text"]):
            asked = _without_a_guessed_question(await self._understood(question))
            words = _asks_in_words(asked, tracker)
            if words is None and not _is_sure_question(asked):
                continue
            asks, told = words or _question_named(asked), await self._understood(rest)
            if form is None and told["intent"]["name"] == "state_matter" and _half(told).category:
                return told if intent == FAQ else None
            if form and (told := _told_with_a_question(told)):
                return told | {"matter": (told.get("matter") or {}) | {"asks": asks}}
        return whole | {"intent": _plain_question(asks)} if asks else None

    async def _separately(self, text: str, whole: dict[str, Any]) -> list[dict[str, Any]]:
        """What was understood of each matter that a text tells; `whole` alone when it is one."""
        splits = [split for split in possible_splits(text) if split.listed or _half(whole).category]
        for split in splits[:MOST_SPLITS]:
            parts = [_stated(await self._understood(part)) for part in split.parts]
            parts = [_listed(part) for part in parts] if split.listed else parts
            matters = matters_of(split, [_half(part) for part in parts])
            if len(matters) == len(parts):
                return parts
            if len(matters) > 1:
                return [await self._understood(matter) for matter in matters]
        return [whole]

    async def _together(self, whole: dict[str, Any], tracker: DialogueStateTracker | None) -> dict[str, Any]:
        """A message of a few words with the matter that it tells together with those before it: 工地, 晚上, 吵. Outside a form
        they may state one; in an intake that was told in pieces they say under `matter.together` what it is about."""
        if tracker is None or whole["intent"]["name"] not in MAY_BE_A_PIECE or _names_contact(whole):
            return whole
        in_intake = tracker.active_loop_name == "intake_form"
        if (tracker.active_loop_name and not in_intake) or (tracker.get_slot("ticket") and not in_intake):
            return whole
        told = pieces(whole, tracker, TELL_NOTHING)
        if not told:
            return whole
        understood = await self._understood("，".join(told))
        likeliest = _likeliest(understood)
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
        if not are_new(known, [_half(other) for other in others]):
            return None
        return _with_others(await self._understood(answer or text), others, alone=not answer)

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
        if _likeliest(understood).sureness < least or intent not in MAY_BE_ANOTHER:
            return None
        told = (understood.get("matter") or {}) | {"category": _likeliest(understood).category}
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
        intent, told = understood["intent"], _half(understood)
        if tracker.get_slot("ticket") and (_denies(whole) or intent["name"] != "state_matter"):
            return None
        if told.category is None and _denies(whole) and len(rest) >= OWN_WORDS:
            told = _likeliest(whole)  # 不是噪音，是晃 tells a matter, whatever it is
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
        if _names_whom_to_call(tracker, is_answer):
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


def _gist(text: str) -> str:
    """What is understood of a long text: its beginning and its end, where people say what they want."""
    return text if len(text) <= UNDERSTOOD else f"{text[: UNDERSTOOD - 500]}\n{text[-500:]}"


def _half(understood: dict[str, Any]) -> Half:
    """The category when a matter is stated, as sure as intent and category are together; or when nothing but a category
    beyond doubt tells that one is. A name or phone beside the matter makes its intent no less sure."""
    intent, matter = understood["intent"], understood.get("matter") or {}
    if intent["name"] != "state_matter":
        likeliest = next(iter(matter.get("ranking") or ()), {"category": None, "confidence": 0.0})
        is_one = intent["name"] in MAY_TELL_A_MATTER and likeliest["confidence"] >= BEYOND_DOUBT
        return Half(likeliest["category"] if is_one else None, likeliest["confidence"])
    with_contact = any(entity["entity"] in CONTACT for entity in understood["entities"])
    sure = 1.0 if with_contact else intent["confidence"]
    return Half(matter.get("category"), sure * matter.get("category_confidence", 0.0))


def _names_contact(understood: dict[str, Any]) -> bool:
    return any(entity["entity"] in CONTACT for entity in understood["entities"])


def _stated(understood: dict[str, Any]) -> dict[str, Any]:
    """A part of a list that is nothing but its subject (小区路灯) and asks nothing: of what kind it is, its category tells."""
    if len(understood["text"]) > LONGEST_SUBJECT or ASKS.search(understood["text"]) or not understood.get("matter"):
        return understood
    return understood | {"matter": understood["matter"] | {"request_type": None}}


def _listed(understood: dict[str, Any]) -> dict[str, Any]:
    """An item of a numbered list, which is a matter whatever it sounds like, when its category is likely."""
    likeliest = _likeliest(understood)
    if _half(understood).category or likeliest.sureness < LIKELY or understood["intent"]["name"] in FOR_PEOPLE:
        return understood
    told = {"category": likeliest.category, "category_confidence": likeliest.sureness}
    matter = (understood.get("matter") or {}) | told
    return understood | {"matter": matter, "intent": {"name": "state_matter", "confidence": 1.0}}


def _with_others(first: dict[str, Any], others: Sequence[dict[str, Any]], alone: bool = False) -> dict[str, Any]:
    """What was understood of the first matter, with the others as `matter.others` and the contact that they name."""
    contact = [e for other in others for e in other["entities"] if e["entity"] in CONTACT]
    following = [{key: other[key] for key in ("text", "intent", "entities", "matter")} for other in others]
    return first | {
        "entities": [*first["entities"], *contact],
        "matter": (first.get("matter") or {}) | {"others": following, "alone": alone},
    }


def _placed(first: dict[str, Any], others: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """The first matter where the others are, when it names no place of its own."""
    places = [e for other in others for e in other["entities"] if e["entity"] == "location"]
    if not places or any(entity["entity"] == "location" for entity in first["entities"]):
        return first
    district = next((d for other in others if (d := (other.get("matter") or {}).get("district"))), None)
    matter = {"district": district} | {k: v for k, v in (first.get("matter") or {}).items() if v is not None}
    return first | {"entities": [*first["entities"], *places], "matter": matter}


def _meant_instead(understood: dict[str, Any], tracker: DialogueStateTracker | None) -> Meant | None:
    """What is meant instead of what an intake has understood."""
    if tracker is None or tracker.active_loop_name != "intake_form" or understood["intent"]["name"] in FOR_PEOPLE:
        return None
    return None if is_wanted_after_all(understood["text"]) else meant_instead(understood["text"])  # 算了，还是登记一下


def _rightly_praise(understood: dict[str, Any], tracker: DialogueStateTracker | None) -> dict[str, Any] | None:
    """Outside any form: what praises somebody as praise, and what can be none as a complaint that a person sorts; None where
    the classifier is not contradicted."""
    intent, matter = understood["intent"]["name"], understood.get("matter") or {}
    if tracker is None or tracker.active_loop_name:
        return None
    if intent in MAY_PRAISE and praises(understood["text"]):
        told = {"category": PRAISE, "category_confidence": 1.0, "request_type": "praise"}
        return understood | {"intent": {"name": "state_matter", "confidence": 1.0}, "matter": matter | told}
    if intent == "state_matter" and matter.get("category") == PRAISE and speaks_ill(understood["text"]):
        return understood | {"matter": matter | {"category": None, "request_type": "complaint"}}
    return None


def _of_a_leak(understood: dict[str, Any], tracker: DialogueStateTracker | None) -> dict[str, Any] | None:
    """Outside any form, what says that the reporter became known, as the complaint about the hotline that it is."""
    is_free = tracker is not None and not tracker.active_loop_name
    if not is_free or understood["intent"]["name"] in FOR_PEOPLE or not tells_of_a_leak(understood["text"]):
        return None
    told = {"category": COMPLAINT_ABOUT_THE_HOTLINE, "category_confidence": 1.0, "request_type": "complaint"}
    matter = (understood.get("matter") or {}) | told
    return understood | {"matter": matter, "intent": {"name": "state_matter", "confidence": 1.0}}


def _surely_means(understood: dict[str, Any], tracker: DialogueStateTracker | None) -> str | None:
    """The intent of what is surely meant outside any form: the unit is the wrong one, all is well, or a change of mind."""
    intent, text = understood["intent"]["name"], understood["text"]
    if tracker is None or tracker.active_loop_name or intent in FOR_PEOPLE:
        return None
    spoken_of = tracker.get_slot("ticket") or _names_a_ticket(understood)
    if spoken_of and (objects_to_unit(text) or is_of_the_place(text)):
        return "add_to_ticket"
    if spoken_of and anonymity(text):
        return "keep_confidential"
    if tracker.get_slot("ticket") and asks_what_is_in_it(text) and not _names_contact(understood):
        return "check_status"
    if spoken_of and (asks_whether_added(text) or (intent != FAQ and asks_when_answered(text))):
        return "check_status"
    if spoken_of and urges(text):
        return "urge"
    if tracker.get_slot("ticket") and (_leaves_contact(understood) or has_proof(text)):
        return "add_to_ticket"
    if tracker.get_slot("ticket") and (lets_one_go(text) or _lets_a_ticket_go(understood, tracker)):
        return "withdraw_ticket"
    if spoken_of and may_be_closed(text):
        return "rate_satisfied"
    if spoken_of and asks_about_withdrawing(text):
        return "withdraw_ticket"
    if spoken_of and (belongs_to_it(text) or (goes_on(text) and intent in UNCLEAR and not ASKS.search(text))):
        return "add_to_ticket"
    if tracker.get_slot("draft") and is_wanted_after_all(text):
        return "resume"
    if is_taken_back(text) and tracker.get_slot("ticket") and intent != "correct":
        return "withdraw_ticket"
    if is_given_up(text) and not tracker.get_slot("ticket"):
        return "stop_intake"
    return "rate_satisfied" if intent != "withdraw_ticket" and is_over(text) else None


def _leaves_contact(understood: dict[str, Any]) -> bool:
    """Whether a message leaves a phone for a ticket that is there, whatever else it sounds like: 等一下，我想留个电话，…"""
    has_phone = any(entity["entity"] == "phone" for entity in understood["entities"])
    tells = understood["intent"]["name"] == "state_matter" and _likeliest(understood).sureness >= BEYOND_DOUBT
    return has_phone and not tells and leaves_contact(understood["text"])


def _lets_a_ticket_go(understood: dict[str, Any], tracker: DialogueStateTracker) -> bool:
    """Whether what sounds like stopping an intake can only be of the ticket, for none is being taken in."""
    is_free = not tracker.get_slot("draft") and understood["intent"]["name"] == "stop_intake"
    return is_free and not is_declined(understood["text"])


def _puts_a_ticket_right(understood: dict[str, Any], tracker: DialogueStateTracker | None) -> Meant | None:
    """What is meant, outside any form, instead of what a ticket that is there was taken for."""
    text = understood["text"]
    if tracker is None or tracker.active_loop_name or not tracker.get_slot("ticket"):
        return None
    if understood["intent"]["name"] in FOR_PEOPLE or is_of_the_place(text) or objects_to_unit(text):
        return None
    return (meant_instead(text) or Meant(text, of_the_matter=True)) if taken_wrongly(text) else None


def _rather(understood: dict[str, Any], tracker: DialogueStateTracker | None) -> str | None:
    """The intent of what only sounds like an order to stop messages, or like a call for a person."""
    intent, text = understood["intent"]["name"], understood["text"]
    loop = tracker.active_loop_name if tracker else None
    if intent in SEEMS_TO_BE_OF_MESSAGES and not asks_something(text) and chooses_messages(text):
        return "inform"
    is_unknown = loop is None and tracker is not None and not tracker.get_slot("ticket") and intent not in FOR_PEOPLE
    if is_unknown and (by_phone(text) or (has_no_number(text) and intent != "state_matter")):
        return "check_status"
    if intent == "request_human" and wants_no_person(text):
        return {"callback_form": "stop_intake", "intake_form": "inform"}.get(loop or "", "chitchat")
    if loop == "intake_form" and _names_a_ticket(understood) and orders_something(text) and intent not in FOR_PEOPLE:
        return "check_status"
    return None


def _anew_after_an_answer(understood: dict[str, Any], tracker: DialogueStateTracker | None) -> dict[str, Any] | None:
    """Outside any form and without a ticket, a matter of before that is as it was: 回复说已处理，但鸡还在叫."""
    intent, ranking = understood["intent"]["name"], (understood.get("matter") or {}).get("ranking") or ()
    if tracker is None or tracker.active_loop_name or tracker.get_slot("ticket") or intent not in MAY_BE_TOLD_ANEW:
        return None
    others = [each for each in ranking if not each["category"].startswith(THE_HOTLINE_ITSELF)]
    if not told_anew(understood["text"]) or not others:
        return None
    best = others[0]  # of the matter; that there was an answer makes it sound like one of the hotline's work
    is_likely = best["confidence"] >= LIKELY
    told = {"category": best["category"] if is_likely else None, "category_confidence": best["confidence"]}
    told["request_type"] = "complaint"
    matter = (understood.get("matter") or {}) | told
    return understood | {"matter": matter, "intent": {"name": "state_matter", "confidence": 1.0}}


def _names_a_ticket(understood: dict[str, Any]) -> bool:
    return any(entity["entity"] == "ticket_number" for entity in understood["entities"])


def _plain_question(question: str) -> dict[str, Any]:
    """The intent of a plain question."""
    return {"name": FAQ, "confidence": 1.0, "full_retrieval_intent_name": f"{FAQ}/{question}"}


def _without_a_guessed_question(understood: dict[str, Any]) -> dict[str, Any]:
    """What was understood, as the next likeliest where a plain question is a guess and nothing is asked, or something
    else: 那我打电话问就是了, 换表要不要钱."""
    intent, text = understood["intent"], understood["text"] or ""
    if intent["name"] != FAQ:
        return understood
    is_asked = intent["confidence"] >= A_GUESS or ASKS.search(text) or asks_something(text)
    if is_asked and may_be_of_the_hotline(_question_named(understood), text):
        return understood
    others = [each for each in understood.get("intent_ranking") or () if each["name"] != FAQ]
    return understood | {"intent": others[0]} if others else understood


def _question_named(understood: dict[str, Any]) -> str:
    """Which plain question was understood."""
    return str(understood["intent"]["full_retrieval_intent_name"]).partition("/")[2]


def _is_sure_question(understood: dict[str, Any]) -> bool:
    return understood["intent"]["name"] == FAQ and understood["intent"]["confidence"] >= SURE_OF_A_QUESTION


def _asks_in_words(understood: dict[str, Any], tracker: DialogueStateTracker | None) -> str | None:
    """The plain question that words tell: 好久来水, of what is reported already; outside any form 匿名得行不; and the likeliest one
    of what is a question and not understood otherwise."""
    intent, text = understood["intent"]["name"], understood["text"] or ""
    if tracker is None or intent in FOR_PEOPLE:
        return None
    likely = next((each for each in understood.get("intent_ranking") or () if each["name"] == FAQ), None)
    if intent == "nlu_fallback" and likely and likely["confidence"] >= LIKELY_A_QUESTION and asks_something(text):
        question = _question_named({"intent": likely})
        return question if may_be_of_the_hotline(question, text) else None
    is_free, draft = tracker.active_loop_name is None, tracker.get_slot("draft")
    if (tracker.get_slot("ticket") or draft) and asks_when_back(text) and len(text) <= LONGEST_QUESTION:
        return "when_back"
    about = answer_about(text, False, False) if is_free else None
    return about if about in ("who_sees", "told_on") or intent in MAY_ASK_OF_A_NAME else None


def _asks_to_send(understood: dict[str, Any], tracker: DialogueStateTracker | None) -> bool:
    """Whether it is asked, of a ticket that is there, how proof is sent: 那我补两张照片得不得行."""
    is_of_a_ticket = tracker is not None and not tracker.active_loop_name and bool(tracker.get_slot("ticket"))
    return is_of_a_ticket and understood["intent"]["name"] not in FOR_PEOPLE and asks_to_send(understood["text"])


def _told_with_a_question(told: dict[str, Any]) -> dict[str, Any] | None:
    """What stands beside a question, where it tells more than thanks and the like: a yes, a fact, a wish."""
    facts = any(entity["entity"] in (*CONTACT, "location") for entity in told["entities"])
    if facts or told["intent"]["name"] in TELLS_WITH_A_QUESTION:
        return told
    is_yes = opens_with_yes(told["text"]) and told["intent"]["name"] == "thank"
    return told | {"intent": {"name": "affirm", "confidence": 1.0}} if is_yes else None


def _tells_a_matter(understood: dict[str, Any], tracker: DialogueStateTracker) -> bool:
    """Whether what is taken for a plain question tells the matter first, where none is being spoken of."""
    if tracker.get_slot("ticket") or tracker.get_slot("draft"):
        return False
    told = _likeliest(understood)
    is_of_the_city = told.category is not None and not told.category.startswith(THE_HOTLINE_ITSELF)
    may_be = understood["intent"].get("full_retrieval_intent_name") in OF_A_MATTER_TOO
    return may_be and is_of_the_city and told.sureness >= BEYOND_DOUBT


def _likeliest(understood: dict[str, Any]) -> Half:
    ranking = (understood.get("matter") or {}).get("ranking") or ()
    return next((Half(each["category"], each["confidence"]) for each in ranking), Half(None, 0.0))


def _denies(understood: dict[str, Any]) -> bool:
    return understood["intent"]["name"] in ("correct", "deny")


def _without_false_alarm(understood: dict[str, Any], tracker: DialogueStateTracker | None) -> dict[str, Any]:
    """What was understood, without the danger that only its meaning is near to: 现在没火了, 不要转给乡上. What reassures while
    a danger stands is told of that danger."""
    text, matter = understood["text"] or "", understood.get("matter") or {}
    of_the_handling = is_of_the_handling(text)
    if detect_by_signs(text) or not (of_the_handling or reassures(text)):
        return understood
    calm = understood | {"matter": matter | {"danger": None, "danger_certain": False, "danger_possible": False}}
    stands = tracker is not None and tracker.get_slot("danger") and not tracker.active_loop_name
    if understood["intent"]["name"] != "report_danger" and not (stands and not of_the_handling):
        return calm
    others = [other for other in understood.get("intent_ranking") or () if other["name"] != "report_danger"]
    intent = others[0] if others and of_the_handling else {"name": "inform", "confidence": 1.0}
    return calm | {"intent": intent}


def _of_harassment(understood: dict[str, Any], tracker: DialogueStateTracker | None) -> dict[str, Any]:
    """What was understood outside a form: 被人摸了 states a matter, whatever it sounds like, and what is told after it goes on."""
    intent = understood["intent"]["name"]
    if tracker is None or tracker.active_loop_name or intent in FOR_PEOPLE:
        return understood
    draft = tracker.get_slot("draft") or {}
    goes_on = draft.get("category") == harassment.CATEGORY and harassment.is_harassment(draft.get("description") or "")
    tells = harassment.is_harassment(understood["text"] or "")
    if goes_on and (tells or intent in TELLS_MORE) and not NEEDS_NOTHING.search(understood["text"]):
        return understood | {"intent": {"name": "resume", "confidence": 1.0}}
    if not tells:
        return understood
    matter = understood.get("matter") or {}
    stated = {
        "request_type": matter.get("request_type") or "report",
        "category": harassment.CATEGORY,
        "category_confidence": 1.0,
        "ranking": [{"category": harassment.CATEGORY, "confidence": 1.0}],
        "danger_possible": False,
    }
    return understood | {"intent": {"name": "state_matter", "confidence": 1.0}, "matter": matter | stated}


def _is_angry_again(understood: dict[str, Any], tracker: DialogueStateTracker | None) -> bool:
    """True for abuse after abuse: one calm warning was given, now a person is needed."""
    before = tracker.latest_message.intent if tracker and tracker.latest_message else {}
    return bool(understood["intent"]["name"] == "insult" == before.get("name"))


def _names_whom_to_call(tracker: DialogueStateTracker, is_answer: bool) -> bool:
    """True for what may be a danger, where neither the answer will name a line nor a danger stands. What answers a question
    of an intake needs words that speak for one: 电话就留我的吧 is none."""
    matter = tracker.latest_message.parse_data.get("matter") or {}
    if not matter.get("danger_possible") or matter.get("referral") or tracker.get_slot("danger"):
        return False
    return not is_answer or evidence_of_words(tracker.latest_message.text or "") >= 0


def create_agent(tracker_store: TurnTrackerStore, actions_url: str, model: Path) -> HotlineAgent:
    """An agent ready to answer. `actions_url` is the base address of the actions process."""
    options: dict[str, Any] = {"enable_selective_domain": True}
    agent = HotlineAgent(tracker_store, EndpointConfig(f"{actions_url}/webhook", **options))
    agent.load_model(model)
    return agent
