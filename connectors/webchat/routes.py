"""`WS /chat/ws`: one task reads frames, another sends new lines of the transcript."""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from dataclasses import replace

from sanic import Blueprint, Request, Websocket
from sanic.exceptions import WebsocketClosed

from connectors.services import Services
from connectors.web import Malformed
from connectors.webchat import payload
from connectors.webchat.pace import Pace
from connectors.webchat.payload import CHANNEL
from hotline.conversations.handoff.model import Attendance
from hotline.conversations.model import Attendant, Author, Incoming
from hotline.conversations.signals import DESK, Watch, begun, typing
from hotline.texts import texts
from hotline.tickets.access import Citizen
from hotline.transaction import StorageUnavailable

logger = logging.getLogger(__name__)

LOOK_AGAIN_SECONDS = 5.0
QUIET_LOOKS = 12
"""Factor by which the regular look into the database is rarer while wake-ups arrive."""
HELLO_SECONDS = 20.0
OWN_TICKETS = 20


def blueprint(services: Services) -> Blueprint:
    """The channel's routes."""
    routes = Blueprint("webchat", url_prefix="/chat")

    @routes.websocket("/ws")
    async def chat(request: Request, socket: Websocket) -> None:
        hello = await _hello(socket)
        if hello is None:
            return
        token = hello.token or payload.new_token()
        await socket.send(payload.welcome(token))
        session = Session(services, request, socket, payload.sender_of(token), hello.after)
        tasks = [asyncio.create_task(session.read()), asyncio.create_task(session.write())]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            for task in tasks:
                with suppress(asyncio.CancelledError, WebsocketClosed, ConnectionError):
                    await task

    return routes


async def _hello(socket: Websocket) -> payload.Hello | None:
    """The first frame; None for a connection that does not speak the protocol."""
    try:
        raw = await socket.recv(timeout=HELLO_SECONDS)
        frame = payload.parse(raw or "")
    except Malformed as wrong:
        await socket.send(payload.refused(None, wrong.code, wrong.message))
        return None
    return frame if isinstance(frame, payload.Hello) else None


class Session:
    """One connection of one browser."""

    def __init__(self, services: Services, request: Request, socket: Websocket, sender: str, after: int) -> None:
        self._services = services
        self._request = request
        self._socket = socket
        self._sender = sender
        self._after = after
        self._conversation: str | None = None
        self._attendance = Attendance()

    async def read(self) -> None:
        """Handle frames until the browser goes."""
        loop = asyncio.get_running_loop()
        pace = Pace()
        while (raw := await self._socket.recv()) is not None:
            await asyncio.sleep(pace.wait(loop.time()))
            try:
                frame = payload.parse(raw)
            except Malformed as wrong:
                await self._socket.send(payload.refused(None, wrong.code, wrong.message))
                continue
            if isinstance(frame, payload.Say):
                await self._say(frame)
            elif isinstance(frame, payload.AskTickets):
                await self._tickets(frame.language)
            elif isinstance(frame, payload.Typing):
                self._typing()
            elif isinstance(frame, payload.Read):
                await self._read(frame.seq)
            elif isinstance(frame, payload.Ping):
                await self._socket.send(payload.pong())

    async def _say(self, frame: payload.Say) -> None:
        client = self._services.asker(self._request).client  # not kept: a mark is valid for one day only
        incoming = Incoming(CHANNEL, self._sender, frame.text, provider_id=frame.id, data={"client": client})
        try:
            accepted = await self._services.pump.accept(incoming)
        except StorageUnavailable:
            await self._socket.send(payload.refused(frame.id, "unavailable", texts().say("error.unavailable")))
            return
        await self._socket.send(payload.accepted(frame.id, accepted.message.seq))
        if self._conversation is None:
            self._services.signals.changed(begun(self._sender))

    async def _tickets(self, language: str) -> None:
        citizen = Citizen(CHANNEL, self._sender)
        try:
            own = await asyncio.to_thread(self._services.hotline.tickets.own_with_timeline, citizen, OWN_TICKETS)
        except StorageUnavailable:
            await self._socket.send(payload.refused(None, "unavailable", texts().say("error.unavailable")))
            return
        await self._socket.send(payload.ticket_list(own, self._services.hotline.city, language))

    def _typing(self) -> None:
        """Tell an agent, and nobody else, that the citizen is writing."""
        if self._conversation and self._attendance.attendant is Attendant.AGENT:
            self._services.signals.changed(typing(Author.CITIZEN, self._conversation))

    async def _read(self, seq: int) -> None:
        if self._conversation and self._attendance.attendant is Attendant.AGENT:
            with suppress(StorageUnavailable):
                queue = self._services.hotline.queue
                if await asyncio.to_thread(queue.citizen_read, self._conversation, seq):
                    self._services.signals.changed(self._conversation)

    async def write(self) -> None:
        """Send the transcript from where the browser left off, then every new line."""
        self._conversation = conversation = await self._found()
        agent_types = typing(Author.AGENT, conversation)
        with self._services.signals.watch(conversation, agent_types) as watch:
            while True:
                failed = False
                try:
                    fresh = await self._send_new(conversation)
                except StorageUnavailable:
                    logger.warning("a transcript cannot be read now")
                    fresh, failed = False, True
                waits = (DESK,) if self._attendance.attendant is Attendant.QUEUE else ()
                if not watch.turn_to(conversation, agent_types, *waits) and not fresh:
                    changed = await self._change(watch, soon=failed)
                    if agent_types in changed:
                        await self._socket.send(payload.typing())

    async def _send_new(self, conversation: str) -> bool:
        """Send new lines, then who answers now and what an agent has read; True if there were lines."""
        hotline = self._services.hotline
        fresh = await asyncio.to_thread(hotline.conversations.transcript, conversation, self._after)
        for message in fresh:
            await self._socket.send(payload.line(message))
            self._after = message.seq
        before, self._attendance = self._attendance, await asyncio.to_thread(hotline.queue.attendance, conversation)
        if replace(before, agent_read=0) != replace(self._attendance, agent_read=0):
            await self._socket.send(payload.attendant(self._attendance))
        if self._attendance.agent_read > before.agent_read:
            await self._socket.send(payload.read(self._attendance.agent_read))
        return bool(fresh)

    async def _found(self) -> str:
        """The session's conversation, as soon as something was said in one of its tabs."""
        find = self._services.hotline.conversations.find
        with self._services.signals.watch(begun(self._sender)) as watch:
            while True:
                failed = False
                try:
                    if found := await asyncio.to_thread(find, CHANNEL, self._sender):
                        return found.id
                except StorageUnavailable:
                    failed = True
                await self._change(watch, soon=failed)

    async def _change(self, watch: Watch, soon: bool) -> frozenset[str]:
        """What changed; empty when the regular look is due. With `soon`, or without wake-ups, it waits only once."""
        for _ in range(1 if soon else QUIET_LOOKS):
            changed = await watch.change(LOOK_AGAIN_SECONDS)
            if changed or not self._services.signals.are_carried:
                return changed
        return frozenset()
