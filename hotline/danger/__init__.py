"""Detects danger in a citizen's message: with rules and learned word weights, without a model of the assistant, another
process or the network. See README.md.

A danger "stands" while what the citizen says is still about it; `standing.py` follows how it develops.
"""

from hotline.danger.detection import (
    detect,
    detect_by_signs,
    evidence_of_words,
    gets_worse,
    is_of_the_handling,
    kind_of_words,
    question_in_doubt,
    reassures,
    taken_back,
)
from hotline.danger.kinds import ASKED_ABOUT, LINES, Danger, Doubt, Kind, TakenBack

__all__ = [
    "ASKED_ABOUT",
    "LINES",
    "Danger",
    "Doubt",
    "Kind",
    "TakenBack",
    "detect",
    "detect_by_signs",
    "evidence_of_words",
    "gets_worse",
    "is_of_the_handling",
    "kind_of_words",
    "question_in_doubt",
    "reassures",
    "taken_back",
]
