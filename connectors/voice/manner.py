"""How the hotline behaves on the phone: doubtful words are read back, and the end of a call is no sentence."""

from __future__ import annotations

from collections.abc import Sequence

from hotline.calls import ENDED, Calls
from hotline.conversations.model import Claim, Reply
from hotline.wording import texts

UNSURE = "unsure"
"""Marks words that may have been misheard."""

AROUND = " 。.，,！!？?"


class VoiceManner:
    """Implements hotline.conversations.manner.Manner."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    def answer(self, claim: Claim) -> Sequence[Reply] | None:
        """What needs no understanding: words to be confirmed first, and a hang-up."""
        data = claim.message.data or {}
        if data == ENDED:
            return [self._calls.end(claim)]
        if data.get(UNSURE):
            return [Reply(texts().say("notice.did_you_say", text=claim.message.text.rstrip(AROUND)))]
        return None

    def shape(self, replies: Sequence[Reply]) -> Sequence[Reply]:
        """As they are: the ear's form is given when they are spoken."""
        return replies
