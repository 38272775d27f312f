"""Use cases on telephone calls: the summary for the agent who takes a transferred call, and the ticket or text message
that is made when a caller hangs up in the middle of an intake."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

from hotline.city import City
from hotline.conversations.handoff.drafts import draft_of
from hotline.conversations.model import Author, Claim, Incoming, Message, Reply
from hotline.conversations.service import Conversations
from hotline.conversations.turns import Turn
from hotline.intake import Draft, next_question, opening
from hotline.personal_data.phones import mobile_address
from hotline.texts import Texts, texts
from hotline.tickets import numbering
from hotline.tickets.access import Citizen
from hotline.tickets.model import Ticket
from hotline.tickets.service import Tickets

ENDED = {"call": "ended"}
"""The data of a message that stands for the end of a call."""

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
    """Use cases on calls. `texting`: whether text messages can be sent.

    All raise hotline.transaction.StorageUnavailable.
    """

    def __init__(
        self, memory: Memory, conversations: Conversations, tickets: Tickets, city: City, texting: bool
    ) -> None:
        self._memory = memory
        self._conversations = conversations
        self._tickets = tickets
        self._city = city
        self._texting = texting

    def can_be_texted(self, phone: str | None) -> bool:
        """True for a mobile number, if text messages can be sent at all."""
        return self._address(phone) is not None

    def skill(self, conversation_id: str) -> str | None:
        """The skill group of expert agents for the caller's matter so far; None if it needs none."""
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
        """Close a call. An unfinished matter that is clear becomes a ticket; one that is not continues by text message,
        if possible.

        The number of every ticket of the call is texted to its contact. Called after everything that the caller said
        has been answered; a repeated call has no second effect.
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
        """The draft of the intake that was under way when the caller hung up; None if an agent had taken the call."""
        draft, loop = self._told(conversation_id)
        if draft is None or loop != INTAKE:
            return None
        is_reached = any(m.provider_id == REACHED for m in self._lines(conversation_id))
        return None if is_reached else draft

    def _is_clear(self, draft: Draft, citizen: Citizen) -> bool:
        """True when the category is known, only a detail or the caller's yes is missing, and the number they called
        from is known."""
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
        """Continue the matter as if the citizen had texted it: the assistant asks there for what is missing."""
        address = self._address(citizen.verified_phone)
        if address is None:
            return
        place, key = self._conversations.conversation_with(TEXTS, address).id, f"call:{citizen.sender}"
        say = self._words(conversation_id).say
        self._conversations.tell(place, key, say("voice.text_continues"), urgent=True)
        self._conversations.accept(Incoming(TEXTS, address, draft.description, key, citizen.verified_phone))

    def _text(self, ticket: Ticket, address: str, unfinished: bool) -> None:
        """Text the ticket's number and lookup code at once, at any hour: the citizen has just been on the phone."""
        say = self._words(ticket.conversation_id).say
        kind = "text_unfinished" if unfinished else "text_callback" if ticket.asks_for_person else "text"
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
        """The draft of the matter and the active form after the caller's last turn."""
        turns = self._memory.last(conversation_id, 1)
        if not turns:
            return None, None
        snapshot = turns[-1].snapshot
        return draft_of(snapshot["slots"]), snapshot["loop"]

    def _words(self, conversation_id: str) -> Texts:
        """The texts in the language of the call."""
        turns = self._memory.last(conversation_id, 1)
        return texts(turns[-1].snapshot["slots"].get("language") or "zh" if turns else "zh")

    def _lines(self, conversation_id: str) -> Sequence[Message]:
        return self._conversations.transcript(conversation_id, limit=MOST_OF_A_CALL)
