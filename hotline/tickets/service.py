"""What citizens and trusted systems do with tickets: open, look up, list, add, urge, withdraw, rate."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from hotline.staff.model import ASSISTANT, CITIZEN, SYSTEM
from hotline.storage.database import AlreadyStored
from hotline.tickets import access, merging, numbering, repeats
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
from hotline.tickets.titles import title
from hotline.wording import texts

MAX_LISTED = 200
DOUBTS = {"unit_doubted": "remark.objects_to_unit", "matter_doubted": "remark.matter"}
"""Nodes of what only a person can judge, and how it is written to them; a ticket with one is not dispatched by itself."""


class TicketEnded(Exception):
    """The ticket has ended; `ticket` says how."""

    def __init__(self, ticket: Ticket) -> None:
        super().__init__(ticket.number)
        self.ticket = ticket


class Tickets:
    """What citizens and trusted systems do with tickets; staff work through Desk and Handling."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self._open_unit = work.open_unit
        self._city = work.city
        self._now = work.now

    def open(self, intake: Intake) -> Ticket:
        """Open a ticket. The same `intake.key` always gives the same ticket, however often it is asked.

        Raises hotline.storage.StorageUnavailable when nothing could be stored.
        """
        try:
            return self._open(intake)
        except AlreadyStored:  # somebody else opened it at the same moment
            return self._open(intake)

    def open_within(self, unit: TicketUnit, intake: Intake) -> Ticket:
        """The same in the transaction of a caller, together with what they do.

        Raises hotline.storage.AlreadyStored when somebody opens it at the same moment.
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
        """Open a ticket, or note a matter that its citizen has an open ticket about on that one (重复诉求并单).

        Whose a ticket is goes by session and vouched-for phone, never by a number that somebody typed. The same
        `intake.key` always gives the same. Raises hotline.storage.StorageUnavailable.
        """
        district = self._city.districts[intake.district].name if intake.district else None
        with self._open_unit.reading() as unit:
            known = unit.tickets.by_key(intake.key)
            own = unit.tickets.open_of_citizen(citizen.channel, citizen.sender, citizen.verified_phone)
        if known is None and (repeated := repeats.repeated(intake, district, own, self._work.meaning)):
            with suppress(TicketEnded):
                return Taken(self.add(repeated.number, citizen, intake.description, intake.key, node="repeated"), True)
        return Taken(known or self.open(intake), False)

    def add(
        self,
        number: str,
        citizen: access.Citizen,
        text: str,
        key: str,
        node: str = "added",
        alarms: bool = False,
    ) -> Ticket:
        """Add what the citizen says to an open ticket of theirs. Raises access.AccessDenied, TicketEnded.

        `node`: how the timeline tells it; "unit_doubted" for what is said against the unit, "matter_doubted" for what says that
        the matter is another one: both are written to those who dispatch. `alarms`: staff are alerted of the danger once more. A unit that waits for it goes on, with as much time as it had. What is said on a part of another ticket goes to
        the unit that has the whole.
        """
        with self._changing(number, citizen, heard=True) as change:
            if change.is_done(node, key):
                return change.ticket
            say = self._passed_on(change, "part_says", text)
            told = f"{texts().say(DOUBTS[node])}：{text}" if node in DOUBTS else text
            description = f"{change.ticket.description}\n{told}"[:MAX_DESCRIPTION]
            data = {"repeated": True} if node == "repeated" else None
            becomes = {"description": description}
            change.do(Action.ADD, {"text": text}, key=key, node=node, data=data, say=say, becomes=becomes)
            if alarms and change.ticket.danger:
                _alert(change.unit, change.ticket, self._now())
            return _going_on(change)

    def keep_contact(
        self, number: str, citizen: access.Citizen, contact: tuple[str | None, str | None], words: str | None, key: str
    ) -> Ticket:
        """Keep a name and a phone that the citizen gives after the ticket was opened (None: as it was) where its units do not
        read them. `words`: what else they say, as an address that is no phone. Raises access.AccessDenied, TicketEnded."""
        with self._changing(number, citizen, heard=True) as change:
            if change.is_done("contact_kept", key):
                return change.ticket
            name, phone = contact
            known, described = change.ticket.contact, change.ticket.description
            told = f"{described}\n{texts().say('remark.reach')}：{words}"[:MAX_DESCRIPTION] if words else described
            kept = replace(known, name=name or known.name, phone=phone or known.phone)
            becomes = {"contact": kept, "description": told}
            change.do(Action.ADD, {"text": words or phone or name}, key=key, node="contact_kept", becomes=becomes)
            return _going_on(change)

    def become_anonymous(self, number: str, citizen: access.Citizen, key: str) -> Ticket:
        """Take name and phone out of the contact and out of what was told. Raises access.AccessDenied, TicketEnded."""
        with self._changing(number, citizen, heard=True) as change:
            ticket = change.ticket
            if change.is_done("anonymous", key):
                return ticket
            becomes: dict[str, Any] = {"contact": replace(ticket.contact, name=None, phone=None)}
            for field in ("description", "title", "location"):
                if told := getattr(ticket, field):
                    becomes[field] = without_contact(told, ticket.contact)
            return change.do(Action.ADD, {"text": "anonymous"}, key=key, node="anonymous", becomes=becomes)

    def correct_place(self, number: str, citizen: access.Citizen, place: str, text: str, key: str) -> Ticket:
        """Note that the place is another one. Within the same district the ticket is there from now on; a place in another one
        is for those who dispatch. Raises access.AccessDenied, TicketEnded."""
        with self._changing(number, citizen, heard=True) as change:
            if change.is_done("place_corrected", key):
                return change.ticket
            say = self._passed_on(change, "part_says", text)
            ticket, found = change.ticket, self._city.find_district(place)
            told = f"{ticket.description}\n{texts().say('remark.place')}：{text}"[:MAX_DESCRIPTION]
            becomes = {"description": told}
            if found is None or found.name == ticket.district:
                becomes["location"] = place
                becomes["title"] = ticket.title.replace(ticket.location, place) if ticket.location else ticket.title
            change.do(Action.ADD, {"text": text}, key=key, node="place_corrected", say=say, becomes=becomes)
            return _going_on(change)

    def urge(self, number: str, citizen: access.Citizen, key: str) -> Ticket:
        """Note that the citizen asks for speed; never a second ticket. Raises access.AccessDenied, TicketEnded."""
        with self._changing(number, citizen, heard=True) as change:
            if change.is_done("urged", key):
                return change.ticket
            return change.do(Action.URGE, key=key, say=self._passed_on(change, "part_urges"))

    def set_confidential(self, number: str, citizen: access.Citizen, confidential: bool, key: str) -> Ticket:
        """Keep the citizen's details secret, or no longer. Raises access.AccessDenied, TicketEnded."""
        with self._changing(number, citizen) as change:
            if change.ticket.confidential != confidential:
                node = "confidential" if confidential else "not_confidential"
                change.do(Action.SECRECY, key=key, node=node, becomes={"confidential": confidential})
                change.name(change.ticket.named)
            return change.ticket

    def withdraw(self, number: str, citizen: access.Citizen, key: str) -> Ticket:
        """End a ticket because its citizen says so; what others have reported with it goes on, and so does what it is part
        of: its citizen hears no more of that.

        Raises access.AccessDenied, TicketEnded.
        """
        with self._changing(number, citizen, done=("withdrawn", key), heard=True) as change:
            if change.ticket.status is Status.WITHDRAWN:
                return change.ticket
            self._passed_on(change, "part_withdraws")
            change.do(Action.WITHDRAW, key=key, data={"reason": "withdrawn"}, becomes={"merged_into": None})
            merging.let_parts_go(change)
            return change.ticket

    def rate(self, number: str, citizen: access.Citizen, rating: Rating, words: str, key: str) -> Ticket:
        """Take what the citizen thinks; see hotline.tickets.follow_up. Raises access.AccessDenied."""
        return FollowUps(self._work).rate(number, citizen, rating, words, key)

    def dispatch(self, number: str) -> bool:
        """Send a received ticket to its lead department. False when it was already sent, cannot be sorted, or waits for a
        person because its citizen doubts the unit or the matter.

        Raises access.AccessDenied for a number that is none.
        """
        with self._work.on(number, SYSTEM) as change:
            ticket = change.ticket
            if ticket.category is None or ticket.status is not Status.RECEIVED or _waits_for_a_person(ticket):
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
        """The tickets of a citizen that have not ended, or are part of one that has not; newest first, without timelines."""
        with self._open_unit.reading() as unit:
            return unit.tickets.open_of_citizen(citizen.channel, citizen.sender, citizen.verified_phone)

    def to_rate(self, citizen: access.Citizen, limit: int = 20) -> Sequence[str]:
        """The numbers of a citizen's tickets that were answered and ask what they think, newest first."""
        with self._open_unit.reading() as unit:
            own = unit.tickets.of_citizen(citizen.channel, citizen.sender, citizen.verified_phone, limit)
            return [t.number for t in own if t.status in ANSWERED or (t.merged_into and _is_asked(unit, t.number))]

    def whole(self, ticket: Ticket) -> Ticket:
        """The ticket in which a citizen's one is handled: the main one of a part, else itself."""
        if ticket.merged_into is None:
            return ticket
        with self._open_unit.reading() as unit:
            return unit.tickets.by_number(ticket.merged_into) or ticket

    def own_with_timeline(self, citizen: access.Citizen, limit: int = 20) -> Sequence[Ticket]:
        """The same with timelines, for a page that shows them."""
        with self._open_unit.reading() as unit:
            own = unit.tickets.of_citizen(citizen.channel, citizen.sender, citizen.verified_phone, limit)
            return [ticket for short in own if (ticket := unit.tickets.by_number(short.number))]

    def for_citizen(self, number: str, citizen: access.Citizen) -> Ticket | None:
        """A citizen's own ticket, or None when it is not theirs or not there. Raises access.Mistyped."""
        digits = checked(number)
        with self._open_unit.reading() as unit:
            ticket = unit.tickets.by_number(digits)
        return ticket if ticket and citizen.owns(ticket) else None

    def for_stranger(self, number: str, code: str | None) -> Ticket:
        """A ticket for whoever knows its lookup code. Raises access.Mistyped, NotFound or Locked."""
        digits = checked(number)
        now = self._now()
        if not code or not code.strip():
            raise access.NotFound(digits)
        with self._open_unit.reading() as unit:
            guesses, ticket = unit.tickets.guesses(digits), unit.tickets.by_number(digits)
        guesses.check_open(now)
        if ticket and not guesses.wrong and access.code_matches(ticket, code):
            return ticket  # nothing to count and nothing to forget
        with self._open_unit() as unit:
            guesses = unit.tickets.locked_guesses(digits)
            guesses.check_open(now)
            if ticket and access.code_matches(ticket, code):
                if guesses.wrong:
                    unit.tickets.note_guesses(digits, access.Guesses())
                return ticket
            guesses = guesses.after_wrong(now)
            unit.tickets.note_guesses(digits, guesses)
        guesses.check_open(now)
        raise access.NotFound(digits)

    def for_trusted_system(self, number: str) -> Ticket:
        """A ticket with its contact, for a system that holds the API token. Raises access.Mistyped or NotFound."""
        digits = checked(number)
        with self._open_unit.reading() as unit:
            ticket = unit.tickets.by_number(digits)
        if ticket is None:
            raise access.NotFound(digits)
        return ticket

    def for_staff_of_the_hotline(self, number: str) -> Ticket | None:
        """A ticket for the hotline's own processes (notifications)."""
        with self._open_unit.reading() as unit:
            return unit.tickets.by_number(number)

    def parts_of(self, number: str) -> Sequence[str]:
        """The numbers of the tickets that are merged into one."""
        with self._open_unit.reading() as unit:
            return unit.tickets.parts(number)

    def undispatched(self, older_than_seconds: float) -> list[str]:
        """Numbers of sorted tickets that should have been dispatched by now, oldest first."""
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

    @contextmanager
    def _changing(
        self, number: str, citizen: access.Citizen, done: tuple[str, str] | None = None, heard: bool = False
    ) -> Iterator[Change]:
        """A citizen's own ticket inside a transaction; `done`: an ended one is fine when it has this step; `heard`: so is
        a part of a ticket that has not ended.

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
        """Pass on to the whole what the citizen of a part says (see merging.in_words_of_part); who can see it, for the
        citizen's step.

        Raises TicketEnded when the whole has ended.
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
        if intake.asks_for_person:  # whoever calls back is the hotline's, whatever the matter, and whomever it is about
            lead, co, due_at = self._work.units.hotline, (), min(due_at, self._work.timing.call_back(now))
        details = [f"{question}：{answer}" for question, answer in intake.details]
        ticket = Ticket(
            number=numbering.make_number(now.date(), serial),
            code=numbering.make_code(),
            request_type=intake.request_type,
            category=intake.category,
            title=intake.title or title(intake.location, category.label if category else None, texts()),
            description="\n".join([intake.description, *details]),
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
        )
        says = None if category else "received_unsorted"
        return replace(ticket, timeline=(step(now, Status.RECEIVED, says=says),))


def _going_on(change: Change) -> Ticket:
    """The ticket after its citizen has said more: a unit that waited for it goes on."""
    if change.ticket.paused_at:
        change.do(Action.RESUME)
        change.resume_clock()
    return change.ticket


def _alert(unit: TicketUnit, ticket: Ticket, now: datetime) -> None:
    unit.events.add("danger.detected", ticket.number, facts_of(ticket) | {"danger": ticket.danger}, now)


def _waits_for_a_person(ticket: Ticket) -> bool:
    """Whether the citizen said that unit or matter are others: see hotline.intake.opening and `Tickets.add`."""
    return any(f"{texts().say(remark)}：" in ticket.description for remark in DOUBTS.values())


def _is_asked(unit: TicketUnit, number: str) -> bool:
    """Whether a citizen's answer to the follow-up is waited for."""
    return any(deadline.stage is Stage.FOLLOW_UP for deadline in unit.handling.deadlines(number))
