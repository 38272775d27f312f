"""What a telephone call leaves behind: who is put through is told what it is about; who hangs up keeps what they said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

from hotline.city import City
from hotline.conversations.handoff.drafts import draft_of
from hotline.conversations.model import Author, Claim, Incoming, Message, Reply
from hotline.conversations.service import Conversations
from hotline.intake import Draft, next_question, opening
from hotline.phones import mobile_address
from hotline.storage.trackers import Turn
from hotline.tickets import numbering
from hotline.tickets.access import Citizen
from hotline.tickets.model import Ticket
from hotline.tickets.service import Tickets
from hotline.wording import Texts, texts

ENDED = {"call": "ended"}
"""What a message carries that stands for the end of a call."""

TEXTS = "sms"
INTAKE = "intake_form"
CLEAR_ENOUGH = {"confirm", "detail"}
REACHED = "reached"
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
            lines = [m.text for m in self._lines(conversation_id) if m.author is Author.CITIZEN]
            said = [text for text in lines if text != say("voice.asks_person")]
            return say("voice.whisper", summary=said[-1][:WHISPERED] if said else say("title.unsorted"))
        label = self._city.category(draft.category).label if draft.category else say("title.unsorted")
        parts = [draft.name or "", say(f"request_type.{draft.request_type}") + label, draft.place or ""]
        return say("voice.whisper", summary="，".join(part for part in parts if part))

    def reached(self, conversation_id: str) -> None:
        """Note in the transcript, once, that a person has taken the call."""
        self._conversations.tell(conversation_id, REACHED, texts().say("voice.reached"))

    def end(self, claim: Claim) -> Reply:
        """Close a call. What was said clearly becomes a ticket; what was not goes on by text, where that is possible.

        Every number of the call is texted to its contact. Comes after everything the caller said has been answered;
        repeated, it finds what it did before.
        """
        conversation = claim.conversation
        citizen = Citizen(conversation.channel, conversation.sender, conversation.verified_phone)
        draft = self._unfinished(conversation.id)
        unfinished = self._open(draft, claim, citizen) if draft and self._is_clear(draft, citizen) else None
        if draft and not unfinished:
            self._go_on_by_text(draft, citizen, conversation.id)
        for ticket in self._tickets.own(replace(citizen, verified_phone=None)):
            if ticket.danger is None and (address := self._address(ticket.contact.phone)):
                self._text(ticket, address, unfinished is not None and ticket.number == unfinished.number)
        say = texts().say
        if unfinished:
            return Reply(say("voice.ended_with_ticket", number=numbering.spell(unfinished.number)))
        return Reply(say("voice.ended"))

    def _unfinished(self, conversation_id: str) -> Draft | None:
        """The matter that was being taken in when the caller hung up, unless an agent has it in hand."""
        draft, loop = self._told(conversation_id)
        if draft is None or loop != INTAKE:
            return None
        is_reached = any(m.provider_id == REACHED for m in self._lines(conversation_id))
        return None if is_reached else draft

    def _is_clear(self, draft: Draft, citizen: Citizen) -> bool:
        """True when only the caller's yes is missing, and they can be answered at the number they called from."""
        question = next_question(draft, self._city)
        kind = question.kind.partition(":")[0] if question else None
        return draft.category is not None and citizen.verified_phone is not None and kind in CLEAR_ENOUGH

    def _open(self, draft: Draft, claim: Claim, citizen: Citizen) -> Ticket:
        say, place = texts().say, claim.conversation.id
        language = self._words(place).language
        intake = opening.as_intake(draft, self._city, claim.message.id, citizen, place, language)
        note = (say("voice.note"), say("voice.not_checked"))
        return self._tickets.open(replace(intake, details=(*intake.details, note)))

    def _go_on_by_text(self, draft: Draft, citizen: Citizen, conversation_id: str) -> None:
        """Let the assistant take the matter up as if it had been texted: it asks for what is missing."""
        address = self._address(citizen.verified_phone)
        if address is None:
            return
        place, key = self._conversations.conversation_with(TEXTS, address).id, f"call:{citizen.sender}"
        say = self._words(conversation_id).say
        self._conversations.tell(place, key, say("voice.text_continues"), urgent=True)
        self._conversations.accept(Incoming(TEXTS, address, draft.description, key, citizen.verified_phone))

    def _text(self, ticket: Ticket, address: str, unfinished: bool) -> None:
        """Text the number and the lookup code at once, whatever the hour: the citizen has just been talking."""
        say = self._words(ticket.conversation_id).say
        kind = (
            "text_unfinished"
            if unfinished
            else "text_callback"
            if ticket.title == texts().say("title.callback")
            else "text"
        )
        text = say(
            f"voice.{kind}",
            number=numbering.spell(ticket.number),
            code=ticket.code,
            due=say("date", when=ticket.due_at),
        )
        place = self._conversations.conversation_with(TEXTS, address).id
        self._conversations.tell(place, f"number:{ticket.number}", text, about=ticket.number, urgent=True)

    def _address(self, phone: str | None) -> str | None:
        return mobile_address(phone) if self._texting and phone else None

    def _told(self, conversation_id: str) -> tuple[Draft | None, str | None]:
        """The matter that was told, and the form that was asking when the caller was heard last."""
        turns = self._memory.last(conversation_id, 1)
        if not turns:
            return None, None
        snapshot = turns[-1].snapshot
        return draft_of(snapshot["slots"]), snapshot["loop"]

    def _words(self, conversation_id: str) -> Texts:
        """The texts in the language that was spoken."""
        turns = self._memory.last(conversation_id, 1)
        return texts(turns[-1].snapshot["slots"].get("language") or "zh" if turns else "zh")

    def _lines(self, conversation_id: str) -> Sequence[Message]:
        return self._conversations.transcript(conversation_id, limit=MOST_OF_A_CALL)
