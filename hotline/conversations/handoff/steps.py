"""The steps that the queue and the desk have in common. Each works inside a transaction of its caller."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import datetime
from typing import Any

from hotline.city import HandoffRules
from hotline.conversations.handoff import opening, rules
from hotline.conversations.handoff.model import Handoff, Presence, Rank, Stage, Standing, Waits
from hotline.conversations.handoff.ports import HandoffUnit
from hotline.conversations.model import Attendant, Author, Reply, State
from hotline.staff.model import Actor
from hotline.wording import Texts, texts


def offer(unit: HandoffUnit, handoff: Handoff, city: HandoffRules, now: datetime) -> Handoff:
    """Ask the next agent about a waiting hand-over, if one is free; every agent is asked about one at a time."""
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
    """Whoever was asked does not take it: ask the next."""
    passed = dict.fromkeys((*handoff.passed, *((handoff.offered_to,) if handoff.offered_to else ())))
    free = replace(handoff, passed=tuple(passed), offered_to=None, offered_until=now)
    unit.handoffs.save(free)
    return offer(unit, free, city, now)


def requeue(
    unit: HandoffUnit, actor: Actor, handoff: Handoff, city: HandoffRules, now: datetime, skill: str, why: str
) -> Handoff:
    """Put a conversation that an agent had at the head of the queue; who moved it on is not asked about it at once."""
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
    """The conversation is the assistant's again; the agent who had it is idle from now on."""
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
    """Who answers from now on; the oldest message that waits for an answer.

    In a call the assistant stays the one: it hears nothing while the caller talks to an agent, and goes on when they come
    back, or closes the call when they hang up.
    """
    return None if handoff.is_call else unit.conversations.attend(handoff.conversation_id, attendant)


def record(unit: HandoffUnit, actor: Actor, what: str, handoff: Handoff, now: datetime, **more: Any) -> None:
    """A step as an event and in the audit; nothing of the citizen in either."""
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
    """Tell the citizen, in their language."""
    say_system(unit, handoff, words(unit, handoff.conversation_id).say(f"handoff.{key}", **values), now)


def say_system(unit: HandoffUnit, handoff: Handoff, text: str, now: datetime) -> None:
    """A line of the system in the transcript; none in a call, where nobody would hear it."""
    if handoff.is_call:
        return
    reply = Reply(text, {"notice": "handoff"})
    unit.conversations.say(handoff.conversation_id, Author.SYSTEM, [reply], State.QUEUED, now, answers=None)
    unit.events.add("message.sent", handoff.conversation_id, {"channel": handoff.channel, "notice": "handoff"}, now)


def words(unit: HandoffUnit, conversation_id: str) -> Texts:
    """The texts in the citizen's language."""
    return texts(unit.memory.slots(conversation_id).get("language") or "zh")


def floor(unit: HandoffUnit, now: datetime) -> rules.Floor:
    """The floor as it is in this transaction."""
    taken = unit.handoffs.taken_since(now - rules.LOOK_BACK)
    held = Counter(handoff.agent for handoff in unit.handoffs.held() if handoff.agent)
    return rules.Floor(unit.seats.all(), unit.handoffs.waiting(), taken, held)


def standing_line(standing: Standing, words: Texts) -> str:
    """The same in words."""
    if standing.waits is not Waits.QUEUED:
        return opening.said(f"handoff.{standing.waits}", standing.opens, words)
    assert standing.place is not None
    if standing.minutes is None:
        return words.say("handoff.queued", place=standing.place)
    return words.say("handoff.queued_for", place=standing.place, minutes=standing.minutes)
