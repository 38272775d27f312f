"""Danger now: rules and a classifier, either of which is enough."""

from __future__ import annotations

from math import log
from pathlib import Path
from typing import Any

import numpy as np
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.constants import INTENT, INTENT_NAME_KEY, INTENT_RANKING_KEY, PREDICTED_CONFIDENCE_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu import kernel_model
from bot.nlu.component import TrainedComponent, label_of, say, teaches, text_of
from bot.nlu.featurizers import feature_matrix, sentence_vectors
from bot.nlu.intent_classifier import REPORT_DANGER, set_intent
from bot.nlu.kernel_model import KernelModel, KernelSettings
from bot.nlu.linear_model import FitSettings, LinearModel, fit
from bot.nlu.matter_classifier import CATEGORY, RANKING_OF
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
"""Intents that are no story; farewells and thanks are not among them, for so do people speak who want to die."""

SURE, SUREST = 0.9, 0.995
ORDINARY_COUNTS = 4.0  # of a text with no word of danger: vectors are blunter than words, and take too many for danger


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class DangerDetector(TrainedComponent):
    """Sets `danger` (a kind or None), `danger_certain`, and the intent `report_danger` when there is one; and
    `danger_possible` when there may be one for which it is too little: then the citizen reads whom to call.

    A sign of the rules (`hotline.danger`) is enough. Without one, the evidence of the words and that of the sentence
    vector are added up; they do not make the same mistakes; what is clearly an ordinary matter or an answer needs more
    of it. Config: `whether` (KernelSettings) on vectors and `kind`
    (FitSettings); `vector_counts`: log-odds of one unit of the former; `threshold`: the evidence that is enough;
    `possible`: that from which there may be some; `words_least`: that of the words below which vectors alone call nobody,
    where the kind is not one that is asked about;
    `certain`: from which there is no asking back about what may be a way of speaking; `category_counts` and
    `answer_counts`: see `_ordinary`.
    """

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """See the class."""
        return {
            "whether": {"landmarks": 6000, "width": 4.5, "ridge": 0.5},
            "kind": {"c": 1.0, "balanced": True},
            "vector_counts": 6.0,
            "threshold": -2.0,
            "possible": -3.0,
            "words_least": -1.5,
            "certain": 6.0,
            "category_counts": 0.5,
            "answer_counts": 6.0,
        }

    def train(self, training_data: TrainingData) -> Resource:
        """Learn both."""
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
        leanings = self.config["vector_counts"] * self.whether.scores(sentence_vectors(messages))
        for message, leaning in zip(messages, leanings, strict=True):
            found, certain, possible = self._judged(message, float(leaning))
            message.set(DANGER, found)
            message.set(CERTAIN, certain)
            message.set(POSSIBLE, possible)
            if found is not None:
                rest = [r for r in message.get(INTENT_RANKING_KEY, []) if r["name"] != REPORT_DANGER]
                set_intent(message, [{"name": REPORT_DANGER, "confidence": 1.0}, *rest])
        return messages

    def _judged(self, message: Message, leaning: float) -> tuple[str | None, bool, bool]:
        """The kind of danger if there is one, whether that is certain, and whether there may be one that is not found."""
        text = text_of(message)
        if seen := detect_by_signs(text):
            return str(seen.kind), seen.certain, False
        words = evidence_of_words(text)
        evidence = words + leaning - self._ordinary(message)
        may_be = evidence >= self.config["possible"]
        if evidence < self.config["threshold"]:
            return None, False, may_be
        likeliest = self.kind.classes[int(self.kind.scores(feature_matrix([message])).argmax())]
        if Kind(likeliest) in ASKED_ABOUT:
            return likeliest, evidence >= self.config["certain"], False
        return (likeliest, True, False) if words >= self.config["words_least"] else (None, False, may_be)

    def _ordinary(self, message: Message) -> float:
        """What speaks against danger, in log-odds: how sure the category of a stated matter is, each unit counting
        `category_counts`; `answer_counts` for what is surely said of a ticket or to a question."""
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
