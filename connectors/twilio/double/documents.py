"""Checks TwiML as Twilio does: known verbs and attributes, nesting, lengths.

https://www.twilio.com/docs/voice/twiml and the error codes of https://www.twilio.com/docs/api/errors
"""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

MAX_DOCUMENT = 64 * 1024
MAX_SPOKEN = 4096
MAX_HINTS, MAX_HINT = 500, 100

_SAID = {"Say", "Play", "Pause"}
CHILDREN = {
    "Response": _SAID | {"Gather", "Dial", "Enqueue", "Leave", "Redirect", "Hangup", "Start"},
    "Gather": _SAID,
    "Dial": {"Number", "Sip", "Queue"},
    "Start": {"Recording"},
}
ATTRIBUTES = {
    "Response": set[str](),
    "Say": {"voice", "language", "loop"},
    "Pause": {"length"},
    "Play": {"loop", "digits"},
    "Gather": {
        "input", "action", "method", "timeout", "speechTimeout", "maxSpeechTime", "profanityFilter", "finishOnKey",
        "numDigits", "hints", "language", "bargeIn", "actionOnEmptyResult", "speechModel", "enhanced", "debug",
        "partialResultCallback", "partialResultCallbackMethod", "dtmfDetection",
    },
    "Dial": {
        "action", "method", "timeout", "hangupOnStar", "timeLimit", "callerId", "record", "trim", "answerOnBridge",
        "ringTone", "recordingStatusCallback", "recordingStatusCallbackMethod", "sequential", "referUrl",
    },
    "Number": {"sendDigits", "url", "method", "statusCallback", "statusCallbackEvent", "statusCallbackMethod"},
    "Sip": {"username", "password", "url", "method", "statusCallback", "statusCallbackEvent", "statusCallbackMethod"},
    "Queue": {"url", "method", "reservationSid", "postWorkActivitySid"},
    "Enqueue": {"action", "method", "waitUrl", "waitUrlMethod", "workflowSid", "maxQueueSize"},
    "Leave": set(),
    "Redirect": {"method"},
    "Hangup": set(),
    "Start": {"action", "method"},
    "Recording": {
        "recordingStatusCallback", "recordingStatusCallbackMethod", "recordingStatusCallbackEvent", "trim", "track",
        "channels",
    },
}  # fmt: skip


def opened(body: str) -> tuple[Element, list[str]]:
    """A document and everything that Twilio would complain about. Raises ElementTree.ParseError."""
    root = ElementTree.fromstring(body)
    return root, [*_sizes(body, root), *_schema(root)]


def _schema(node: Element) -> Iterator[str]:
    if node.tag not in ATTRIBUTES:
        yield f"12200 {node.tag} is no verb"
        return
    for name in sorted(set(node.attrib) - ATTRIBUTES[node.tag]):
        yield f"12200 {node.tag} has no attribute {name}"
    for child in node:
        if child.tag in ATTRIBUTES and child.tag not in CHILDREN.get(node.tag, ()):
            yield f"12200 {child.tag} must not stand in {node.tag}"
        yield from _schema(child)


def _sizes(body: str, root: Element) -> Iterator[str]:
    if len(body.encode()) > MAX_DOCUMENT:
        yield "11750 the document is larger than 64 kB"
    for said in root.iter("Say"):
        words = (said.text or "").strip()
        if not words:
            yield "13520 Say has no text"
        if len(words) > MAX_SPOKEN:
            yield "13520 Say has too much text"
    for gather in root.iter("Gather"):
        hints = gather.get("hints", "").split(",")
        if len(hints) > MAX_HINTS or any(len(hint) > MAX_HINT for hint in hints):
            yield "13331 Gather has too many or too long hints"
        if gather.get("speechTimeout") == "auto" and gather.get("speechModel"):
            yield "13335 Gather's speechTimeout auto does not go with a speechModel"
