"""What the matter is: its category (116) and request type (6), with calibrated probabilities."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.component import TrainedComponent, label_of, say
from bot.nlu.featurizers import feature_matrix
from bot.nlu.linear_model import LinearModel, accuracy, calibrated_temperature, fit, held_out_scores

CATEGORY, REQUEST_TYPE = "category", "request_type"
RANKING_OF = {CATEGORY: "category_ranking", REQUEST_TYPE: "request_type_ranking"}


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class MatterClassifier(TrainedComponent):
    """Sets `category_ranking` and `request_type_ranking`: lists of (label, probability), best first.

    Learns from the `metadata:` of the blocks under bot/data/nlu/matters. Config for each of the two: `kind`, `c`.
    """

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """See the class."""
        return {CATEGORY: {"kind": "svm", "c": 0.15}, REQUEST_TYPE: {"kind": "svm", "c": 0.1}}

    def train(self, training_data: TrainingData) -> Resource:
        """Learn both labels; print how well texts that were held out are told apart."""
        self.models: dict[str, LinearModel] = {}
        for key in RANKING_OF:
            kind, c = self.config[key]["kind"], self.config[key]["c"]
            examples = [m for m in training_data.intent_examples if m.get(TEXT) and label_of(m, key)]
            features, labels = feature_matrix(examples), [str(label_of(m, key)) for m in examples]
            say(f"{key}: {len(set(labels))} from {len(labels)} texts")
            classes, scores = held_out_scores(features, labels, kind, c)
            self.models[key] = fit(features, labels, kind, c)
            self.models[key].temperature = calibrated_temperature(classes, scores, labels)
            first, third = accuracy(classes, scores, labels), accuracy(classes, scores, labels, top=3)
            say(f"{key}: {first:.3f} right on held-out folds, {third:.3f} among the first three")
        return self.persist()

    def process(self, messages: list[Message]) -> list[Message]:
        """Rank both labels for every message, whatever its intent."""
        if not messages:
            return messages
        features = feature_matrix(messages)
        for key, property_name in RANKING_OF.items():
            model = self.models[key]
            for message, row in zip(messages, model.probabilities(features), strict=True):
                best = (-row).argsort()[:6]
                message.set(property_name, [(model.classes[i], round(float(row[i]), 4)) for i in best])
        return messages

    def save_to(self, folder: Path) -> None:
        """See TrainedComponent."""
        for key, model in self.models.items():
            model.save(folder / f"{key}.npz")

    def restore_from(self, folder: Path) -> None:
        """See TrainedComponent."""
        self.models = {key: LinearModel.load(folder / f"{key}.npz") for key in RANKING_OF}
