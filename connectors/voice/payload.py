"""Parses Twilio's voice webhooks: who calls, what was heard, how a transfer ended. README.md lists the fields."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum, auto

from connectors.twilio.webhook import Form
from connectors.web import Malformed
from hotline.conversations.model import Incoming
from hotline.personal_data.phones import as_written

CHANNEL = "voice"
MAX_SPEECH = 20_000
SID = re.compile(r"CA[0-9a-f]{32}")
KEYS = re.compile(r"[0-9*#]{1,64}")

WITHHELD = {"+266696687", "+7378742833", "+2562533", "+8656696", "+86282452253"}
"""ANONYMOUS, RESTRICTED, BLOCKED, UNKNOWN, UNAVAILABLE in keypad spelling as Twilio sends them; two look Chinese."""

NOT_REACHED = {"busy", "no-answer", "failed", "canceled", "error", "system-error", "queue-full", "leave"}
TALKED = {"completed", "answered", "bridged"}
ENDED = {"completed", "busy", "no-answer", "failed", "canceled"}


class TransferOutcome(Enum):
    """The outcome of a transfer: a talk, nobody reached, or the caller gave up first."""

    TALKED = auto()
    NOT_REACHED = auto()
    GONE = auto()


@dataclass(frozen=True, slots=True)
class Call:
    """One call: its id, and the caller's number as tickets write it; None when it is withheld."""

    sid: str
    phone: str | None

    def says(
        self, text: str, turn: int, data: dict[str, bool | int | str] | None = None, part: str = "turn"
    ) -> Incoming:
        """The caller's words in a turn as a message; the turn's number identifies a repeated webhook."""
        return Incoming(CHANNEL, self.sid, text, f"{part}-{turn}", self.phone, data)


@dataclass(frozen=True, slots=True)
class Heard:
    """The result of one prompt: words with the recogniser's confidence (None: not told), keys, or nothing."""

    speech: str = ""
    confidence: float | None = None
    keys: str = ""


def call(form: Form) -> Call:
    """The call of a webhook. Raises Malformed without a call id."""
    sid = form.identifier("CallSid", 40)
    if not SID.fullmatch(sid):
        raise Malformed("CallSid is no id of a call")
    caller = form.text("From", 200, default="")
    return Call(sid, None if caller in WITHHELD else as_written(caller))


def caller_of(form: Form) -> str:
    """The id of the transferred call, as the leg to the agent names it. Raises Malformed."""
    return form.identifier("ParentCallSid", 40)


def heard(form: Form) -> Heard:
    """What was said or keyed. Raises Malformed."""
    keys = form.text("Digits", 200, default="").strip()
    return Heard(
        speech=form.text("SpeechResult", MAX_SPEECH, default="").strip(),
        confidence=_confidence(form.text("Confidence", 40, default="")),
        keys=keys if KEYS.fullmatch(keys) else "",
    )


def outcome(form: Form) -> TransferOutcome:
    """How a transfer ended, by a dialled number or a queue. Raises Malformed."""
    told = {form.text(name, 40, default="") for name in ("DialCallStatus", "QueueResult")}
    if told & TALKED:
        return TransferOutcome.TALKED
    return TransferOutcome.NOT_REACHED if told & NOT_REACHED else TransferOutcome.GONE


def has_ended(form: Form) -> bool:
    """Whether the status is that of an ended call. Raises Malformed."""
    return form.text("CallStatus", 40, default="") in ENDED


def _confidence(told: str) -> float | None:
    """Between 0 and 1. Twilio does not promise one, and sends 0 when the recogniser has none: None in both cases."""
    try:
        confidence = float(told)
    except ValueError:
        return None
    return confidence if 0 < confidence <= 1 else None
