"""How a channel behaves that is not just any: what it answers by itself, and the form that it gives to answers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from hotline.conversations.model import Claim, Reply


class Manner(Protocol):
    """The manner of one channel. The pump keeps to it."""

    def answer(self, claim: Claim) -> Sequence[Reply] | None:
        """What is answered without the dialogue; None for what it has to understand. May block."""

    def shape(self, replies: Sequence[Reply]) -> Sequence[Reply]:
        """The answer to one message in the form of this channel."""
