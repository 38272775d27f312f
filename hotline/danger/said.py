"""What people say when they are asked about a danger, or while one stands: that it was a way of speaking, that they are
safe, that nobody shall call, or that a ticket is wanted."""

from __future__ import annotations

from hotline.danger.kinds import Doubt, Kind
from hotline.phrases import phrase

FIGURE_OF_SPEECH = phrase("danger.figure_of_speech")
IS_SAFE = phrase("danger.safe")
IS_REAL = phrase("danger.meant")
SHORT = 12  # characters of a bare answer; 我不是气话,我是说受害的人多 tells of something else
ASKS_FOR_TICKET = phrase("danger.for_a_ticket")
NO_CALL = phrase("danger.no_call")
REAL = {
    str(Doubt.WAY_OF_SPEAKING): Kind.SELF_HARM,
    str(Doubt.SAFETY): Kind.VIOLENCE,
    str(Doubt.SCENE): Kind.CRIME,
}
"""The kind of danger when what was asked about is real."""
