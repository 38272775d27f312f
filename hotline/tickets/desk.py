"""Use cases of the hotline's agents and supervisors: send, answer, decide requests, merge, supervise, redirect.

Every method is one transaction, takes the `version` of the ticket that the actor saw (None: not compared), and returns
the changed ticket. All raise access.Mistyped, access.NotFound and lifecycle.NotPossible.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from hotline.personal_data.phones import NUMBER, normalised
from hotline.staff.model import Actor
from hotline.texts import texts
from hotline.tickets import access, merging
from hotline.tickets.change import Change, Work, checked, with_remark
from hotline.tickets.lifecycle import SENT, Action, AgainstRule, NotAllowed, Stage, Who, possible
from hotline.tickets.model import RequestType, Status, Ticket, Urgency
from hotline.tickets.records import Dossier, KeyClass, Kind, Mark, Request, RequestOutcome, waiting_mark
from hotline.tickets.repeats import Suggestion, suggested
from hotline.tickets.replies import check_reply
from hotline.tickets.timing import check_ahead, check_day_ahead
from hotline.tickets.titles import retitled

DECISIONS = {
    Kind.RETURN: (Action.ACCEPT_RETURN, Action.REFUSE_RETURN),
    Kind.EXTENSION: (Action.EXTEND, Action.REFUSE_EXTENSION),
    Kind.END: (Action.END, Action.REFUSE_END),
    Kind.SHELVE: (Action.SHELVE, Action.REFUSE_SHELVE),
}
TELLS_NOTHING = ("urgency", "category", "request_type", "district")
"""Fields whose old and new values may stand in step, event and audit, because they tell nothing of the citizen."""

ALIKE_WITHIN = timedelta(days=14)
MAX_ALIKE = 200
MAX_OTHERS = 20


class TicketDesk:
    """What agents and supervisors do with tickets."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def dispatch(
        self, number: str, actor: Actor, unit: str | None = None, co: Sequence[str] | None = None,
        version: int | None = None,
    ) -> Ticket:  # fmt: skip
        """Send a received ticket to its lead unit, or to `unit`; `co` are the units that help."""
        with self._work.on(number, actor, version) as change:
            return self._send(change, Action.DISPATCH, unit or _sorted_unit(change.ticket), co)

    def answer(self, number: str, actor: Actor, reply: str, version: int | None = None) -> Ticket:
        """Answer at once and close (直办)."""
        with self._work.on(number, actor, version) as change:
            check_reply(reply, change.ticket)
            becomes = {"reply": reply.strip(), "outcome": "answered"}
            return change.do(Action.ANSWER, {"reply": reply}, becomes=becomes)

    def transfer(self, number: str, actor: Actor, line: str, version: int | None = None) -> Ticket:
        """Transfer to another line of the city's data (`line`: its id); the citizen is told the line and its number."""
        return self._pass_on(number, actor, Action.TRANSFER, line, version)

    def inform(self, number: str, actor: Actor, line: str, version: int | None = None) -> Ticket:
        """Tell the citizen the legal channel for the matter (告知法定途径), a line of the city's data."""
        return self._pass_on(number, actor, Action.INFORM, line, version)

    def name(self, number: str, actor: Actor, people: Sequence[str], version: int | None = None) -> Ticket:
        """Name the people (ids) in the units who may see a confidential ticket; replaces the previous list."""
        with self._work.on(number, actor, version) as change:
            named = tuple(sorted(set(people)))
            change.do(Action.NAME, {"people": named}, data={"people": list(named)})
            change.name(named)
            return change.ticket

    def correct(
        self, number: str, actor: Actor, reason: str, urgency: Urgency | None = None, category: str | None = None,
        request_type: RequestType | None = None, district: str | None = None, location: str | None = None,
        addition: str | None = None, name: str | None = None, phone: str | None = None, version: int | None = None,
    ) -> Ticket:  # fmt: skip
        """Correct fields of a ticket; None leaves a field unchanged. Deadlines are recomputed from their start.

        The citizen's words stay, with `addition` below them. The step names the fields, with old and new values only
        where they tell nothing of the citizen. A ticket that was not sent yet gets the unit of its corrected matter; a
        sent one keeps its unit (`redirect` moves it). Raises ValueError for an invalid `phone`.
        """
        with self._work.on(number, actor, version) as change:
            was, city = change.ticket, self._work.city
            if category is not None and category not in city.categories:
                raise AgainstRule("unknown_category")
            if district is not None and city.district_named(district) is None:
                raise AgainstRule("unknown_district")
            contact = replace(was.contact, name=name or was.contact.name, phone=_phone(phone) or was.contact.phone)
            wanted = {
                "urgency": urgency,
                "category": category,
                "request_type": request_type,
                "district": district,
                "location": location,
                "description": addition and with_remark(was.description, "corrected", addition),
                "contact": contact,
            }
            becomes: dict[str, Any] = {
                field: value for field, value in wanted.items() if value and value != getattr(was, field)
            }
            if not becomes:
                raise AgainstRule("nothing_corrected")
            told = [field for field in becomes if field in TELLS_NOTHING]
            data = {field: becomes[field] for field in told}
            data |= {"corrected": list(becomes), "before": {field: getattr(was, field) for field in told}}
            ticket = replace(was, **becomes)
            becomes["title"] = retitled(was, ticket, city)
            if was.status is Status.RECEIVED:
                where = city.district_named(ticket.district) if ticket.district else None
                matter = (ticket.category, where, ticket.request_type, ticket.description)
                becomes["lead"], becomes["co"] = self._work.units.sorted(*matter)
            change.do(Action.CORRECT, {"reason": reason}, note=reason, data=data, becomes=becomes)
            if "urgency" in data or "request_type" in data:
                self._compute_anew(change)
            return change.ticket

    def decide(
        self, number: str, actor: Actor, request: int, approve: bool, reason: str, unit: str | None = None,
        version: int | None = None,
    ) -> Ticket:  # fmt: skip
        """Decide a unit's request. An approved return needs the `unit` that gets the ticket instead.

        The person who asked may not decide. A refused return is final: the unit keeps the ticket.
        """
        with self._work.on(number, actor, version) as change:
            asked = next((r for r in change.unit.handling.requests(change.ticket.number) if r.id == request), None)
            if asked is None or asked.outcome is not None:
                raise AgainstRule("not_asked")
            if asked.asked_by == actor.id:
                raise NotAllowed("whoever asked does not decide")
            outcome = RequestOutcome.APPROVED if approve else RequestOutcome.REFUSED
            change.unit.handling.decide(asked.id, outcome, actor.id, change.now, reason)
            return self._decided(change, asked, approve, reason, unit)

    def redirect(
        self, number: str, actor: Actor, unit: str, reason: str, co: Sequence[str] | None = None,
        version: int | None = None,
    ) -> Ticket:  # fmt: skip
        """Give a sent ticket to another unit (改派); the hotline's decision is final."""
        with self._work.on(number, actor, version) as change:
            return self._send(change, Action.REDIRECT, unit, co, reason)

    def supervise(self, number: str, actor: Actor, order: str, due: datetime, version: int | None = None) -> Ticket:
        """Put a ticket under supervision (督办) with an order to the unit and a deadline in the future."""
        with self._work.on(number, actor, version) as change:
            check_ahead(due, change.now)
            change.do(Action.SUPERVISE, {"order": order, "due": due}, note=order, data={"due": due.isoformat()})
            change.wait_for(Stage.SUPERVISE, due)
            return change.ticket

    def mark(self, number: str, actor: Actor, key_class: KeyClass, reason: str, version: int | None = None) -> Ticket:
        """Mark a ticket as a key ticket (重点工单) of a class, with the reason; it then waits for a supervisor's
        guidance."""
        with self._work.on(number, actor, version) as change:
            given = {"key_class": key_class, "reason": reason}
            change.do(Action.MARK, given, note=reason, data={"key_class": key_class})
            if waiting_mark(change.unit.handling.marks(change.ticket.number)):
                raise AgainstRule("marked_already")
            change.unit.handling.add_mark(change.ticket.number, key_class, reason.strip(), actor.id, change.now)
            return change.ticket

    def guide(self, number: str, actor: Actor, guidance: str, version: int | None = None) -> Ticket:
        """Answer a mark with guidance (指导), an internal note for the unit, never shown to the citizen."""
        with self._work.on(number, actor, version) as change:
            mark = waiting_mark(change.unit.handling.marks(change.ticket.number))
            data = {"waited": round((change.now - mark.marked_at).total_seconds())} if mark else {}
            change.do(Action.GUIDE, {"guidance": guidance}, note=guidance, data=data)
            if mark is None:
                raise AgainstRule("not_marked")
            change.unit.handling.guide(mark.id, guidance.strip(), actor.id, change.now)
            return change.ticket

    def reopen(self, number: str, actor: Actor, reason: str, version: int | None = None) -> Ticket:
        """Send an answered ticket back to its unit (重办)."""
        with self._work.on(number, actor, version) as change:
            becomes = {"reopened": change.ticket.reopened + 1, "outcome": None}
            change.do(Action.REOPEN, {"reason": reason}, note=reason, becomes=becomes)
            merging.ask_parts(change)
            return change.ticket

    def close(self, number: str, actor: Actor, reason: str, version: int | None = None) -> Ticket:
        """Close an answered ticket although its citizen is not satisfied or cannot be reached."""
        with self._work.on(number, actor, version) as change:
            change.do(Action.CLOSE, {"reason": reason}, note=reason, becomes={"outcome": "upheld"})
            merging.ask_parts(change)
            return change.ticket

    def prolong(self, number: str, actor: Actor, reason: str, review_on: date, version: int | None = None) -> Ticket:
        """Keep a ticket shelved until a later review day, with an explanation."""
        with self._work.on(number, actor, version) as change:
            until = self._review(change, review_on)
            say = {"reason": reason, "review": until}
            change.do(Action.PROLONG, {"reason": reason, "review_on": review_on}, note=reason, say=say)
            change.wait_for(Stage.REVIEW, until)
            return change.ticket

    def take_up(self, number: str, actor: Actor, reason: str, version: int | None = None) -> Ticket:
        """Resume a shelved ticket: it goes to its unit with new deadlines."""
        with self._work.on(number, actor, version) as change:
            return change.do(Action.TAKE_UP, {"reason": reason}, note=reason, becomes={"outcome": None})

    def ask_end(self, number: str, actor: Actor, reason: str, basis: str, version: int | None = None) -> Ticket:
        """Ask to end a ticket without handling it, with the reason and the law or policy; another person decides."""
        with self._work.on(number, actor, version) as change:
            return change.ask(Action.ASK_END, Kind.END, reason, {"basis": basis})

    def merge(self, number: str, actor: Actor, into: str, version: int | None = None) -> Ticket:
        """Make a ticket part of another about the same matter (`into`); its citizen is still told what happens."""
        main = checked(into)
        with self._work.on(number, actor, version, beside=main) as change:
            return merging.merge(change, main)

    def undo_merge(self, number: str, actor: Actor, reason: str, version: int | None = None) -> Ticket:
        """Take a ticket out of its main ticket again; it becomes received, with its old due date."""
        with self._work.on(number, actor, version, with_main=True) as change:
            return merging.take_out(change, reason)

    def note(self, number: str, actor: Actor, note: str, version: int | None = None) -> Ticket:
        """Add an internal note, or guidance for the unit; the citizen does not read it."""
        with self._work.on(number, actor, version) as change:
            return change.do(Action.NOTE, {"note": note}, note=note)

    def set_confidential(self, number: str, actor: Actor, confidential: bool, version: int | None = None) -> Ticket:
        """Make a ticket confidential, so that only the people named for it see it in its units, or lift this."""
        with self._work.on(number, actor, version) as change:
            change.do(Action.SECRECY, data={"confidential": confidential}, becomes={"confidential": confidential})
            change.name(change.ticket.named)
            return change.ticket

    def dossier(self, number: str, actor: Actor) -> Dossier:
        """A ticket with all its records, and the actions that the actor may do now."""
        digits = checked(number)
        with self._work.open_unit.reading() as unit:
            ticket = unit.tickets.by_number(digits)
            if ticket is None or not Who.AGENT.is_met_by(actor, ticket):
                raise access.NotFound(digits)
            marks = tuple(unit.handling.marks(digits))
            own = unit.tickets.of_citizen(ticket.channel, ticket.sender, ticket.contact.phone, MAX_OTHERS + 1)
            unfit = Action.MARK if waiting_mark(marks) else Action.GUIDE
            return Dossier(
                ticket=ticket,
                steps=tuple(unit.handling.steps(digits)),
                deadlines=tuple(unit.handling.deadlines(digits)),
                requests=tuple(unit.handling.requests(digits)),
                tasks=tuple(unit.handling.tasks(digits)),
                marks=marks,
                parts=tuple(unit.tickets.merged_into(digits)),
                others=tuple(other for other in own if other.number != digits),
                actions=tuple(each for each in possible(ticket, actor) if each is not unfit),
            )

    def suggestions(self, number: str) -> Sequence[Suggestion]:
        """Open tickets that seem to be about the same matter, most alike first, for an agent to judge."""
        digits = checked(number)
        with self._work.open_unit.reading() as unit:
            ticket = unit.tickets.by_number(digits)
            if ticket is None or ticket.category is None:
                return []
            since = ticket.created_at - ALIKE_WITHIN
            alike = unit.tickets.open_like(ticket.category, ticket.district, since, MAX_ALIKE)
        return suggested(ticket, alike, self._work.meaning)

    def waiting(self, limit: int = 100) -> Sequence[Request]:
        """Undecided requests of units, oldest first."""
        with self._work.open_unit.reading() as unit:
            return unit.handling.open_requests(limit)

    def marked(self, limit: int = 100) -> Sequence[Mark]:
        """The key tickets that wait for guidance, oldest first."""
        with self._work.open_unit.reading() as unit:
            return unit.handling.waiting_marks(limit)

    def _send(
        self, change: Change, action: Action, unit: str, co: Sequence[str] | None, reason: str | None = None
    ) -> Ticket:
        ticket, units = change.ticket, self._work.units
        about = (ticket.request_type, ticket.category, f"{ticket.title}\n{ticket.description}")
        chosen = [each for each in (unit, *(co or ())) if each]
        if any(each not in units for each in chosen):
            raise AgainstRule("unknown_unit")
        if any(units.is_party(each, *about) for each in chosen):
            raise AgainstRule("party")
        _, helpers = units.without_party(unit, ticket.co if co is None else co, *about)
        becomes = {"lead": unit or ticket.lead, "co": helpers, "forced": False}
        given = {"unit": unit, "reason": reason}
        if units.hotline == ticket.lead != becomes["lead"]:
            self._give_time(change)
        say = {"unit": unit, "due": change.ticket.due_at}
        change.do(action, given, note=reason, say=say, data={"unit": unit}, becomes=becomes)
        if ticket.lead != change.ticket.lead or not ticket.named:
            change.name(())  # people named in the former unit lose access
        return change.ticket

    def _give_time(self, change: Change) -> None:
        """Move a call-back's due date (the same day) to the regular one, so that the unit gets its full time."""
        reply = change.deadline(Stage.REPLY)
        due = self._work.timing.due(Stage.REPLY, change.ticket, reply.started_at) if reply else None
        if reply and due and due > reply.due_at:
            change.move(reply, due, "sent on")

    def _compute_anew(self, change: Change) -> None:
        for deadline in change.unit.handling.deadlines(change.ticket.number):
            if deadline.stage in (Stage.REPLY, Stage.ACCEPT, Stage.DISPATCH, Stage.NAME):
                due = self._work.timing.due(deadline.stage, change.ticket, deadline.started_at)
                if due is not None and due != deadline.due_at:
                    change.move(deadline, due, "corrected")
        for stage in (Stage.CONTACT, Stage.PRELIMINARY):  # only urgent tickets have these
            is_due = self._work.timing.due(stage, change.ticket, change.now) is not None
            waiting = change.deadline(stage)
            if waiting is not None and not is_due:
                change.meet(waiting)
            elif waiting is None and is_due and change.ticket.status in SENT:
                change.wait_for(stage)

    def _pass_on(self, number: str, actor: Actor, action: Action, line: str, version: int | None) -> Ticket:
        with self._work.on(number, actor, version) as change:
            known = self._work.city.lines.get(line)
            if line and known is None:
                raise AgainstRule("unknown_line")
            told = {"zh": known.when.zh, "en": known.when.en} if known else {}
            becomes = {"reply": told.get("zh")}
            return change.do(action, {"line": line}, say={"line": told}, data={"line": line}, becomes=becomes)

    def _decided(self, change: Change, asked: Request, approve: bool, reason: str, unit: str | None) -> Ticket:
        action = DECISIONS[asked.kind][0 if approve else 1]
        about = {"request": asked.id, "about": asked.id}
        given = {"reason": reason}
        match action:
            case Action.ACCEPT_RETURN:
                return self._send(change, action, unit or "", None, reason)
            case Action.REFUSE_RETURN:
                return change.do(action, given, note=reason, data=about, becomes={"forced": True})
            case Action.EXTEND:
                return self._extend(change, int(asked.data["days"]), reason, about)
            case Action.END:
                basis = str(asked.data["basis"])
                reply = texts().say("ended_reply", reason=asked.reason, basis=basis)
                say = {"reason": asked.reason, "basis": basis}
                return change.do(action, given, note=reason, say=say, data=about, becomes={"reply": reply})
            case Action.SHELVE:
                until = self._review(change, date.fromisoformat(asked.data["review_on"]))
                change.do(action, given, note=reason, say={"reason": asked.reason, "review": until}, data=about)
                change.wait_for(Stage.REVIEW, until)
                return change.ticket
        return change.do(action, given, note=reason, data=about)

    def _extend(self, change: Change, days: int, reason: str, about: dict[str, int]) -> Ticket:
        reply = change.deadline(Stage.REPLY)
        due = self._work.timing.extended(change.ticket.due_at, days)
        data = about | {"days": days}
        if reply is not None:
            change.move(reply, due, "extended")
        return change.do(Action.EXTEND, {"reason": reason}, note=reason, say={"due": due}, data=data)

    def _review(self, change: Change, review_on: date) -> datetime:
        check_day_ahead(review_on, change.now)
        return datetime.combine(review_on, self._work.city.deadlines.opens_at, change.now.tzinfo)


def _sorted_unit(ticket: Ticket) -> str:
    """The ticket's lead unit; "" while the ticket has no category."""
    return ticket.lead if ticket.category is not None else ""


def _phone(typed: str | None) -> str | None:
    """A phone in the form that tickets keep. Raises ValueError when it is no phone."""
    if not typed:
        return None
    phone = normalised(typed)
    if not NUMBER.fullmatch(phone):
        raise ValueError("phone")
    return phone
