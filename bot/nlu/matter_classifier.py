"""Classifies the matter: its category (116) and request type (6), with calibrated probabilities."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.component import TrainedComponent, label_of, say, teaches
from bot.nlu.featurizers import feature_matrix
from bot.nlu.linear_model import (
    FitSettings,
    Floats,
    LinearModel,
    accuracy,
    calibrated_temperature,
    fit_and_judge,
    softmax,
)
from bot.nlu.word_lists import is_sentence

CATEGORY, REQUEST_TYPE = "category", "request_type"
RANKING_OF = {CATEGORY: "category_ranking", REQUEST_TYPE: "request_type_ranking"}
KEPT = 6


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class MatterClassifier(TrainedComponent):
    """Sets `category_ranking` and `request_type_ranking`: lists of (label, probability), best first.

    Learns from the `metadata:` of the blocks under bot/data/nlu/matters. Config for each of the two: the FitSettings.
    `group_weight`: weight of the first level (01 市政公用, …) beside the category itself; a long letter spreads its
    probability over neighbouring categories, whose common group is surer than each of them.
    """

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """See the class."""
        return {CATEGORY: {"c": 0.2}, REQUEST_TYPE: {"c": 0.1}, "group_weight": 2.0}

    def train(self, training_data: TrainingData) -> Resource:
        """Learn both labels; print how well held-out texts are classified."""
        self.models: dict[str, LinearModel] = {}
        for key in RANKING_OF:
            settings = FitSettings(**self.config[key])
            examples = [
                message
                for message in training_data.training_examples
                if message.get(TEXT) and label_of(message, key) and teaches(message, "matter")
            ]
            features, labels = feature_matrix(examples), [str(label_of(m, key)) for m in examples]
            held_out = np.array([is_sentence(m) for m in examples])
            say(f"{key}: {len(set(labels))} from {held_out.sum()} sentences and {(~held_out).sum()} words")
            self.models[key], classes, scores, judged = fit_and_judge(features, labels, held_out, settings)
            turn = self._probabilities(key, classes)
            self.models[key].temperature = calibrated_temperature(classes, scores, judged, turn)
            shares = turn(scores / self.models[key].temperature)
            first, third = accuracy(classes, shares, judged), accuracy(classes, shares, judged, top=3)
            say(f"{key}: {first:.3f} right of a third that was left out, {third:.3f} among the first three")
        return self.persist()

    def _probabilities(self, key: str, classes: list[str]) -> Callable[[Floats], Floats]:
        """Turns scores into probabilities: a softmax, and for categories the weight of their group."""
        if key == REQUEST_TYPE:
            return softmax
        names = sorted({code[:2] for code in classes})
        belongs = np.array([names.index(code[:2]) for code in classes])
        member = np.eye(len(names), dtype=np.float32)[belongs]

        def with_groups(scores: Floats) -> Floats:
            alone = softmax(scores)
            together: Floats = alone * ((alone @ member) ** self.config["group_weight"])[:, belongs]
            return together / together.sum(axis=1, keepdims=True)

        return with_groups

    def process(self, messages: list[Message]) -> list[Message]:
        """Rank both labels for every message, whatever its intent."""
        if not messages:
            return messages
        features = feature_matrix(messages)
        for key, property_name in RANKING_OF.items():
            model = self.models[key]
            shares = self._probabilities(key, model.classes)(model.scores(features) / model.temperature)
            for message, row in zip(messages, shares, strict=True):
                best = (-row).argsort()[:KEPT]
                message.set(property_name, [(model.classes[i], round(float(row[i]), 4)) for i in best])
        return messages

    def save_to(self, folder: Path) -> None:
        """See TrainedComponent."""
        for key, model in self.models.items():
            model.save(folder / f"{key}.npz")

    def restore_from(self, folder: Path) -> None:
        """See TrainedComponent."""
        self.models = {key: LinearModel.load(folder / f"{key}.npz") for key in RANKING_OF}
