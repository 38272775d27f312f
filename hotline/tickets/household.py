"""The file of a household or a firm (一户一册、一企一册): the tickets of one caller, sorted and counted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from hotline.city import City, Party
from hotline.tickets.lifecycle import is_overdue
from hotline.tickets.model import ENDED, Rating, RequestType, Status, Ticket
from hotline.tickets.scrubbing import without_identity, without_room

UNSORTED, CONFIDENTIAL = "unsorted", "confidential"
"""Sections for tickets without a class: those without a category, and those whose content the reader may not see."""
LONGEST_SAID = 400


@dataclass(frozen=True, slots=True)
class Heard:
    """What a citizen said on a ticket after it was opened: how often they repeated the matter, and when they last said
    anything."""

    repeats: int
    last_at: datetime


@dataclass(frozen=True, slots=True)
class HouseholdNote:
    """A note by staff about a household, for the next agent who talks to it; nobody outside the hotline reads it."""

    id: int
    at: datetime
    author: str
    author_name: str
    text: str


@dataclass(frozen=True, slots=True)
class Content:
    """What a ticket is about. `said` is the beginning of its description, `result` the reply, `matter_class` the id of
    one of the city's classes. Its texts may be shown only after `scrubbed`."""

    title: str
    said: str
    request_type: RequestType
    category: str | None
    matter_class: str | None
    party: Party
    unit: str
    result: str | None


@dataclass(frozen=True, slots=True)
class Matter:
    """A ticket of the file. `content` is None for a confidential one that the reader is not named for.

    A merged ticket takes status, unit and dates from its main ticket, but is counted by itself. `goes_as` is the number
    of the main ticket; for any other ticket its own number.
    """

    number: str
    goes_as: str
    status: Status
    created_at: datetime
    due_at: datetime
    last_at: datetime
    is_open: bool
    is_overdue: bool
    satisfaction: str | None
    repeats: int
    content: Content | None

    @property
    def section(self) -> str:
        """The section of the file it belongs to: the id of its class, UNSORTED or CONFIDENTIAL."""
        return CONFIDENTIAL if self.content is None else self.content.matter_class or UNSORTED


@dataclass(frozen=True, slots=True)
class Figures:
    """A file in numbers. A main ticket and its merged tickets count once in `open` and `overdue`. `repeats` counts
    matters that were noted on an open ticket or merged into another, as in docs/metrics.md."""

    tickets: int
    open: int
    overdue: int
    satisfied: int
    dissatisfied: int
    repeats: int
    first_at: datetime | None
    last_at: datetime | None


def matter_of(
    ticket: Ticket, main: Ticket | None, heard: Heard | None, city: City, reader: str, now: datetime
) -> Matter:
    """A ticket as a member of staff (`reader`, an id) may see it in the file; `main`: the ticket it is merged into."""
    way = main if main is not None and main.is_open_to(reader) else ticket
    whole = main or ticket
    matter_class = city.matter_class(ticket.category)
    content = Content(
        title=ticket.title,
        said=ticket.description[:LONGEST_SAID],
        request_type=ticket.request_type,
        category=ticket.category,
        matter_class=matter_class.id if matter_class else None,
        party=city.party_of(ticket.category, ticket.description),
        unit=way.lead,
        result=ticket.reply,
    )
    return Matter(
        number=ticket.number,
        goes_as=whole.number,
        status=way.status,
        created_at=ticket.created_at,
        due_at=way.due_at,
        last_at=max(ticket.created_at, heard.last_at) if heard else ticket.created_at,
        is_open=whole.status not in ENDED,
        is_overdue=is_overdue(whole.status, whole.due_at, whole.paused_at is not None, now),
        satisfaction=ticket.satisfaction,
        repeats=(heard.repeats if heard else 0) + (main is not None),
        content=content if ticket.is_open_to(reader) else None,
    )


def scrubbed(matter: Matter, ticket: Ticket) -> Matter:
    """The matter with the citizen's identity removed from its texts. Slow, so called only for the tickets of a page."""
    if matter.content is None:
        return matter
    content = replace(
        matter.content,
        title=without_room(matter.content.title, ticket) or "",
        said=without_identity(matter.content.said, ticket),
        result=without_identity(matter.content.result, ticket) if matter.content.result else None,
    )
    return replace(matter, content=content)


def figures(matters: Sequence[Matter]) -> Figures:
    """Count a file."""
    return Figures(
        tickets=len(matters),
        open=len({matter.goes_as for matter in matters if matter.is_open}),
        overdue=len({matter.goes_as for matter in matters if matter.is_overdue}),
        satisfied=sum(matter.satisfaction == Rating.SATISFIED for matter in matters),
        dissatisfied=sum(matter.satisfaction == Rating.DISSATISFIED for matter in matters),
        repeats=sum(matter.repeats for matter in matters),
        first_at=min((matter.created_at for matter in matters), default=None),
        last_at=max((matter.last_at for matter in matters), default=None),
    )


def sections(matters: Iterable[Matter], city: City) -> Mapping[str, Sequence[Matter]]:
    """The tickets by section, the classes in the city's order; empty sections are left out."""
    found: dict[str, list[Matter]] = {id: [] for id in (*city.matter_classes, UNSORTED, CONFIDENTIAL)}
    for matter in matters:
        found[matter.section].append(matter)
    return {id: here for id, here in found.items() if here}
