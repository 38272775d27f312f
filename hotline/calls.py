"""What a telephone call leaves behind: who is put through is told what it is about; who hangs up keeps what they said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

from hotline.city import City
from hotline.conversations.model import Author, Claim, Message, Reply
from hotline.conversations.service import Conversations
from hotline.intake import Draft, next_question, opening
from hotline.phones import mobile_address
from hotline.storage.trackers import Turn
from hotline.tickets import numbering
from hotline.tickets.access import Citizen
from hotline.tickets.model import Ticket
from hotline.tickets.service import Tickets
from hotline.wording import texts

ENDED = {"call": "ended"}
"""What a message carries that stands for the end of a call."""

INTAKE = "intake_form"
CLEAR_ENOUGH = {"confirm", "detail"}
REACHED = "reached:"
MOST_OF_A_CALL = 1_000
WHISPERED = 60


class Memory(Protocol):
    """The dialogue's memory."""

    def last(self, conversation_id: str, limit: int) -> Sequence[Turn]:
        """The last turns of a conversation."""


class Calls:
    """Use cases on calls. `texting` tells whether mobiles can be texted. Raise hotline.storage.StorageUnavailable."""

    def __init__(
        self, memory: Memory, conversations: Conversations, tickets: Tickets, city: City, texting: bool
    ) -> None:
        self._memory = memory
        self._conversations = conversations
        self._tickets = tickets
        self._city = city
        self._texting = texting

    def can_be_texted(self, phone: str | None) -> bool:
        """True for a mobile, while texts can be sent at all."""
        return self._address(phone) is not None

    def skill(self, conversation_id: str) -> str | None:
        """The skill group of agents for what the caller has told so far."""
        draft, _ = self._told(conversation_id)
        return self._city.expert_skill(draft.category) if draft and draft.category else None

    def summary(self, conversation_id: str) -> str:
        """What the call is about, in one sentence for the agent who takes it."""
        draft, _ = self._told(conversation_id)
        say = texts().say
        if draft is None:
            said = [m.text for m in self._lines(conversation_id) if m.author is Author.CITIZEN and not m.data]
            return say("voice.whisper", summary=said[-1][:WHISPERED] if said else say("title.unsorted"))
        label = self._city.category(draft.category).label if draft.category else say("title.unsorted")
        parts = [draft.name or "", say(f"request_type.{draft.request_type}") + label, draft.place or ""]
        return say("voice.whisper", summary="，".join(part for part in parts if part))

    def reached(self, conversation_id: str, key: str) -> None:
        """Note in the transcript that a person has taken the call."""
        self._conversations.tell(conversation_id, REACHED + key, texts().say("voice.reached"))

    def end(self, claim: Claim) -> Reply:
        """Close a call: what was said clearly becomes a ticket, and every number of the call is texted to its contact.

        Comes after everything the caller said has been answered. Repeated, it finds what it did before.
        """
        conversation = claim.conversation
        citizen = Citizen(conversation.channel, conversation.sender, conversation.verified_phone)
        unfinished = self._open_unfinished(claim, citizen)
        for ticket in self._tickets.own(replace(citizen, verified_phone=None)):
            if ticket.danger is None and (address := self._address(ticket.contact.phone)):
                self._text(ticket, address, unfinished is not None and ticket.number == unfinished.number)
        say = texts().say
        if unfinished:
            return Reply(say("voice.ended_with_ticket", number=numbering.spell(unfinished.number)))
        return Reply(say("voice.ended"))

    def _open_unfinished(self, claim: Claim, citizen: Citizen) -> Ticket | None:
        """The ticket of a matter that only lacked the caller's yes, to be answered at the number they called from."""
        draft, loop = self._told(claim.conversation.id)
        if draft is None or loop != INTAKE or draft.category is None or citizen.verified_phone is None:
            return None
        question = next_question(draft, self._city)
        if question is None or question.kind.partition(":")[0] not in CLEAR_ENOUGH:
            return None
        if any((m.provider_id or "").startswith(REACHED) for m in self._lines(claim.conversation.id)):
            return None  # whoever took the call has it in hand
        say = texts().say
        intake = opening.as_intake(draft, self._city, claim.message.id, citizen, claim.conversation.id)
        note = (say("voice.note"), say("voice.not_checked"))
        return self._tickets.open(replace(intake, details=(*intake.details, note)))

    def _text(self, ticket: Ticket, address: str, unfinished: bool) -> None:
        """Text the number and the lookup code at once, whatever the hour: the citizen has just been talking."""
        say = texts().say
        text = say(
            "voice.text_unfinished" if unfinished else "voice.text",
            number=numbering.spell(ticket.number),
            code=ticket.code,
            due=say("date", month=ticket.due_at.month, day=ticket.due_at.day),
        )
        place = self._conversations.conversation_with("sms", address).id
        self._conversations.tell(place, f"number:{ticket.number}", text, about=ticket.number, urgent=True)

    def _address(self, phone: str | None) -> str | None:
        return mobile_address(phone) if self._texting and phone else None

    def _told(self, conversation_id: str) -> tuple[Draft | None, str | None]:
        """The matter that was told, and the form that was asking when the caller was heard last."""
        turns = self._memory.last(conversation_id, 1)
        if not turns:
            return None, None
        snapshot = turns[-1].snapshot
        values = snapshot["slots"].get("draft")
        return Draft.from_slots(values) if values else None, snapshot["loop"]

    def _lines(self, conversation_id: str) -> Sequence[Message]:
        return self._conversations.transcript(conversation_id, limit=MOST_OF_A_CALL)
