"""Classifies what the citizen does with this message: the intent, with calibrated probabilities."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.nlu.classifiers.classifier import IntentClassifier as RasaIntentClassifier
from rasa.shared.nlu.constants import (
    ENTITIES,
    FULL_RETRIEVAL_INTENT_NAME_KEY,
    INTENT,
    INTENT_RANKING_KEY,
    INTENT_RESPONSE_KEY,
    TEXT,
)
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.component import TrainedComponent, say, teaches, text_of
from bot.nlu.featurizers import UNFAMILIAR, feature_matrix
from bot.nlu.linear_model import (
    FitSettings,
    LinearModel,
    Matrix,
    accuracy,
    calibrated_temperature,
    fit,
    fit_and_judge,
)
from bot.nlu.normalizer import canonical
from bot.nlu.numbers import only_digits
from bot.nlu.word_lists import is_sentence

FALLBACK = "nlu_fallback"
REPORT_DANGER = "report_danger"
INFORM, CHECK_STATUS = "inform", "check_status"
QUESTIONS = "questions.npz"
ANSWERS = {"location", "name", "phone", "ticket_number", "lookup_code", "plate", "time"}
_FRAME = re.compile(
    r"(?:嗯+|呃+|啊|哦|那个|就?是|就?在|我|位于|住在?|地址|地点|电话|手机|号码|联系|名字|叫|姓|免贵|查询码|工单号?|单号|的|了|吧|嘛|哈|呢|噻|哦|那边|那里|这边|这里|"
    r"my|name|is|at|in|on|it|the|near|phone|number|and|先生|女士|[\W_])+"
)


def bare_answer(message: Message) -> str | None:
    """The intent of a message that is only a number, a place or a name, which needs no classifier."""
    text = text_of(message)
    entities = [entity for entity in message.get(ENTITIES, []) if entity["entity"] in ANSWERS]
    kinds = {entity["entity"] for entity in entities}
    rest = text
    for entity in sorted(entities, key=lambda entity: -int(entity["start"])):
        rest = rest[: entity["start"]] + " " + rest[entity["end"] :]
    if not _FRAME.fullmatch(canonical(rest) or " "):
        return INFORM if only_digits(text) else None
    if not kinds:
        return None
    return CHECK_STATUS if "ticket_number" in kinds else INFORM


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class IntentClassifier(TrainedComponent, RasaIntentClassifier):
    """Sets `intent` and `intent_ranking`; for a retrieval intent also which of its questions is meant (faq/cost), as
    Rasa writes it.

    Danger is not among the classes: only DangerDetector decides about it. Config: `fit` (FitSettings in
    bot/nlu/linear_model.py), `threshold` below which the intent is `nlu_fallback` (as for a text without any known
    n-gram, featurizers.UNFAMILIAR), `ranking_length`.
    """

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """See the class."""
        return {"fit": {"c": 0.5, "balanced": True}, "threshold": 0.4, "ranking_length": 5}

    def train(self, training_data: TrainingData) -> Resource:
        """Learn the intents; print how well held-out texts are classified."""
        examples = [
            message
            for message in training_data.intent_examples
            if message.get(TEXT) and message.get(INTENT) != REPORT_DANGER and teaches(message, "intent")
        ]
        features, labels = feature_matrix(examples), [message.get(INTENT) for message in examples]
        held_out = np.array([is_sentence(message) for message in examples])
        settings = FitSettings(**self.config["fit"])
        say(f"intents: {len(set(labels))} from {len(labels)} texts")
        self.model, classes, scores, judged = fit_and_judge(features, labels, held_out, settings)
        self.model.temperature = calibrated_temperature(classes, scores, judged)
        asked = [message for message in examples if message.get(INTENT_RESPONSE_KEY)]
        self.questions = (
            fit(feature_matrix(asked), [m.get(INTENT_RESPONSE_KEY) for m in asked], settings) if asked else None
        )
        say(f"intents: {accuracy(classes, scores, judged):.3f} right of a third that was left out")
        return self.persist()

    def process(self, messages: list[Message]) -> list[Message]:
        """Set the intent of every message."""
        if not messages:
            return messages
        features = feature_matrix(messages)
        asked = self._questions(features)
        for message, row, question in zip(messages, self.model.probabilities(features), asked, strict=True):
            ranking = [
                {"name": self.model.classes[i], "confidence": round(float(row[i]), 4)} for i in (-row).argsort()
            ][: self.config["ranking_length"]]
            if certain := bare_answer(message):
                ranking = [{"name": certain, "confidence": 1.0}, *(r for r in ranking if r["name"] != certain)]
            elif ranking[0]["confidence"] < self.config["threshold"] or message.get(UNFAMILIAR):
                ranking = [{"name": FALLBACK, "confidence": 1.0 - ranking[0]["confidence"]}, *ranking]
            set_intent(message, [_with_question(each, question) for each in ranking])
        return messages

    def _questions(self, features: Matrix) -> list[str | None]:
        """For each row the likeliest question of a retrieval intent, in case the row is one."""
        if self.questions is None:
            return [None] * features.shape[0]
        return [self.questions.classes[i] for i in self.questions.scores(features).argmax(axis=1)]

    def save_to(self, folder: Path) -> None:
        """See TrainedComponent."""
        self.model.save(folder / "intents.npz")
        if self.questions:
            self.questions.save(folder / QUESTIONS)

    def restore_from(self, folder: Path) -> None:
        """See TrainedComponent."""
        self.model = LinearModel.load(folder / "intents.npz")
        self.questions = LinearModel.load(folder / QUESTIONS) if (folder / QUESTIONS).exists() else None


def _with_question(ranked: dict[str, Any], question: str | None) -> dict[str, Any]:
    is_asked = question is not None and question.startswith(f"{ranked['name']}/")
    return ranked | {FULL_RETRIEVAL_INTENT_NAME_KEY: question} if is_asked else ranked


def set_intent(message: Message, ranking: list[dict[str, Any]]) -> None:
    """Write the best of the ranking as the message's intent."""
    message.set(INTENT, dict(ranking[0]), add_to_output=True)
    message.set(INTENT_RANKING_KEY, ranking, add_to_output=True)
