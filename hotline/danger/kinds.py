"""The ten kinds of danger, and the result of a detection. The names are part of the contract (`danger` of
`understand`)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """The kind of a danger; it decides which number to call and who is alerted."""

    FIRE = "fire"
    GAS = "gas"
    CRIME = "crime"
    INJURY = "injury"
    TRAFFIC = "traffic"
    HAZARD = "hazard"
    LOST_PERSON = "lost_person"
    SELF_HARM = "self_harm"
    VIOLENCE = "violence"
    FRAUD = "fraud"


ASKED_ABOUT = frozenset({Kind.SELF_HARM, Kind.VIOLENCE})
"""Kinds about which the assistant asks, gently, even in doubt: their words may be a figure of speech."""


class Doubt(StrEnum):
    """The question to ask if a danger is not certain; the values are names of texts."""

    WAY_OF_SPEAKING = "unsure"
    SAFETY = "unsafe"
    SCENE = "unclear"


class TakenBack(StrEnum):
    """How a citizen takes a danger back: it was never meant, it is over, or others have dealt with it. The values are
    names in `rules.yml`."""

    NOT_MEANT = "not_meant"
    OVER = "over"
    SETTLED = "settled"


@dataclass(frozen=True, slots=True)
class Danger:
    """A danger found in a message. `certain` is False for words that may be a figure of speech: the assistant asks
    once, gently. `rule`: the name of the rule, or `<kind>.words` if the words alone were enough."""

    kind: Kind
    certain: bool
    rule: str


LINES: Mapping[str, str] = {
    Kind.FIRE: "119",
    Kind.GAS: "119",
    Kind.CRIME: "110",
    Kind.INJURY: "120",
    Kind.TRAFFIC: "122",
    Kind.HAZARD: "119",
    Kind.LOST_PERSON: "110",
    Kind.SELF_HARM: "110",
    Kind.VIOLENCE: "110",
    Kind.FRAUD: "96110",
}
"""The emergency number for each kind of danger, given to the citizen at once."""
