"""What is learned of what people say while a danger stands, on a few made-up features."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, INTENT, METADATA, TEXT
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.component import STANDING
from bot.nlu.standing_judge import StandingJudge

CORNERS = {"over": (1, 0, 0, 0), "better": (0, 1, 0, 0), "worse": (0, 0, 1, 0), "told": (0, 0, 0, 1)}


def _text(text: str, corner: str, labels: dict[str, str], intent: str = "report_danger") -> Message:
    message = Message({TEXT: text, INTENT: intent, METADATA: {INTENT: labels}})
    row = np.array([CORNERS[corner]], np.float32) * 4
    message.add_features(Features(row, FEATURE_TYPE_SENTENCE, TEXT, "SentenceVectors"))
    return message


def test_it_learns_its_texts_and_that_a_danger_or_an_answer_ends_none(tmp_path: Path) -> None:
    taught = [_text(f"火灭了{i}", "over", {"standing": "over"}) for i in range(9)]
    taught += [_text(f"人到了{i}", "better", {"standing": "better"}) for i in range(9)]
    taught += [_text(f"又烧了{i}", "worse", {"danger": "fire"}) for i in range(9)]
    taught += [_text(f"在二楼{i}", "told", {}, "inform") for i in range(9)]
    storage, resource = LocalModelStorage(tmp_path), Resource("standing")
    StandingJudge({}, storage, resource).train(TrainingData(taught))
    judge = StandingJudge.load({}, storage, resource, None)  # type: ignore[arg-type]
    heard = judge.process([_text("说了点啥", corner, {}) for corner in CORNERS])
    assert [max(message.get(STANDING), key=message.get(STANDING).get) for message in heard] == list(CORNERS)
