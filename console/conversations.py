"""Conversations: an agent's desk, one conversation on it, and all actions on it."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sanic import HTTPResponse
from sanic.response import empty

from connectors.web import Refused
from console.door import Door
from console.visit import HEADERS, PART, Visit
from hotline.city import REQUEST_TYPES
from hotline.conversations.handoff.model import (
    Correction,
    HandoffError,
    NobodyThere,
    NotYours,
    Presence,
    Stage,
    Unfilled,
)
from hotline.conversations.model import MAX_TEXT
from hotline.tickets.register import AccessReason

LINES = 100
PAGE = "/console/conversations"
KEY = re.compile(r"[\w-]{8,64}")
LONGEST_NOTE = 500


def add_routes(door: Door) -> None:
    """The desk and the actions on it."""
    hotline, feed = door.hotline, door.services.feed
    desk, screen, city = hotline.agent_desk, hotline.screen, hotline.city
    corrections: dict[str, Any] = {
        "request_types": REQUEST_TYPES,
        "categories": city.category_names,
        "districts": {code: district.name for code, district in city.districts.items()},
    }

    @door.get("/conversations", "conversations")
    async def empty_desk(visit: Visit) -> HTTPResponse:
        overview = await asyncio.to_thread(screen.overview, visit.person)
        return visit.page("conversations.html", overview=overview, view=None, following=None)

    @door.get("/conversations/<id:str>", "conversation")
    async def one(visit: Visit, id: str) -> HTTPResponse:
        try:
            with in_words(visit):
                return await _page(visit, id)
        except Refused as refused:
            if PART in visit.request.headers:
                raise
            overview = await asyncio.to_thread(screen.overview, visit.person)
            return visit.page(
                "conversations.html",
                refused.status,
                overview=overview,
                view=None,
                following=None,
                problem=refused.message,
            )

    @door.get("/conversations/<id:str>/canned", "conversation.canned")
    async def canned(visit: Visit, id: str) -> HTTPResponse:
        with in_words(visit):
            found = await asyncio.to_thread(screen.canned, visit.person, id, visit.asked("q"))
        return visit.page("canned_found.html", found=found)

    @door.post("/presence", "presence")
    async def set_presence(visit: Visit) -> HTTPResponse:
        chosen = visit.field("presence", 20)
        if chosen not in set(Presence):
            raise visit.refusal(422, "invalid")
        with in_words(visit):
            await feed.act(desk.set_presence, visit.person, Presence(chosen))
        return nothing() if PART in visit.request.headers else visit.to(PAGE)

    @door.post("/capacity", "capacity")
    async def set_capacity(visit: Visit) -> HTTPResponse:
        with in_words(visit):
            await feed.act(desk.set_capacity, visit.person, _number(visit.field("capacity", 2)))
        return nothing() if PART in visit.request.headers else visit.to(PAGE)

    def action(name: str, do: Callable[[Visit, str], Any], stays: bool = True) -> None:
        """Register an action on a conversation; afterwards the page shows the conversation (`stays`) or the desk."""

        @door.post(f"/conversations/<id:str>/{name}", f"conversation.{name}")
        async def act(visit: Visit, id: str) -> HTTPResponse:
            with in_words(visit):
                await do(visit, id)
            return visit.to(f"{PAGE}/{id}" if stays else PAGE)

    def quiet(name: str, do: Callable[[Visit, str], Any]) -> None:
        """Register an action that a script takes by itself; its effect comes through the live feed."""

        @door.post(f"/conversations/<id:str>/{name}", f"conversation.{name}")
        async def act(visit: Visit, id: str) -> HTTPResponse:
            with in_words(visit):
                await do(visit, id)
            return nothing()

    def use(method: Callable[..., Any], *fields: Callable[[Visit], Any]) -> Callable[[Visit, str], Any]:
        """A use case of the desk, called with the values of these fields."""
        return lambda visit, id: feed.act(method, visit.person, id, *(field(visit) for field in fields))

    action("accept", use(desk.accept))
    action("decline", use(desk.decline), stays=False)
    action("take", use(desk.take))
    action("move", use(desk.move, lambda visit: visit.field("skill", 40), _note), stays=False)
    action("ticket", use(desk.open_ticket, _correction, _key))
    action("back", use(desk.hand_back, _correction), stays=False)
    action("close", use(desk.close, lambda visit: visit.field("result", 40)), stays=False)
    quiet("say", lambda visit, id: feed.talk(desk.say, visit.person, id, visit.field("text", MAX_TEXT), _key(visit)))
    quiet("whisper", use(desk.whisper, _note))
    quiet("read", lambda visit, id: feed.talk(desk.read, visit.person, id, _number(visit.field("seq", 9))))
    quiet("typing", lambda visit, id: feed.typing(visit.person, id))

    @door.post("/conversations/<id:str>/contact", "conversation.contact")
    async def contact(visit: Visit, id: str) -> HTTPResponse:
        reason = visit.field("reason", 20)
        if reason not in set(AccessReason):
            raise visit.refusal(422, "reason_needed")
        with in_words(visit):
            shown = await asyncio.to_thread(screen.contact, visit.person, id, AccessReason(reason))
            return await _page(visit, id, contact=shown)

    async def _page(visit: Visit, id: str, contact: object = None) -> HTTPResponse:
        person = visit.person
        overview = await asyncio.to_thread(screen.overview, person, id)
        view = await asyncio.to_thread(screen.view, person, id)
        last = overview.followed.last_seq if overview.followed else 0
        lines = await asyncio.to_thread(screen.transcript, person, id, _earliest(visit, last), 1000)
        return visit.page(
            "conversation.html",
            overview=overview,
            view=view,
            following=id,
            lines=lines,
            contact=contact,
            held=view.handoff.stage is Stage.HELD,
            mine=view.handoff.agent == person.id,
            groups=city.handoff.groups,
            results=city.handoff.results,
            **corrections,
        )


def _earliest(visit: Visit, last: int) -> int:
    """The seq after which the transcript begins: the newest lines, or more when they are asked for."""
    return max(0, last - LINES * (1 + _number(visit.asked("more", 3) or "0")))


@contextmanager
def in_words(visit: Visit) -> Iterator[None]:
    """Turns a use case's refusal into the console's words."""
    try:
        yield
    except NobodyThere:
        raise visit.refusal(409, "nobody_there") from None
    except Unfilled:
        raise visit.refusal(422, "blank") from None
    except NotYours:
        raise visit.refusal(409, "not_yours") from None
    except HandoffError:
        raise visit.refusal(409, "gone") from None
    except ValueError:
        raise visit.refusal(422, "invalid") from None


def _note(visit: Visit) -> str:
    return visit.field("note", LONGEST_NOTE)


def _key(visit: Visit) -> str:
    """The key that a page makes for each message, so that a repeated request has no second effect. Raises
    ValueError."""
    key = visit.field("key", 64)
    if not KEY.fullmatch(key):
        raise ValueError("key")
    return key


def _number(text: str) -> int:
    """Raises ValueError."""
    if not (text.isascii() and text.isdigit()):
        raise ValueError("number")
    return int(text)


def _correction(visit: Visit) -> Correction:
    """The corrections filled in; an empty field keeps what was understood."""
    sizes = {
        "request_type": 20,
        "category": 4,
        "description": MAX_TEXT,
        "place": 200,
        "district": 32,
        "name": 30,
        "phone": 20,
    }
    given = {name: visit.field(name, longest) or None for name, longest in sizes.items()}
    secret = visit.field("confidential", 3)
    return Correction(**given, confidential={"yes": True, "no": False}.get(secret))


def nothing() -> HTTPResponse:
    """An empty answer: done, nothing to show."""
    return empty(headers=HEADERS)
