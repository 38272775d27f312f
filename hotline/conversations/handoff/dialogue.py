"""The dialogue while a person is waited for: what a citizen chooses is heard first, the rest is the assistant's."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace

from hotline.conversations.handoff.queue import Queue
from hotline.conversations.model import Claim, Reply
from hotline.conversations.pump import Dialogue


class AttendedDialogue:
    """Implements hotline.conversations.pump.Dialogue on another one and the queue."""

    def __init__(self, dialogue: Dialogue, queue: Queue) -> None:
        self._dialogue = dialogue
        self._queue = queue

    async def answer(self, claim: Claim) -> Sequence[Reply]:
        """What the queue answers; else what the dialogue does, told what the message means where the queue knows it."""
        message = claim.message
        heard = await asyncio.to_thread(self._queue.hear, claim.conversation.id, message.id, message.text)
        if heard.answer:
            return [Reply(heard.answer)]
        if heard.means:
            message = replace(message, data={**(message.data or {}), "means": heard.means})
        return await self._dialogue.answer(replace(claim, message=message))
