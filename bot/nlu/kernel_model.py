"""A yes-or-no classifier on sentence vectors for classes that no plane can separate: kernel ridge regression."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
SEED = 12345
SMALL = 1e-3  # added to the diagonal, in case two landmarks are nearly the same
ROWS = 4_096  # rows compared with all landmarks at a time


@dataclass(frozen=True)
class KernelSettings:
    """`landmarks`: texts that others are compared with; `width`: how near they must be to count (higher: nearer);
    `ridge`: how little to trust the training texts."""

    landmarks: int = 6000
    width: float = 4.5
    ridge: float = 0.5


@dataclass(frozen=True)
class KernelModel:
    """Scores a vector by how near it is to the landmarks: about 1 for yes, about -1 for no."""

    landmarks: Floats
    weights: Floats
    bias: float
    centre: Floats
    width: float

    def scores(self, vectors: Floats) -> Floats:
        """One score per text, from vectors of length one."""
        near = _nearness(vectors - self.centre, self.landmarks, self._lengths, self.width)
        found: Floats = near @ self.weights + np.float32(self.bias)
        return found

    @cached_property
    def _lengths(self) -> Floats:
        return _lengths(self.landmarks)

    def save(self, path: Path) -> None:
        """Write to one .npz file; landmarks in half precision."""
        np.savez_compressed(
            path,
            landmarks=self.landmarks.astype(np.float16),
            weights=self.weights,
            bias=np.float32(self.bias),
            centre=self.centre,
            width=np.float32(self.width),
        )

    @classmethod
    def load(cls, path: Path) -> KernelModel:
        """Read what `save` wrote."""
        with np.load(path, allow_pickle=False) as stored:
            return cls(
                stored["landmarks"].astype(np.float32),
                stored["weights"],
                float(stored["bias"]),
                stored["centre"],
                float(stored["width"]),
            )


def fit(
    vectors: Floats, yes: NDArray[np.bool_], counts: Floats, telling: NDArray[np.bool_], settings: KernelSettings
) -> KernelModel:
    """Fit on all rows, weighted by `counts`; two thirds of the landmarks are from the `telling` rows."""
    chance = np.random.default_rng(SEED)
    wanted = (telling, settings.landmarks * 2 // 3), (~telling, settings.landmarks // 3)
    chosen = [
        chance.choice(rows, min(most, len(rows)), replace=False)
        for among, most in wanted
        for rows in [np.flatnonzero(among)]
    ]
    centre = vectors.mean(axis=0)
    landmarks = vectors[np.concatenate(chosen)] - centre
    lengths = _lengths(landmarks)
    goals = np.where(yes, 1, -1).astype(np.float32)
    bias = float((counts * goals).sum() / counts.sum())
    among = settings.ridge * _nearness(landmarks, landmarks, lengths, settings.width).astype(np.float64)
    among += SMALL * np.eye(len(landmarks))
    told = np.zeros(len(landmarks))
    for start in range(0, len(vectors), ROWS):
        part = slice(start, start + ROWS)
        near = _nearness(vectors[part] - centre, landmarks, lengths, settings.width)
        counted = (near * counts[part, np.newaxis]).T
        among += counted @ near
        told += counted @ (goals[part] - np.float32(bias))
    weights = np.linalg.solve(among, told)
    return KernelModel(landmarks, weights.astype(np.float32), bias, centre, settings.width)


def _lengths(vectors: Floats) -> Floats:
    """The squared length of each vector."""
    found: Floats = (vectors**2).sum(axis=1)
    return found


def _nearness(one: Floats, other: Floats, lengths: Floats, width: float) -> Floats:
    """1 for the same point, towards 0 with the distance; shape (rows of one, rows of other). `lengths` belong to
    `other`."""
    apart = _lengths(one)[:, np.newaxis] + lengths - 2 * one @ other.T
    found: Floats = np.exp(-width * np.maximum(apart, 0))
    return found
