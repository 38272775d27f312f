"""Rasa's side of the inbox: takes one message, returns the whole answer; the same message again gets the same
answer."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from typing import Any

from rasa.core.channels.channel import CollectingOutputChannel, InputChannel, UserMessage
from sanic import Blueprint, HTTPResponse, Request
from sanic.response import json as json_response

from bot.nlu.embedding import alike

logger = logging.getLogger(__name__)

PASSING = {
    "StorageUnavailable",
    "AlreadyStored",
    "ClientConnectorError",
    "ServerDisconnectedError",
    "ClientOSError",
    "TimeoutError",
}
"""Failures that pass by themselves: the actions process or the database is away for a moment."""


class AnswerOutput(CollectingOutputChannel):  # type: ignore[misc]
    """Collects the answer; its name is the citizen's channel, so that responses may differ by channel."""

    def __init__(self, channel: str) -> None:
        super().__init__()
        self._channel = channel

    def name(self) -> str:  # type: ignore[override]
        """The citizen's channel."""
        return self._channel

    async def send_response(self, recipient_id: str, message: dict[str, Any]) -> None:
        """Collect one message with its text and its data together."""
        self.messages.append(_shown(message))


class InboxChannel(InputChannel):  # type: ignore[misc]
    """`POST /webhooks/inbox/webhook` takes `sender`, `message`, `message_id` and `metadata`. `POST
    /webhooks/inbox/meaning` takes `said` and `others` and returns how `alike` they are by sentence vectors."""

    @classmethod
    def name(cls) -> str:
        """The channel's name in the URL."""
        return "inbox"

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        """The channel's routes."""
        routes = Blueprint("inbox")

        @routes.get("/ready")
        async def ready(request: Request) -> HTTPResponse:
            agent = getattr(request.app.ctx, "agent", None)
            is_ready = bool(agent and agent.is_ready()) and await agent.actions_answer()
            return json_response({"ready": is_ready}, status=200 if is_ready else 503)

        @routes.post("/webhook")
        async def answer(request: Request) -> HTTPResponse:
            body = request.json
            sender, message_id = body["sender"], body["message_id"]
            try:
                known = await request.app.ctx.agent.tracker_store.answer_to(sender, message_id)
                if known is not None:
                    return json_response(known)
                channel = body["metadata"]["channel"]
                output = AnswerOutput(channel)
                await on_new_message(
                    UserMessage(
                        _without_command(body["message"]),
                        output,
                        sender,
                        input_channel=channel,
                        message_id=message_id,
                        metadata=body["metadata"],
                    )
                )
            except Exception as failure:
                names = _chain(failure)
                logger.warning("a turn failed and will be tried again: %s", " ← ".join(names))
                return json_response({"error": "the turn failed"}, status=503 if PASSING & set(names) else 500)
            return json_response(output.messages)

        @routes.post("/meaning")
        async def meaning(request: Request) -> HTTPResponse:
            body = request.json
            return json_response({"alike": alike(body["said"], body["others"])})

        return routes


def _without_command(text: str) -> str:
    """Rasa treats a text that begins with a slash as a command; this makes a citizen's slash an ordinary character."""
    text = text.strip()
    return "／" + text[1:] if text.startswith("/") else text


def _shown(message: dict[str, Any]) -> dict[str, Any]:
    return {"text": message.get("text") or "", **({"custom": message["custom"]} if message.get("custom") else {})}


def _chain(failure: BaseException) -> list[str]:
    """The types of an exception and of its causes: enough to find the fault, nothing of what the citizen wrote."""
    names: list[str] = []
    cause: BaseException | None = failure
    while cause and len(names) < 8:
        names.append(type(cause).__name__)
        cause = cause.__cause__ or cause.__context__
    return names
