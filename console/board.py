"""The supervisor's board: danger first, queues, agents, tickets that wait for a decision or guidance, overdue ones."""

from __future__ import annotations

import asyncio

from sanic import HTTPResponse

from console.conversations import PAGE, in_words
from console.door import Door
from console.visit import Visit

OVERDUE, DECISIONS, MARKED = 30, 30, 30


def add_routes(door: Door) -> None:
    """The board, and the supervisor's stepping in."""
    hotline, feed = door.hotline, door.services.feed

    @door.get("/board", "board")
    async def board(visit: Visit) -> HTTPResponse:
        shown, overdue, requests, marked = await asyncio.gather(
            asyncio.to_thread(hotline.screen.board, visit.person),
            asyncio.to_thread(hotline.register.overdue, OVERDUE),
            asyncio.to_thread(hotline.ticket_desk.waiting, DECISIONS),
            asyncio.to_thread(hotline.ticket_desk.marked, MARKED),
        )
        return visit.page(
            "board.html", board=shown, overdue=overdue, requests=requests, marked=marked, now=hotline.now()
        )

    @door.post("/board/<conversation_id:str>/step-in", "board.step_in")
    async def step_in(visit: Visit, conversation_id: str) -> HTTPResponse:
        with in_words(visit):
            handoff = await feed.act(hotline.agent_desk.step_in, visit.person, conversation_id[:64])
        return visit.to(f"{PAGE}/{handoff.id}")
