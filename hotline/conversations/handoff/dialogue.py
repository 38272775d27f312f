"""The dialogue for citizens who may be waiting for an agent: the queue hears their choices first; the assistant answers
everything else."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace

from hotline.conversations.handoff.queue import Queue
from hotline.conversations.model import Claim, Reply
from hotline.conversations.pump import Dialogue


class AttendedDialogue:
    """Implements hotline.conversations.pump.Dialogue; wraps another Dialogue and asks the queue first."""

    def __init__(self, dialogue: Dialogue, queue: Queue) -> None:
        self._dialogue = dialogue
        self._queue = queue

    async def answer(self, claim: Claim) -> Sequence[Reply]:
        """The queue's answer if it has one, else the dialogue's, which gets the message's meaning if the queue knows
        it."""
        message = claim.message
        heard = await asyncio.to_thread(self._queue.hear, claim.conversation.id, message.id, message.text)
        if heard.answer:
            return [Reply(heard.answer)]
        if heard.means:
            message = replace(message, data={**(message.data or {}), "means": heard.means})
        return await self._dialogue.answer(replace(claim, message=message))
