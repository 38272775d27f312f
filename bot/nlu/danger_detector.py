"""Danger now: rules and a classifier, either of which is enough."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.constants import INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.component import TrainedComponent, label_of, say, text_of
from bot.nlu.featurizers import feature_matrix
from bot.nlu.intent_classifier import REPORT_DANGER, set_intent
from bot.nlu.linear_model import LinearModel, calibrated_temperature, fit, held_out_scores, softmax
from hotline.danger import detect

NONE = "none"
DANGER, CERTAIN = "danger", "danger_certain"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class DangerDetector(TrainedComponent):
    """Sets `danger` (a kind or None) and `danger_certain`, and the intent `report_danger` when there is one.

    Config: `c` of the classifier; `threshold`: the probability of danger at which the classifier alone triggers;
    `certain`: from which it does so without asking back.
    """

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """See the class."""
        return {"c": 0.3, "threshold": 0.5, "certain": 0.8}

    def train(self, training_data: TrainingData) -> Resource:
        """Learn the kinds; print what the classifier alone finds on held-out folds."""
        examples = [message for message in training_data.intent_examples if message.get(TEXT)]
        labels = [label_of(message, DANGER) or NONE for message in examples]
        features = feature_matrix(examples)
        say(f"danger: {sum(label != NONE for label in labels)} phrases of danger in {len(labels)} texts")
        classes, scores = held_out_scores(features, labels, "svm", self.config["c"], balanced=True)
        self.model = fit(features, labels, "svm", self.config["c"], balanced=True)
        self.model.temperature = calibrated_temperature(classes, scores, labels)
        danger = 1 - softmax(scores / self.model.temperature)[:, classes.index(NONE)]
        real = np.array([label != NONE for label in labels])
        flagged = danger >= self.config["threshold"]
        say(
            f"danger: the classifier alone finds {flagged[real].mean():.3f} of it on held-out folds"
            f" and flags {flagged[~real].mean():.4f} of the rest"
        )
        return self.persist()

    def process(self, messages: list[Message]) -> list[Message]:
        """Look for danger in every message."""
        if not messages:
            return messages
        none = self.model.classes.index(NONE)
        for message, row in zip(messages, self.model.probabilities(feature_matrix(messages)), strict=True):
            probability = 1.0 - float(row[none])
            by_rule = detect(text_of(message))
            kind: str | None = None
            certain = False
            if by_rule is not None:
                kind, certain = str(by_rule.kind), by_rule.certain
            elif probability >= self.config["threshold"]:
                others = np.delete(row, none)
                kind = [name for name in self.model.classes if name != NONE][int(others.argmax())]
                certain = probability >= self.config["certain"]
            message.set(DANGER, kind)
            message.set(CERTAIN, certain)
            if kind is not None:
                rest = [r for r in message.get(INTENT_RANKING_KEY, []) if r["name"] != REPORT_DANGER]
                set_intent(message, [{"name": REPORT_DANGER, "confidence": 1.0}, *rest])
        return messages

    def save_to(self, folder: Path) -> None:
        """See TrainedComponent."""
        self.model.save(folder / "danger.npz")

    def restore_from(self, folder: Path) -> None:
        """See TrainedComponent."""
        self.model = LinearModel.load(folder / "danger.npz")
