"""Linear classifiers with calibrated probabilities, stored as plain arrays (no pickles)."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import scipy.sparse as sp
from joblib import Parallel, delayed
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
from sklearn.svm import LinearSVC

Matrix = sp.csr_matrix
Floats = NDArray[np.float32]
SEED = 12345
TOLERANCE = 1e-2  # more precision changes no figure visibly; 1e-4 takes half as long again


@dataclass
class LinearModel:
    """Scores `X @ weights + bias`, turned into probabilities by a softmax at the calibrated temperature."""

    classes: list[str]
    weights: Floats
    bias: Floats
    temperature: float = 1.0

    def scores(self, features: Matrix) -> Floats:
        """One score per class, shape (texts, classes).

        Both operands are single precision: otherwise scipy copies all weights into doubles for every message.
        """
        found: Floats = features.astype(np.float32) @ self.weights + self.bias
        return found

    def probabilities(self, features: Matrix) -> Floats:
        """Calibrated probabilities, shape (texts, classes)."""
        return softmax(self.scores(features) / self.temperature)

    def save(self, path: Path) -> None:
        """Write to one .npz file; weights in half precision."""
        np.savez_compressed(
            path,
            classes=np.array(self.classes),
            weights=self.weights.astype(np.float16),
            bias=self.bias,
            temperature=np.float32(self.temperature),
        )

    @classmethod
    def load(cls, path: Path) -> LinearModel:
        """Read what `save` wrote."""
        with np.load(path, allow_pickle=False) as stored:
            return cls(
                classes=[str(name) for name in stored["classes"]],
                weights=np.ascontiguousarray(stored["weights"].astype(np.float32)),
                bias=stored["bias"],
                temperature=float(stored["temperature"]),
            )


def softmax(scores: Floats) -> Floats:
    """Probabilities along the last axis."""
    shifted = np.exp(scores - scores.max(axis=-1, keepdims=True))
    result: Floats = shifted / shifted.sum(axis=-1, keepdims=True)
    return result


@dataclass(frozen=True)
class FitSettings:
    """How to fit: `kind` "svm" (one class against the rest) or "logistic" (multinomial), `c` (higher: closer to the
    training texts), `balanced` (rare classes count as much as frequent ones)."""

    kind: str = "svm"
    c: float = 0.3
    balanced: bool = False


def fit(features: Matrix, labels: list[str], settings: FitSettings) -> LinearModel:
    """Fit on all rows."""
    weight = "balanced" if settings.balanced else None
    estimator: Any
    if settings.kind == "svm":
        estimator = LinearSVC(C=settings.c, class_weight=weight, tol=TOLERANCE, random_state=SEED)
    else:
        estimator = LogisticRegression(C=settings.c, class_weight=weight, max_iter=100, tol=1e-3, random_state=SEED)
    estimator.fit(features, labels)
    weights, bias = estimator.coef_.T, estimator.intercept_
    if len(estimator.classes_) == 2:
        weights, bias = np.hstack([np.zeros_like(weights), weights]), np.array([0.0, bias[0]])
    return LinearModel(
        [str(name) for name in estimator.classes_],
        np.ascontiguousarray(weights, dtype=np.float32),
        bias.astype(np.float32),
    )


def fit_and_judge(
    features: Matrix, labels: list[str], held_out: NDArray[np.bool_], settings: FitSettings, share: float = 1 / 3
) -> tuple[LinearModel, list[str], Floats, list[str]]:
    """The model of all rows. Also the classes, and scores and labels of a share of the rows marked in `held_out`, from
    a model that did not see them. The two fits run in parallel, each on one core with its own random seed.
    """
    classes = sorted(set(labels))
    rows = np.flatnonzero(held_out)
    _, unseen = train_test_split(rows, test_size=share, stratify=[labels[i] for i in rows], random_state=SEED)
    everything = np.arange(len(labels))
    whole, part = Parallel(n_jobs=min(2, len(os.sched_getaffinity(0))))(
        delayed(_fit_rows)(features, labels, these, settings)
        for these in (everything, np.setdiff1d(everything, unseen))
    )
    scores = np.full((len(unseen), len(classes)), -10.0, dtype=np.float32)
    scores[:, [classes.index(name) for name in part.classes]] = part.scores(features[unseen])
    return whole, classes, scores, [labels[i] for i in unseen]


def _fit_rows(features: Matrix, labels: list[str], rows: NDArray[np.int_], settings: FitSettings) -> LinearModel:
    return fit(features[rows], [labels[i] for i in rows], settings)


def calibrated_temperature(
    classes: list[str],
    scores: Floats,
    labels: list[str],
    probabilities: Callable[[Floats], Floats] = softmax,
) -> float:
    """The temperature at which the held-out probabilities fit best (least negative log likelihood)."""
    right = np.array([classes.index(label) for label in labels])

    def surprise(log_temperature: float) -> float:
        chosen = probabilities(scores / float(np.exp(log_temperature)))[np.arange(len(right)), right]
        return float(-np.log(np.maximum(chosen, 1e-9)).mean())

    return float(np.exp(minimize_scalar(surprise, bounds=(-4.0, 3.0), method="bounded").x))


def accuracy(classes: list[str], scores: Floats, labels: list[str], top: int = 1) -> float:
    """Share of rows whose label is among the `top` best."""
    best = np.argsort(-scores, axis=1)[:, :top]
    return float(np.mean([label in {classes[i] for i in row} for label, row in zip(labels, best, strict=True)]))
