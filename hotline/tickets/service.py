"""The use cases on tickets: open, look up, list, dispatch."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from hotline.city import City, District
from hotline.clock import Clock
from hotline.storage.database import AlreadyStored
from hotline.tickets import access, deadlines, numbering
from hotline.tickets.model import ENDED, Intake, Rating, RequestType, Status, Ticket, TimelineEntry, Urgency
from hotline.tickets.ports import OpenUnit, TicketUnit
from hotline.wording import texts

MAX_LISTED = 200
HOTLINE_UNIT = "hotline"


MAX_DESCRIPTION = 20_000


class TicketEnded(Exception):
    """The ticket has ended; `ticket` says how."""

    def __init__(self, ticket: Ticket) -> None:
        super().__init__(ticket.number)
        self.ticket = ticket


class Tickets:
    """Everything that can be done with tickets. `now` returns an aware time in the city's zone."""

    def __init__(self, open_unit: OpenUnit, city: City, now: Clock) -> None:
        self._open_unit = open_unit
        self._city = city
        self._now = now

    def open(self, intake: Intake) -> Ticket:
        """Open a ticket. The same `intake.key` always gives the same ticket, however often it is asked.

        Raises hotline.storage.StorageUnavailable when nothing could be stored.
        """
        try:
            return self._open(intake)
        except AlreadyStored:  # somebody else opened it at the same moment
            return self._open(intake)

    def add(self, number: str, citizen: access.Citizen, text: str, key: str) -> Ticket:
        """Add what the citizen says to an open ticket of theirs. Raises access.AccessDenied, TicketEnded."""
        with self._changing(number, citizen) as (unit, ticket):
            if unit.tickets.append(ticket.number, self._step("added", ticket, key)):
                unit.tickets.describe(ticket.number, f"{ticket.description}\n{text}"[:MAX_DESCRIPTION])
            return ticket

    def urge(self, number: str, citizen: access.Citizen, key: str) -> Ticket:
        """Note that the citizen asks for speed; never a second ticket. Raises access.AccessDenied, TicketEnded."""
        with self._changing(number, citizen) as (unit, ticket):
            unit.tickets.append(ticket.number, self._step("urged", ticket, key))
            return ticket

    def set_confidential(self, number: str, citizen: access.Citizen, confidential: bool, key: str) -> Ticket:
        """Keep the citizen's details secret, or no longer. Raises access.AccessDenied, TicketEnded."""
        with self._changing(number, citizen) as (unit, ticket):
            if ticket.confidential != confidential:
                unit.tickets.set_confidential(ticket.number, confidential)
                node = "confidential" if confidential else "not_confidential"
                unit.tickets.append(ticket.number, self._step(node, ticket, key))
            return replace(ticket, confidential=confidential)

    def withdraw(self, number: str, citizen: access.Citizen, key: str) -> Ticket:
        """End a ticket because its citizen says so. Raises access.AccessDenied, TicketEnded."""
        with self._changing(number, citizen) as (unit, ticket):
            unit.tickets.set_status(ticket.number, ticket.status, Status.WITHDRAWN)
            unit.tickets.append(ticket.number, self._step("withdrawn", ticket, key))
            unit.events.add("ticket.closed", ticket.number, _facts(ticket) | {"reason": "withdrawn"}, self._now())
            return ticket

    def rate(self, number: str, citizen: access.Citizen, rating: Rating, words: str, key: str) -> Ticket:
        """Store what the citizen thinks; dissatisfaction goes onto the timeline with their words in the description.

        Raises access.AccessDenied.
        """
        with self._changing(number, citizen, even_ended=True) as (unit, ticket):
            unit.tickets.rate(ticket.number, rating)
            if rating is Rating.DISSATISFIED and unit.tickets.append(
                ticket.number, self._step("dissatisfied", ticket, key)
            ):
                unit.tickets.describe(ticket.number, f"{ticket.description}\n{words}"[:MAX_DESCRIPTION])
            return ticket

    def dispatch(self, number: str) -> bool:
        """Send a received ticket to its lead department. False when it was already sent or cannot be sorted."""
        with self._open_unit() as unit:
            ticket = unit.tickets.by_number(number)
            if ticket is None or ticket.category is None:
                return False
            if not unit.tickets.set_status(number, Status.RECEIVED, Status.DISPATCHED):
                return False
            now = self._now()
            text = texts().say("node.dispatched", unit=ticket.lead, due=_day(ticket.due_at))
            unit.tickets.append(number, TimelineEntry(now, Status.DISPATCHED, text))
            unit.events.add("ticket.dispatched", number, _facts(ticket), now)
            return True

    def own(self, citizen: access.Citizen, limit: int = 5) -> Sequence[Ticket]:
        """The newest tickets of a citizen, without timelines."""
        with self._open_unit() as unit:
            return unit.tickets.of_citizen(citizen.channel, citizen.sender, citizen.verified_phone, limit)

    def own_with_timeline(self, citizen: access.Citizen, limit: int = 20) -> Sequence[Ticket]:
        """The same with timelines, for a page that shows them."""
        with self._open_unit() as unit:
            own = unit.tickets.of_citizen(citizen.channel, citizen.sender, citizen.verified_phone, limit)
            return [ticket for short in own if (ticket := unit.tickets.by_number(short.number))]

    def for_citizen(self, number: str, citizen: access.Citizen) -> Ticket | None:
        """A citizen's own ticket, or None when it is not theirs or not there. Raises access.Mistyped."""
        digits = _checked(number)
        with self._open_unit() as unit:
            ticket = unit.tickets.by_number(digits)
        return ticket if ticket and citizen.owns(ticket) else None

    def for_stranger(self, number: str, code: str | None) -> Ticket:
        """A ticket for whoever knows its lookup code. Raises access.Mistyped, NotFound or Locked."""
        digits = _checked(number)
        now = self._now()
        if not code or not code.strip():
            raise access.NotFound(digits)
        with self._open_unit() as unit:
            guesses = unit.tickets.guesses(digits)
            guesses.check_open(now)
            ticket = unit.tickets.by_number(digits)
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
        digits = _checked(number)
        with self._open_unit() as unit:
            ticket = unit.tickets.by_number(digits)
        if ticket is None:
            raise access.NotFound(digits)
        return ticket

    def for_staff_of_the_hotline(self, number: str) -> Ticket | None:
        """A ticket for the hotline's own processes (notifications)."""
        with self._open_unit() as unit:
            return unit.tickets.by_number(number)

    def undispatched(self, older_than_seconds: float) -> list[str]:
        """Numbers of sorted tickets that should have been dispatched by now."""
        before = self._now() - timedelta(seconds=older_than_seconds)
        with self._open_unit() as unit:
            waiting = unit.tickets.listed({"status": Status.RECEIVED}, MAX_LISTED, None)
        return [t.number for t in waiting if t.category is not None and t.created_at < before]

    def listed(self, filters: Mapping[str, Any], limit: int, before: str | None) -> Sequence[Ticket]:
        """Tickets for a trusted system, newest first; `before` is the last number of the page before."""
        with self._open_unit() as unit:
            return unit.tickets.listed(filters, min(limit, MAX_LISTED), before)

    def _open(self, intake: Intake) -> Ticket:
        with self._open_unit() as unit:
            if known := unit.tickets.by_key(intake.key):
                return known
            now = self._now()
            ticket = self._draft(intake, now, unit.tickets.next_serial(now.date()))
            unit.tickets.add(ticket, intake.key)
            unit.events.add("ticket.opened", ticket.number, _facts(ticket), now)
            if intake.asks_for_person:
                unit.events.add("conversation.escalated", ticket.conversation_id, {"ticket": ticket.number}, now)
            if ticket.danger:
                unit.events.add("danger.detected", ticket.number, _facts(ticket) | {"danger": ticket.danger}, now)
            return ticket

    @contextmanager
    def _changing(
        self, number: str, citizen: access.Citizen, even_ended: bool = False
    ) -> Iterator[tuple[TicketUnit, Ticket]]:
        """A citizen's own ticket inside a transaction. Raises access.AccessDenied, TicketEnded."""
        digits = _checked(number)
        with self._open_unit() as unit:
            ticket = unit.tickets.by_number(digits)
            if ticket is None or not citizen.owns(ticket):
                raise access.NotFound(digits)
            if ticket.status in ENDED and not even_ended:
                raise TicketEnded(ticket)
            yield unit, ticket

    def _step(self, node: str, ticket: Ticket, key: str) -> TimelineEntry:
        return TimelineEntry(self._now(), node, texts().say(f"node.{node}", unit=ticket.lead), f"{node}:{key}")

    def _draft(self, intake: Intake, now: datetime, serial: int) -> Ticket:
        category = self._city.category(intake.category) if intake.category else None
        district = self._city.districts[intake.district] if intake.district else None
        lead, co = self._units(intake.category, district)
        urgency = intake.urgency or Urgency.NORMAL
        details = [f"{question}：{answer}" for question, answer in intake.details]
        ticket = Ticket(
            number=numbering.make_number(now.date(), serial),
            code=numbering.make_code(),
            request_type=intake.request_type,
            category=intake.category,
            title=intake.title or _title(intake.location, category.label if category else None),
            description="\n".join([intake.description, *details]),
            location=intake.location,
            district=district.name if district else None,
            lead=lead,
            co=co,
            urgency=urgency,
            confidential=intake.confidential if intake.confidential is not None else self._confidential(intake),
            channel=intake.channel,
            sender=intake.sender,
            conversation_id=intake.conversation_id,
            contact=intake.contact,
            status=Status.RECEIVED,
            created_at=now,
            due_at=self.due(now, intake.request_type, urgency),
            danger=intake.danger,
        )
        node = "node.received" if category else "node.received_unsorted"
        return replace(ticket, timeline=(TimelineEntry(now, Status.RECEIVED, texts().say(node)),))

    def due(self, start: datetime, request_type: RequestType, urgency: Urgency) -> datetime:
        """When the answer is due at the latest: working days by request type, or sooner by the hours of what is urgent."""
        rules = self._city.deadlines
        normal = deadlines.due_after_working_days(start, rules.working_days(request_type), rules.closes_at)
        hours = rules.hours(urgency)
        return min(normal, start + hours.final) if hours else normal

    def _units(self, code: str | None, district: District | None) -> tuple[str, tuple[str, ...]]:
        if code is None:
            return self._city.unit_name(HOTLINE_UNIT, None), ()
        route = self._city.route(self._city.category(code), district)
        return route.lead, route.co

    def _confidential(self, intake: Intake) -> bool:
        """Reports of wrongdoing and what the city marks are confidential by default (GB/T 33358-2016)."""
        marked = self._city.category(intake.category).confidential if intake.category else False
        return marked or intake.request_type is RequestType.REPORT


def _checked(number: str) -> str:
    digits = numbering.clean_number(number)
    if not numbering.is_number(digits):
        raise access.Mistyped(number)
    return digits


def _facts(ticket: Ticket) -> dict[str, Any]:
    """What an event may tell of a ticket: nothing of the citizen."""
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


def _title(place: str | None, label: str | None) -> str:
    if label is None:
        return texts().say("title.unsorted")
    return texts().say("title.at", place=place, label=label) if place else texts().say("title.plain", label=label)


def _day(when: datetime) -> str:
    return texts().say("date", month=when.month, day=when.day)
