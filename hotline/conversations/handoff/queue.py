"""The queue of conversations that wait for an agent: requests, citizens' choices, offers to agents, and timeouts."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection, Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from hotline.city import City
from hotline.clock import Clock
from hotline.conversations.handoff import opening, rules, steps
from hotline.conversations.handoff.choices import choice_of
from hotline.conversations.handoff.model import (
    SPOKEN,
    Attendance,
    Choice,
    Handoff,
    HandoffReason,
    Heard,
    Rank,
    Stage,
    Standing,
    Waits,
)
from hotline.conversations.handoff.ports import HandoffUnit, OpenUnit
from hotline.conversations.model import Attendant, Conversation
from hotline.staff.model import ASSISTANT, CITIZEN, SYSTEM, Actor

TELL_AGAIN = timedelta(minutes=2)
"""A message tells a changed place at most this often; the web page shows it live instead."""

LEAST_NEWS = 5
"""An estimate is told again only when it changes by at least this many minutes and by at least half."""

LEFT, EXPIRED, CALL_OVER = "left", "expired", "call_over"
HOURS_OVER = "hours_over"
ENDED_BY_CHOICE = {Choice.CALLBACK: "callback", Choice.TICKET: "ticket", Choice.LEAVE: LEFT}
GONE = (Waits.NOBODY, Waits.CLOSED)
MEANINGS = {"callback": "request_human", "ticket": "resume"}
"""The meaning of a choice for the dialogue: open the form that asks for the number to call, or resume the intake."""


class Queue:
    """The use cases of the queue. Each method is one transaction, or one for each hand-over. All raise
    hotline.transaction.StorageUnavailable."""

    def __init__(self, open_unit: OpenUnit, city: City, now: Clock, shown_live: Collection[str]) -> None:
        self._open_unit = open_unit
        self._city = city
        self._rules = city.handoff
        self._now = now
        self._shown_live = shown_live

    # --- the citizen's side -------------------------------------------------------------------------------------------

    def request(
        self,
        conversation_id: str,
        reason: HandoffReason,
        category: str | None = None,
        key: str | None = None,
        actor: Actor = ASSISTANT,
    ) -> Standing:
        """Request a person for a conversation. A repeated request finds the same hand-over; a danger moves it to the
        front.

        A call is not queued, because it is transferred by telephone; only a danger in it raises an alarm at the desk.

        `category` chooses the skill group by the city's data. `key` is the id of the citizen's message or of the event
        that caused the request: one key never makes a second hand-over, and a message that chose a call-back gets
        CALLBACK. With NOBODY and CLOSED nothing was queued, except a danger, which waits for the first agent who signs
        in. A request for an expert is queued only if an agent of that group is present.
        """
        now = self._now()
        skill = (self._city.expert_skill(category) if category else None) or self._rules.general
        with self._open_unit() as unit:
            if key and (ended := unit.handoffs.ended_by(key)) and ended.result == ENDED_BY_CHOICE[Choice.CALLBACK]:
                return Standing(Waits.CALLBACK)
            known = unit.handoffs.open_of(conversation_id)
            if known:
                return self._standing(unit, self._hurried(unit, known, reason, actor, now), now)
            id = uuid.uuid5(uuid.NAMESPACE_OID, key).hex if key else uuid.uuid4().hex
            if unit.handoffs.get(id):  # a repeated request whose hand-over has ended
                return Standing(Waits.HELD, handoff_id=id)
            conversation = unit.conversations.get(conversation_id)
            if conversation is None or (conversation.channel in SPOKEN and reason is not HandoffReason.DANGER):
                return Standing(Waits.NOBODY)
            handoff = self._new(unit, id, conversation, reason, skill, now)
            if not handoff.is_danger and not self._may_wait(unit, handoff, now):
                return rules.nobody(self._rules, now)
            return self._told(unit, self._begun(unit, handoff, actor, now), now)

    def put_through(self, conversation_id: str, skill: str | None, key: str) -> None:
        """Show a call that is being transferred by telephone at the desk, for the agents who may pick it up.

        It is not offered to anybody and the caller is told nothing: the telephone does both. A repeated key does
        nothing.
        """
        now, id = self._now(), uuid.uuid5(uuid.NAMESPACE_OID, key).hex
        with self._open_unit() as unit:
            conversation = unit.conversations.get(conversation_id)
            if conversation is None or unit.handoffs.open_of(conversation_id) or unit.handoffs.get(id):
                return
            handoff = self._new(unit, id, conversation, HandoffReason.ASKED, skill or self._rules.general, now)
            self._begun(unit, handoff, ASSISTANT, now)

    def call_over(self, conversation_id: str) -> None:
        """End the hand-over of a call after the caller has come back or hung up, unless an agent has taken it on the
        screen or it is a danger."""
        with self._open_unit() as unit:
            handoff = unit.handoffs.open_of(conversation_id)
            if handoff and handoff.stage is Stage.WAITING and not handoff.is_danger:
                steps.end(unit, SYSTEM, handoff, CALL_OVER, self._now())

    def attendance(self, conversation_id: str) -> Attendance:
        """Who answers a citizen now, for a page that shows it live."""
        with self._open_unit.reading() as unit:
            handoff = unit.handoffs.find_open(conversation_id)
            if handoff is None or handoff.is_call:
                return Attendance()
            if handoff.stage is Stage.HELD:
                return Attendance(Attendant.AGENT, agent_read=handoff.agent_read)
            standing = None if handoff.is_danger else self._standing(unit, handoff, self._now())
            return Attendance(Attendant.QUEUE, standing, handoff.agent_read)

    def hear(self, conversation_id: str, message_id: str, text: str) -> Heard:
        """Handle a waiting citizen's message if it is a choice. The same message always gets the same result.

        Without an `answer` in the result the message goes to the dialogue, with the meaning `means` if that is set.
        """
        choice = choice_of(text)
        if choice is None:
            return Heard()
        now = self._now()
        with self._open_unit() as unit:
            if ended := unit.handoffs.ended_by(message_id):
                return self._meaning(unit, ended)
            handoff = unit.handoffs.open_of(conversation_id)
            if handoff is None or handoff.stage is not Stage.WAITING or handoff.is_danger or handoff.is_call:
                return Heard()
            if choice is Choice.WAIT:
                standing = self._told(unit, handoff, now)
                return Heard(steps.standing_line(standing, steps.words(unit, conversation_id)))
            return self._meaning(
                unit, steps.end(unit, CITIZEN, handoff, ENDED_BY_CHOICE[choice], now, ended_by=message_id)
            )

    def citizen_read(self, conversation_id: str, seq: int) -> str | None:
        """Record how far the citizen has read; return the id of the hand-over if an agent holds it and it changed."""
        with self._open_unit() as unit:
            handoff = unit.handoffs.open_of(conversation_id)
            if handoff is None or handoff.stage is not Stage.HELD or seq <= handoff.citizen_read:
                return None
            read = min(seq, unit.conversations.last_seq(conversation_id))
            unit.handoffs.save(replace(handoff, citizen_read=read))
            return handoff.id

    # --- the timers' side ---------------------------------------------------------------------------------------------

    def tick(self) -> set[str]:
        """Do everything that is due: return conversations of lost agents, pass on expired offers, make new offers, tell
        citizens their standing.

        Returns the conversations in which something changed.
        """
        return {
            *self._each(self._abandoned(), self._return),
            *self._each(self._lapsed(), self._pass_by),
            *self.offer_waiting(),
            *self._each(self._untold(), self._tell),
        }

    def offer_waiting(self) -> set[str]:
        """Offer waiting conversations to free agents, in the order of the queue; returns those that were offered."""
        return self._each(self._askable(), self._offer)

    def _each(self, handoffs: Iterable[Handoff], step: Callable[[HandoffUnit, Handoff, datetime], bool]) -> set[str]:
        """Run `step` on each hand-over in its own transaction, on its locked row if its stage has not changed; returns
        the conversations that changed."""
        changed = set()
        for seen in handoffs:
            with self._open_unit() as unit:
                handoff = unit.handoffs.locked(seen.id)
                if handoff and handoff.stage is seen.stage and step(unit, handoff, self._now()):
                    changed.add(handoff.conversation_id)
        return changed

    def _abandoned(self) -> list[Handoff]:
        """Hand-overs held by agents whose browser is gone."""
        now = self._now()
        with self._open_unit.reading() as unit:
            alive = {seat.person_id for seat in unit.seats.all() if now - seat.seen_at <= rules.ALIVE}
            return [handoff for handoff in unit.handoffs.held() if handoff.agent not in alive]

    def _lapsed(self) -> list[Handoff]:
        """Hand-overs offered to an agent who did not answer in time or has gone."""
        now = self._now()
        with self._open_unit.reading() as unit:
            seats = unit.seats.all()
            return [handoff for handoff in unit.handoffs.waiting() if rules.is_let_go(handoff, seats, now)]

    def _askable(self) -> list[Handoff]:
        """Waiting hand-overs that could be offered to a free agent, in the order of the queue."""
        with self._open_unit.reading() as unit:
            waiting, seats, loads = unit.handoffs.waiting(), unit.seats.all(), unit.handoffs.loads()
        asked = {handoff.offered_to for handoff in waiting}
        free = [seat for seat in seats if seat.person_id not in asked]
        return [
            handoff
            for handoff in rules.in_order(waiting)
            if not handoff.offered_to and rules.candidates(handoff, free, loads, self._rules, self._now())
        ]

    def _return(self, unit: HandoffUnit, handoff: Handoff, now: datetime) -> bool:
        seat = unit.seats.locked(handoff.agent) if handoff.agent else None
        if seat and now - seat.seen_at <= rules.ALIVE:
            return False  # back in the meantime
        waiting = steps.requeue(unit, SYSTEM, handoff, self._rules, now, handoff.skill, why="agent_lost")
        if handoff.is_call or rules.present_for(waiting, unit.seats.all(), self._rules, now):
            steps.tell(unit, waiting, "returned", now)
        else:
            steps.tell(unit, waiting, "returned_to_nobody", now)
            unit.handoffs.save(replace(waiting, told=Waits.NOBODY, told_at=now))
            unit.conversations.reopen(handoff.conversation_id, handoff.answered, now)
        return True

    def _pass_by(self, unit: HandoffUnit, handoff: Handoff, now: datetime) -> bool:
        if not rules.is_let_go(handoff, unit.seats.all(), now):
            return False  # it is offered to another agent already
        seen = {"handoff": handoff.id, "agent": handoff.offered_to}
        unit.audit.add(SYSTEM, "conversation.let_go_by", handoff.conversation_id, now, data=seen)
        steps.pass_by(unit, handoff, self._rules, now)
        return True

    def _offer(self, unit: HandoffUnit, handoff: Handoff, now: datetime) -> bool:
        return handoff.offered_to is None and steps.offer(unit, handoff, self._rules, now).offered_to is not None

    def _untold(self) -> list[Handoff]:
        """Waiting hand-overs whose citizen has to be told something."""
        now = self._now()
        with self._open_unit.reading() as unit:
            floor = steps.floor(unit, now)
        return [h for h in rules.in_order(floor.waiting) if self._to_tell(h, self._stands(h, floor, now), now)]

    def _to_tell(self, handoff: Handoff, standing: Standing, now: datetime) -> str | None:
        """The key of the text to tell a waiting citizen, None for nothing: the place or the estimate has changed, all
        agents are away, opening hours are over, or the wait was too long."""
        if handoff.is_danger:
            return None
        if now - handoff.since >= rules.LONGEST_WAIT:
            return EXPIRED
        if handoff.is_call:
            return None
        was_gone = handoff.told in GONE
        if standing.waits is not Waits.QUEUED:
            return None if was_gone else "all_away" if standing.waits is Waits.NOBODY else HOURS_OVER
        if was_gone:
            return "queued"
        soon = handoff.told_at is not None and now - handoff.told_at < TELL_AGAIN
        shown = soon or handoff.channel in self._shown_live
        return None if shown or not _is_news(handoff.told, standing) else "queued"

    def _tell(self, unit: HandoffUnit, handoff: Handoff, now: datetime) -> bool:
        standing = self._standing(unit, handoff, now)
        key = self._to_tell(handoff, standing, now)
        if key is None:
            return False
        words = steps.words(unit, handoff.conversation_id)
        if key == "queued":
            line = steps.standing_line(standing, words)
        else:
            line = opening.said(f"handoff.{key}", standing.opens if key == HOURS_OVER else None, words)
        steps.say_system(unit, handoff, line, now)
        if key == EXPIRED:
            steps.end(unit, SYSTEM, handoff, EXPIRED, now)
        else:
            self._told(unit, handoff, now)
        return True

    # --- inside -------------------------------------------------------------------------------------------------------

    def _may_wait(self, unit: HandoffUnit, handoff: Handoff, now: datetime) -> bool:
        seats = unit.seats.all()
        if handoff.reason is HandoffReason.EXPERT:
            seats = [seat for seat in seats if handoff.skill in seat.skills]
        return bool(rules.present_for(handoff, seats, self._rules, now))

    def _new(
        self, unit: HandoffUnit, id: str, conversation: Conversation, reason: HandoffReason, skill: str, now: datetime
    ) -> Handoff:
        return Handoff(
            id=id,
            conversation_id=conversation.id,
            channel=conversation.channel,
            reason=reason,
            skill=skill,
            stage=Stage.WAITING,
            rank=Rank.DANGER if reason is HandoffReason.DANGER else Rank.NORMAL,
            since=now,
            answered=unit.conversations.last_seq(conversation.id),
        )

    def _begun(self, unit: HandoffUnit, handoff: Handoff, actor: Actor, now: datetime) -> Handoff:
        """Store a new hand-over, record it, and offer it to a free agent."""
        unit.handoffs.add(handoff)
        steps.attend(unit, handoff, Attendant.QUEUE)
        steps.record(unit, actor, "conversation.escalated", handoff, now)
        return steps.offer(unit, handoff, self._rules, now)

    def _hurried(
        self, unit: HandoffUnit, handoff: Handoff, reason: HandoffReason, actor: Actor, now: datetime
    ) -> Handoff:
        """Give a hand-over the rank of a danger if that is the reason, also if an agent holds it already."""
        if reason is not HandoffReason.DANGER or handoff.is_danger:
            return handoff
        hurried = replace(handoff, rank=Rank.DANGER)
        unit.handoffs.save(hurried)
        unit.audit.add(actor, "conversation.in_danger", handoff.conversation_id, now, data={"handoff": handoff.id})
        return hurried

    def _stands(self, handoff: Handoff, floor: rules.Floor, now: datetime) -> Standing:
        return rules.standing(handoff, floor, self._rules, now)

    def _standing(self, unit: HandoffUnit, handoff: Handoff, now: datetime) -> Standing:
        return self._stands(handoff, steps.floor(unit, now), now)

    def _told(self, unit: HandoffUnit, handoff: Handoff, now: datetime) -> Standing:
        """The standing, stored as what the citizen was told."""
        standing = self._standing(unit, handoff, now)
        unit.handoffs.save(replace(handoff, told=_as_told(standing), told_at=now))
        return standing

    def _meaning(self, unit: HandoffUnit, ended: Handoff) -> Heard:
        if ended.result == LEFT:
            return Heard(steps.words(unit, ended.conversation_id).say("handoff.left"))
        return Heard(means=MEANINGS[str(ended.result)])


def _as_told(standing: Standing) -> str:
    """A standing as a short string, for comparison: `2/10` is the second place and ten minutes."""
    if standing.waits is not Waits.QUEUED:
        return standing.waits
    return f"{standing.place}/{standing.minutes}" if standing.minutes else f"{standing.place}"


def _is_news(told: str | None, standing: Standing) -> bool:
    """True when the place differs from the one told, or the estimate has changed enough to matter to the citizen."""
    place, _, minutes = (told or "").partition("/")
    if place != f"{standing.place}":
        return True
    if not minutes or standing.minutes is None:
        return standing.minutes is not None
    return abs(standing.minutes - int(minutes)) >= max(LEAST_NEWS, int(minutes) / 2)
