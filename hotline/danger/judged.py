"""What a learned judge (`bot/nlu/standing_judge.py`) makes of a message that is said while a danger stands. It is asked
where the set words of the rules say nothing, and it ends no danger in which people are not taken at their word."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

OVER, BETTER, WORSE = "over", "better", "worse"
# Chosen on texts that were not learned from (docs/decisions/0010-danger-weights.md): a wrong all-clear is worse than a
# wrong "still there".
SURE = 0.6
SURER = 0.85  # where the message sounds like a danger of its own
BEYOND_DOUBT = 0.95
SURELY_WORSE = 0.65  # staff are alarmed again


class Judged(StrEnum):
    """What the message does to the danger."""

    OVER = "over"
    EASED = "eased"
    """Help or somebody has come, or it is better; no end."""
    WORSE = "worse"
    NOTHING = "nothing"


def is_beyond_doubt(likely: Mapping[str, float]) -> bool:
    """Whether the judgement that it is over or better outweighs a set word for the contrary: 手机没电了."""
    return likely.get(OVER, 0.0) + likely.get(BETTER, 0.0) >= BEYOND_DOUBT


def judged(likely: Mapping[str, float], sounds_dangerous: bool = False) -> Judged:
    """The judgement from how likely the message tells of each; NOTHING when it is none of them for sure."""
    over, better = likely.get(OVER, 0.0), likely.get(BETTER, 0.0)
    if over >= SURE and not sounds_dangerous:
        return Judged.OVER
    if over + better >= (SURER if sounds_dangerous else SURE):
        return Judged.EASED
    return Judged.WORSE if likely.get(WORSE, 0.0) >= SURELY_WORSE else Judged.NOTHING
