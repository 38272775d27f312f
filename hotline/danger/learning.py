"""Learns the word weights (`weights.json.gz`) from the training texts: `python -m hotline.danger.learning`."""

from __future__ import annotations

import gzip
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from ruamel.yaml import YAML

from hotline.danger.evidence import FILE, features
from hotline.danger.kinds import Kind
from hotline.danger.rulebook import rulebook
from hotline.danger.wording import Message
from hotline.settings import PROJECT_ROOT

TEXTS = PROJECT_ROOT / "bot" / "data" / "nlu"
WORDS_ONLY = Path(__file__).parent / "texts"
"""More texts about danger, for the word weights only: the assistant would need a sentence vector of each."""
LEAST = 2  # least number of texts with a piece or family
SMALLEST = 0.3  # smaller weights are left out of the file
# Sample weights: a missed danger is worse than a false alarm; of the harmless texts the look-alikes teach most.
DANGER_COUNTS, LOOK_ALIKE_COUNTS, ORDINARY_COUNTS = 8.0, 6.0, 2.0
_MARKUP = re.compile(r"\[([^\]]+)\](?:\([^)]*\)|\{[^}]*\})")


def training_texts(path: Path) -> Iterator[tuple[str | None, str]]:
    """Each training text of a file without markup, with its kind of danger, None if harmless: (kind, text)."""
    for block in YAML(typ="safe").load(path)["nlu"]:
        for line in block.get("examples", "").splitlines():
            if text := _MARKUP.sub(r"\1", line.strip().removeprefix("- ")):
                yield block.get("metadata", {}).get("danger"), text


def texts_about_danger() -> tuple[list[tuple[str, str]], list[str]]:
    """The training texts of danger, as (kind, text), and those that only resemble danger."""
    files = [path for folder in (TEXTS / "danger", WORDS_ONLY) for path in sorted(folder.glob("*.yml"))]
    texts = [found for path in files for found in training_texts(path)]
    return [(kind, text) for kind, text in texts if kind], [text for kind, text in texts if not kind]


def learn(dangers: Sequence[tuple[str, str]], look_alikes: Sequence[str], ordinary: Sequence[str]) -> dict[str, object]:
    """The content of the weights file. `dangers`: (kind, text); `look_alikes`: harmless texts that resemble danger;
    `ordinary`: other harmless texts."""
    harmless = [*_with_endings(look_alikes), *_with_endings(ordinary)]
    few = len(_with_endings(look_alikes))
    texts = [rulebook().prepared(text) for _, text in dangers]
    counts = [DANGER_COUNTS] * len(texts) + [LOOK_ALIKE_COUNTS] * few + [ORDINARY_COUNTS] * (len(harmless) - few)
    bias, danger = _fit([*texts, *harmless], [True] * len(texts) + [False] * len(harmless), counts)
    kinds = {kind: _fit(texts, [kind == own for own, _ in dangers], [1.0] * len(texts)) for kind in Kind}
    return {"bias": bias, "danger": danger, "kinds": kinds}


def _with_endings(texts: Iterable[str]) -> list[str]:
    """Normalised texts, the long ones also as their sentences and endings, since those are weighed too."""
    messages = [Message(rulebook().prepared(text)) for text in texts]
    return [m.text[start:end] for m in messages for start, end in m.thoughts()]


def _fit(texts: Sequence[str], labels: Sequence[bool], counts: Sequence[float]) -> tuple[float, dict[str, float]]:
    """Bias and weights of a logistic regression on the features of texts."""
    from sklearn.feature_extraction import DictVectorizer
    from sklearn.linear_model import LogisticRegression

    found = [features(text) for text in texts]
    often = Counter(feature for of_one in found for feature in of_one)
    vectorizer = DictVectorizer()
    matrix = vectorizer.fit_transform([{f: n for f, n in of_one.items() if often[f] >= LEAST} for of_one in found])
    model = LogisticRegression(C=10, solver="liblinear", random_state=0)
    model.fit(matrix, labels, sample_weight=counts)
    weights = zip(vectorizer.get_feature_names_out(), model.coef_[0], strict=True)
    kept = {str(feature): round(float(weight), 2) for feature, weight in weights if abs(weight) >= SMALLEST}
    return round(float(model.intercept_[0]), 2), kept


def main() -> None:
    """Learn from the training texts and write the weights file."""
    dangers, look_alikes = texts_about_danger()
    folders = (TEXTS / "matters", TEXTS / "intents", TEXTS / "places")
    ordinary = [text for folder in folders for path in sorted(folder.glob("*.yml")) for _, text in training_texts(path)]
    learned = learn(dangers, look_alikes, ordinary)
    content = json.dumps(learned, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    FILE.write_bytes(gzip.compress(content, mtime=0))  # no time in it, so that the same texts make the same file
    print(f"learned from {len(dangers)} phrases of danger and {len(look_alikes) + len(ordinary)} harmless texts")


if __name__ == "__main__":
    main()
