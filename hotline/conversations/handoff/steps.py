"""Steps shared by the queue and the desk. Each runs inside its caller's transaction."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import datetime
from typing import Any

from hotline.city import HandoffRules
from hotline.conversations.handoff import opening, rules
from hotline.conversations.handoff.model import Handoff, Presence, Rank, Stage, Standing, Waits
from hotline.conversations.handoff.ports import HandoffUnit
from hotline.conversations.model import Attendant, Author, MessageState, Reply
from hotline.staff.model import Actor
from hotline.texts import Texts, texts


def offer(unit: HandoffUnit, handoff: Handoff, city: HandoffRules, now: datetime) -> Handoff:
    """Offer a waiting hand-over to the best free agent, if any; an agent gets one offer at a time."""
    if handoff.offered_to or handoff.stage is not Stage.WAITING:
        return handoff
    for best in rules.candidates(handoff, unit.seats.all(), unit.handoffs.loads(), city, now):
        seat = unit.seats.locked(best.person_id)
        if seat is None or seat.presence is not Presence.AVAILABLE or unit.handoffs.offer_to(best.person_id):
            continue
        if unit.handoffs.loads().get(best.person_id, 0) >= seat.capacity:
            continue  # somebody else has just given them a conversation
        asked = replace(handoff, offered_to=best.person_id, offered_until=now + rules.OFFER)
        unit.handoffs.save(asked)
        return asked
    return handoff


def pass_by(unit: HandoffUnit, handoff: Handoff, city: HandoffRules, now: datetime) -> Handoff:
    """Withdraw the offer from the agent who did not take it, and offer it to the next."""
    passed = dict.fromkeys((*handoff.passed, *((handoff.offered_to,) if handoff.offered_to else ())))
    free = replace(handoff, passed=tuple(passed), offered_to=None, offered_until=now)
    unit.handoffs.save(free)
    return offer(unit, free, city, now)


def requeue(
    unit: HandoffUnit, actor: Actor, handoff: Handoff, city: HandoffRules, now: datetime, skill: str, why: str
) -> Handoff:
    """Put a conversation that an agent held at the head of the queue; it is not offered at once to the person who moved
    it."""
    waiting = replace(
        handoff,
        stage=Stage.WAITING,
        rank=Rank.DANGER if handoff.is_danger else Rank.RETURNED,
        skill=skill,
        agent=None,
        passed=(actor.id,),
        offered_to=None,
        offered_until=now,
        told="1",
        told_at=now,
    )
    unit.handoffs.save(waiting)
    attend(unit, handoff, Attendant.QUEUE)
    record(unit, actor, "conversation.escalated", waiting, now, why=why)
    return offer(unit, waiting, city, now)


def end(
    unit: HandoffUnit, actor: Actor, handoff: Handoff, result: str, now: datetime, ended_by: str | None = None
) -> Handoff:
    """End a hand-over: the assistant answers again, and the idle time of the agent who held it starts anew."""
    ended = replace(
        handoff, stage=Stage.ENDED, ended_at=now, result=result, ended_by=ended_by, offered_to=None, offered_until=None
    )
    unit.handoffs.save(ended)
    attend(unit, handoff, Attendant.ASSISTANT)
    if handoff.agent and (seat := unit.seats.locked(handoff.agent)):
        unit.seats.save(replace(seat, idle_since=now))
    record(unit, actor, "conversation.released", ended, now, result=result)
    return ended


def attend(unit: HandoffUnit, handoff: Handoff, attendant: Attendant) -> int | None:
    """Set who answers from now on; returns the seq of the oldest message that the agent got unanswered.

    In a call the assistant stays attendant: it hears nothing while the caller talks to an agent, goes on when the
    caller comes back, and closes the call when they hang up.
    """
    return None if handoff.is_call else unit.conversations.attend(handoff.conversation_id, attendant)


def record(unit: HandoffUnit, actor: Actor, what: str, handoff: Handoff, now: datetime, **more: Any) -> None:
    """Write a step as an event and as an audit row, with nothing of the citizen."""
    facts = {
        "handoff": handoff.id,
        "channel": handoff.channel,
        "reason": handoff.reason,
        "skill": handoff.skill,
        "danger": handoff.is_danger,
        "agent": handoff.agent,
        **more,
    }
    unit.events.add(what, handoff.conversation_id, facts, now)
    unit.audit.add(actor, what, handoff.conversation_id, now, data=facts)


def tell(unit: HandoffUnit, handoff: Handoff, key: str, now: datetime, **values: Any) -> None:
    """Tell the citizen the text `handoff.<key>`, in their language."""
    say_system(unit, handoff, words(unit, handoff.conversation_id).say(f"handoff.{key}", **values), now)


def say_system(unit: HandoffUnit, handoff: Handoff, text: str, now: datetime) -> None:
    """Add a system message to the transcript, except in a call, where nobody would hear it."""
    if handoff.is_call:
        return
    reply = Reply(text, {"notice": "handoff"})
    unit.conversations.say(handoff.conversation_id, Author.SYSTEM, [reply], MessageState.QUEUED, now, answers=None)
    unit.events.add("message.sent", handoff.conversation_id, {"channel": handoff.channel, "notice": "handoff"}, now)


def words(unit: HandoffUnit, conversation_id: str) -> Texts:
    """The texts in the citizen's language."""
    return texts(unit.memory.slots(conversation_id).get("language") or "zh")


def floor(unit: HandoffUnit, now: datetime) -> rules.Floor:
    """Read the floor (see rules.Floor) in this transaction."""
    taken = unit.handoffs.taken_since(now - rules.LOOK_BACK)
    held = Counter(handoff.agent for handoff in unit.handoffs.held() if handoff.agent)
    return rules.Floor(unit.seats.all(), unit.handoffs.waiting(), taken, held)


def standing_line(standing: Standing, words: Texts) -> str:
    """A standing in words."""
    if standing.waits is not Waits.QUEUED:
        return opening.said(f"handoff.{standing.waits}", standing.opens, words)
    assert standing.place is not None
    if standing.minutes is None:
        return words.say("handoff.queued", place=standing.place)
    return words.say("handoff.queued_for", place=standing.place, minutes=standing.minutes)
