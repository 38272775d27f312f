"""The special behaviour of a channel: messages it answers without the dialogue, and the form it gives to answers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from hotline.conversations.model import Claim, Reply


class Manner(Protocol):
    """The special behaviour of one channel, applied by the pump."""

    def answer(self, claim: Claim) -> Sequence[Reply] | None:
        """The answer to a message that needs no dialogue; None to leave it to the dialogue. May block."""

    def shape(self, replies: Sequence[Reply]) -> Sequence[Reply]:
        """Put the answer to one message into the form of this channel."""
