"""What happens to a ticket is told to those who reported it, where they can be spoken to unasked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from hotline.conversations.service import Conversations
from hotline.phones import mobile_address
from hotline.staff.model import CITIZEN
from hotline.tickets import numbering
from hotline.tickets.change import TOLD_TO_REPORTERS
from hotline.tickets.lifecycle import RULES
from hotline.tickets.model import Ticket
from hotline.tickets.service import Tickets
from hotline.tickets.timeline import said
from hotline.wording import texts

SPOKEN_TO_UNASKED = {"webchat", "sms"}
REPLIES = {"replied", "answered", "merged_answered"}


class Progress:
    """Use cases on telling. Raise hotline.storage.StorageUnavailable."""

    def __init__(self, tickets: Tickets, conversations: Conversations) -> None:
        self._tickets = tickets
        self._conversations = conversations

    def to_tell(self, number: str, facts: Mapping[str, Any]) -> Sequence[str]:
        """The numbers of the tickets whose citizens are told of an event of a ticket: its own, unless its citizen did it, and
        what is merged into it, where that concerns them. The citizen of a part who did it (`facts["part"]`) knows."""
        rule = RULES.get(facts.get("action"))  # type: ignore[arg-type]
        if rule is None or not rule.tells:
            return []
        own = [number] if facts.get("by") != CITIZEN.kind else []
        parts = self._tickets.parts_of(number) if rule.node in TOLD_TO_REPORTERS else []
        return [*own, *(part for part in parts if part != facts.get("part"))]

    def tell(self, number: str, key: str, at: datetime) -> str | None:
        """Tell a ticket's citizen the step of a moment by the channel they used, or by text when it was a call.

        An answer is told with its words, the rest in the language that the ticket was told in; one `key` tells once. The conversation told, or None when they cannot be
        spoken to unasked.
        """
        ticket = self._tickets.for_staff_of_the_hotline(number)
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
        """The conversation in which a ticket's citizen can be spoken to unasked."""
        if ticket.channel in SPOKEN_TO_UNASKED:
            return ticket.conversation_id
        called = self._conversations.get(ticket.conversation_id) if ticket.channel == "voice" else None
        mobile = mobile_address(called.verified_phone) if called and called.verified_phone else None
        return self._conversations.conversation_with("sms", mobile).id if mobile else None
