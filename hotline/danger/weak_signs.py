"""Weak signs of danger: nobody was hurt, somebody has come back, an ambiguous scene, or a sign in a message about a
ticket."""

from __future__ import annotations

from hotline.danger.detection import CAME_BACK, detect, detect_by_signs, evidence_of_words, gets_worse, taken_back
from hotline.danger.kinds import Danger, Kind, TakenBack
from hotline.danger.wording import PAUSE, STOP, plain
from hotline.phrases import phrase

SURE_OF_WORDS = 3.0
LEAST_OF_WORDS = -0.3
"""Evidence of words (log-odds) without which a sign in a message about a ticket is not believed: 他又倒了, of waste
oil."""
NO_HARM_DONE = phrase("danger.no_harm_done")
NOT_SO_FAR = phrase("danger.not_so_far")
MADE_SAFE = phrase("danger.made_safe")
HARDLY = 2.5  # evidence of words (log-odds) for a danger in spite of 'nothing happened'
SCENE = phrase("danger.scene")
A_SCENE = 24  # most characters of a message that describes a scene and nothing else


def is_sure(text: str) -> bool:
    """Whether a message about a ticket certainly tells of danger: by a certain sign without words that nothing
    happened, or, without a sign, by very strong words."""
    sign = detect_by_signs(text)
    if sign is None:
        return evidence_of_words(text) >= SURE_OF_WORDS
    last = plain(text).replace(STOP, PAUSE).rpartition(PAUSE)[2]
    is_over = taken_back(last, sign.kind) is TakenBack.OVER  # 昨天有个骑摩托的摔进去了，人送医院了
    return sign.certain and not (is_over or NO_HARM_DONE.search(text)) and evidence_of_words(text) >= LEAST_OF_WORDS


def no_harm_done(text: str) -> bool:
    """Whether a message without any sign of danger says that nothing happened, or not yet; or one with a sign says that
    nobody was hurt and that it was made safe."""
    if detect_by_signs(text):
        return NO_HARM_DONE.search(text) is not None and MADE_SAFE.search(text) is not None
    rest = NOT_SO_FAR.sub("", NO_HARM_DONE.sub("", text))
    tells_harm = evidence_of_words(text) >= HARDLY or gets_worse(text) or detect_by_signs(rest) is not None
    return rest != text and not tells_harm


def has_come_back(text: str) -> bool:
    """Whether a message about a missing person says that they are back."""
    is_back = CAME_BACK.search(text) is not None and detect_by_signs(text) is None
    return is_back and taken_back(text, Kind.LOST_PERSON) is TakenBack.OVER


def is_scene(text: str) -> bool:
    """Whether a short message describes an ambiguous scene in which nobody is said to be harmed: 门口围了好多人."""
    rest, found = SCENE.subn("", text)
    return bool(found) and len(text) <= A_SCENE and not gets_worse(text) and detect_by_signs(rest) is None


def alarming(text: str) -> Danger | None:
    """The danger for which a message by itself alerts staff; None if there is none, or if the assistant asks first."""
    return None if is_scene(text) or has_come_back(text) or no_harm_done(text) else detect(text)
