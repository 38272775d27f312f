"""Use cases of citizens and trusted systems with tickets: open, look up, list, add, urge, withdraw, rate."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from hotline.staff.model import ASSISTANT, CITIZEN, SYSTEM
from hotline.texts import texts
from hotline.tickets import access, askers, merging, numbering, repeats
from hotline.tickets.askers import UNKNOWN, Asker
from hotline.tickets.change import Change, Work, checked, facts_of
from hotline.tickets.follow_up import FollowUps
from hotline.tickets.lifecycle import ANSWERED, FIRST_STAGES, Action, Stage
from hotline.tickets.model import (
    ENDED,
    MAX_DESCRIPTION,
    Intake,
    Rating,
    Status,
    Taken,
    Ticket,
    Urgency,
)
from hotline.tickets.ports import TicketUnit
from hotline.tickets.scrubbing import without_contact
from hotline.tickets.timeline import step
from hotline.tickets.titles import of_danger, retitled, title
from hotline.transaction import AlreadyStored

MAX_LISTED = 200
FORGOTTEN_AFTER = timedelta(days=1)
DOUBTS = {
    "unit_doubted": "remark.objects_to_unit",
    "matter_doubted": "remark.matter",
    "danger_denied": "remark.no_danger",
}
"""Nodes of what only a person can judge, with the text that introduces it in the description. A ticket with one is not
dispatched automatically."""


class TicketEnded(Exception):
    """The ticket has ended; `ticket` says how."""

    def __init__(self, ticket: Ticket) -> None:
        super().__init__(ticket.number)
        self.ticket = ticket


class Tickets:
    """The use cases of citizens and trusted systems; staff work through TicketDesk and Handling."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self._open_unit = work.open_unit
        self._city = work.city
        self._now = work.now

    def open(self, intake: Intake) -> Ticket:
        """Open a ticket. Repeated calls with the same `intake.key` return the same ticket.

        Raises hotline.transaction.StorageUnavailable when nothing could be stored.
        """
        try:
            return self._open(intake)
        except AlreadyStored:  # somebody else opened it at the same moment
            return self._open(intake)

    def open_within(self, unit: TicketUnit, intake: Intake) -> Ticket:
        """Open a ticket in the caller's transaction.

        Raises hotline.transaction.AlreadyStored when somebody opens it at the same moment.
        """
        if known := unit.tickets.by_key(intake.key):
            return known
        now = self._now()
        ticket = self._draft(intake, now, unit.tickets.next_serial(now.date()))
        unit.tickets.add(ticket, intake.key)
        change = Change(self._work, unit, ticket, ASSISTANT)
        for stage in FIRST_STAGES:
            change.wait_for(stage, ticket.due_at if stage is Stage.REPLY else None)
        unit.audit.add(ASSISTANT, "ticket.open", ticket.number, now, None, facts_of(ticket))
        unit.events.add("ticket.opened", ticket.number, facts_of(ticket), now)
        if intake.asks_for_person:
            unit.events.add("conversation.escalated", ticket.conversation_id, {"ticket": ticket.number}, now)
        if ticket.danger:
            _alert(unit, ticket, now)
        return ticket

    def take(self, intake: Intake, citizen: access.Citizen) -> Taken:
        """Open a ticket, or add the matter to the citizen's open ticket about the same matter (重复诉求并单).

        The citizen's own tickets are found by session and verified phone, never by a number that somebody typed. The
        same `intake.key` always gives the same result. Raises hotline.transaction.StorageUnavailable.
        """
        district = self._city.districts[intake.district].name if intake.district else None
        with self._open_unit.reading() as unit:
            known = unit.tickets.by_key(intake.key)
            own = unit.tickets.open_of_citizen(citizen.channel, citizen.sender, citizen.verified_phone)
        if known is None and (repeated := repeats.repeated(intake, district, own, self._work.meaning)):
            with suppress(TicketEnded):
                told, doubted = _told(intake), _doubts(intake)
                return Taken(self.add(repeated.number, citizen, told, intake.key, "repeated", doubted=doubted), True)
        return Taken(known or self.open(intake), False)

    def add(
        self,
        number: str,
        citizen: access.Citizen,
        text: str,
        key: str,
        node: str = "added",
        alarms: bool = False,
        doubted: bool = False,
    ) -> Ticket:
        """Add the citizen's words to their open ticket. Raises access.AccessDenied, TicketEnded.

        `node`: the timeline's node; "unit_doubted" if they say that the unit is wrong, "matter_doubted" if they say
        that the matter is another one, "danger_denied" if they say that a danger is none; all are addressed to the
        person who dispatches. `alarms`: alert staff of the danger once more. If the unit waits for the citizen, it goes
        on with as much time as it had. Words on a merged ticket go to the main ticket's unit.
        """
        with self._changing(number, citizen, heard=True) as change:
            if change.is_done(node, key):
                return change.ticket
            say = self._passed_on(change, "part_says", text)
            told = f"{texts().say(DOUBTS[node])}：{text}" if node in DOUBTS else text
            data = {"repeated": True} if node == "repeated" else None
            becomes: dict[str, Any] = {"description": change.described(told)}
            if doubted or node in DOUBTS:
                becomes["doubted"] = True
            change.do(Action.ADD, {"text": text}, key=key, node=node, data=data, say=say, becomes=becomes)
            if alarms and change.ticket.danger:
                _alert(change.unit, change.ticket, self._now())
            return _going_on(change)

    def keep_contact(
        self, number: str, citizen: access.Citizen, contact: tuple[str | None, str | None], words: str | None, key: str
    ) -> Ticket:
        """Store a name and a phone that the citizen gives after the ticket was opened (None: unchanged) in the contact,
        which its units do not see. `words`: another way to reach them, such as an address. Raises access.AccessDenied,
        TicketEnded."""
        with self._changing(number, citizen, heard=True) as change:
            if change.is_done("contact_kept", key):
                return change.ticket
            name, phone = contact
            known = change.ticket.contact
            becomes: dict[str, Any] = {"contact": replace(known, name=name or known.name, phone=phone or known.phone)}
            if words:
                becomes["description"] = change.described(f"{texts().say('remark.reach')}：{words}")
            change.do(Action.ADD, {"text": words or phone or name}, key=key, node="contact_kept", becomes=becomes)
            return _going_on(change)

    def become_anonymous(self, number: str, citizen: access.Citizen, key: str, keeps_phone: bool = False) -> Ticket:
        """Remove name and phone from the contact and the citizen's words; `keeps_phone`: the name alone. Raises
        access.AccessDenied, TicketEnded."""
        with self._changing(number, citizen, heard=True) as change:
            ticket = change.ticket
            if change.is_done("anonymous", key):
                return ticket
            phone = ticket.contact.phone if keeps_phone else None
            becomes: dict[str, Any] = {"contact": replace(ticket.contact, name=None, phone=phone)}
            hidden = replace(ticket.contact, phone=None) if keeps_phone else ticket.contact
            for field in ("description", "title", "location"):
                if told := getattr(ticket, field):
                    becomes[field] = without_contact(told, hidden)
            change.unit.handling.reword(ticket.number, CITIZEN, lambda told: without_contact(told, hidden))
            return change.do(Action.ADD, {"text": "anonymous"}, key=key, node="anonymous", becomes=becomes)

    def correct_place(self, number: str, citizen: access.Citizen, place: str, text: str, key: str) -> Ticket:
        """Note that the place is another one. A place in the same district, or in no known one, or the first that is
        told, becomes the ticket's place; one in another district is only noted, for the person who dispatches. Raises
        access.AccessDenied, TicketEnded."""
        with self._changing(number, citizen, heard=True) as change:
            if change.is_done("place_corrected", key):
                return change.ticket
            say = self._passed_on(change, "part_says", text)
            ticket, found = change.ticket, self._city.find_district(place)
            becomes = {"description": change.described(f"{texts().say('remark.place')}：{text}")}
            if found is None or ticket.location is None or found.name == ticket.district:
                becomes["location"] = place
                becomes["title"] = retitled(ticket, replace(ticket, location=place), self._city)
            change.do(Action.ADD, {"text": text}, key=key, node="place_corrected", say=say, becomes=becomes)
            return _going_on(change)

    def take_out(self, number: str, citizen: access.Citizen, text: str, key: str) -> Ticket:
        """Mark the words that were added last as another matter; they stay readable. Raises access.AccessDenied,
        TicketEnded."""
        with self._changing(number, citizen, heard=True) as change:
            if change.is_done("taken_out", key):
                return change.ticket
            noted = f"{texts().say('remark.not_of_it')}：{text}"
            say = self._passed_on(change, "part_says", noted)
            described, last = change.ticket.description, f"\n{text}"
            marked = f"{described.removesuffix(last)}\n{noted}" if described.endswith(last) else change.described(noted)
            becomes = {"description": marked[:MAX_DESCRIPTION]}
            return change.do(Action.ADD, {"text": text}, key=key, node="taken_out", say=say, becomes=becomes)

    def urge(self, number: str, citizen: access.Citizen, key: str) -> Ticket:
        """Note that the citizen asks for speed; opens no second ticket. Raises access.AccessDenied, TicketEnded."""
        with self._changing(number, citizen, heard=True) as change:
            if change.is_done("urged", key):
                return change.ticket
            return change.do(Action.URGE, key=key, say=self._passed_on(change, "part_urges"))

    def set_confidential(self, number: str, citizen: access.Citizen, confidential: bool, key: str) -> Ticket:
        """Make a ticket confidential, or lift this. Raises access.AccessDenied, TicketEnded."""
        with self._changing(number, citizen) as change:
            if change.ticket.confidential != confidential:
                node = "confidential" if confidential else "not_confidential"
                change.do(Action.SECRECY, key=key, node=node, becomes={"confidential": confidential})
                change.name(change.ticket.named)
            return change.ticket

    def withdraw(self, number: str, citizen: access.Citizen, key: str) -> Ticket:
        """End a ticket at its citizen's wish. Tickets merged into it become independent again. If it is itself merged,
        the main ticket goes on and its citizen is told no more of it.

        Raises access.AccessDenied, TicketEnded.
        """
        with self._changing(number, citizen, done=("withdrawn", key), heard=True) as change:
            if change.ticket.status is Status.WITHDRAWN:
                return change.ticket
            self._passed_on(change, "part_withdraws")
            change.do(Action.WITHDRAW, key=key, data={"reason": "withdrawn"}, becomes={"merged_into": None})
            merging.let_parts_go(change)
            return change.ticket

    def restore(self, number: str, citizen: access.Citizen, key: str) -> Ticket:
        """Open a withdrawn ticket again because its citizen takes the withdrawal back. It is received again,
        independent of others, with its old due date unless that has passed. Raises access.AccessDenied, or TicketEnded
        for a ticket that ended otherwise."""
        with self._work.on(number, CITIZEN) as change:
            if not citizen.owns(change.ticket):
                raise access.NotFound(change.ticket.number)
            if change.is_done("restored", key):
                return change.ticket
            if change.ticket.status is not Status.WITHDRAWN:
                raise TicketEnded(change.ticket)
            return merging.as_received(change, Action.RESTORE, key=key)

    def rate(self, number: str, citizen: access.Citizen, rating: Rating, words: str, key: str) -> Ticket:
        """Take the citizen's rating; see hotline.tickets.follow_up. Raises access.AccessDenied."""
        return FollowUps(self._work).rate(number, citizen, rating, words, key)

    def dispatch(self, number: str) -> bool:
        """Send a received ticket to its lead department. False when it was already sent, has no category, or waits for
        a person because its citizen doubts the unit or the matter.

        Raises access.AccessDenied for an invalid or unknown number.
        """
        with self._work.on(number, SYSTEM) as change:
            ticket = change.ticket
            if ticket.category is None or ticket.status is not Status.RECEIVED or ticket.doubted:
                return False
            about = (ticket.request_type, ticket.category, f"{ticket.title}\n{ticket.description}")
            lead, co = self._work.units.without_party(ticket.lead, ticket.co, *about)  # more may have been said since
            change.do(Action.DISPATCH, {"unit": lead}, data={"unit": lead}, becomes={"lead": lead, "co": co})
            change.name(change.ticket.named)
            return True

    def own(self, citizen: access.Citizen, limit: int = 5) -> Sequence[Ticket]:
        """The newest tickets of a citizen, without timelines."""
        with self._open_unit.reading() as unit:
            return unit.tickets.of_citizen(citizen.channel, citizen.sender, citizen.verified_phone, limit)

    def going_on(self, citizen: access.Citizen) -> Sequence[Ticket]:
        """A citizen's tickets that are open or merged into an open one; newest first, without timelines."""
        with self._open_unit.reading() as unit:
            return unit.tickets.open_of_citizen(citizen.channel, citizen.sender, citizen.verified_phone)

    def to_rate(self, citizen: access.Citizen, limit: int = 20) -> Sequence[str]:
        """The numbers of a citizen's tickets that were answered and wait for a rating, newest first."""
        with self._open_unit.reading() as unit:
            own = unit.tickets.of_citizen(citizen.channel, citizen.sender, citizen.verified_phone, limit)
            return [t.number for t in own if t.status in ANSWERED or (t.merged_into and _is_asked(unit, t.number))]

    def whole(self, ticket: Ticket) -> Ticket:
        """The ticket under which this one is handled: its main ticket if it is merged, else itself."""
        if ticket.merged_into is None:
            return ticket
        with self._open_unit.reading() as unit:
            return unit.tickets.by_number(ticket.merged_into) or ticket

    def own_with_timeline(self, citizen: access.Citizen, limit: int = 20) -> Sequence[Ticket]:
        """The newest tickets of a citizen with timelines, for a page that shows them."""
        with self._open_unit.reading() as unit:
            return unit.tickets.of_citizen(
                citizen.channel, citizen.sender, citizen.verified_phone, limit, timelines=True
            )

    def for_citizen(self, number: str, citizen: access.Citizen) -> Ticket | None:
        """A citizen's own ticket; None when it does not exist or is another's. Raises access.Mistyped."""
        digits = checked(number)
        with self._open_unit.reading() as unit:
            ticket = unit.tickets.by_number(digits)
        return ticket if ticket and citizen.owns(ticket) else None

    def for_stranger(self, number: str, code: str | None, asker: Asker = UNKNOWN) -> Ticket:
        """A ticket for a person who knows its lookup code, masked by access.shown_to_stranger.

        Wrong codes are counted for the number and for the asker (hotline.tickets.askers). Raises access.Mistyped,
        NotFound or Locked.
        """
        digits = checked(number)
        now = self._now()
        if not code or not code.strip():
            raise access.NotFound(digits)
        counts, own = askers.counted(digits, asker), askers.own(digits, asker)
        with self._open_unit.reading() as unit:
            guesses, ticket = unit.tickets.guesses(counts), unit.tickets.by_number(digits)
        access.check_open(guesses, now)
        if ticket and not guesses[own].wrong and access.code_matches(ticket, code):
            return access.shown_to_stranger(ticket)  # no count to raise or to reset
        with self._open_unit() as unit:
            guesses = unit.tickets.locked_guesses(counts)
            access.check_open(guesses, now)
            if ticket and access.code_matches(ticket, code):
                unit.tickets.note_guesses({own: access.Guesses()})
                return access.shown_to_stranger(ticket)
            guesses = {key: guesses[key].after_wrong(now, limit) for key, limit in counts.items()}
            unit.tickets.note_guesses(guesses)
        access.check_open(guesses, now)
        raise access.NotFound(digits)

    def for_trusted_system(self, number: str) -> Ticket:
        """A ticket with its contact, for a system that holds the API token. Raises access.Mistyped or NotFound."""
        digits = checked(number)
        with self._open_unit.reading() as unit:
            ticket = unit.tickets.by_number(digits)
        if ticket is None:
            raise access.NotFound(digits)
        return ticket

    def for_processes(self, number: str) -> Ticket | None:
        """A ticket for the hotline's own processes (notifications): no rights are checked, nothing is audited."""
        with self._open_unit.reading() as unit:
            return unit.tickets.by_number(number)

    def parts_of(self, number: str) -> Sequence[str]:
        """The numbers of the tickets that are merged into one."""
        with self._open_unit.reading() as unit:
            return unit.tickets.parts(number)

    def undispatched(self, older_than_seconds: float) -> list[str]:
        """Numbers of tickets with a category that should have been dispatched by now, oldest first."""
        before = self._now() - timedelta(seconds=older_than_seconds)
        with self._open_unit.reading() as unit:
            return list(unit.tickets.sorted_but_received(before, MAX_LISTED))

    def listed(self, filters: Mapping[str, Any], limit: int, before: str | None) -> Sequence[Ticket]:
        """Tickets for a trusted system, newest first; `before` is the last number of the page before."""
        with self._open_unit.reading() as unit:
            return unit.tickets.listed(filters, min(limit, MAX_LISTED), before)

    def _open(self, intake: Intake) -> Ticket:
        with self._open_unit() as unit:
            return self.open_within(unit, intake)

    def forget_guesses(self) -> None:
        """Delete the counts of wrong codes that are older than a day."""
        with self._open_unit() as unit:
            unit.tickets.forget_guesses(self._now() - FORGOTTEN_AFTER)

    @contextmanager
    def _changing(
        self, number: str, citizen: access.Citizen, done: tuple[str, str] | None = None, heard: bool = False
    ) -> Iterator[Change]:
        """Open a transaction with a citizen's own ticket locked. `done`: accept an ended ticket that has this step
        (node, key), for a replay. `heard`: accept a merged ticket; its main ticket is locked too.

        Raises access.AccessDenied, TicketEnded.
        """
        with self._work.on(number, CITIZEN, with_main=heard) as change:
            if not citizen.owns(change.ticket):
                raise access.NotFound(change.ticket.number)
            of_whole = heard and change.ticket.status is Status.MERGED
            if change.ticket.status in ENDED and not of_whole and not (done and change.is_done(*done)):
                raise TicketEnded(change.ticket)
            yield change

    def _passed_on(self, change: Change, says: str, said: str = "") -> dict[str, str]:
        """Pass the words of a merged ticket's citizen on to the main ticket (see merging.in_words_of_part). Returns the
        unit that reads them, as values for the citizen's step; empty for a ticket that is not merged.

        Raises TicketEnded when the main ticket has ended.
        """
        if change.ticket.merged_into is None:
            return {}
        main = change.unit.tickets.by_number(change.ticket.merged_into)
        if main is None or main.status in ENDED:
            raise TicketEnded(change.ticket)
        merging.pass_on(change, merging.in_words_of_part(change, says, said), main)
        return {"unit": main.lead}

    def _draft(self, intake: Intake, now: datetime, serial: int) -> Ticket:
        category = self._city.category(intake.category) if intake.category else None
        district = self._city.districts[intake.district] if intake.district else None
        lead, co = self._work.units.sorted(intake.category, district, intake.request_type, intake.description)
        urgency = intake.urgency or Urgency.NORMAL
        due_at = self._work.timing.reply(now, intake.request_type, urgency)
        if intake.asks_for_person:  # the hotline itself calls back, whatever the matter and whoever it is about
            lead, co, due_at = self._work.units.hotline, (), min(due_at, self._work.timing.call_back(now))
        ticket = Ticket(
            number=numbering.make_number(now.date(), serial),
            code=numbering.make_code(),
            request_type=intake.request_type,
            category=intake.category,
            title=_title(intake, category.label if category else None),
            description=_told(intake),
            location=intake.location,
            district=district.name if district else None,
            lead=lead,
            co=co,
            urgency=urgency,
            confidential=self._city.is_confidential(intake.category, intake.request_type)
            if intake.confidential is None
            else intake.confidential,
            channel=intake.channel,
            sender=intake.sender,
            conversation_id=intake.conversation_id,
            contact=intake.contact,
            status=Status.RECEIVED,
            created_at=now,
            due_at=due_at,
            danger=intake.danger,
            language=intake.language,
            doubted=_doubts(intake),
            asks_for_person=intake.asks_for_person,
        )
        says = None if category else "received_unsorted"
        return replace(ticket, timeline=(step(now, Status.RECEIVED, says=says),))


def _told(intake: Intake) -> str:
    """The citizen's whole account of a matter, with the answers to questions."""
    return "\n".join([intake.description, *(f"{question}：{answer}" for question, answer in intake.details)])


def _title(intake: Intake, label: str | None) -> str:
    if intake.danger:
        return of_danger(intake.danger, intake.location, texts())
    return intake.title or title(intake.location, label, texts())


def _going_on(change: Change) -> Ticket:
    """The ticket after its citizen has said more; ends the pause if the unit waited for the citizen."""
    if change.ticket.paused_at:
        change.do(Action.RESUME)
        change.resume_clock()
    return change.ticket


def _alert(unit: TicketUnit, ticket: Ticket, now: datetime) -> None:
    unit.events.add("danger.detected", ticket.number, facts_of(ticket) | {"danger": ticket.danger}, now)


def _doubts(intake: Intake) -> bool:
    """Whether the citizen said that the unit or the matter is wrong (hotline.intake.opening names these details)."""
    return any(name == texts().say(remark) for name, _ in intake.details for remark in DOUBTS.values())


def _is_asked(unit: TicketUnit, number: str) -> bool:
    """Whether the follow-up waits for the citizen's answer."""
    return any(deadline.stage is Stage.FOLLOW_UP for deadline in unit.handling.deadlines(number))
