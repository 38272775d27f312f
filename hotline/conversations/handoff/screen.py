"""The screen: what agents and supervisors see of conversations, masked; access to unmasked contacts is audited."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from hotline.city import CannedReply, City
from hotline.clock import Clock
from hotline.conversations.handoff import rules, steps
from hotline.conversations.handoff.desk import AT_THE_DESK
from hotline.conversations.handoff.drafts import OWN_TICKETS, as_told, draft_of, red_ticket
from hotline.conversations.handoff.model import (
    Alarm,
    Board,
    Gone,
    Handoff,
    HandoffNote,
    HandoffSummary,
    Look,
    NotYours,
    Overview,
    QueueFigures,
    SeatFigures,
    Stage,
    Understanding,
    View,
)
from hotline.conversations.handoff.ports import HandoffUnit, OpenUnit
from hotline.conversations.model import Conversation, Message
from hotline.intake import Draft
from hotline.personal_data.masking import mask_name, mask_numbers, mask_phone
from hotline.staff.model import Actor, Person, Role
from hotline.texts import texts
from hotline.tickets import register
from hotline.tickets.model import Contact, Ticket

GIST = 60
"""How many characters of the citizen's words the summary shows."""


class Screen:
    """Reads what a person may see. All raise hotline.transaction.StorageUnavailable when the database is down.

    An agent sees the conversations that they hold, are offered, or may take; a supervisor sees all. Any other
    conversation raises NotYours, one that does not exist Gone. A person who does not hold a conversation reads its
    lines with numbers masked.
    """

    def __init__(self, open_unit: OpenUnit, city: City, now: Clock) -> None:
        self._open_unit = open_unit
        self._city = city
        self._now = now

    def overview(self, person: Person, following: str | None = None) -> Overview:
        """Everything on the person's screen but the open conversation; `following` is a hand-over they may see."""
        _at_the_desk(person)
        with self._open_unit.reading() as unit:
            seat = unit.seats.get(person.id)
            held = sorted((h for h in unit.handoffs.held() if h.agent == person.id), key=_claimed_at)
            waiting = rules.in_order(unit.handoffs.waiting())
            others = [self._seen(unit, person, following)[0]] if following else []
            whispers = unit.handoffs.whispers()
            lines = self._by_id(unit, [*held, *waiting, *others])
        offered = next((h for h in waiting if h.offered_to == person.id), None)
        mine = [h for h in waiting if self._may_take(person, h)]
        mine.sort(key=lambda h: not (h.is_danger or h.is_call))  # an agent whose phone rings looks for the call at once
        return Overview(
            seat=seat,
            offer=lines.get(offered.id) if offered else None,
            held=_lines(lines, held),
            waiting=_lines(lines, mine),
            alarms=_lines(lines, (h for h in waiting if h.is_danger)),
            followed=lines.get(following) if following else None,
            whispers=tuple(whisper for whisper in whispers if rules.waits_for(person, whisper)),
        )

    def board(self, person: Person) -> Board:
        """The queues, the seats and every conversation, for supervisors, and for leaders without what is said in them.

        Raises NotYours for anybody else."""
        if person.role not in (Role.SUPERVISOR, Role.LEADER):
            raise NotYours(person.id)
        now = self._now()
        with self._open_unit.reading() as unit:
            floor, held = steps.floor(unit, now), sorted(unit.handoffs.held(), key=_claimed_at)
            waiting = rules.in_order(floor.waiting)
            lines = self._by_id(unit, [*held, *waiting])
        if person.role is Role.LEADER:
            lines = {id: replace(line, last_text="", matter="", alarm=None) for id, line in lines.items()}
        taken = {taken.skill for taken in floor.taken}
        skills = sorted({h.skill for h in waiting} | taken | {s for seat in floor.seats for s in seat.skills})
        return Board(
            queues=tuple(self._queue(skill, floor, now) for skill in skills),
            seats=tuple(SeatFigures(s, floor.held.get(s.person_id, 0), rules.is_present(s, now)) for s in floor.seats),
            held=_lines(lines, held),
            waiting=_lines(lines, waiting),
            alarms=_lines(lines, (h for h in waiting if h.is_danger)),
        )

    def view(self, person: Person, handoff_id: str) -> View:
        """One conversation with everything known of it, the contact masked. Audited."""
        with self._open_unit() as unit:
            handoff, conversation = self._seen(unit, person, handoff_id)
            slots = unit.memory.slots(conversation.id)
            citizen = conversation.channel, conversation.sender, conversation.verified_phone
            own = unit.tickets.of_citizen(*citizen, OWN_TICKETS)
            red = red_ticket(slots, own)
            draft = draft_of(slots) or as_told(red, self._city)
            contact = _contact(draft, conversation)
            agent = unit.seats.get(handoff.agent) if handoff.agent else None
            unit.audit.add(
                Actor.of(person),
                "conversation.viewed",
                conversation.id,
                self._now(),
                _why(person, handoff),
                {"handoff": handoff.id},
            )
            return View(
                handoff=handoff,
                agent_name=agent.name if agent else None,
                masked_name=mask_name(contact.name) if contact.name else None,
                masked_phone=mask_phone(contact.phone) if contact.phone else None,
                understanding=self._understanding(slots, draft, red),
                tickets=tuple(own),
                notes=tuple(unit.handoffs.notes(handoff.id)),
                household_notes=tuple(unit.households.notes(*citizen)),
                conversation=replace(conversation, sender="", verified_phone=None),
            )

    def transcript(self, person: Person, handoff_id: str, after: int = 0, limit: int = 200) -> Sequence[Message]:
        """Messages after a seq, in order."""
        with self._open_unit.reading() as unit:
            handoff, conversation = self._seen(unit, person, handoff_id)
            lines = unit.conversations.transcript(conversation.id, after, limit)
        return lines if handoff.agent == person.id else [replace(m, text=mask_numbers(m.text)) for m in lines]

    def notes(self, person: Person, handoff_id: str) -> Sequence[HandoffNote]:
        """The staff notes on a conversation, in order."""
        with self._open_unit.reading() as unit:
            self._seen(unit, person, handoff_id)
            return unit.handoffs.notes(handoff_id)

    def look_on(self, person: Person, handoff_id: str) -> None:
        """Audit that a person begins to follow a conversation that they do not hold."""
        with self._open_unit() as unit:
            handoff, conversation = self._seen(unit, person, handoff_id)
            if handoff.agent != person.id:
                why = _why(person, handoff)
                unit.audit.add(Actor.of(person), "conversation.followed", conversation.id, self._now(), why)

    def conversation_id(self, person: Person, handoff_id: str) -> str:
        """The conversation of a hand-over that the person may see."""
        with self._open_unit.reading() as unit:
            return self._seen(unit, person, handoff_id)[1].id

    def contact(self, person: Person, handoff_id: str, reason: register.AccessReason) -> Contact:
        """The citizen's name and phone, unmasked, of a held conversation. Audited with the reason."""
        with self._open_unit() as unit:
            handoff, conversation = self._seen(unit, person, handoff_id)
            if handoff.stage is not Stage.HELD:
                raise NotYours(handoff_id)
            unit.audit.add(Actor.of(person), "contact.viewed", conversation.id, self._now(), reason)
            slots = unit.memory.slots(conversation.id)
            own = unit.tickets.of_citizen(
                conversation.channel, conversation.sender, conversation.verified_phone, OWN_TICKETS
            )
            return _contact(draft_of(slots) or as_told(red_ticket(slots, own), self._city), conversation)

    def canned(self, person: Person, handoff_id: str, letters: str = "") -> list[tuple[CannedReply, str]]:
        """The canned replies that match `letters`, each with its text filled in for this conversation.

        A value that is not known stays as its placeholder, for the agent to fill in. Only the agent who holds the
        conversation gets them, since they may hold the citizen's name; anybody else gets NotYours.
        """
        with self._open_unit.reading() as unit:
            handoff, conversation = self._seen(unit, person, handoff_id)
            if handoff.agent != person.id:
                raise NotYours(handoff_id)
            slots = unit.memory.slots(conversation.id)
            contact = _contact(draft_of(slots), conversation)
            own = unit.tickets.of_citizen(conversation.channel, conversation.sender, conversation.verified_phone, 1)
        english = slots.get("language") == "en"
        known = {
            "name": contact.name,
            "number": own[0].number if own else None,
            "code": own[0].code if own else None,
            "agent": person.name,
            "city": self._city.name_en if english else self._city.name.removesuffix("市"),
            "hotline": self._city.hotline,
        }
        values = {name: value if value else f"{{{name}}}" for name, value in known.items()}
        found = self._city.handoff.find_canned(letters)
        return [(reply, (reply.text.en if english else reply.text.zh).format(**values)) for reply in found]

    # --- inside -------------------------------------------------------------------------------------------------------

    def _seen(self, unit: HandoffUnit, person: Person, handoff_id: str) -> tuple[Handoff, Conversation]:
        """The access check of every method: the hand-over and its conversation. Raises Gone, NotYours."""
        _at_the_desk(person)
        handoff = unit.handoffs.get(handoff_id)
        conversation = unit.conversations.get(handoff.conversation_id) if handoff else None
        if handoff is None or conversation is None:
            raise Gone(handoff_id)
        if person.role is Role.AGENT and handoff.stage is Stage.ENDED:
            raise Gone(handoff_id)  # an agent must not read what the citizen tells the assistant later
        if person.role is not Role.SUPERVISOR and handoff.agent != person.id and not self._may_take(person, handoff):
            raise NotYours(handoff_id)
        return handoff, conversation

    def _may_take(self, person: Person, handoff: Handoff) -> bool:
        if handoff.stage is not Stage.WAITING:
            return False
        chain = self._city.handoff.chain(handoff.skill)
        by_skill = handoff.is_danger or bool(set(chain) & set(rules.skills_of(person, self._city.handoff)))
        return person.role is Role.SUPERVISOR or handoff.offered_to == person.id or by_skill

    def _queue(self, skill: str, floor: rules.Floor, now: datetime) -> QueueFigures:
        here = [h for h in floor.waiting if h.skill == skill and not h.is_call]
        longest = min((h.since for h in here), default=None)
        taken = sum(taken.skill == skill for taken in floor.taken)
        return QueueFigures(
            skill, len(here), longest, taken, rules.standing_of_next(skill, floor, self._city.handoff, now)
        )

    def _by_id(self, unit: HandoffUnit, handoffs: Sequence[Handoff]) -> dict[str, HandoffSummary]:
        """Summaries by hand-over for lists, with the matter; numbers are masked, because lists stay open all day."""
        slots = unit.memory.slots_of([h.conversation_id for h in handoffs])
        lines = {}
        for line in unit.handoffs.lines(handoffs):
            draft = draft_of(slots.get(line.handoff.conversation_id, {}))
            category = self._city.categories.get(draft.category) if draft and draft.category else None
            matter = _of_alarm(line.alarm) or _summary(draft, category.label if category else None)
            lines[line.handoff.id] = replace(
                line, last_text=mask_numbers(line.last_text), matter=matter, alarm=_masked(line.alarm)
            )
        return lines

    def _understanding(self, slots: Mapping[str, Any], draft: Draft | None, red: Ticket | None) -> Understanding:
        category = self._city.category(draft.category) if draft and draft.category else None
        district = self._city.districts[draft.district] if draft and draft.district else None
        return Understanding(
            language=slots.get("language") or "zh",
            summary=_summary(draft, category.label if category else None),
            draft=replace(draft, name=None, phone=None, concerned=None, relation=None) if draft else None,
            category_name=category.name if category else None,
            unit=self._city.route(category, district, draft.said).lead if category and draft else None,
            danger=slots.get("danger"),
            danger_ticket=red.number if red else None,
            is_of_ticket=draft_of(slots) is None and red is not None,
        )


def _summary(draft: Draft | None, label: str | None) -> str:
    """One sentence: type, category, place, and what the citizen said, shortened and with their contact masked."""
    if draft is None:
        return ""
    kind = texts().say(f"request_type.{draft.request_type}")
    gist = " ".join(draft.description.split())
    for said, masked in ((draft.phone, mask_phone), (draft.name, mask_name), (draft.concerned, mask_name)):
        gist = gist.replace(said, masked(said)) if said else gist
    gist = mask_numbers(gist)
    parts = [f"{kind}·{label}" if label else kind, draft.place, gist if len(gist) <= GIST else f"{gist[:GIST]}…"]
    return texts().say("read_back.join").join(part for part in parts if part)


def _contact(draft: Draft | None, conversation: Conversation) -> Contact:
    """The contact that the citizen gave, with the channel's verified phone if they gave none."""
    if draft is None:
        return Contact(phone=conversation.verified_phone)
    return Contact(draft.name, draft.phone or conversation.verified_phone, draft.concerned, draft.relation)


def _at_the_desk(person: Person) -> None:
    if person.role not in AT_THE_DESK:
        raise NotYours(person.id)


def _claimed_at(handoff: Handoff) -> datetime:
    return handoff.claimed_at or handoff.since


def _why(person: Person, handoff: Handoff) -> Look:
    if handoff.agent == person.id:
        return Look.OWN
    return Look.QUEUE if handoff.stage is Stage.WAITING else Look.OVERSIGHT


def _of_alarm(alarm: Alarm | None) -> str:
    if alarm is None:
        return ""
    said = mask_numbers(" ".join(alarm.text.split()))
    return said if alarm.place is None or alarm.place in said else f"{alarm.place} {said}"


def _masked(alarm: Alarm | None) -> Alarm | None:
    return replace(alarm, text=mask_numbers(alarm.text)) if alarm else None


def _lines(lines: Mapping[str, HandoffSummary], handoffs: Iterable[Handoff]) -> tuple[HandoffSummary, ...]:
    return tuple(lines[h.id] for h in handoffs if h.id in lines)
