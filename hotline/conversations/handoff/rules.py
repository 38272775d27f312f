"""The rules of the queue: the order of serving, the agent to ask, the estimated wait. No I/O, no clock."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from hotline.city import HandoffRules
from hotline.conversations.handoff.model import (
    Handoff,
    HandoffReason,
    Opens,
    Presence,
    Rank,
    Seat,
    Stage,
    Standing,
    Taken,
    Waits,
    Whisper,
)
from hotline.staff.model import Person, Role

OFFER = timedelta(seconds=20)
"""How long a conversation is offered to one agent before the next is asked."""

ASK_AGAIN = timedelta(seconds=60)
"""When no agent has accepted, the same agents are asked again after this time."""

ALIVE = timedelta(seconds=60)
"""An agent whose browser is silent for longer counts as gone; their conversations go to the head of the queue."""

LOOK_BACK = timedelta(hours=1)
"""The estimate is computed from the conversations that agents took in this time."""

ASKING = 1
"""The estimate in minutes when an agent has room."""

LONGEST_WAIT = timedelta(hours=2)
"""After this time a waiting hand-over, except one of danger, ends: the citizen no longer expects an answer."""


@dataclass(frozen=True, slots=True)
class Floor:
    """All agents and their work at one moment: the seats, the waiting hand-overs, those taken in the last hour, and how
    many each agent holds."""

    seats: Sequence[Seat]
    waiting: Sequence[Handoff]
    taken: Sequence[Taken]
    held: Mapping[str, int]


def in_order(handoffs: Iterable[Handoff]) -> list[Handoff]:
    """The waiting hand-overs in the order of the queue: danger first, then those an agent held before, oldest first."""
    return sorted((h for h in handoffs if h.stage is Stage.WAITING), key=lambda h: (h.rank, h.since, h.id))


def is_present(seat: Seat, now: datetime) -> bool:
    """True for an agent at the desk, free or not: not away, and the browser gave a sign of life within a minute."""
    return seat.presence is not Presence.AWAY and now - seat.seen_at <= ALIVE


def waits_for(person: Person, whisper: Whisper) -> bool:
    """True when a whisper waits for this person's reply: an agent's whisper waits for supervisors, others' for the
    agent."""
    agent, author = whisper.handoff.agent, whisper.note.author
    if author == person.id:
        return False
    return agent == person.id or (person.role is Role.SUPERVISOR and author == agent)


def is_let_go(handoff: Handoff, seats: Iterable[Seat], now: datetime) -> bool:
    """True when the agent to whom it is offered did not answer in time, or is gone."""
    if not handoff.offered_to or not handoff.offered_until:
        return False
    there = any(seat.person_id == handoff.offered_to and is_present(seat, now) for seat in seats)
    return handoff.offered_until <= now or not there


def skills_of(person: Person, rules: HandoffRules) -> tuple[str, ...]:
    """The groups that a person answers for; without skills of their own, the general group."""
    return person.skills or (rules.general,)


def answers_for(seat: Seat, handoff: Handoff, rules: HandoffRules) -> bool:
    """True when the agent's skills are in the chain of groups that a hand-over may go to."""
    return bool(set(rules.chain(handoff.skill)) & set(seat.skills))


def present_for(handoff: Handoff, seats: Iterable[Seat], rules: HandoffRules, now: datetime) -> list[Seat]:
    """The agents at the desk who may answer a hand-over: those of its group and of the groups that stand in for it."""
    return [seat for seat in seats if is_present(seat, now) and answers_for(seat, handoff, rules)]


def candidates(
    handoff: Handoff, seats: Iterable[Seat], loads: Mapping[str, int], rules: HandoffRules, now: datetime
) -> list[Seat]:
    """The agents to ask, best first: nearest group of the chain, then idle for longest. `loads` counts held and offered
    conversations.

    Agents who did not take it are asked again only after ASK_AGAIN. A call is offered to nobody: the telephone rings.
    """
    if handoff.is_call:
        return []
    chain = rules.chain(handoff.skill)
    again = handoff.offered_until is None or now - handoff.offered_until >= ASK_AGAIN
    free = [
        seat
        for seat in seats
        if seat.presence is Presence.AVAILABLE
        and (again or seat.person_id not in handoff.passed)
        and is_present(seat, now)
        and loads.get(seat.person_id, 0) < seat.capacity
        and answers_for(seat, handoff, rules)
    ]

    def nearness(seat: Seat) -> int:
        return min(chain.index(skill) for skill in seat.skills if skill in chain)

    return sorted(free, key=lambda s: (s.person_id in handoff.passed, nearness(s), s.idle_since, s.person_id))


def place(handoff: Handoff, waiting: Sequence[Handoff], agents: Iterable[Seat], rules: HandoffRules) -> int:
    """The place in the queue, from 1: counts the hand-overs ahead of it that the same agents may answer."""
    skills = {skill for seat in agents for skill in seat.skills}
    ahead = 0
    for other in in_order(waiting):
        if other.id == handoff.id:
            break
        ahead += not other.is_call and bool(skills.intersection(rules.chain(other.skill)))
    return ahead + 1


def minutes(place: int, free: int, taken: int) -> int | None:
    """The estimate for a place, when agents have room for `free` more conversations and took `taken` in the last hour.

    It is ASKING while there is room, and None when nothing was taken in the last hour.
    """
    if place <= free:
        return ASKING
    return math.ceil((place - free) * LOOK_BACK / timedelta(minutes=1) / taken) if taken else None


def standing(handoff: Handoff, floor: Floor, rules: HandoffRules, now: datetime) -> Standing:
    """The standing of an open hand-over, for the citizen.

    Only agents who are present and may answer it count: those of its group and those who stand in. Place and estimate
    depend on the hand-overs ahead of it for these agents, the room they have, and the conversations of any group that
    they took in the last hour.
    """
    if handoff.stage is Stage.HELD:
        return Standing(Waits.HELD, handoff_id=handoff.id)
    agents = present_for(handoff, floor.seats, rules, now)
    if not agents:
        return replace(nobody(rules, now), handoff_id=handoff.id)
    ids = {seat.person_id for seat in agents}
    ready = [s for s in agents if s.presence is Presence.AVAILABLE and s.person_id not in handoff.passed]
    free = sum(max(0, seat.capacity - floor.held.get(seat.person_id, 0)) for seat in ready)
    at = place(handoff, floor.waiting, agents, rules)
    return Standing(Waits.QUEUED, at, minutes(at, free, sum(t.agent in ids for t in floor.taken)), handoff.id)


def nobody(rules: HandoffRules, now: datetime) -> Standing:
    """The standing when no agent is present: NOBODY within opening hours, else CLOSED with the next opening."""
    if rules.is_open(now):
        return Standing(Waits.NOBODY)
    back = rules.next_opening(now)
    return Standing(Waits.CLOSED, opens=Opens(back, (back.date() - now.date()).days) if back else None)


def standing_of_next(skill: str, floor: Floor, rules: HandoffRules, now: datetime) -> Standing:
    """The standing that the next citizen who asks for a group would be told."""
    return standing(Handoff("", "", "", HandoffReason.ASKED, skill, Stage.WAITING, Rank.NORMAL, now), floor, rules, now)
