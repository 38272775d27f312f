"""Twilio's voice webhooks: who calls, what was heard, how a transfer ended. README.md lists the fields."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum, auto

from connectors.twilio.webhook import Form
from connectors.web import Malformed
from hotline.conversations.model import Incoming
from hotline.phones import as_written

CHANNEL = "voice"
MAX_SPEECH = 20_000
SID = re.compile(r"CA[0-9a-f]{32}")
KEYS = re.compile(r"[0-9*#]{1,64}")

WITHHELD = {"+266696687", "+7378742833", "+2562533", "+8656696", "+86282452253"}
"""ANONYMOUS, RESTRICTED, BLOCKED, UNKNOWN, UNAVAILABLE as Twilio spells them on a keypad; two look Chinese."""

NOT_REACHED = {"busy", "no-answer", "failed", "canceled", "error", "system-error", "queue-full", "leave"}
TALKED = {"completed", "answered", "bridged"}
ENDED = {"completed", "busy", "no-answer", "failed", "canceled"}


class Outcome(Enum):
    """What a transfer brought: a talk, nobody, or the caller gave up first."""

    TALKED = auto()
    NOT_REACHED = auto()
    GONE = auto()


@dataclass(frozen=True, slots=True)
class Call:
    """One call: its id, and the caller's number as the tickets write it, or None when it is withheld."""

    sid: str
    phone: str | None

    def says(
        self, text: str, turn: int, data: dict[str, bool | int | str] | None = None, part: str = "turn"
    ) -> Incoming:
        """What the caller said in a turn; the turn makes a repeat of the webhook known."""
        return Incoming(CHANNEL, self.sid, text, f"{part}-{turn}", self.phone, data)


@dataclass(frozen=True, slots=True)
class Heard:
    """What one prompt brought: words with the recogniser's confidence (None: not told), keys, or nothing."""

    speech: str = ""
    confidence: float | None = None
    keys: str = ""


def call(form: Form) -> Call:
    """Who calls. Raises Malformed without the id of a call."""
    sid = form.identifier("CallSid", 40)
    if not SID.fullmatch(sid):
        raise Malformed("CallSid is no id of a call")
    caller = form.text("From", 200, default="")
    return Call(sid, None if caller in WITHHELD else as_written(caller))


def caller_of(form: Form) -> str:
    """The id of the call that is put through, as the leg to the agent names it. Raises Malformed."""
    return form.identifier("ParentCallSid", 40)


def heard(form: Form) -> Heard:
    """What was said or keyed. Raises Malformed."""
    keys = form.text("Digits", 200, default="").strip()
    return Heard(
        speech=form.text("SpeechResult", MAX_SPEECH, default="").strip(),
        confidence=_confidence(form.text("Confidence", 40, default="")),
        keys=keys if KEYS.fullmatch(keys) else "",
    )


def outcome(form: Form) -> Outcome:
    """How a transfer ended, by a dialled number or a queue. Raises Malformed."""
    told = {form.text(name, 40, default="") for name in ("DialCallStatus", "QueueResult")}
    if told & TALKED:
        return Outcome.TALKED
    return Outcome.NOT_REACHED if told & NOT_REACHED else Outcome.GONE


def has_ended(form: Form) -> bool:
    """True when the status is that of a call that is over. Raises Malformed."""
    return form.text("CallStatus", 40, default="") in ENDED


def _confidence(told: str) -> float | None:
    """Between 0 and 1. Twilio promises none, and sends 0 where the recogniser has none: both say nothing."""
    try:
        confidence = float(told)
    except ValueError:
        return None
    return confidence if 0 < confidence <= 1 else None
