"""`POST /webhooks/rest/webhook`: commit, wait for the answer, return it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence

from sanic import Blueprint, HTTPResponse, Request
from sanic.response import json as json_response

from connectors.rest.payload import parse, present
from connectors.services import Services
from connectors.web import Refused, has_token, is_local
from hotline.conversations.model import Accepted, Attendant, Message, MessageState
from hotline.texts import texts

WAIT_SECONDS = 4.0


def blueprint(services: Services) -> Blueprint:
    """The channel's routes."""
    routes = Blueprint("rest", url_prefix="/webhooks/rest")
    settings = services.hotline.settings

    @routes.get("/")
    async def health(_: Request) -> HTTPResponse:
        return json_response({"status": "ok"})

    @routes.post("/webhook")
    async def webhook(request: Request) -> HTTPResponse:
        if not has_token(request, settings.rest_token) and not is_local(request, settings.trusted_proxies):
            raise Refused(401, "unauthorized", texts().say("error.unauthorized"))
        incoming = parse(request.body)
        give_up = time.monotonic() + WAIT_SECONDS
        accepted = await services.pump.accept(incoming)
        with services.waiting_for(accepted.message.id):
            messages = await _answers(services, accepted, give_up)
        return json_response(present(incoming.sender, messages))

    return routes


async def _answers(services: Services, accepted: Accepted, give_up: float) -> list[Message]:
    """What the citizen has not seen yet, up to the answer to this message; the notice if that takes too long."""
    conversations, message = services.hotline.conversations, accepted.message
    with_agent = accepted.attendant is Attendant.AGENT
    found = await services.watched(
        message.conversation_id,
        lambda: conversations.heard(message),
        lambda found: _answers_in(found, message),
        seconds=0.0 if with_agent else give_up - time.monotonic(),
        at_once=with_agent or not accepted.is_new,
    )
    answers = _answers_in(found, message)
    queued = any(m.state is MessageState.QUEUED for m in found)
    earlier = await asyncio.to_thread(conversations.fetch_queued, message.conversation_id) if queued else []
    seen = {a.seq for a in answers}
    fresh = [m for m in earlier if m.seq not in seen and not (answers and _says_kept(m))]
    said = sorted([*fresh, *answers], key=lambda m: m.seq)
    return said if said or with_agent else [_kept(message)]


def _answers_in(found: Sequence[Message], message: Message) -> list[Message]:
    return [m for m in found if m.answers == message.seq]


def _says_kept(message: Message) -> bool:
    return bool(message.data and message.data.get("notice") == "kept")


def _kept(message: Message) -> Message:
    text = texts().say("notice.kept")
    return Message(
        message.conversation_id, message.seq, message.id, message.author, text, message.at, MessageState.SENT
    )
