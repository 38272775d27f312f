"""The inbox: the tickets of one unit, or those that were escalated to the leader, without the citizen's identity, and
the actions on them."""

from __future__ import annotations

import asyncio
from typing import Any
from urllib.parse import urlencode

from sanic import HTTPResponse

from console import actions
from console.door import Door
from console.visit import Visit
from hotline.staff.account import OF_A_DEPARTMENT
from hotline.tickets.inbox import InboxQuery, Show
from hotline.tickets.lifecycle import Action
from hotline.tickets.model import ENDED
from hotline.tickets.register import AccessReason
from hotline.tickets.units import HOTLINE

PAGE = "/console/inbox"
ROWS = 100
"""Tickets on one page."""


def add_routes(door: Door) -> None:
    """The list, one ticket, the contact on request, and every action."""
    hotline = door.hotline
    view, handling, city = hotline.department, hotline.handling, hotline.city
    forms = {**actions.of_a_unit(handling), **actions.of_the_leader(hotline.ticket_desk)}
    choices: dict[str, Any] = {
        "categories": city.category_names,
    }

    departments = {
        department.unit_name(district): department.id
        for department in city.departments.values()
        for district in (None, *city.districts.values())
    }

    @door.get("/inbox", "inbox")
    async def listed(visit: Visit) -> HTTPResponse:
        words, shown, first = visit.asked("q"), visit.asked("show", 10), _first(visit.asked("from", 6))
        wanted = InboxQuery(words, Show(shown) if shown in set(Show) else None)
        counts = await asyncio.to_thread(view.counts, visit.actor)
        rows = await asyncio.to_thread(view.listed, visit.actor, wanted, ROWS + 1, first)
        return visit.page(
            "inbox.html",
            rows=rows[:ROWS],
            unit=_unit(visit),
            counts=counts,
            shows=list(Show),
            asked={"q": words, "show": shown},
            next=urlencode({"q": words, "show": shown, "from": first + ROWS}) if len(rows) > ROWS else None,
            now=hotline.now(),
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
        if reason not in set(AccessReason):
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
            may_attach=visit.may("inbox.attach") and ticket.status not in ENDED,
            keys=actions.keys_of(forms),
            parts=parts,
            forms=[(action, forms[action]) for action in offered],
            replies=city.reply_templates(departments.get(visit.person.department or "", HOTLINE)),
            part_forms=[(action, forms[action]) for action in actions.OF_A_PART if action in ticket.actions],
            may_see_contact=Action.SEE_CONTACT in ticket.actions,
            now=hotline.now(),
            **choices,
        )


def _unit(visit: Visit) -> str | None:
    """The unit whose inbox it is; None for a leader's."""
    return visit.person.department if visit.person.role in OF_A_DEPARTMENT else None


def _first(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() else 0
