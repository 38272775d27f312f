"""The files of households and firms for the hotline's own staff: open one, print it, write a note. Each access is
audited.

A household is identified by the sender and the phone of a ticket. It is opened by the number of one of its tickets, so
that no phone stands in a URL. A firm is identified by its caller only; the city's data say whether a ticket is a
resident's or a firm's matter.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeAlias

from hotline.audit.whence import Whence
from hotline.city import City, Party
from hotline.clock import Clock
from hotline.personal_data.masking import mask_name, mask_phone
from hotline.staff.model import Actor, Person, Role
from hotline.tickets import access
from hotline.tickets.change import checked
from hotline.tickets.household import Figures, Heard, HouseholdNote, Matter, figures, matter_of, scrubbed, sections
from hotline.tickets.lifecycle import NotAllowed, Who
from hotline.tickets.model import Ticket
from hotline.tickets.ports import TicketUnit
from hotline.transaction import Opening

NEWEST = 2_000
"""How many tickets of a household are counted and shown at most, the newest."""
ROWS = 50
PRINTED = 500
LONGEST_NOTE = 300


@dataclass(frozen=True, slots=True)
class HouseholdQuery:
    """Which part of a file to show; None means all. `before` is the last ticket number of the previous page."""

    section: str | None = None
    party: Party | None = None
    before: str | None = None


@dataclass(frozen=True, slots=True)
class Household:
    """A page of a file. `number` is the ticket by which it was opened; name and phone are its citizen's, masked.

    `parties` and `counts` are the numbers of tickets by party and by section, `figures` those of the party that was
    asked for. `sections` holds the tickets of this page, newest first in each. `older`: the ticket number before which
    the next page begins. `is_cut`: there are more tickets than NEWEST.
    """

    number: str
    party: Party
    name: str | None
    phone: str | None
    parties: Mapping[Party, int]
    figures: Figures
    counts: Mapping[str, int]
    sections: Mapping[str, Sequence[Matter]]
    older: str | None
    is_cut: bool
    notes: Sequence[HouseholdNote]
    at: datetime


class HouseholdRepository(Protocol):
    """The records of a household other than its tickets, inside one transaction."""

    def heard(self, numbers: Sequence[str]) -> Mapping[str, Heard]:
        """What citizens said on these tickets after they were opened; only tickets where they said something."""

    def notes(self, channel: str, sender: str, phone: str | None) -> Sequence[HouseholdNote]:
        """The notes on all tickets of a sender or of a phone, newest first."""

    def add_note(self, number: str, at: datetime, author: str, author_name: str, text: str) -> None:
        """Store a note with the ticket by which the household was opened."""

    def remove_note(self, id: int) -> None:
        """Delete a note."""


class HouseholdUnit(TicketUnit, Protocol):
    """One transaction."""

    @property
    def households(self) -> HouseholdRepository: ...


OpenUnit: TypeAlias = Opening[HouseholdUnit]


class Households:
    """The use cases, for agents and supervisors; anybody else gets access.NotFound.

    All raise access.Mistyped, access.NotFound, and hotline.transaction.StorageUnavailable when the database is down.
    """

    def __init__(self, open_unit: OpenUnit, city: City, now: Clock) -> None:
        self._open_unit = open_unit
        self._city = city
        self._now = now

    def opened(self, number: str, by: Actor, why: Whence, asked: HouseholdQuery = HouseholdQuery()) -> Household:
        """A page of the file of a ticket's household. Audited."""
        found = self._read(number, by, asked, ROWS)
        with self._open_unit() as unit:
            unit.audit.add(by, "household.viewed", found.number, self._now(), why, {"found": found.figures.tickets})
        return found

    def printed(self, number: str, by: Actor, why: Whence, asked: HouseholdQuery = HouseholdQuery()) -> Household:
        """The file as one page for print, with at most PRINTED tickets. Audited."""
        found = self._read(number, by, asked, PRINTED)
        with self._open_unit() as unit:
            unit.audit.add(by, "household.printed", found.number, self._now(), why, {"found": found.figures.tickets})
        return found

    def notes(self, number: str, by: Actor) -> Sequence[HouseholdNote]:
        """The notes of staff about a ticket's household, newest first."""
        with self._open_unit.reading() as unit:
            return _notes(unit, _ticket(unit, checked(number), by))

    def note(self, number: str, person: Person, text: str) -> None:
        """Write a note about a ticket's household for the next agent. Raises ValueError for an empty or too long
        text."""
        text, by, digits = text.strip(), Actor.of(person), checked(number)
        if not 0 < len(text) <= LONGEST_NOTE:
            raise ValueError("note")
        with self._open_unit() as unit:
            _ticket(unit, digits, by)
            unit.households.add_note(digits, self._now(), person.id, person.name, text)
            unit.audit.add(by, "household.noted", digits, self._now())

    def take_back(self, number: str, by: Actor, note: int) -> None:
        """Remove a note: its author may, and any supervisor. Raises KeyError if this household has no such note,
        lifecycle.NotAllowed."""
        digits = checked(number)
        with self._open_unit() as unit:
            known = {each.id: each for each in _notes(unit, _ticket(unit, digits, by))}
            if known[note].author != by.id and by.kind != Role.SUPERVISOR:
                raise NotAllowed("the note is another's")
            unit.households.remove_note(note)
            unit.audit.add(by, "household.note_removed", digits, self._now())

    def _read(self, number: str, by: Actor, asked: HouseholdQuery, limit: int) -> Household:
        now = self._now()
        with self._open_unit.snapshot() as unit:
            ticket = _ticket(unit, checked(number), by)
            own = unit.tickets.of_citizen(*_whose(ticket), NEWEST + 1)
            newest = own[:NEWEST]
            merged = [each.merged_into for each in newest if each.merged_into]
            mains = {main.number: main for main in unit.tickets.several(merged)}
            heard = unit.households.heard([each.number for each in newest])
            notes = _notes(unit, ticket)
        matters = [
            matter_of(each, mains.get(each.merged_into or ""), heard.get(each.number), self._city, by.id, now)
            for each in newest
        ]
        of_party = [each for each in matters if asked.party in (None, each.content and each.content.party)]
        wanted = [each for each in of_party if asked.section in (None, each.section)]
        later = [each for each in wanted if asked.before is None or each.number < asked.before]
        tickets = {each.number: each for each in newest}
        page = [scrubbed(each, tickets[each.number]) for each in later[:limit]]
        contact = ticket.contact
        return Household(
            number=ticket.number,
            party=self._city.party_of(ticket.category, ticket.description),
            name=mask_name(contact.name) if contact.name else None,
            phone=mask_phone(contact.phone) if contact.phone else None,
            parties=Counter(each.content.party for each in matters if each.content),
            figures=figures(of_party),
            counts=Counter(each.section for each in of_party),
            sections=sections(page, self._city),
            older=page[-1].number if len(later) > len(page) else None,
            is_cut=len(own) > len(newest),
            notes=notes,
            at=now,
        )


def _ticket(unit: HouseholdUnit, digits: str, by: Actor) -> Ticket:
    """The ticket that opens a household's file, checked for access. Raises access.NotFound."""
    ticket = unit.tickets.by_number(digits)
    if ticket is None or not Who.AGENT.is_met_by(by, ticket):
        raise access.NotFound(digits)
    return ticket


def _whose(ticket: Ticket) -> tuple[str, str, str | None]:
    return ticket.channel, ticket.sender, ticket.contact.phone


def _notes(unit: HouseholdUnit, ticket: Ticket) -> Sequence[HouseholdNote]:
    return unit.households.notes(*_whose(ticket))
