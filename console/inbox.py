"""The department's inbox: the tickets of one unit without who the citizen is, and what the unit does with them."""

from __future__ import annotations

import asyncio
from typing import Any
from urllib.parse import urlencode

from sanic import HTTPResponse

from console import actions
from console.door import Door
from console.visit import Visit
from hotline.staff.model import Actor
from hotline.tickets.department import DepartmentTicket, DepartmentView
from hotline.tickets.lifecycle import RULES, Action
from hotline.tickets.model import ENDED
from hotline.tickets.register import Reason
from hotline.tickets.units import HOTLINE

PAGE = "/console/inbox"
ROWS = 100
"""On one page."""
AT_ONCE = 200
MOST = 2_000
"""Open tickets of a unit that are looked through, newest first; more than that are only counted as more."""
UNSIGNED = RULES[Action.ACCEPT].origins


def add_routes(door: Door) -> None:
    """The list, one ticket, the contact on request, and every action."""
    hotline = door.hotline
    view, handling, city = hotline.department, hotline.handling, hotline.city
    forms = actions.of_a_unit(handling)
    choices: dict[str, Any] = {
        "categories": {code: category.name for code, category in city.categories.items()},
    }

    departments = {
        department.unit_name(district): department.id
        for department in city.departments.values()
        for district in (None, *city.districts.values())
    }

    @door.get("/inbox", "inbox")
    async def listed(visit: Visit) -> HTTPResponse:
        found = await asyncio.to_thread(_open_tickets, view, visit.actor)
        now, words, shown = hotline.now(), visit.asked("q"), visit.asked("show", 10)
        shows = {
            "new": [ticket for ticket in found if ticket.status in UNSIGNED],
            "overdue": [ticket for ticket in found if ticket.is_overdue(now)],
        }
        counts = {"open": f"{len(found)}{'+' if len(found) >= MOST else ''}"}
        counts |= {name: str(len(tickets)) for name, tickets in shows.items()}
        wanted = [ticket for ticket in shows.get(shown, found) if _is_meant(words, ticket)]
        first = _first(visit.asked("from", 6))
        return visit.page(
            "inbox.html",
            rows=wanted[first : first + ROWS],
            counts=counts,
            shows=list(shows),
            asked={"q": words, "show": shown},
            next=urlencode({"q": words, "show": shown, "from": first + ROWS}) if first + ROWS < len(wanted) else None,
            now=now,
            **choices,
        )

    @door.get("/inbox/<number:str>", "inbox.ticket")
    async def one(visit: Visit, number: str) -> HTTPResponse:
        return await _page(visit, number)

    @door.post("/inbox/<number:str>/do/<action:str>", "inbox.do")
    async def act(visit: Visit, number: str, action: str) -> HTTPResponse:
        await asyncio.to_thread(actions.run, visit, forms, number[:20], action)
        return visit.to(f"{PAGE}/{number}")

    @door.post("/inbox/<number:str>/contact", "inbox.contact")
    async def contact(visit: Visit, number: str) -> HTTPResponse:
        reason = visit.field("reason", 20)
        if reason not in set(Reason):
            raise visit.refusal(422, "reason_needed")
        with actions.in_words(visit):
            shown = await asyncio.to_thread(handling.contact, number[:20], visit.actor, reason)
        return await _page(visit, number, contact=shown)

    async def _page(visit: Visit, number: str, contact: object = None) -> HTTPResponse:
        with actions.in_words(visit):
            ticket = await asyncio.to_thread(view.one, number[:20], visit.actor)
            pictures = await asyncio.to_thread(hotline.attachments.of_ticket, number[:20], visit.actor)
            files = await asyncio.to_thread(hotline.reply_files.of_ticket, number[:20], visit.actor)
        parts = [part for part in ticket.tasks if part.unit == visit.person.department and part.answer is None]
        hidden = actions.OF_A_PART if ticket.waits_for_citizen else {*actions.OF_A_PART, Action.RESUME}
        offered = [action for action in forms if action in ticket.actions and action not in hidden]
        return visit.page(
            "inbox_ticket.html",
            ticket=ticket,
            contact=contact,
            pictures=pictures,
            files=files,
            may_attach=ticket.status not in ENDED,
            keys=actions.keys_of(forms),
            parts=parts,
            forms=[(action, forms[action]) for action in offered],
            replies=city.reply_templates(departments.get(visit.person.department or "", HOTLINE)),
            part_forms=[(action, forms[action]) for action in actions.OF_A_PART if action in ticket.actions],
            may_see_contact=Action.SEE_CONTACT in ticket.actions,
            now=hotline.now(),
            **choices,
        )


def _open_tickets(view: DepartmentView, actor: Actor) -> list[DepartmentTicket]:
    """What the unit still has to do: what is due first comes first, and what waits for its citizen last."""
    found: list[DepartmentTicket] = []
    while len(found) < MOST:
        page = view.listed(actor, None, AT_ONCE, found[-1].number if found else None)
        found.extend(page)
        if len(page) < AT_ONCE:
            break
    return sorted(found, key=lambda ticket: (ticket.waits_for_citizen, ticket.due_at))


def _is_meant(words: str, ticket: DepartmentTicket) -> bool:
    """True when a number, or words of the matter as the unit reads it, are asked for; also for no words."""
    text = f"{ticket.title} {ticket.description} {ticket.location or ''}"
    return words.casefold() in text.casefold() or words.replace(" ", "") in ticket.number


def _first(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() else 0
