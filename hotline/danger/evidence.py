"""The evidence for danger in a message's words, from weights learned from texts; for wordings that no list of phrases
can foresee."""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from hotline.danger.kinds import Kind
from hotline.danger.words import families, pieces, without_address, without_opening

FILE = Path(__file__).parent / "weights.json.gz"
FAMILY_COUNTS = 0.3  # value of a family in a text; the squares of the values of all pieces add up to 1


def features(text: str) -> dict[str, float]:
    """The features of a normalised text: each piece and word family (see words.py) with its value."""
    text = without_address(without_opening(text))
    found = pieces(text)
    share = len(found) ** -0.5 if found else 0.0
    return dict.fromkeys(found, share) | dict.fromkeys(families(text), FAMILY_COUNTS)


@dataclass(frozen=True, slots=True)
class Weights:
    """The learned weight of each piece and family, for danger (positive) or against it, and for each kind; written by
    `hotline.danger.learning`."""

    bias: float
    danger: Mapping[str, float]
    kinds: Mapping[Kind, tuple[float, Mapping[str, float]]]  # bias and weights

    def evidence(self, text: str) -> float:
        """The evidence for danger in the words of a normalised text: log-odds, 0 is undecided."""
        return self.bias + _sum(self.danger, features(text))

    def of_kind(self, text: str) -> dict[Kind, float]:
        """The evidence for each kind in a normalised text that tells of danger."""
        found = features(text)
        return {kind: bias + _sum(weights, found) for kind, (bias, weights) in self.kinds.items()}


def _sum(weights: Mapping[str, float], found: Mapping[str, float]) -> float:
    return sum(weights.get(feature, 0.0) * count for feature, count in found.items())


@lru_cache
def weights() -> Weights:
    """The weights of the file, read once."""
    data = json.loads(gzip.decompress(FILE.read_bytes()))
    return Weights(
        data["bias"], data["danger"], {Kind(kind): (bias, counts) for kind, (bias, counts) in data["kinds"].items()}
    )
