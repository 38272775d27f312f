"""Reads a tracker: who speaks, what was understood, in which language."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from rasa_sdk import Tracker

from hotline.city import COMPLAINT_ABOUT_THE_HOTLINE, OF_THE_HOTLINES_WORK, THE_HOTLINE_ITSELF
from hotline.intake import FAQ, Draft, Understood, contact_told
from hotline.intake.address import landmarks, whole_places
from hotline.intake.listening import address_of
from hotline.tickets.access import Citizen
from hotline.tickets.askers import UNKNOWN, Asker

NO_MATTER = "1807"  # noise and idle calls; a citizen who states a matter is never told so, a person sorts it
HAN = re.compile("[\u4e00-\u9fff]")
CORRECTING = {"correct", "deny"}
MAY_TELL_A_MATTER = {
    "inform", "urge", "add_to_ticket", "withdraw_ticket", "rate_satisfied", "rate_dissatisfied", "check_status", "nlu_fallback",
}  # fmt: skip
AT_LENGTH = 10  # Chinese characters from which praise or a complaint about the hotline is a matter
SURE_OF_A_CORRECTION = 0.5
BEYOND_DOUBT = 0.9
CLEAR = 0.8  # confidence of a category that overrules a guess
HARDLY_A_CHAT = 0.6  # a less confident chitchat intent is a guess
A_PURE_CHAT = 0.95  # a complaint in a figure of speech (吵得我想死) looks like chitchat, but seldom this surely
NOTHING_BUT_A_CHAT = 0.975  # less sure chitchat during an intake may be about the matter: 公司是云图游戏
SURE_OF_THE_CATEGORY = 0.3  # below it the best guess is read back, but no question is based on it


@dataclass(frozen=True, slots=True)
class Turn:
    """The citizen's latest message: its id makes effects repeatable, its metadata says where it came from.

    `can_transfer`: it came in a call that can be put through to a person. `asker`: whoever tries a lookup code with it.
    """

    message_id: str
    conversation_id: str
    citizen: Citizen
    heard: Understood
    entities: dict[str, tuple[str, ...]]
    language: str
    can_transfer: bool = False
    asker: Asker = UNKNOWN


def read_turn(tracker: Tracker) -> Turn:
    """The latest message as the connectors and the understanding components left it."""
    event = _last_user_event(tracker)
    metadata = event.get("metadata") or {}
    channel = metadata.get("channel") or event.get("input_channel") or "shell"
    return Turn(
        message_id=event.get("message_id") or "",
        conversation_id=tracker.sender_id,
        citizen=Citizen(channel, metadata.get("sender") or tracker.sender_id, metadata.get("verified_phone")),
        heard=understood(tracker.latest_message),
        entities=_entities(tracker.latest_message),
        language=tracker.get_slot("language") or "zh",
        can_transfer=bool(metadata.get("can_transfer")),
        asker=Asker(tracker.sender_id, metadata.get("client")),
    )


def read_draft(tracker: Tracker) -> Draft | None:
    """The draft being taken in, or None."""
    values = tracker.get_slot("draft")
    return Draft.from_slots(values) if values else None


def was_answered_before(tracker: Tracker, *actions: str) -> bool:
    """True when the message before the latest one was answered with one of these actions."""
    turns: list[list[str]] = [[]]
    for event in tracker.events:
        if event.get("event") == "user":
            turns.append([])
        elif event.get("event") == "action":
            turns[-1].append(event.get("name") or "")
    return len(turns) > 2 and not set(actions).isdisjoint(turns[-2])


def just_activated(tracker: Tracker, form: str) -> bool:
    """True while a form starts, i.e. it became the active loop after the latest message."""
    for event in reversed(tracker.events):
        if event.get("event") == "user":
            return False
        if event.get("event") == "active_loop" and event.get("name") == form:
            return True
    return False


def was_interrupted(tracker: Tracker) -> bool:
    """Whether the active form could not use the latest message and only puts its question again."""
    for event in reversed(tracker.events):
        if event.get("event") == "user":
            return False
        if event.get("event") == "action_execution_rejected":
            return True
    return False


def seconds_since(tracker: Tracker, action: str) -> float | None:
    """Seconds between the last run of an action and the latest message; None if it is not among the remembered
    turns."""
    times = {"user": 0.0, "action": 0.0}
    for event in tracker.events:
        if event.get("event") == "user" or (event.get("event") == "action" and event.get("name") == action):
            times[event["event"]] = float(event.get("timestamp") or 0.0)
    return times["user"] - times["action"] if times["action"] else None


def seconds_since_last_word(tracker: Tracker) -> float | None:
    """Seconds between the latest message and the one before it; None for the first message."""
    times = [float(event.get("timestamp") or 0.0) for event in tracker.events if event.get("event") == "user"]
    return times[-1] - times[-2] if len(times) > 1 else None


ASKED_TO_SAY_IT = {"utter_say_it", "utter_chitchat_again"}
NO_STORY = {"greet", "thank", "goodbye", "affirm", "repeat", "wait", "insult", "bot_challenge"}
A_CALL_FOR_A_PERSON = 6  # characters at most


def told_since(tracker: Tracker, actions: Sequence[str]) -> list[str]:
    """What the citizen has said since one of these actions ran, in their words, without greetings and the like."""
    told: list[str] = []
    for event in tracker.events:
        text = event.get("text") or ""
        if event.get("event") == "action" and event.get("name") in actions:
            told.clear()
        elif event.get("event") == "user" and text:
            intent = ((event.get("parse_data") or {}).get("intent") or {}).get("name")
            is_call = intent == "request_human" and len(text) <= A_CALL_FOR_A_PERSON
            if intent not in NO_STORY and not is_call:
                told.append(text)
    return told


def told_before_the_matter(tracker: Tracker) -> list[Understood]:
    """What was understood of the messages before the latest one, since another matter was last taken in, opened or
    added to."""
    told: list[Understood] = []
    red: str | None = None  # what the citizen tells of a danger counts as told before a matter that follows
    for event in tracker.events:
        if event.get("event") == "user":
            told.append(understood(event.get("parse_data") or {}))
            continue
        name, value = (event.get("name"), event.get("value")) if event.get("event") == "slot" else (None, None)
        red = value if name == "danger_ticket" else red
        is_elsewhere = name == "draft" or (name == "ticket" and value != red)
        if is_elsewhere or (event.get("metadata") or {}).get("utter_action") == "utter_added":
            told.clear()
    return told[:-1]


def phone_told(tracker: Tracker) -> str | None:
    """The citizen's own phone that they told last, among the remembered turns."""
    for event in reversed(tracker.events):
        told = contact_told(understood(event.get("parse_data") or {})) if event.get("event") == "user" else None
        if told and told[1]:
            return told[1]
    return None


def address_told(tracker: Tracker, name: str | None) -> str | None:
    """The form of address (女士) under which the citizen gave this name last, among the remembered turns."""
    said = (event.get("text") or "" for event in reversed(tracker.events) if event.get("event") == "user")
    return next((address for text in said if name and name in text and (address := address_of(text, name))), None)


def was_told(tracker: Tracker, line: str) -> bool:
    """True when this line was among the answers to the message before the latest one."""
    answers: list[list[str]] = [[]]
    for event in tracker.events:
        if event.get("event") == "user":
            answers.append([])
        elif event.get("event") == "bot":
            answers[-1].append(event.get("text") or "")
    return len(answers) > 2 and line in answers[-2]


def was_asked_to_say_it(tracker: Tracker) -> bool:
    """Whether the message before the latest one was answered with the question what the matter is."""
    return was_answered_with(tracker, *ASKED_TO_SAY_IT)


def was_answered_with(tracker: Tracker, *responses: str) -> bool:
    """True when one of these responses was among the answers to the message before the latest one."""
    answers: list[list[str]] = [[]]
    for event in tracker.events:
        if event.get("event") == "user":
            answers.append([])
        elif event.get("event") == "bot":
            answers[-1].append((event.get("metadata") or {}).get("utter_action") or "")
    return len(answers) > 2 and not set(responses).isdisjoint(answers[-2])


def _last_user_event(tracker: Tracker) -> dict[str, Any]:
    return next((e for e in reversed(tracker.events) if e.get("event") == "user"), {})


def _entities(message: dict[str, Any]) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for entity in message.get("entities") or ():
        found[entity["entity"]] = (*found.get(entity["entity"], ()), str(entity["value"]))
    return found


def understood(message: dict[str, Any]) -> Understood:
    """What the understanding components found in a message (its parse data)."""
    matter = message.get("matter") or {}
    entities = _entities(message)
    intent = (message.get("intent") or {}).get("name") or "nlu_fallback"
    category, confidence = matter.get("category"), matter.get("category_confidence", 1.0)
    if category == NO_MATTER:
        category = None
    if meant := matter.get("meant"):
        category, confidence = _likeliest(matter, SURE_OF_A_CORRECTION, bool(matter.get("denied"))), BEYOND_DOUBT
    elif category is None and intent in CORRECTING:
        category = _likeliest(matter, SURE_OF_A_CORRECTION)
    sure = message["intent"].get("confidence", 1.0)
    may_be_a_chat = intent == "chitchat" and sure < A_PURE_CHAT
    if may_be_a_chat and (clear := _likeliest(matter, BEYOND_DOUBT if sure >= HARDLY_A_CHAT else CLEAR)):
        intent, category, confidence = "state_matter", clear, BEYOND_DOUBT
    is_chat = intent == "chitchat" and sure >= NOTHING_BUT_A_CHAT
    return Understood(
        is_chat=is_chat,
        text=message.get("text") or "",
        intent=intent,
        request_type=matter.get("request_type"),
        category=category,
        category_sure=bool(category) and confidence >= SURE_OF_THE_CATEGORY,
        district=matter.get("district"),
        places=whole_places(message.get("text") or "", entities.get("location", ()))
        or (landmarks(message.get("text") or "") if matter.get("danger") else ()),
        phones=entities.get("phone", ()),
        names=entities.get("name", ()),
        plates=entities.get("plate", ()),
        concerned=next(iter(entities.get("concerned", ())), None),
        relation=next(iter(entities.get("relation", ())), None),
        urgency=None,
        danger=matter.get("danger"),
        meant=meant,
        denies_the_matter=bool(matter.get("denied")),
        asks=matter.get("asks") or (_question(message) if intent == FAQ else None),
        together=matter.get("together"),
        ranking=_ranked(matter.get("ranking")),
        story=_ranked(matter.get("story")),
    )


def _ranked(ranking: Sequence[dict[str, Any]] | None) -> tuple[tuple[str, float], ...]:
    return tuple((str(each["category"]), float(each["confidence"])) for each in ranking or ())


def _question(message: dict[str, Any]) -> str | None:
    """Which plain question a message asks: `cost` of the intent faq/cost."""
    return str(message["intent"].get("full_retrieval_intent_name") or "").partition("/")[2] or None


def other_matters(tracker: Tracker) -> tuple[list[dict[str, Any]], bool]:
    """What was understood of further matters in the latest message, and whether the message tells nothing else."""
    matter = tracker.latest_message.get("matter") or {}
    return matter.get("others") or [], bool(matter.get("alone"))


def clear_category(tracker: Tracker, at_least: float = BEYOND_DOUBT) -> str | None:
    """The category of the latest message, when it is clear."""
    return _likeliest(tracker.latest_message.get("matter") or {}, at_least)


def only_places(turn: Turn, tracker: Tracker, at_least: float = BEYOND_DOUBT) -> bool:
    """Whether the message gives a place without a clear matter of its own: the place of a matter told before."""
    return bool(turn.heard.places) and clear_category(tracker, at_least) is None


def as_matter(turn: Turn, tracker: Tracker) -> Turn | None:
    """The turn as one that states a matter, if it seems to be about a ticket (法院判了我不服) or to give bare facts
    (就是楼下广场舞) and its category is beyond doubt: that is what it means when there is no ticket and no open
    question. Else None."""
    category = clear_category(tracker) or _of_the_hotlines_work(turn, tracker)
    if category is None or turn.heard.intent not in MAY_TELL_A_MATTER:
        return None
    return replace(turn, heard=replace(turn.heard, intent="state_matter", category=category, category_sure=True))


def _of_the_hotlines_work(turn: Turn, tracker: Tracker) -> str | None:
    """Praise of the hotline or a complaint about it, told at length; also any dissatisfaction with what was done."""
    best = next(iter((tracker.latest_message.get("matter") or {}).get("ranking") or ()), None)
    if best is None or len(HAN.findall(turn.heard.text)) < AT_LENGTH:
        return None
    if best["category"] in OF_THE_HOTLINES_WORK and best["confidence"] >= BEYOND_DOUBT:
        return str(best["category"])
    return COMPLAINT_ABOUT_THE_HOTLINE if turn.heard.intent == "rate_dissatisfied" else None


def _likeliest(matter: dict[str, Any], at_least: float, may_be_the_hotline: bool = False) -> str | None:
    """The category of a message, when it is clear: 不是油烟，是半夜划拳的声音."""
    best = next(iter(matter.get("ranking") or ()), None)
    if best is None or best["confidence"] < at_least or best["category"] == NO_MATTER:
        return None
    is_the_hotline = best["category"].startswith(THE_HOTLINE_ITSELF)
    return None if is_the_hotline and not may_be_the_hotline else str(best["category"])
