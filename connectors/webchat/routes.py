"""`WS /chat/ws`: one task reads frames, another sends what is new in the transcript."""

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
from connectors.webchat.payload import CHANNEL
from hotline.conversations.handoff.model import Attendance
from hotline.conversations.model import Attendant, Author, Incoming
from hotline.conversations.signals import DESK, typing
from hotline.storage import StorageUnavailable
from hotline.tickets.access import Citizen
from hotline.wording import texts

logger = logging.getLogger(__name__)

LOOK_AGAIN_SECONDS = 5.0
HELLO_SECONDS = 20.0
OWN_TICKETS = 20


def blueprint(services: Services) -> Blueprint:
    """The channel's routes."""
    routes = Blueprint("webchat", url_prefix="/chat")

    @routes.websocket("/ws")
    async def chat(_: Request, socket: Websocket) -> None:
        hello = await _hello(socket)
        if hello is None:
            return
        token = hello.token or payload.new_token()
        await socket.send(payload.welcome(token))
        session = Session(services, socket, payload.sender_of(token), hello.after)
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
    """The first frame, or None for a connection that does not speak the protocol."""
    try:
        raw = await socket.recv(timeout=HELLO_SECONDS)
        frame = payload.parse(raw or "")
    except Malformed as wrong:
        await socket.send(payload.refused(None, wrong.code, wrong.message))
        return None
    return frame if isinstance(frame, payload.Hello) else None


class Session:
    """One connection of one browser."""

    def __init__(self, services: Services, socket: Websocket, sender: str, after: int) -> None:
        self._services = services
        self._socket = socket
        self._sender = sender
        self._after = after
        self._begun = asyncio.Event()
        self._conversation: str | None = None
        self._attendance = Attendance()

    async def read(self) -> None:
        """Handle frames until the browser goes."""
        while True:
            raw = await self._socket.recv()
            if raw is None:
                return
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
        incoming = Incoming(CHANNEL, self._sender, frame.text, provider_id=frame.id)
        try:
            accepted = await self._services.pump.accept(incoming)
        except StorageUnavailable:
            await self._socket.send(payload.refused(frame.id, "unavailable", texts().say("error.unavailable")))
            return
        await self._socket.send(payload.accepted(frame.id, accepted.message.seq))
        self._begun.set()

    async def _tickets(self, language: str) -> None:
        citizen = Citizen(CHANNEL, self._sender)
        try:
            own = await asyncio.to_thread(self._services.hotline.tickets.own_with_timeline, citizen, OWN_TICKETS)
        except StorageUnavailable:
            await self._socket.send(payload.refused(None, "unavailable", texts().say("error.unavailable")))
            return
        await self._socket.send(payload.ticket_list(own, self._services.hotline.city, language))

    def _typing(self) -> None:
        """Only an agent is told that the citizen is writing."""
        if self._conversation and self._attendance.attendant is Attendant.AGENT:
            self._services.signals.changed(typing(Author.CITIZEN, self._conversation))

    async def _read(self, seq: int) -> None:
        if self._conversation and self._attendance.attendant is Attendant.AGENT:
            with suppress(StorageUnavailable):
                queue = self._services.hotline.queue
                if await asyncio.to_thread(queue.citizen_read, self._conversation, seq):
                    self._services.signals.changed(self._conversation)

    async def write(self) -> None:
        """Send the transcript from where the browser left off, then whatever comes."""
        while (conversation := await self._find()) is None:
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOK_AGAIN_SECONDS):
                    await self._begun.wait()
        self._conversation = conversation
        agent_types = typing(Author.AGENT, conversation)
        with self._services.signals.watch(conversation, agent_types) as watch:
            while True:
                try:
                    fresh = await self._send_new(conversation)
                except StorageUnavailable:
                    logger.warning("a transcript cannot be read now")
                    fresh = False
                waits = (DESK,) if self._attendance.attendant is Attendant.QUEUE else ()
                if not watch.turn_to(conversation, agent_types, *waits) and not fresh:
                    changed = await watch.change(LOOK_AGAIN_SECONDS)
                    if agent_types in changed:
                        await self._socket.send(payload.typing())

    async def _send_new(self, conversation: str) -> bool:
        """Send new lines, then who answers now and what an agent has read; True when there were lines."""
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

    async def _find(self) -> str | None:
        try:
            found = await asyncio.to_thread(self._services.hotline.conversations.find, CHANNEL, self._sender)
        except StorageUnavailable:
            return None
        return found.id if found else None
