"""A yes-or-no classifier on sentence vectors that bends where a plane cannot part the texts: kernel ridge regression."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
SEED = 12345
SMALL = 1e-3  # added to the diagonal, for two landmarks that are nearly the same


@dataclass(frozen=True)
class KernelSettings:
    """`landmarks`: texts that others are compared with; `width`: how near they must be to count (higher: nearer);
    `ridge`: how little the training texts are trusted."""

    landmarks: int = 2100
    width: float = 4.5
    ridge: float = 0.5


@dataclass(frozen=True)
class KernelModel:
    """Scores a vector by its nearness to the landmarks: about 1 for yes, about -1 for no."""

    landmarks: Floats
    weights: Floats
    bias: float
    centre: Floats
    width: float

    def scores(self, vectors: Floats) -> Floats:
        """One score a text, from vectors of length one."""
        found: Floats = _nearness(vectors - self.centre, self.landmarks, self.width) @ self.weights + np.float32(
            self.bias
        )
        return found

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
    """Fit on all rows, each as much as it counts; two thirds of the landmarks are from the `telling` rows."""
    chance = np.random.default_rng(SEED)
    wanted = (telling, settings.landmarks * 2 // 3), (~telling, settings.landmarks // 3)
    chosen = [
        chance.choice(rows, min(most, len(rows)), replace=False)
        for among, most in wanted
        for rows in [np.flatnonzero(among)]
    ]
    centre = vectors.mean(axis=0)
    landmarks = vectors[np.concatenate(chosen)] - centre
    near = _nearness(vectors - centre, landmarks, settings.width)
    goals = np.where(yes, 1, -1).astype(np.float32)
    bias = float((counts * goals).sum() / counts.sum())
    counted = near * counts[:, np.newaxis]
    among = settings.ridge * _nearness(landmarks, landmarks, settings.width) + SMALL * np.eye(len(landmarks))
    weights = np.linalg.solve((counted.T @ near).astype(np.float64) + among, counted.T @ (goals - np.float32(bias)))
    return KernelModel(landmarks, weights.astype(np.float32), bias, centre, settings.width)


def _nearness(one: Floats, other: Floats, width: float) -> Floats:
    """1 for the same place, towards 0 with the distance; shape (rows of one, rows of other)."""
    apart = (one**2).sum(axis=1)[:, np.newaxis] + (other**2).sum(axis=1) - 2 * one @ other.T
    found: Floats = np.exp(-width * np.maximum(apart, 0)).astype(np.float32)
    return found
