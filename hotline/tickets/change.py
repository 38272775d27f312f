"""One change of one ticket: checks the rule, then writes status, step, deadlines, timeline, event and audit row, all in
the transaction that holds the ticket's lock."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from typing import Any

from hotline.city import City
from hotline.clock import Clock
from hotline.staff.model import CITIZEN, Actor
from hotline.texts import texts
from hotline.tickets import access, numbering
from hotline.tickets.lifecycle import AT_UNIT, Action, AgainstRule, ChangedMeanwhile, Stage, check
from hotline.tickets.model import ENDED, MAX_DESCRIPTION, Status, Ticket
from hotline.tickets.ports import OpenUnit, TicketUnit
from hotline.tickets.records import Deadline, Kind, Request, RequestOutcome, Step
from hotline.tickets.repeats import Meaning, unknown_meaning
from hotline.tickets.scrubbing import without_identity
from hotline.tickets.timeline import step
from hotline.tickets.timing import AT_SUPERVISOR, AUTOMATIC, Timing
from hotline.tickets.units import Units

TOLD_TO_REPORTERS = {"dispatched", "accepted", "in_progress", "reported", "extended", "overdue", "shelved", "answered", "replied",
    "reopened", "closed", "transferred", "informed", "terminated"}  # fmt: skip
"""Nodes that are also added to the timelines of merged tickets."""

FOR_OTHERS = {"reopened": "reopened_by_other", "objected": "objected_by_other"}
"""Other texts of a node, for the citizens of merged tickets, who did not act themselves."""

HOTLINE_ACTS = {Stage.DISPATCH, Stage.NAME, Stage.JUDGE, Stage.DECIDE, Stage.FOLLOW_UP, Stage.OBJECTION, Stage.REVIEW,
    Stage.ARCHIVE}  # fmt: skip
"""Stages in which the hotline itself has to act, not the unit."""

GIVEN = {Stage.TASK, Stage.SUPERVISE, Stage.REVIEW, Stage.DECIDE}
"""Stages that `Change.do` does not open; the use case does, because they need a date or belong to a request."""

LAPSING = {Stage.TASK, Stage.DECIDE, Stage.JUDGE}
"""Stages that wait for an answer to a sub-task or a request, which nobody needs once the ticket has moved on."""


class Work:
    """The objects that all life-cycle use cases share. `now` returns an aware time in the city's zone."""

    def __init__(self, open_unit: OpenUnit, city: City, now: Clock, meaning: Meaning = unknown_meaning) -> None:
        self.open_unit = open_unit
        self.city = city
        self.now = now
        self.meaning = meaning
        self.timing = Timing(city.deadlines)
        self.units = Units(city)

    @contextmanager
    def on(
        self, number: str, actor: Actor, version: int | None = None, beside: str | None = None, with_main: bool = False
    ) -> Iterator[Change]:
        """Open a transaction and lock a ticket until its end. `version`: the version that the actor saw. `beside`: a
        second ticket that will be locked later; it is locked first if its number is lower. `with_main`: the main ticket
        of a part is locked first.

        Raises access.Mistyped, access.NotFound, lifecycle.ChangedMeanwhile.
        """
        digits = checked(number)
        while True:
            with self.open_unit() as unit:
                main = unit.tickets.main_of(digits) if with_main else None
                if first := main or (beside if beside and beside < digits else None):
                    unit.tickets.locked(first)
                ticket = unit.tickets.locked(digits)
                if ticket is None:
                    raise access.NotFound(digits)
                if with_main and ticket.merged_into != main:
                    continue  # merged or taken out at this moment: again, with the right main ticket locked
                change = Change(self, unit, ticket, actor)
                change.expect(version)
                yield change
                return


class Change:
    """A locked ticket with its actor and transaction; writes everything that belongs to an action."""

    def __init__(self, work: Work, unit: TicketUnit, ticket: Ticket, actor: Actor) -> None:
        self.work = work
        self.unit = unit
        self.ticket = ticket
        self.actor = actor
        self.now: datetime = work.now()

    def expect(self, version: int | None) -> None:
        """Raises lifecycle.ChangedMeanwhile unless the ticket still has the version that the actor saw."""
        if version is not None and version != self.ticket.version:
            raise ChangedMeanwhile(self.ticket)

    def is_done(self, node: str, key: str) -> bool:
        """Whether the timeline has a step of this key already, so that this is a replay."""
        return any(entry.key == f"{node}:{key}" for entry in self.ticket.timeline)

    def do(
        self,
        action: Action,
        given: Mapping[str, Any] | None = None,
        *,
        note: str | None = None,
        say: Mapping[str, Any] | None = None,
        key: str | None = None,
        node: str | None = None,
        data: Mapping[str, Any] | None = None,
        becomes: Mapping[str, Any] | None = None,
    ) -> Ticket:
        """Do one action. `given`: the values that the rule needs. `note`: internal words. `say`: values for the text
        that the citizen reads (see `tell`). `node`: used instead of the rule's node. `data`: goes to step, event and
        audit, so nothing of the citizen. `becomes`: new values of the ticket's fields.

        Raises lifecycle.NotPossible.
        """
        rule = check(self.ticket, action, self.actor, given or {})
        was, status = self.ticket.status, rule.becomes or self.ticket.status
        fields, ends = dict(becomes or {}), rule.becomes in ENDED
        if ends and status is not Status.ARCHIVED:
            fields.setdefault("outcome", status)
        if status not in AT_UNIT and self.ticket.paused_at:
            self.resume_clock()
        waiting = self.unit.handling.deadlines(self.ticket.number)
        for deadline in waiting:
            if ends or (deadline.stage in rule.meets and not _is_anothers(deadline, data)):
                self.meet(deadline)
        if status not in AT_UNIT and status is not was:
            self._lapse(waiting, action)
        lead = self.ticket.lead
        self._store(status, fields)
        if self.ticket.lead != lead:
            self._hand_over(waiting, lead)
        for stage in rule.opens:
            if stage not in GIVEN:
                self.wait_for(stage)
        if self.ticket.escalation:
            self.settle()
        facts = {"action": action, "by": self.actor.kind, "was": was, "status": status, **(data or {})}
        self.unit.handling.add_step(
            self.ticket.number,
            Step(
                self.now, self.actor.id, self.actor.kind, self.actor.department, action, was, status, note, data or {}
            ),
        )
        self.unit.audit.add(self.actor, f"ticket.{action}", self.ticket.number, self.now, self._as_reason(note), facts)
        if told := node or rule.node:
            self.tell(told, key, apart=(data or {}).get("part"), **(say or {}))
        ended = {"outcome": self.ticket.outcome} if ends else {}
        self.unit.events.add(rule.event, self.ticket.number, facts_of(self.ticket) | facts | ended, self.now)
        return self.ticket

    def ask(self, action: Action, kind: Kind, reason: str, data: Mapping[str, Any]) -> Ticket:
        """Store a unit's request to the hotline; only one may be open. Raises lifecycle.NotPossible."""
        if self.open_request(*Kind):
            raise AgainstRule("asked_already")
        ticket = self.do(action, {"reason": reason} | dict(data), note=reason, data=data)
        lead, by = self.actor.department or self.work.units.hotline, self.actor.id
        asked = self.unit.handling.add_request(ticket.number, kind, lead, by, self.now, reason.strip(), data)
        if kind is not Kind.RETURN:
            self.wait_for(Stage.DECIDE, self.work.timing.due(Stage.DECIDE, ticket, self.now), asked)
        return self.ticket

    def name(self, people: Sequence[str]) -> None:
        """Set who may see the ticket while it is confidential. While nobody is named, a deadline waits for names."""
        if people or self.ticket.named:
            self.unit.tickets.name(self.ticket.number, people, self.now)
        self.ticket = replace(self.ticket, named=tuple(people))
        if self._needs_names() and self.deadline(Stage.NAME) is None:
            self.wait_for(Stage.NAME)

    def described(self, more: str) -> str:
        """The description with `more` from the citizen. If it no longer fits, `more` is kept whole as a separate step
        and the description stays."""
        description, status = f"{self.ticket.description}\n{more}", self.ticket.status
        if len(description) <= MAX_DESCRIPTION:
            return description
        added = Step(self.now, CITIZEN.id, CITIZEN.kind, None, Action.ADD, status, status, more)
        self.unit.handling.add_step(self.ticket.number, added)
        return self.ticket.description

    def tell(
        self, node: str, key: str | None = None, says: str | None = None, apart: str | None = None, **values: Any
    ) -> None:
        """Add a step to the timeline, and for a node in TOLD_TO_REPORTERS to those of the merged tickets too. `apart`:
        the number of a merged ticket that is left out because its citizen is told in other words. `says`: the text, if
        the node has several."""
        values = {"unit": self.ticket.lead, "due": self.ticket.due_at} | values
        entry = step(self.now, node, values, key, says)
        self.unit.tickets.append(self.ticket.number, entry)
        self.ticket = replace(self.ticket, timeline=(*self.ticket.timeline, entry))
        if node in TOLD_TO_REPORTERS:
            theirs = step(self.now, node, values, says=FOR_OTHERS.get(node, says))
            for part in self.unit.tickets.parts(self.ticket.number):
                if part != apart:
                    self.unit.tickets.append(part, theirs)
                    self.unit.tickets.change(part, reply=self.ticket.reply)

    def note_rating(self, node: str, key: str, becomes: Mapping[str, Any], say: Mapping[str, Any]) -> Ticket:
        """Store a rating that does not move the ticket; `say` fills the text that the citizen reads."""
        self._store(self.ticket.status, becomes)
        self.tell(node, key, **say)
        rated = facts_of(self.ticket) | {"action": "rate", "rating": becomes["satisfaction"]}
        self.unit.audit.add(self.actor, "ticket.rate", self.ticket.number, self.now, None, rated)
        self.unit.events.add("ticket.changed", self.ticket.number, rated, self.now)
        return self.ticket

    def wait_for(self, stage: Stage, until: datetime | None = None, about: int | None = None, unit: str = "") -> None:
        """Open a deadline for a stage. `until`: its date, if the caller gives one. `about`: the request or sub-task it
        belongs to. Does nothing for a stage that this ticket does not have."""
        due = until or self.work.timing.due(stage, self.ticket, self.now)
        if due is None or (stage is Stage.NAME and not self._needs_names()):
            return
        responsible = unit or (self.work.units.hotline if stage in HOTLINE_ACTS else self.ticket.lead)
        if stage is Stage.REPLY and due != self.ticket.due_at:
            self._store(self.ticket.status, {"due_at": due})
        by_clock = self.work.timing.by_clock(self.ticket)
        look = self.work.timing.next_look(stage, self.ticket, self.now, due, 0)
        self.unit.handling.add_deadline(self.ticket.number, stage, responsible, self.now, due, by_clock, look, about)

    def meet(self, deadline: Deadline) -> None:
        """Close a deadline: what it waited for has happened."""
        self.unit.handling.change_deadline(deadline.id, met_at=self.now, next_at=None)

    def move(self, deadline: Deadline, due_at: datetime, why: str) -> None:
        """Move a deadline to another date, with the reason audited. If that lies ahead, its warnings start again."""
        level = 0 if due_at > self.now else deadline.level
        look = self.work.timing.next_look(deadline.stage, self.ticket, deadline.started_at, due_at, level)
        look = None if self.ticket.paused_at else look
        by_clock = self.work.timing.by_clock(self.ticket)
        self.unit.handling.change_deadline(deadline.id, due_at=due_at, next_at=look, level=level, by_clock=by_clock)
        moved = {"stage": deadline.stage, "was": deadline.due_at.isoformat(), "becomes": due_at.isoformat(), "why": why}
        self.unit.audit.add(self.actor, "ticket.deadline", self.ticket.number, self.now, None, moved)
        if deadline.stage is Stage.REPLY:
            self._store(self.ticket.status, {"due_at": due_at})

    def resume_clock(self) -> None:
        """End the wait for the citizen's answer: open deadlines become later by the time waited."""
        paused_at = self.ticket.paused_at or self.now
        self._store(self.ticket.status, {"paused_at": None})
        for deadline in self.unit.handling.deadlines(self.ticket.number):
            since = max(paused_at, deadline.started_at)
            due = self.work.timing.moved_by_pause(self.ticket, deadline.due_at, since, self.now)
            self.move(deadline, due, "waited for the citizen")

    def deadline(self, stage: Stage) -> Deadline | None:
        """The open deadline of a stage."""
        found = self.unit.handling.deadlines(self.ticket.number)
        return next((deadline for deadline in found if deadline.stage is stage), None)

    def open_request(self, *kinds: Kind) -> Request | None:
        """The undecided request of one of these kinds."""
        found = self.unit.handling.requests(self.ticket.number)
        return next((r for r in found if r.outcome is None and r.kind in kinds), None)

    def settle(self) -> None:
        """Recompute the ticket's escalation from its open deadlines: 0 all on time, 1 supervisor, 2 leader."""
        still_open = self.unit.handling.deadlines(self.ticket.number)
        levels = [deadline.level - AT_SUPERVISOR + 1 for deadline in still_open if deadline.stage not in AUTOMATIC]
        escalation = max(0, *levels) if levels else 0
        if escalation != self.ticket.escalation:
            self._store(self.ticket.status, {"escalation": escalation})

    def _store(self, status: Status, fields: Mapping[str, Any]) -> None:
        changed = {name: value for name, value in fields.items() if getattr(self.ticket, name) != value}
        if status is not self.ticket.status:
            changed["status"] = status
        stored = changed | ({"co": list(changed["co"])} if "co" in changed else {})
        self.unit.tickets.change(self.ticket.number, **stored)
        self.ticket = replace(self.ticket, version=self.ticket.version + 1, **changed)

    def _lapse(self, waiting: Sequence[Deadline], action: Action) -> None:
        """Close the deadlines, sub-tasks and requests that a ticket leaves behind when it moves on."""
        handling, number = self.unit.handling, self.ticket.number
        lapsing = [deadline for deadline in waiting if deadline.stage in LAPSING]
        for deadline in lapsing:
            self.meet(deadline)
        if not lapsing:
            return
        for task in handling.tasks(number):
            if task.answered_at is None:
                handling.answer_task(task.id, texts().say("part_void"), True, self.now)
        for request in handling.requests(number):
            if request.outcome is None:
                handling.decide(request.id, RequestOutcome.LAPSED, self.actor.id, self.now, action)

    def _hand_over(self, waiting: Sequence[Deadline], lead: str) -> None:
        """Give the open deadlines of the former lead unit to the present one."""
        for deadline in waiting:
            if deadline.unit == lead and deadline.stage not in HOTLINE_ACTS:
                self.unit.handling.change_deadline(deadline.id, unit=self.ticket.lead)

    def _needs_names(self) -> bool:
        return self.ticket.confidential and not self.ticket.named

    def _as_reason(self, note: str | None) -> str | None:
        """The reason for the audit row: what staff wrote, without the citizen's identity. None for a citizen's own
        words."""
        if not note or self.actor.kind in ("citizen", "system"):
            return None
        return without_identity(note, self.ticket)[:500]


def checked(number: str) -> str:
    """The digits of a ticket number as typed. Raises access.Mistyped."""
    digits = numbering.clean_number(number)
    if not numbering.is_number(digits):
        raise access.Mistyped(number)
    return digits


def facts_of(ticket: Ticket) -> dict[str, Any]:
    """The facts of a ticket that an event may carry: nothing of the citizen."""
    return {
        "number": ticket.number,
        "request_type": ticket.request_type,
        "category": ticket.category,
        "district": ticket.district,
        "department": ticket.lead,
        "urgency": ticket.urgency,
        "channel": ticket.channel,
        "due_at": ticket.due_at.isoformat(),
    }


def with_remark(description: str, remark: str, said: str) -> str:
    """The description with a line below it; `remark` is the key of the words that introduce `said`."""
    return f"{description}\n{texts().say(f'remark.{remark}')}：{said}"[:MAX_DESCRIPTION]


def without(units: Sequence[str], *others: str) -> tuple[str, ...]:
    """The units in order, each once, without the `others`."""
    return tuple(unit for unit in dict.fromkeys(units) if unit not in others)


def _is_anothers(deadline: Deadline, data: Mapping[str, Any] | None) -> bool:
    """Whether a deadline belongs to another sub-task or request than the one in `data["about"]`; an action on one does
    not meet the deadline of another."""
    meant = (data or {}).get("about")
    return None not in (meant, deadline.about) and deadline.about != meant
