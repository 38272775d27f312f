"""The web chat's frames, incoming and outgoing. README.md describes the protocol."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from connectors.web import Fields, Malformed
from hotline.city import City
from hotline.conversations.handoff.model import Attendance
from hotline.conversations.model import Author, Message
from hotline.texts import Texts, texts
from hotline.tickets.model import Ticket
from hotline.tickets.timeline import said
from hotline.tickets.titles import titled

CHANNEL = "webchat"
MAX_ID = 64
MAX_FRAME_TEXT = 100_000


@dataclass(frozen=True, slots=True)
class Hello:
    """First frame of a connection."""

    token: str | None
    after: int


@dataclass(frozen=True, slots=True)
class Say:
    """A citizen's message."""

    id: str
    text: str


@dataclass(frozen=True, slots=True)
class AskTickets:
    """Asks for the session's tickets, in the language of the page."""

    language: str = "zh"


@dataclass(frozen=True, slots=True)
class Typing:
    """The citizen is writing."""


@dataclass(frozen=True, slots=True)
class Read:
    """The citizen has seen the conversation up to a seq."""

    seq: int


@dataclass(frozen=True, slots=True)
class Ping:
    """Keeps the connection open."""


Frame = Hello | Say | AskTickets | Typing | Read | Ping


def parse(raw: str | bytes) -> Frame:
    """One frame from the browser. Raises connectors.web.Malformed."""
    fields = Fields.parse(raw)
    kind = fields.text("type", 20)
    if kind == "hello":
        return Hello(fields.optional_identifier("token", 100), fields.whole_number("after", 0))
    if kind == "say":
        id = fields.optional_identifier("id", MAX_ID)
        if id is None:
            raise Malformed("id is missing")
        return Say(id, fields.text("text", MAX_FRAME_TEXT))
    if kind == "tickets":
        return AskTickets("en" if fields.optional_identifier("language", 2) == "en" else "zh")
    if kind == "typing":
        return Typing()
    if kind == "read":
        return Read(fields.whole_number("seq", 0))
    if kind == "ping":
        return Ping()
    raise Malformed("type is not known")


def new_token() -> str:
    """A fresh session token."""
    return secrets.token_urlsafe(32)


def sender_of(token: str) -> str:
    """The sender id of a session; the token itself is not stored."""
    return "web-" + hashlib.sha256(token.encode()).hexdigest()[:40]


def welcome(token: str) -> str:
    """The answer to hello."""
    return _frame(type="welcome", token=token)


def line(message: Message) -> str:
    """One line of the transcript."""
    return _frame(
        type="message",
        seq=message.seq,
        author=message.author,
        text=message.text,
        at=message.at.isoformat(),
        id=message.provider_id if message.author is Author.CITIZEN else message.id,
        data=message.data if message.author is not Author.CITIZEN else None,
    )


def accepted(id: str, seq: int) -> str:
    """Confirms that the message is stored."""
    return _frame(type="accepted", id=id, seq=seq)


def refused(id: str | None, code: str, message: str) -> str:
    """Says that the message was not stored, and why."""
    return _frame(type="refused", id=id, code=code, message=message)


def attendant(attendance: Attendance) -> str:
    """Who answers from now on, and the place in the queue."""
    standing = attendance.standing
    return _frame(
        type="attendant",
        who=attendance.attendant,
        place=standing.place if standing else None,
        minutes=standing.minutes if standing else None,
    )


def typing() -> str:
    """The agent is writing."""
    return _frame(type="typing")


def read(seq: int) -> str:
    """The agent has read up to a seq."""
    return _frame(type="read", seq=seq)


def pong() -> str:
    """The answer to ping."""
    return _frame(type="pong")


def ticket_list(tickets: Sequence[Ticket], city: City, language: str) -> str:
    """The session's tickets in a language, as far as they have words in it; each part that may be in another language
    names its own."""
    words = texts(language)
    return _frame(type="tickets", tickets=[_ticket(ticket, city, words) for ticket in tickets])


def _ticket(ticket: Ticket, city: City, words: Texts) -> dict[str, Any]:
    return {
        "number": ticket.number,
        "title": titled(ticket, city, words),
        "status": ticket.status,
        "status_text": words.say(f"status.{ticket.status}"),
        "created_at": ticket.created_at.isoformat(),
        "due_at": ticket.due_at.isoformat(),
        "unit": ticket.lead,
        "reply": ticket.reply,
        "timeline": [
            {
                "at": step.at.isoformat(),
                "node": step.node,
                "text": said(step, words),
                "language": words.language if step.words else "zh",
            }
            for step in ticket.timeline
        ],
    }


def _frame(**content: Any) -> str:
    return json.dumps(content, ensure_ascii=False)
