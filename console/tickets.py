"""Tickets for the hotline's own staff: the register with its filters and search, one ticket, and all actions on it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from sanic import HTTPResponse

from connectors.web import Refused
from console import actions
from console.door import Door
from console.visit import PART, Visit
from console.whence import whence
from hotline.staff.account import OF_A_DEPARTMENT
from hotline.staff.model import Person, Role
from hotline.tickets.lifecycle import Action
from hotline.tickets.model import ENDED, Status, Ticket, Urgency
from hotline.tickets.records import Dossier, KeyClass, Kind
from hotline.tickets.register import AccessReason, RegisterQuery
from hotline.tickets.scrubbing import without_reach
from hotline.tickets.units import HOTLINE

ROWS = 50
MAINS = 6
"""How many tickets are offered as targets of a merge."""
PAGE = "/console/tickets"


def add_routes(door: Door) -> None:
    """The register, a ticket, its contact, and every action."""
    hotline = door.hotline
    register, city = hotline.register, hotline.city
    forms = actions.of_the_office(hotline.ticket_desk, hotline.follow_ups)
    choices: dict[str, Any] = {
        "statuses": list(Status),
        "urgencies": list(Urgency),
        "districts": [district.name for district in city.districts.values()],
        "categories": city.category_names,
        "replies": city.reply_templates(HOTLINE),
        "lines": {id: f"{line.name} {line.number}" for id, line in city.lines.items()},
    }

    @door.get("/tickets", "tickets")
    async def listed(visit: Visit) -> HTTPResponse:
        return await _list(visit)

    @door.get("/tickets/<number:str>", "ticket")
    async def one(visit: Visit, number: str) -> HTTPResponse:
        return await _page(visit, number)

    @door.post("/tickets/<number:str>/contact", "ticket.contact")
    async def contact(visit: Visit, number: str) -> HTTPResponse:
        reason = visit.field("reason", 20)
        if reason not in set(AccessReason):
            raise visit.refusal(422, "reason_needed")
        with actions.in_words(visit):
            shown = await asyncio.to_thread(register.contact, number[:20], AccessReason(reason), visit.actor)
        return await _page(visit, number, again=True, contact=shown)

    @door.post("/tickets/<number:str>/do/<action:str>", "ticket.do")
    async def act(visit: Visit, number: str, action: str) -> HTTPResponse:
        await asyncio.to_thread(actions.run, visit, forms, number[:20], action)
        return visit.to(f"{PAGE}/{number}")

    @door.post("/tickets/<number:str>/decide", "ticket.decide")
    async def decide(visit: Visit, number: str) -> HTTPResponse:
        with actions.in_words(visit):
            await asyncio.to_thread(
                hotline.ticket_desk.decide,
                number[:20],
                visit.actor,
                int(visit.field("request", 9)),
                visit.field("approve", 3) == "yes",
                visit.field("reason", actions.LONGEST),
                visit.field("unit", 100) or None,
            )
        return visit.to(f"{PAGE}/{number}")

    @door.post("/tickets", "tickets.bulk")
    async def bulk(visit: Visit) -> HTTPResponse:
        action = visit.field("action", 20)
        allowed = {each: forms[each] for each in actions.BULK}
        done, problems = [], []
        for number in visit.fields("number", 12)[:ROWS]:
            try:
                done.append(await asyncio.to_thread(actions.run, visit, allowed, number, action))
            except Refused as refused:
                problems.append((number, refused.message))
        return await _list(visit, done=len(done), problems=problems)

    async def _list(visit: Visit, **more: Any) -> HTTPResponse:
        wanted = _wanted(visit)
        rows = await asyncio.to_thread(register.found, wanted, ROWS, visit.actor)
        older = None
        if len(rows) == ROWS:
            asked = {name: values[0] for name, values in visit.request.get_args().items()}
            older = urlencode({**asked, "before": rows[-1].number})
        values = {"done": None, "problems": [], "bulk": [(each, forms[each]) for each in actions.BULK], **more}
        return visit.page("tickets.html", rows=rows, wanted=wanted, older=older, now=hotline.now(), **values, **choices)

    async def _page(visit: Visit, number: str, again: bool = False, contact: object = None) -> HTTPResponse:
        again = again or PART in visit.request.headers
        with actions.in_words(visit):
            dossier = await asyncio.to_thread(register.dossier, number[:20], visit.actor, whence(visit, number), again)
            alike = await asyncio.to_thread(hotline.ticket_desk.suggestions, dossier.ticket.number)
            pictures = await asyncio.to_thread(hotline.attachments.of_ticket, number[:20], visit.actor)
            files = await asyncio.to_thread(hotline.reply_files.of_ticket, number[:20], visit.actor)
            notes = await asyncio.to_thread(hotline.households.notes, number[:20], visit.actor)
        people = await asyncio.to_thread(hotline.staff.listed)
        return visit.page(
            "ticket.html",
            dossier=dossier,
            ticket=dossier.ticket,
            described=without_reach(dossier.ticket.description, dossier.ticket.contact),
            contact=contact,
            pictures=pictures,
            files=files,
            notes=notes,
            may_attach=False,
            keys=actions.keys_of(forms),
            forms=[(action, forms[action]) for action in forms if action in dossier.actions],
            decisions=_decisions(dossier),
            alike=alike,
            mains=_mains(dossier, [each.ticket for each in alike]),
            names={person.id: person.name for person in people},
            people=[person for person in people if _may_be_named(person, dossier)],
            now=hotline.now(),
            **choices,
        )


def _decisions(dossier: Dossier) -> list[Any]:
    """Open requests of units that the person may decide."""
    deciding = {
        Kind.RETURN: Action.ACCEPT_RETURN,
        Kind.EXTENSION: Action.EXTEND,
        Kind.END: Action.END,
        Kind.SHELVE: Action.SHELVE,
    }
    return [r for r in dossier.requests if r.outcome is None and deciding[r.kind] in dossier.actions]


def _mains(dossier: Dossier, alike: Iterable[Ticket]) -> list[Ticket]:
    """Tickets that this one may be merged into: open ones that are alike, and open ones of the same citizen."""
    found = {ticket.number: ticket for ticket in (*alike, *dossier.others) if ticket.status not in ENDED}
    return [ticket for ticket in found.values() if not ticket.confidential][:MAINS]


def _may_be_named(person: Person, dossier: Dossier) -> bool:
    """Whether a person may be named for a confidential ticket: they work in one of its units, or are a leader."""
    works_on_it = person.role in OF_A_DEPARTMENT and person.department in (dossier.ticket.lead, *dossier.ticket.co)
    return person.active and (works_on_it or person.role is Role.LEADER)


def _wanted(visit: Visit) -> RegisterQuery:
    def one_of(name: str, known: set[str]) -> str | None:
        value = visit.asked(name)
        return value if value in known else None

    status = one_of("status", set(Status))
    return RegisterQuery(
        text=visit.asked("q", 100),
        status=Status(status) if status else None,
        category=visit.asked("category", 4) or None,
        department=visit.asked("department", 100) or None,
        district=visit.asked("district", 32) or None,
        urgency=one_of("urgency", set(Urgency)),
        key_class=one_of("key_class", set(KeyClass)),
        overdue=bool(visit.asked("overdue")),
        before=visit.asked("before", 12) or None,
    )
