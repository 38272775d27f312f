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
from bot.nlu.linear_model import FitSettings, LinearModel, calibrated_temperature, fit, held_out_scores, softmax
from bot.nlu.word_lists import is_sentence
from hotline.danger import detect

NONE, SOME = "none", "some"
DANGER, CERTAIN = "danger", "danger_certain"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class DangerDetector(TrainedComponent):
    """Sets `danger` (a kind or None) and `danger_certain`, and the intent `report_danger` when there is one.

    Two models: whether there is danger, and of which kind. Config: `whether`, `kind` (FitSettings); `threshold`: the
    probability of danger at which the classifier alone triggers; `certain`: from which it does so without asking back.
    """

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """See the class."""
        return {
            "whether": {"c": 0.5, "balanced": True},
            "kind": {"c": 1.0, "balanced": True},
            "threshold": 0.6,
            "certain": 0.9,
        }

    def train(self, training_data: TrainingData) -> Resource:
        """Learn both; print what the classifier alone finds on held-out folds."""
        examples = [message for message in training_data.intent_examples if message.get(TEXT)]
        kinds = [label_of(message, DANGER) for message in examples]
        labels = [SOME if kind else NONE for kind in kinds]
        features = feature_matrix(examples)
        held_out = np.array([is_sentence(message) for message in examples])
        say(f"danger: {labels.count(SOME)} phrases of danger in {len(labels)} texts")
        settings = FitSettings(**self.config["whether"])
        classes, scores = held_out_scores(features, labels, held_out, settings)
        judged = np.array(labels)[held_out]
        self.whether = fit(features, labels, settings)
        self.whether.temperature = calibrated_temperature(classes, scores, judged.tolist())
        real = np.array([kind is not None for kind in kinds])
        self.kind = fit(features[real], [str(kind) for kind in kinds if kind], FitSettings(**self.config["kind"]))
        probability = softmax(scores / self.whether.temperature)[:, classes.index(SOME)]
        flagged = probability >= self.config["threshold"]
        say(
            f"danger: the classifier alone finds {flagged[judged == SOME].mean():.3f} of it on held-out folds"
            f" and flags {flagged[judged == NONE].mean():.4f} of the rest"
        )
        return self.persist()

    def process(self, messages: list[Message]) -> list[Message]:
        """Look for danger in every message."""
        if not messages:
            return messages
        features = feature_matrix(messages)
        probabilities = self.whether.probabilities(features)[:, self.whether.classes.index(SOME)]
        kinds = self.kind.scores(features).argmax(axis=1)
        for message, probability, kind in zip(messages, probabilities, kinds, strict=True):
            by_rule = detect(text_of(message))
            found: str | None = None
            certain = False
            if by_rule is not None:
                found, certain = str(by_rule.kind), by_rule.certain
            elif probability >= self.config["threshold"]:
                found, certain = self.kind.classes[int(kind)], bool(probability >= self.config["certain"])
            message.set(DANGER, found)
            message.set(CERTAIN, certain)
            if found is not None:
                rest = [r for r in message.get(INTENT_RANKING_KEY, []) if r["name"] != REPORT_DANGER]
                set_intent(message, [{"name": REPORT_DANGER, "confidence": 1.0}, *rest])
        return messages

    def save_to(self, folder: Path) -> None:
        """See TrainedComponent."""
        self.whether.save(folder / "whether.npz")
        self.kind.save(folder / "kind.npz")

    def restore_from(self, folder: Path) -> None:
        """See TrainedComponent."""
        self.whether = LinearModel.load(folder / "whether.npz")
        self.kind = LinearModel.load(folder / "kind.npz")
