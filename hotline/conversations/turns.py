"""A turn of the dialogue, as it is stored."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Turn:
    """The events of one turn in Rasa's format, and the dialogue's state after it; `at` is set once it is stored."""

    number: int
    message_ids: list[str]
    events: list[dict[str, Any]]
    snapshot: dict[str, Any]
    at: datetime | None = None
