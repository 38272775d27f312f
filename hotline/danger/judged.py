"""The verdict of the learned judge (`bot/nlu/standing_judge.py`) on a message sent while a danger stands. It is asked
where the rules say nothing, and ends no danger in which people are not taken at their word."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

OVER, BETTER, WORSE = "over", "better", "worse"
# Chosen on texts that were not learned from (docs/decisions/0010-danger-weights.md): a wrong all-clear is worse than a
# wrong "still there".
SURE = 0.6
SURER = 0.85  # if the message sounds like a danger by itself
BEYOND_DOUBT = 0.95
SURELY_WORSE = 0.65  # staff are alerted again


class Judged(StrEnum):
    """What the message does to the danger, as the judge sees it."""

    OVER = "over"
    EASED = "eased"
    """Help or somebody else has come, or it is better; this does not end it."""
    WORSE = "worse"
    NOTHING = "nothing"


def is_beyond_doubt(likely: Mapping[str, float]) -> bool:
    """Whether the probability of over or better outweighs a fixed phrase for the contrary: 手机没电了."""
    return likely.get(OVER, 0.0) + likely.get(BETTER, 0.0) >= BEYOND_DOUBT


def judged(likely: Mapping[str, float], sounds_dangerous: bool = False) -> Judged:
    """The verdict from the probabilities of `over`, `better` and `worse`; NOTHING if none is sure. `sounds_dangerous`:
    a danger was detected in the message by itself."""
    over, better = likely.get(OVER, 0.0), likely.get(BETTER, 0.0)
    if over >= SURE and not sounds_dangerous:
        return Judged.OVER
    if over + better >= (SURER if sounds_dangerous else SURE):
        return Judged.EASED
    return Judged.WORSE if likely.get(WORSE, 0.0) >= SURELY_WORSE else Judged.NOTHING
