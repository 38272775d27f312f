"""Weak signs of danger: nothing happened or nobody is hurt, somebody has come back, a scene that may be anything, a
sign in a message about a ticket."""

from __future__ import annotations

from hotline.danger.detection import CAME_BACK, detect, detect_by_signs, evidence_of_words, gets_worse, taken_back
from hotline.danger.kinds import Danger, Kind, TakenBack
from hotline.phrases import phrase

SURE_OF_WORDS = 3.0
LEAST_OF_WORDS = -0.3
"""Evidence of words without which a sign in a message about a ticket is not believed: 他又倒了, of waste oil."""
NO_HARM_DONE = phrase("danger.no_harm_done")
NOT_SO_FAR = phrase("danger.not_so_far")
MADE_SAFE = phrase("danger.made_safe")
HARDLY = 2.5  # evidence of words from which a danger is told whatever did not happen
SCENE = phrase("danger.scene")
A_SCENE = 24  # characters of a message that tells a scene and nothing else


def is_sure(text: str) -> bool:
    """Whether a message that is said of a ticket tells surely of danger: by a sign, with no word that nothing
    happened."""
    sign = detect_by_signs(text)
    if sign is None:
        return evidence_of_words(text) >= SURE_OF_WORDS
    return sign.certain and not NO_HARM_DONE.search(text) and evidence_of_words(text) >= LEAST_OF_WORDS


def no_harm_done(text: str) -> bool:
    """Whether a message that no rule takes for a danger says that nothing happened, or not yet; or one with a sign,
    that nobody was hurt and that it was made safe."""
    if detect_by_signs(text):
        return NO_HARM_DONE.search(text) is not None and MADE_SAFE.search(text) is not None
    rest = NOT_SO_FAR.sub("", NO_HARM_DONE.sub("", text))
    tells_harm = evidence_of_words(text) >= HARDLY or gets_worse(text) or detect_by_signs(rest) is not None
    return rest != text and not tells_harm


def has_come_back(text: str) -> bool:
    """Whether a message that tells of somebody who was missing says that they are there again."""
    is_back = CAME_BACK.search(text) is not None and detect_by_signs(text) is None
    return is_back and taken_back(text, Kind.LOST_PERSON) is TakenBack.OVER


def is_scene(text: str) -> bool:
    """Whether a message tells a scene in which nobody is said to be harmed: 门口围了好多人."""
    rest, found = SCENE.subn("", text)
    return bool(found) and len(text) <= A_SCENE and not gets_worse(text) and detect_by_signs(rest) is None


def alarming(text: str) -> Danger | None:
    """The danger of which a message by itself alerts staff; None where it is none, or asked about first."""
    return None if is_scene(text) or has_come_back(text) or no_harm_done(text) else detect(text)
