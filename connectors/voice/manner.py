"""How the hotline behaves on the phone: it reads doubtful words back, and treats a hang-up as no message."""

from __future__ import annotations

from collections.abc import Sequence

from hotline.conversations.calls import ENDED, Calls
from hotline.conversations.model import Claim, Reply
from hotline.texts import texts

UNSURE = "unsure"
"""Marks words that may have been misheard."""

AROUND = " 。.，,！!？?"


class VoiceManner:
    """Implements hotline.conversations.manner.Manner."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    def answer(self, claim: Claim) -> Sequence[Reply] | None:
        """Answers what needs no understanding: words to be confirmed first, and a hang-up."""
        data = claim.message.data or {}
        if data == ENDED:
            return [self._calls.end(claim)]
        if data.get(UNSURE):
            return [Reply(texts().say("notice.did_you_say", text=claim.message.text.rstrip(AROUND)))]
        return None

    def shape(self, replies: Sequence[Reply]) -> Sequence[Reply]:
        """The replies unchanged: they are adapted for the ear when they are spoken."""
        return replies
