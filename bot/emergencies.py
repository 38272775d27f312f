"""What a message means to the dialogue while a danger stands, and a danger told in pieces."""

from __future__ import annotations

import time
from typing import Any

from rasa.shared.core.events import ActionExecuted
from rasa.shared.core.trackers import DialogueStateTracker

from bot.pieces import pieces
from hotline.danger import Kind, detect_by_signs, taken_back
from hotline.danger.said import FIGURE_OF_SPEECH, REAL
from hotline.danger.situations import situation_of
from hotline.danger.standing import STANDS, asides, is_of_another_matter, is_of_the_danger

BEYOND_DOUBT = 0.9
SURE_ENOUGH = 0.5  # of a matter that is announced as another one
TELLS_MORE = 7  # characters besides the place; 工商银行 双楠大道支行 is where the danger is
ANSWERED_IN_DANGER = {"request_human", "bot_challenge", "speak_english", "stop_messages"}
"""Intents that are answered as ever while a danger stands."""


def said_in_danger(understood: dict[str, Any], tracker: DialogueStateTracker) -> dict[str, Any] | None:
    """While a danger stands what is said is of it, whatever it sounds like: None for what does not, and for another matter.
    What an intake was left for goes on when it is spoken of."""
    if not _danger_stands(tracker):
        return None if tracker.active_loop_name else _real_after_all(understood, tracker)
    text, intent, matter = understood["text"] or "", understood["intent"]["name"], understood.get("matter") or {}
    of_the_danger = understood | {
        "intent": {"name": "report_danger", "confidence": 1.0},
        "matter": matter | {"said_as": intent},
    }
    if tracker.active_loop_name:
        return of_the_danger if is_of_the_danger(text) else None
    if is_of_the_danger(text):
        return of_the_danger
    is_for_others = intent in ANSWERED_IN_DANGER or any(e["entity"] == "ticket_number" for e in understood["entities"])
    kind = Kind(str(tracker.get_slot("danger")))
    if is_for_others and set(asides(text)) <= {"asked"} and taken_back(text, kind) is None:
        return understood
    likeliest = next(iter(matter.get("ranking") or ()), {"category": None, "confidence": 0.0})
    places = [str(e["value"]) for e in understood["entities"] if e["entity"] == "location"]
    has_place = bool(places) and intent == "state_matter" and len(text) - sum(map(len, places)) >= TELLS_MORE
    is_clear = likeliest["confidence"] >= BEYOND_DOUBT
    if not is_of_another_matter(text, is_clear, has_place, kind):
        return of_the_danger
    draft = tracker.get_slot("asked") and tracker.get_slot("draft")
    if draft and (not is_clear or likeliest["category"] == draft.get("category")):
        return understood | {"intent": {"name": "resume", "confidence": 1.0}}
    if likeliest["confidence"] < SURE_ENOUGH:
        return of_the_danger
    stated = matter | {"category": likeliest["category"], "category_confidence": likeliest["confidence"]}
    return understood | {"intent": {"name": "state_matter", "confidence": 1.0}, "matter": stated}


def _real_after_all(understood: dict[str, Any], tracker: DialogueStateTracker) -> dict[str, Any] | None:
    """The danger that was in doubt, where the answer tells who is in it: 不是我，是那个学生遭打."""
    text, kind = understood["text"] or "", REAL.get(str(tracker.get_slot("danger")))
    if kind is None or FIGURE_OF_SPEECH.search(text) or situation_of([text], kind) is None:
        return None
    matter = (understood.get("matter") or {}) | {"danger": str(kind), "danger_certain": True, "danger_possible": False}
    return understood | {"intent": {"name": "report_danger", "confidence": 1.0}, "matter": matter}


def _danger_stands(tracker: DialogueStateTracker) -> bool:
    if tracker.get_slot("danger") not in set(Kind) or not tracker.get_slot("danger_ticket"):
        return False
    alarms = (e for e in reversed(tracker.events) if isinstance(e, ActionExecuted) and e.action_name == "action_danger")
    last = next(alarms, None)
    return last is not None and time.time() - last.timestamp <= STANDS


def told_in_pieces(understood: dict[str, Any], tracker: DialogueStateTracker) -> dict[str, Any] | None:
    """A danger that the last messages tell together, each of them a few words: 电梯, 卡住了, 我妈在里面."""
    told = "" if tracker.get_slot("danger") else "，".join(pieces(understood, tracker))
    matter, sign = understood.get("matter") or {}, detect_by_signs(told)
    if told and understood["intent"]["name"] == "report_danger":
        return understood | {"matter": matter | {"pieces": told}}
    if sign is None or not sign.certain:
        return None
    danger = {"danger": str(sign.kind), "danger_certain": True, "danger_possible": False, "pieces": told}
    return understood | {"intent": {"name": "report_danger", "confidence": 1.0}, "matter": matter | danger}
