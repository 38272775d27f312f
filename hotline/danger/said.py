"""Answers to a question about a danger, or words while one stands: it was a figure of speech, they are safe, nobody is
to be called, a ticket is wanted."""

from __future__ import annotations

from hotline.danger.kinds import Doubt, Kind
from hotline.phrases import phrase

FIGURE_OF_SPEECH = phrase("danger.figure_of_speech")
IS_SAFE = phrase("danger.safe")
IS_REAL = phrase("danger.meant")
SHORT = 12  # most characters of a bare answer; 我不是气话,我是说受害的人多 is about something else
ASKS_FOR_TICKET = phrase("danger.for_a_ticket")
NO_CALL = phrase("danger.no_call")
REAL = {
    str(Doubt.WAY_OF_SPEAKING): Kind.SELF_HARM,
    str(Doubt.SAFETY): Kind.VIOLENCE,
    str(Doubt.SCENE): Kind.CRIME,
}
"""By question (`Doubt`): the kind of danger if the answer is that it is real."""
