"""Notifies the citizens who reported a matter of their ticket's progress, on channels that allow unasked messages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from hotline.conversations.service import Conversations
from hotline.personal_data.phones import mobile_address
from hotline.staff.model import CITIZEN
from hotline.texts import texts
from hotline.tickets import numbering
from hotline.tickets.change import TOLD_TO_REPORTERS
from hotline.tickets.lifecycle import RULES
from hotline.tickets.model import Ticket
from hotline.tickets.service import Tickets
from hotline.tickets.timeline import said

SPOKEN_TO_UNASKED = {"webchat", "sms"}
REPLIES = {"replied", "answered", "merged_answered"}


class Progress:
    """The use cases on notifications. Raise hotline.transaction.StorageUnavailable."""

    def __init__(self, tickets: Tickets, conversations: Conversations) -> None:
        self._tickets = tickets
        self._conversations = conversations

    def to_tell(self, number: str, facts: Mapping[str, Any]) -> Sequence[str]:
        """The numbers of the tickets whose citizens are told of an event of a ticket: the ticket itself, unless its
        citizen acted, and, for events that concern them, the tickets merged into it. The merged ticket whose citizen
        acted (`facts["part"]`) is left out."""
        rule = RULES.get(facts.get("action"))  # type: ignore[arg-type]
        if rule is None or not rule.tells:
            return []
        own = [number] if facts.get("by") != CITIZEN.kind else []
        parts = self._tickets.parts_of(number) if rule.node in TOLD_TO_REPORTERS else []
        return [*own, *(part for part in parts if part != facts.get("part"))]

    def tell(self, number: str, key: str, at: datetime) -> str | None:
        """Tell a ticket's citizen the step made `at` a moment, on the channel they used, or by text after a call.

        A reply is quoted as the unit wrote it; the rest is in the ticket's language. One `key` tells once. Returns the
        conversation that was told, or None when nothing could be sent.
        """
        ticket = self._tickets.for_processes(number)
        if ticket is None or (place := self._where(ticket)) is None:
            return None
        step = next((entry for entry in reversed(ticket.timeline) if entry.at == at), None)
        if step is None:
            return None
        words = texts(ticket.language)
        says = (step.words or {}).get("says", step.node)
        answer = f"\n{ticket.reply}" if says in REPLIES and ticket.reply else ""
        line = words.say("progress", number=numbering.spell(number), text=said(step, words) + answer)
        choices = tuple(words.group("rate_choices").values()) if step.node == "follow_up" else ()
        danger = ticket.danger is not None
        told = self._conversations.tell(place, f"progress:{key}", line, about=number, choices=choices, urgent=danger)
        return place if told else None

    def _where(self, ticket: Ticket) -> str | None:
        """The conversation for unasked messages to a ticket's citizen; None if there is none."""
        if ticket.channel in SPOKEN_TO_UNASKED:
            return ticket.conversation_id
        called = self._conversations.get(ticket.conversation_id) if ticket.channel == "voice" else None
        mobile = mobile_address(called.verified_phone) if called and called.verified_phone else None
        return self._conversations.conversation_with("sms", mobile).id if mobile else None
