"""The desk: what agents and supervisors do with conversations."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime

from hotline.city import City
from hotline.clock import Clock
from hotline.conversations.handoff import rules, steps
from hotline.conversations.handoff.drafts import OWN_TICKETS, as_told, corrected, draft_of, red_ticket
from hotline.conversations.handoff.model import (
    SPOKEN,
    Correction,
    Gone,
    Handoff,
    HandoffNote,
    HandoffReason,
    NobodyThere,
    NotYours,
    Presence,
    Rank,
    Seat,
    Stage,
    Unfilled,
)
from hotline.conversations.handoff.ports import HandoffUnit, OpenUnit
from hotline.conversations.handoff.queue import Queue
from hotline.conversations.model import MAX_TEXT, Attendant, Author, MessageState, Reply
from hotline.conversations.text import clean
from hotline.intake.opening import as_intake
from hotline.staff.model import Actor, Person, Role
from hotline.tickets.access import Citizen
from hotline.tickets.model import Ticket
from hotline.tickets.service import Tickets
from hotline.transaction import AlreadyStored

AT_THE_DESK = (Role.AGENT, Role.SUPERVISOR)
CAPACITY = 3
"""How many conversations an agent holds at once by default."""

MAX_CAPACITY = 10
HANDED_BACK = "handed_back"


class AgentDesk:
    """The actions of agents and supervisors on a hand-over. Each is one transaction; what it changes is published as an
    event, recorded in the audit, or both.

    All raise hotline.transaction.StorageUnavailable when the database is down, NotYours when the person's role, skills
    or seat do not allow the action, and Gone when the hand-over has changed since the screen showed it. A supervisor
    may do most of what the agent who holds the conversation may.
    """

    def __init__(self, open_unit: OpenUnit, queue: Queue, tickets: Tickets, city: City, now: Clock) -> None:
        self._open_unit = open_unit
        self._queue = queue
        self._tickets = tickets
        self._city = city
        self._now = now

    # --- the seat -----------------------------------------------------------------------------------------------------

    def set_presence(self, person: Person, presence: Presence, capacity: int | None = None) -> Seat:
        """Set the person to available, busy or away, and refresh their skills. `capacity`: conversations at once.

        A person who is away keeps the conversations they hold as long as their browser gives signs of life.
        """
        now = self._now()
        with self._open_unit() as unit:
            known = unit.seats.locked(person.id)
            seat = self._seat(person, known, presence, now)
            if capacity is not None:
                seat = replace(seat, capacity=min(max(capacity, 1), MAX_CAPACITY))
            unit.seats.save(seat)
            if known is None or known.presence is not presence:
                unit.audit.add(Actor.of(person), f"seat.{presence}", person.id, now)
        self._queue.offer_waiting()
        return seat

    def set_capacity(self, person: Person, capacity: int) -> Seat:
        """Set how many conversations the person holds at once, from 1 to MAX_CAPACITY. Raises ValueError for another
        number.

        A person who holds more already keeps them, and is offered none until there is room again.
        """
        if not 1 <= capacity <= MAX_CAPACITY:
            raise ValueError("capacity")
        now = self._now()
        with self._open_unit() as unit:
            known = unit.seats.locked(person.id)
            seat = replace(
                self._seat(person, known, known.presence if known else Presence.AWAY, now), capacity=capacity
            )
            unit.seats.save(seat)
            unit.audit.add(Actor.of(person), "seat.capacity", person.id, now, data={"capacity": capacity})
        self._queue.offer_waiting()
        return seat

    def beat(self, person: Person) -> None:
        """Record a sign of life of the person's browser, which sends one at least every 15 seconds while it is open.

        If the person's name or skills have changed, the seat takes the new ones.
        """
        with self._open_unit() as unit:
            unit.seats.seen(person.id, self._now())
            seat, skills = unit.seats.get(person.id), rules.skills_of(person, self._city.handoff)
            if seat and (seat.name, seat.skills) != (person.name, skills):
                locked = unit.seats.locked(person.id)
                assert locked is not None
                unit.seats.save(replace(locked, name=person.name, skills=skills))

    # --- getting a conversation ---------------------------------------------------------------------------------------

    def accept(self, person: Person, handoff_id: str) -> Handoff:
        """Accept an offered conversation."""
        with self._changing(person, handoff_id, Stage.WAITING) as (unit, handoff, now):
            if handoff.offered_to != person.id:
                raise Gone(handoff_id)
            return self._claim(unit, person, handoff, now)

    def decline(self, person: Person, handoff_id: str) -> Handoff:
        """Decline an offered conversation; it is offered to the next agent."""
        with self._changing(person, handoff_id, Stage.WAITING) as (unit, handoff, now):
            if handoff.offered_to != person.id:
                raise Gone(handoff_id)
            unit.audit.add(Actor.of(person), "conversation.declined", handoff.conversation_id, now)
            return steps.pass_by(unit, handoff, self._city.handoff, now)

    def take(self, person: Person, handoff_id: str) -> Handoff:
        """Take a conversation from the queue without an offer. An agent may take those of their own groups and any in
        danger, a supervisor any."""
        with self._changing(person, handoff_id, Stage.WAITING) as (unit, handoff, now):
            chain = self._city.handoff.chain(handoff.skill)
            skills = rules.skills_of(person, self._city.handoff)
            if person.role is not Role.SUPERVISOR and not handoff.is_danger and not set(chain) & set(skills):
                raise NotYours(handoff_id)
            return self._claim(unit, person, handoff, now)

    def step_in(self, supervisor: Person, conversation_id: str) -> Handoff:
        """A supervisor takes a conversation over from the assistant, the queue or an agent."""
        if supervisor.role is not Role.SUPERVISOR:
            raise NotYours(conversation_id)
        now = self._now()
        with self._open_unit() as unit:
            handoff = unit.handoffs.open_of(conversation_id)
            conversation = unit.conversations.get(conversation_id)
            if conversation is None or (handoff is None and conversation.channel in SPOKEN):
                raise Gone(conversation_id)
            if handoff and handoff.agent == supervisor.id:
                return handoff
            if handoff is None:
                handoff = Handoff(
                    id=uuid.uuid4().hex,
                    conversation_id=conversation_id,
                    channel=conversation.channel,
                    reason=HandoffReason.SUPERVISOR,
                    skill=self._city.handoff.general,
                    stage=Stage.WAITING,
                    rank=Rank.NORMAL,
                    since=now,
                )
                unit.handoffs.add(handoff)
            return self._claim(unit, supervisor, handoff, now)

    # --- talking ------------------------------------------------------------------------------------------------------

    def say(self, person: Person, handoff_id: str, text: str, key: str) -> Handoff:
        """Send a message to the citizen. The browser makes `key`; a repeated key sends nothing again.

        Only the person who holds the conversation may answer; a supervisor has to step in first, so that two people do
        not talk to one citizen. Raises ValueError for an empty or too long text, Unfilled for a text with a placeholder
        left in it.
        """
        cleaned = clean(text)
        if not cleaned or len(cleaned) > MAX_TEXT:
            raise ValueError("text")
        if not self._city.handoff.is_filled(cleaned):
            raise Unfilled(handoff_id)
        with self._changing(person, handoff_id, written=True) as (unit, handoff, now):
            if handoff.agent != person.id:
                raise NotYours(handoff_id)
            return self._said(unit, handoff, Reply(cleaned), key, now)

    def read(self, person: Person, handoff_id: str, seq: int) -> Handoff:
        """Record how far the agent has read; the citizen's page shows it."""
        with self._changing(person, handoff_id) as (unit, handoff, _):
            if handoff.agent != person.id or seq <= handoff.agent_read:
                return handoff
            read = replace(handoff, agent_read=min(seq, unit.conversations.last_seq(handoff.conversation_id)))
            unit.handoffs.save(read)
            return read

    def whisper(self, person: Person, handoff_id: str, text: str) -> Handoff:
        """Send a whisper between agent and supervisors, which the citizen never sees. Raises ValueError for an empty
        text."""
        cleaned = clean(text)[:MAX_TEXT]
        if not cleaned:
            raise ValueError("text")
        with self._changing(person, handoff_id) as (unit, handoff, now):
            self._note(unit, person, handoff, "whisper", cleaned, now)
            unit.audit.add(Actor.of(person), "conversation.whispered", handoff.conversation_id, now)
            return handoff

    # --- tickets ------------------------------------------------------------------------------------------------------

    def open_ticket(self, person: Person, handoff_id: str, correction: Correction, key: str) -> Ticket:
        """Open a ticket from the draft with the agent's corrections; the citizen gets its number. A repeated key opens
        no second ticket.

        Raises ValueError naming the wrong or missing field.
        """
        try:
            return self._opened(person, handoff_id, correction, key)
        except AlreadyStored:  # the same key from another conversation at the same moment
            return self._opened(person, handoff_id, correction, key)

    def _opened(self, person: Person, handoff_id: str, correction: Correction, key: str) -> Ticket:
        with self._changing(person, handoff_id) as (unit, handoff, now):
            conversation = unit.conversations.get(handoff.conversation_id)
            assert conversation is not None
            citizen = Citizen(conversation.channel, conversation.sender, conversation.verified_phone)
            slots = unit.memory.slots(handoff.conversation_id)
            own = unit.tickets.of_citizen(citizen.channel, citizen.sender, citizen.verified_phone, OWN_TICKETS)
            told = draft_of(slots) or as_told(red_ticket(slots, own), self._city)
            draft = corrected(told, correction, self._city)
            draft = replace(draft, phone=draft.phone or conversation.verified_phone)
            language = steps.words(unit, handoff.conversation_id).language
            intake = as_intake(draft, self._city, f"agent:{key}", citizen, conversation.id, language)
            unit.audit.add(Actor.of(person), "ticket.opened_by_agent", handoff.conversation_id, now)
            ticket = self._tickets.open_within(unit, intake)
            if handoff.is_call:  # the agent says the number, and it is texted after the call
                return ticket
            line = steps.words(unit, handoff.conversation_id).say(
                "handoff.ticket_opened", number=ticket.number, code=ticket.code
            )
            card = Reply(line, {"ticket": {"number": ticket.number, "code": ticket.code}})
            self._said(unit, handoff, card, f"ticket:{key}", now)
            return ticket

    # --- giving a conversation away -----------------------------------------------------------------------------------

    def move(self, person: Person, handoff_id: str, skill: str, note: str) -> Handoff:
        """Move a conversation to the head of another skill group's queue, with a note for the agent who takes it.

        Raises ValueError for an unknown group, NobodyThere when no agent of it or of a group that stands in is present.
        """
        if skill not in self._city.handoff.groups:
            raise ValueError("skill")
        with self._changing(person, handoff_id, written=True) as (unit, handoff, now):
            others = [seat for seat in unit.seats.all() if seat.person_id != handoff.agent]
            if not rules.present_for(replace(handoff, skill=skill), others, self._city.handoff, now):
                raise NobodyThere(skill)
            if note:
                self._note(unit, person, handoff, "moved", clean(note)[:MAX_TEXT], now)
            actor = Actor.of(person)
            moved = steps.requeue(unit, actor, handoff, self._city.handoff, now, skill, why="moved")
            group = self._city.handoff.groups[skill].name
            words = steps.words(unit, handoff.conversation_id)
            steps.tell(unit, moved, "moved", now, group=group.en if words.language == "en" else group.zh)
        self._queue.offer_waiting()
        return moved

    def hand_back(self, person: Person, handoff_id: str, correction: Correction) -> Handoff:
        """Give a conversation back to the assistant, which resumes the intake with the corrected draft. Raises
        ValueError for a wrong field.

        Without a draft, the assistant waits for the citizen's next message.
        """
        with self._changing(person, handoff_id, written=True) as (unit, handoff, now):
            slots = unit.memory.slots(handoff.conversation_id)
            ended = steps.end(unit, Actor.of(person), handoff, HANDED_BACK, now)
            if slots.get("draft") or correction.changes():
                draft = corrected(draft_of(slots), correction, self._city)
                data = {"means": "resume", "slots": {"draft": draft.as_slots(), "asked": None}}
                line = steps.words(unit, handoff.conversation_id).say("handoff.handed_back")
                unit.conversations.ask_assistant(handoff.conversation_id, line, data, now)
            else:
                steps.tell(unit, ended, "handed_back", now)
        self._queue.offer_waiting()
        return ended

    def close(self, person: Person, handoff_id: str, result: str) -> Handoff:
        """End a hand-over with a result code of the city's data. Raises ValueError for an unknown code."""
        if result not in self._city.handoff.results:
            raise ValueError("result")
        with self._changing(person, handoff_id) as (unit, handoff, now):
            ended = steps.end(unit, Actor.of(person), handoff, result, now)
            steps.tell(unit, ended, "closed_by_agent", now)
        self._queue.offer_waiting()
        return ended

    # --- inside -------------------------------------------------------------------------------------------------------

    @contextmanager
    def _changing(
        self, person: Person, handoff_id: str, stage: Stage = Stage.HELD, written: bool = False
    ) -> Iterator[tuple[HandoffUnit, Handoff, datetime]]:
        """Open a transaction and lock a hand-over at this stage. Raises Gone, NotYours.

        `written` marks an action that is not possible in a call, where agents talk and transfer by telephone.
        """
        if person.role not in AT_THE_DESK:
            raise NotYours(handoff_id)
        with self._open_unit() as unit:
            handoff = unit.handoffs.locked(handoff_id)
            if handoff is None or handoff.stage is not stage:
                raise Gone(handoff_id)
            if stage is Stage.HELD and handoff.agent != person.id and person.role is not Role.SUPERVISOR:
                raise NotYours(handoff_id)
            if written and handoff.is_call:
                raise NotYours(handoff_id)
            yield unit, handoff, self._now()

    def _claim(self, unit: HandoffUnit, person: Person, handoff: Handoff, now: datetime) -> Handoff:
        before = handoff.agent
        known = unit.seats.locked(person.id)
        presence = known.presence if known and known.presence is not Presence.AWAY else Presence.BUSY
        unit.seats.save(self._seat(person, known, presence, now))
        oldest = steps.attend(unit, handoff, Attendant.AGENT)
        last = unit.conversations.last_seq(handoff.conversation_id)
        claimed = replace(
            handoff,
            stage=Stage.HELD,
            agent=person.id,
            claimed_at=now,
            answered=handoff.answered if before else (oldest - 1 if oldest else last),
            offered_to=None,
            offered_until=None,
            passed=(),
        )
        unit.handoffs.save(claimed)
        waited = round((now - handoff.since).total_seconds())
        steps.record(unit, Actor.of(person), "conversation.claimed", claimed, now, waited=waited, taken_from=before)
        if before is None:
            steps.tell(unit, claimed, "claimed", now)
        return claimed

    def _said(self, unit: HandoffUnit, handoff: Handoff, reply: Reply, key: str, now: datetime) -> Handoff:
        conversation_id = handoff.conversation_id
        said = unit.conversations.say_once(conversation_id, key, reply, MessageState.QUEUED, now, author=Author.AGENT)
        if said is None:
            return handoff
        last = said.seq
        answered = replace(handoff, answered=last, agent_read=last)
        unit.handoffs.save(answered)
        unit.events.add("message.sent", conversation_id, {"channel": handoff.channel, "seq": last}, now)
        return answered

    def _note(self, unit: HandoffUnit, person: Person, handoff: Handoff, kind: str, text: str, now: datetime) -> None:
        unit.handoffs.note(handoff.id, HandoffNote(now, person.id, person.name, kind, text))

    def _seat(self, person: Person, known: Seat | None, presence: Presence, now: datetime) -> Seat:
        """The person's seat with the given presence. Raises NotYours for a person who may not have one."""
        if person.role not in AT_THE_DESK or not person.active:
            raise NotYours(person.id)
        begins = known is None or known.presence is not Presence.AVAILABLE
        return Seat(
            person_id=person.id,
            name=person.name,
            role=person.role,
            skills=rules.skills_of(person, self._city.handoff),
            presence=presence,
            capacity=known.capacity if known else CAPACITY,
            seen_at=now,
            idle_since=now if known is None or (begins and presence is Presence.AVAILABLE) else known.idle_since,
        )
