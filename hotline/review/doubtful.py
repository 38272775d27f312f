"""Finds the messages that the assistant was unsure of, or was corrected on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from hotline.conversations.turns import Turn
from hotline.review.masking import without_personal_data

UNSURE_INTENT = 0.6
UNSURE_CATEGORY = 0.5
CORRECTIONS = {"correct", "deny"}


@dataclass(frozen=True, slots=True)
class Doubtful:
    """One message to review: what was understood, how surely, and why it is listed. The text holds no personal data."""

    message_id: str
    at: datetime
    text: str
    reason: str
    intent: str
    confidence: float
    category: str | None
    category_confidence: float
    request_type: str | None


class KeptTurns(Protocol):
    """The stored turns of the dialogue."""

    def since(self, moment: datetime) -> Iterator[Sequence[Turn]]:
        """The turns since a time, grouped by conversation."""


def doubtful_messages(log: KeptTurns, since: datetime, limit: int) -> Sequence[Doubtful]:
    """The doubtful messages since a time, at most `limit`, grouped by conversation.

    Reasons: not_understood, unsure, unsure_category, corrected.
    """
    found: list[Doubtful] = []
    for conversation in log.since(since):
        heard = [event for turn in conversation for event in turn.events if event.get("event") == "user"]
        for event, following in zip(heard, [*heard[1:], None], strict=True):
            if reason := _reason(event, following):
                found.append(_doubtful(event, reason, since))
            if len(found) == limit:
                return found
    return found


def _reason(event: dict[str, Any], following: dict[str, Any] | None) -> str | None:
    understood = event.get("parse_data") or {}
    intent, matter = understood.get("intent") or {}, understood.get("matter") or {}
    if intent.get("name") in (None, "nlu_fallback"):
        return "not_understood"
    if (intent.get("confidence") or 0.0) < UNSURE_INTENT:
        return "unsure"
    if matter.get("category") and (matter.get("category_confidence") or 0.0) < UNSURE_CATEGORY:
        return "unsure_category"
    after = ((following or {}).get("parse_data") or {}).get("intent") or {}
    return "corrected" if after.get("name") in CORRECTIONS else None


def _doubtful(event: dict[str, Any], reason: str, since: datetime) -> Doubtful:
    understood = event["parse_data"]
    intent, matter = understood.get("intent") or {}, understood.get("matter") or {}
    return Doubtful(
        message_id=event.get("message_id") or "",
        at=datetime.fromtimestamp(event["timestamp"], since.tzinfo),
        text=without_personal_data(event.get("text") or "", list(_entities(understood))),
        reason=reason,
        intent=intent.get("full_retrieval_intent_name") or intent.get("name") or "nlu_fallback",
        confidence=round(intent.get("confidence") or 0.0, 3),
        category=matter.get("category"),
        category_confidence=round(matter.get("category_confidence") or 0.0, 3),
        request_type=matter.get("request_type"),
    )


def _entities(understood: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield from understood.get("entities") or ()
