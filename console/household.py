"""The file of a household or a firm (一户一册、一企一册): a page, its printable form, and notes for whoever answers
that household next."""

from __future__ import annotations

import asyncio
from typing import Any

from sanic import HTTPResponse

from console import actions
from console.door import Door
from console.visit import Visit
from console.whence import whence
from hotline.city import Party
from hotline.tickets.household import CONFIDENTIAL, UNSORTED
from hotline.tickets.households import LONGEST_NOTE, HouseholdQuery


def add_routes(door: Door) -> None:
    """The file, which any ticket of the household leads to."""
    hotline = door.hotline
    households, city = hotline.households, hotline.city
    categories = city.category_names

    @door.get("/tickets/<number:str>/household", "household")
    async def page(visit: Visit, number: str) -> HTTPResponse:
        return await _shown(visit, number, households.opened, "household.html")

    @door.get("/tickets/<number:str>/household/print", "household.printed")
    async def printed(visit: Visit, number: str) -> HTTPResponse:
        return await _shown(visit, number, households.printed, "household_printed.html")

    @door.post("/tickets/<number:str>/household/notes", "household.note")
    async def note(visit: Visit, number: str) -> HTTPResponse:
        with actions.in_words(visit):
            text = visit.field("note", LONGEST_NOTE)
            await asyncio.to_thread(households.note, number[:20], visit.person, text)
        return visit.to(f"/console/tickets/{number}/household")

    @door.post("/tickets/<number:str>/household/notes/<id:str>/remove", "household.remove_note")
    async def remove_note(visit: Visit, number: str, id: str) -> HTTPResponse:
        with actions.in_words(visit):
            await asyncio.to_thread(households.take_back, number[:20], visit.actor, int(id[:9]))
        return visit.to(f"/console/tickets/{number}/household")

    async def _shown(visit: Visit, number: str, look: Any, template: str) -> HTTPResponse:
        asked = _asked(visit)
        with actions.in_words(visit):
            file = await asyncio.to_thread(look, number[:20], visit.actor, whence(visit, number), asked)
        names = {id: getattr(each.name, visit.language) for id, each in city.matter_classes.items()}
        names |= {id: visit.words.say(f"household.{id}") for id in (UNSORTED, CONFIDENTIAL)}
        return visit.page(template, file=file, asked=asked, names=names, categories=categories)


def _asked(visit: Visit) -> HouseholdQuery:
    party = visit.asked("party", 10)
    return HouseholdQuery(
        section=visit.asked("class", 32) or None,
        party=Party(party) if party in set(Party) else None,
        before=visit.asked("before", 12) or None,
    )
