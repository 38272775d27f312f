"""Judges what a message does to a danger that stands: it is over, better or worse, or something is only told."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.component import STANDING, TrainedComponent, label_of, say, text_of
from bot.nlu.featurizers import feature_matrix
from bot.nlu.linear_model import FitSettings, LinearModel, fit
from bot.nlu.word_lists import is_sentence

WORSE, TOLD = "worse", "told"
PLAIN = {"inform", "affirm", "deny", "dont_know", "thank", "repeat", "urge", "check_status"}
"""Intents whose short texts only tell something, whatever stands."""


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class StandingJudge(TrainedComponent):
    """Sets `standing`: how likely the message, said while a danger stands, tells that it is over, better or worse, or
    only tells something.

    It learns from the blocks with a label `standing`, and besides from short texts of the other files: a danger told
    anew is none that is over, and a plain answer does nothing to it. Config: `fit` (FitSettings), `longest` of these
    short texts and how many of each sort are `taken`.
    """

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """See the class."""
        return {"fit": {"kind": "logistic", "c": 5.0, "balanced": True}, "longest": 22, "taken": 200}

    def train(self, training_data: TrainingData) -> Resource:
        """Learn from the texts."""
        examples = [m for m in training_data.intent_examples if m.get(TEXT) and is_sentence(m)]
        taught = [(message, label) for message in examples if (label := label_of(message, STANDING))]
        taught += [(m, WORSE) for m in self._some(examples, lambda m: label_of(m, "danger") is not None)]
        taught += [(m, TOLD) for m in self._some(examples, lambda m: m.get(INTENT) in PLAIN)]
        features = feature_matrix([message for message, _ in taught])
        labels = [label for _, label in taught]
        self.model = fit(features, labels, FitSettings(**self.config["fit"]))
        say(f"standing dangers: {', '.join(self.model.classes)} from {len(labels)} texts")
        return self.persist()

    def _some(self, examples: list[Message], belongs: Callable[[Message], bool]) -> list[Message]:
        """As many short examples as are `taken`, evenly from all that belong."""
        short = [m for m in examples if not label_of(m, STANDING) and belongs(m) and self._is_short(m)]
        return short[:: max(len(short) // int(self.config["taken"]), 1)]

    def _is_short(self, message: Message) -> bool:
        return len(text_of(message)) <= int(self.config["longest"])

    def process(self, messages: list[Message]) -> list[Message]:
        """Judge every message."""
        if messages:
            for message, row in zip(messages, self.model.probabilities(feature_matrix(messages)), strict=True):
                found = zip(self.model.classes, row, strict=True)
                message.set(STANDING, {name: round(float(likely), 3) for name, likely in found})
        return messages

    def save_to(self, folder: Path) -> None:
        """See TrainedComponent."""
        self.model.save(folder / "standing.npz")

    def restore_from(self, folder: Path) -> None:
        """See TrainedComponent."""
        self.model = LinearModel.load(folder / "standing.npz")
