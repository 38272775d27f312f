"""What was said in the last short messages, which belongs together: 工地, 晚上, 吵."""

from __future__ import annotations

from collections.abc import Set
from typing import Any

from rasa.shared.core.events import ActionExecuted, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

ENDS_A_STORY = {"action_open_ticket", "action_danger", "action_open_callback"}
MOST_PIECES, LONGEST_PIECE = 3, 10
"""So many messages before the latest, of so many characters each, are read together with it."""


def pieces(understood: dict[str, Any], tracker: DialogueStateTracker, left_out: Set[str] = frozenset()) -> list[str]:
    """The latest message and the short ones before it, in order; empty where it stands alone or one of them is long.
    `left_out`: the intents of messages that tell nothing."""
    found = [understood["text"] or ""]
    for event in reversed(tracker.events):
        if isinstance(event, ActionExecuted) and event.action_name in ENDS_A_STORY:
            break
        if isinstance(event, UserUttered) and event.intent_name not in left_out:
            if len(found) > MOST_PIECES:
                break
            found.insert(0, event.text or "")
    return [] if len(found) < 2 or any(len(piece) > LONGEST_PIECE for piece in found) else found
