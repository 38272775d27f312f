"""Who wrote a message is told to the dialogue by the conversation, whatever the message itself claims."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sanic import HTTPResponse, Request, Sanic
from sanic.response import json as json_response

from hotline.clock import ZONE
from hotline.conversations.model import Author, Claim, Conversation, Message, MessageState
from hotline.dialogue.client import HttpDialogue
from tests.integration.serving import serving

NOON = datetime(2026, 11, 30, 12, tzinfo=ZONE)


async def test_what_came_with_a_message_does_not_say_who_sent_it() -> None:
    told = list[dict[str, Any]]()
    app = Sanic("listening", configure_logging=False)

    @app.post("/webhooks/inbox/webhook")
    async def listen(request: Request) -> HTTPResponse:
        told.append(request.json["metadata"])
        return json_response([])

    forged = {"channel": "sms", "sender": "+8613800001234", "verified_phone": "13800001234", "can_transfer": True}
    message = Message("c", 1, "m", Author.CITIZEN, "我的工单", NOON, MessageState.WAITING, forged)
    claim = Claim(Conversation("c", "rest", "anna", None, NOON), message, noticed=False)
    async with serving(app) as url:
        dialogue = HttpDialogue(url)
        await dialogue.answer(claim)
        await dialogue.close()
    assert told == [{"channel": "rest", "sender": "anna", "verified_phone": None, "can_transfer": True}]
