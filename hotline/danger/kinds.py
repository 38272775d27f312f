"""The ten kinds of danger and what a detection says. The names are those of the contract (`danger` of `understand`)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What the danger is; decides the number to call and who is alerted."""

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
"""The kinds that are asked about, gently, even in doubt: their words may be a way of speaking."""


class Doubt(StrEnum):
    """What is asked where a danger is not certain; the names of the texts."""

    WAY_OF_SPEAKING = "unsure"
    SAFETY = "unsafe"
    SCENE = "unclear"


class TakenBack(StrEnum):
    """How a citizen takes a danger back: it was never meant, it is over, or others have seen to it; the names in
    `rules.yml`."""

    NOT_MEANT = "not_meant"
    OVER = "over"
    SETTLED = "settled"


@dataclass(frozen=True, slots=True)
class Danger:
    """A danger found in a message. `certain` is False for words that may be a figure of speech: ask once, gently."""

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
"""The number for each kind of danger: passed on at once."""
