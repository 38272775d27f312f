"""Use cases of a department with its tickets: accept, work, ask the citizen, delegate parts, reply.

Every method is one transaction, takes the `version` of the ticket that the actor saw (None: not compared), and returns
the changed ticket (show it through hotline.tickets.department). All raise access.Mistyped, access.NotFound (also for a
ticket of another unit, or one that the actor is not named for) and lifecycle.NotPossible.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime

from hotline.staff.model import Actor
from hotline.tickets import access, merging
from hotline.tickets.change import Change, Work, without
from hotline.tickets.lifecycle import Action, AgainstRule, Stage, Who
from hotline.tickets.model import Contact, Ticket
from hotline.tickets.records import Kind, RequestOutcome, Task
from hotline.tickets.replies import check_reply
from hotline.tickets.timing import check_day_ahead


@dataclass(frozen=True, slots=True)
class Reachable:
    """The citizen's contact and the full place of the matter; given out for a reason, which is recorded."""

    contact: Contact
    location: str | None


class Handling:
    """What a department's handlers and grid workers do with tickets."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def accept(self, number: str, actor: Actor, version: int | None = None) -> Ticket:
        """Sign for a ticket (签收)."""
        with self._on(number, actor, version) as change:
            return change.do(Action.ACCEPT)

    def start(self, number: str, actor: Actor, version: int | None = None) -> Ticket:
        """Begin the work."""
        with self._on(number, actor, version) as change:
            return change.do(Action.START)

    def contacted(self, number: str, actor: Actor, note: str = "", version: int | None = None) -> Ticket:
        """Record that somebody spoke to the citizen; `note` is internal."""
        with self._on(number, actor, version) as change:
            return change.do(Action.CONTACT, note=note or None)

    def report(self, number: str, actor: Actor, report: str, version: int | None = None) -> Ticket:
        """Report a first result, which the citizen reads. Critical tickets need one within hours."""
        with self._on(number, actor, version) as change:
            return change.do(Action.REPORT, {"report": report}, note=report, say={"text": report.strip()})

    def contact(self, number: str, actor: Actor, reason: str) -> Reachable:
        """The citizen's contact; the reason and the person who asked are recorded."""
        with self._on(number, actor) as change:
            ticket = change.do(Action.SEE_CONTACT, {"reason": reason}, note=reason)
            return Reachable(ticket.contact, ticket.location)

    def ask_citizen(self, number: str, actor: Actor, question: str, version: int | None = None) -> Ticket:
        """Ask the citizen for missing information; deadlines pause until the answer or the end of the waiting time."""
        with self._on(number, actor, version) as change:
            if change.ticket.paused_at:
                raise AgainstRule("waits_already")
            for deadline in change.unit.handling.deadlines(change.ticket.number):
                change.unit.handling.change_deadline(deadline.id, next_at=None)
            say = {"question": question.strip()}
            becomes = {"paused_at": change.now}
            return change.do(Action.ASK_CITIZEN, {"question": question}, note=question, say=say, becomes=becomes)

    def resume(self, number: str, actor: Actor, version: int | None = None) -> Ticket:
        """Stop waiting for the citizen's answer and go on."""
        with self._on(number, actor, version) as change:
            if change.ticket.paused_at is None:
                raise AgainstRule("waits_not")
            change.do(Action.RESUME)
            change.resume_clock()
            return change.ticket

    def note(self, number: str, actor: Actor, note: str, version: int | None = None) -> Ticket:
        """Add an internal note; the citizen does not read it."""
        with self._on(number, actor, version) as change:
            return change.do(Action.NOTE, {"note": note}, note=note)

    def reply(self, number: str, actor: Actor, reply: str, note: str = "", version: int | None = None) -> Ticket:
        """Answer the citizen; `note` is internal. All delegated parts must have been answered before.

        Raises lifecycle.Incomplete with what the reply lacks.
        """
        with self._on(number, actor, version) as change:
            check_reply(reply, change.ticket)
            if any(task.answered_at is None for task in change.unit.handling.tasks(change.ticket.number)):
                raise AgainstRule("parts_open")
            change.do(Action.REPLY, {"reply": reply}, note=note or None, becomes={"reply": reply.strip()})
            merging.ask_parts(change)
            return change.ticket

    def ask_return(
        self, number: str, actor: Actor, reason: str, unit: str | None = None, version: int | None = None
    ) -> Ticket:
        """Return a ticket that is not the unit's own (退单); `unit`: whose it is, if known. A unit may do so once,
        within the city's time limit, and not after a refused return (`forced`)."""
        with self._on(number, actor, version) as change:
            ticket, handling = change.ticket, change.unit.handling
            if ticket.forced:
                raise AgainstRule("return_final")
            if any(r.kind is Kind.RETURN and r.unit == actor.department for r in handling.requests(ticket.number)):
                raise AgainstRule("returned_before")
            sent = [step.at for step in handling.steps(ticket.number) if step.data.get("unit") == ticket.lead]
            within = self._work.city.deadlines.return_within
            if sent and change.now > self._work.timing.after(within, sent[-1]):
                raise AgainstRule("return_too_late")
            return change.ask(Action.RETURN, Kind.RETURN, reason, {"unit": unit})

    def ask_extension(self, number: str, actor: Actor, reason: str, days: int, version: int | None = None) -> Ticket:
        """Ask for more working days (延期) before expiry; all extensions together may not exceed the city's limit."""
        with self._on(number, actor, version) as change:
            ticket, longest = change.ticket, self._work.city.deadlines.extension
            if change.now >= ticket.due_at:
                raise AgainstRule("extension_too_late")
            granted = [
                int(r.data["days"])
                for r in change.unit.handling.requests(ticket.number)
                if r.kind is Kind.EXTENSION and r.outcome is RequestOutcome.APPROVED
            ]
            if days < 1 or sum(granted) + days > longest:
                raise AgainstRule("extension_too_long")
            return change.ask(Action.ASK_EXTENSION, Kind.EXTENSION, reason, {"days": days})

    def ask_end(self, number: str, actor: Actor, reason: str, basis: str, version: int | None = None) -> Ticket:
        """Ask to end a ticket without handling it (终止办理), with the reason and the law or policy."""
        with self._on(number, actor, version) as change:
            return change.ask(Action.ASK_END, Kind.END, reason, {"basis": basis})

    def ask_shelve(self, number: str, actor: Actor, reason: str, review_on: date, version: int | None = None) -> Ticket:
        """Ask to shelve a ticket (待办档案): why it cannot be done now, and the day to review it."""
        with self._on(number, actor, version) as change:
            check_day_ahead(review_on, change.now)
            return change.ask(Action.ASK_SHELVE, Kind.SHELVE, reason, {"review_on": review_on.isoformat()})

    def delegate(
        self, number: str, actor: Actor, unit: str, task: str, due: datetime, version: int | None = None
    ) -> Ticket:
        """Give a part of the work to another unit, due no later than the ticket; the lead unit collects the answers."""
        with self._on(number, actor, version) as change:
            ticket = change.ticket
            if unit not in self._work.units or unit == ticket.lead:
                raise AgainstRule("unknown_unit")
            if self._work.units.is_party(unit, ticket.request_type, ticket.category, ticket.description):
                raise AgainstRule("party")
            if not change.now < due <= ticket.due_at:
                raise AgainstRule("part_due")
            becomes = {"co": (*without(ticket.co, unit), unit)}
            given = {"unit": unit, "task": task, "due": due}
            change.do(Action.DELEGATE, given, note=task, data={"helper": unit}, say={"helper": unit}, becomes=becomes)
            about = change.unit.handling.add_task(ticket.number, unit, task.strip(), due, change.now)
            change.wait_for(Stage.TASK, due, about, unit)
            return change.ticket

    def finish_task(self, number: str, actor: Actor, task: int, answer: str, version: int | None = None) -> Ticket:
        """Answer a part that was given to the actor's unit (反馈结果)."""
        return self._answer_task(number, actor, Action.FINISH_TASK, task, {"answer": answer}, version)

    def raise_task(self, number: str, actor: Actor, task: int, reason: str, version: int | None = None) -> Ticket:
        """Hand a part back up with the reason (上报)."""
        return self._answer_task(number, actor, Action.RAISE_TASK, task, {"reason": reason}, version)

    def _answer_task(
        self, number: str, actor: Actor, action: Action, task: int, given: dict[str, str], version: int | None
    ) -> Ticket:
        with self._on(number, actor, version) as change:
            found = next((t for t in change.unit.handling.tasks(change.ticket.number) if t.id == task), None)
            if not _is_open_part(found, actor):
                raise AgainstRule("no_such_part")
            answer = next(iter(given.values()))
            change.do(action, given, note=answer, data={"about": task})
            raised = action is Action.RAISE_TASK
            change.unit.handling.answer_task(task, answer.strip(), raised, change.now)
            return change.ticket

    @contextmanager
    def _on(self, number: str, actor: Actor, version: int | None = None) -> Iterator[Change]:
        """Lock a ticket of the actor's unit. For any other ticket raises NotFound, so that its existence is not
        revealed."""
        with self._work.on(number, actor) as change:
            if not any(who.is_met_by(actor, change.ticket) for who in (Who.LEAD, Who.HELPER)):
                raise access.NotFound(change.ticket.number)
            change.expect(version)
            yield change


def _is_open_part(task: Task | None, actor: Actor) -> bool:
    return task is not None and task.unit == actor.department and task.answered_at is None
