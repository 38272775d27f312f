"""The detector's part in finding danger: the vectors' evidence is added to the words' and never outweighs a sign."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, INTENT, METADATA, TEXT
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu import kernel_model
from bot.nlu.danger_detector import CERTAIN, DANGER, POSSIBLE, DangerDetector
from bot.nlu.kernel_model import KernelModel, KernelSettings
from bot.nlu.linear_model import LinearModel
from hotline.danger import evidence_of_words
from hotline.danger.learning import texts_about_danger

BURNING = "楼下车棚烧起来了"
TOLD_ASIDE = "阳台的花都送给邻居了"


def _heard(
    text: str, leaning: float, intent: str = "chitchat", confidence: float = 1.0, category_sure: float = 0.0
) -> tuple[Any, Any]:
    message = _read(text, leaning, intent, confidence, category_sure)
    return message.get(DANGER), message.get(CERTAIN)


def _read(
    text: str,
    leaning: float,
    intent: str = "chitchat",
    confidence: float = 1.0,
    category_sure: float = 0.0,
    kind: str = "self_harm",
) -> Message:
    """The detector's result for a text when the vectors say `leaning` (below 0: harmless) and `kind`."""
    detector = DangerDetector({}, None, None)  # type: ignore[arg-type]
    nothing = np.zeros((1, 2), np.float32)
    detector.whether = KernelModel(nothing, np.zeros(1, np.float32), leaning, np.zeros(2, np.float32), 1.0)
    detector.kind = LinearModel([kind], np.zeros((2, 1), np.float32), np.zeros(1, np.float32))
    message = Message({TEXT: text, INTENT: {"name": intent, "confidence": confidence}})
    message.set("category_ranking", [("0503", category_sure)])
    message.add_features(Features(np.ones((1, 2)), FEATURE_TYPE_SENTENCE, TEXT, "SentenceVectors"))
    (message,) = detector.process([message])
    return message


@pytest.mark.parametrize("leaning", [-10.0, 0.0, 10.0])
def test_a_sign_is_enough_whatever_the_vectors_say(leaning: float) -> None:
    assert _heard(BURNING, leaning) == ("fire", True)


def test_without_a_sign_the_vectors_decide_with_the_words() -> None:
    assert _heard(TOLD_ASIDE, -1.0) == (None, False)
    assert _heard(TOLD_ASIDE, 0.8) == ("self_harm", False)
    assert _heard(TOLD_ASIDE, 5.0) == ("self_harm", True)


def test_words_that_clearly_speak_against_danger_call_nobody_out() -> None:
    """Missing for two days and found again; only kinds that are asked about gently are left to the vectors."""
    found_again = "我爸走丢了两天,现在找到了,多亏他"
    assert _read(found_again, 0.8, kind="lost_person").get(DANGER) is None
    assert _read(found_again, 0.8, kind="lost_person").get(POSSIBLE)
    assert _read(BURNING, -10.0, kind="lost_person").get(DANGER) == "fire"
    assert _read(TOLD_ASIDE, 0.8).get(DANGER) == "self_harm"


@pytest.mark.parametrize("leaning", [0.1, 0.3])
def test_what_is_clearly_an_ordinary_matter_or_an_answer_needs_more_evidence(leaning: float) -> None:
    assert _heard(TOLD_ASIDE, leaning, "state_matter", category_sure=0.4)[0] == "self_harm"
    assert _heard(TOLD_ASIDE, leaning, "state_matter", category_sure=0.999)[0] is None
    assert _heard(TOLD_ASIDE, leaning, "keep_confidential")[0] is None
    assert _heard(TOLD_ASIDE, leaning, "keep_confidential", confidence=0.6)[0] == "self_harm"
    assert _heard(TOLD_ASIDE, leaning, "goodbye")[0] == "self_harm"


def test_it_is_no_less_danger_for_a_sure_category_when_the_evidence_is_strong() -> None:
    assert _heard(TOLD_ASIDE, 5.0, "state_matter", category_sure=0.999)[0] == "self_harm"
    assert _heard(BURNING, -10.0, "state_matter", category_sure=0.999)[0] == "fire"


def test_what_may_be_danger_is_told_from_what_is_none() -> None:
    words = evidence_of_words(TOLD_ASIDE)
    least, possible = (DangerDetector.get_default_config()[name] for name in ("threshold", "possible"))
    for evidence, expected in (
        (least + 0.1, False),
        (least - 0.1, True),
        (possible + 0.1, True),
        (possible - 0.1, False),
    ):
        assert _read(TOLD_ASIDE, (evidence - words) / 6.0).get(POSSIBLE) is expected
    assert _read(BURNING, -10.0).get(POSSIBLE) is False


def test_it_learns_and_what_it_learned_is_kept(tmp_path: Path) -> None:
    about, away = np.array([[1.0, 0.2]]), np.array([[-1.0, 0.2]])
    told = [_learned(f"{name}说不想活了", about, {"danger": "self_harm"}) for name in "甲乙丙丁戊己庚辛壬癸子丑"]
    told += [_learned(f"{name}拿刀要砍人", about, {"danger": "violence"}) for name in "甲乙丙丁戊己庚辛壬癸子丑"]
    ordinary = [_learned(f"{name}的路灯不亮", away, {}) for name in "甲乙丙丁戊己庚辛壬癸子丑"]
    ordinary += [_learned(text, away, {}) for text in texts_about_danger()[1][:12]]
    storage, resource = LocalModelStorage(tmp_path), Resource("danger")
    detector = DangerDetector({}, storage, resource)
    detector.train(TrainingData(told + ordinary))
    again = DangerDetector.load({}, storage, resource, None)  # type: ignore[arg-type]
    heard = [_learned(TOLD_ASIDE, about, {}), _learned(TOLD_ASIDE, away, {})]
    for message in heard:
        message.set(INTENT, {"name": "chitchat", "confidence": 1.0})
    assert [message.get(DANGER) is not None for message in again.process(heard)] == [True, False]


def _learned(text: str, vector: Any, labels: dict[str, str]) -> Message:
    message = Message({TEXT: text, INTENT: "any", METADATA: {INTENT: labels}})
    message.add_features(Features(vector, FEATURE_TYPE_SENTENCE, TEXT, "SentenceVectors"))
    return message


def test_what_no_plane_parts_is_parted(tmp_path: Path) -> None:
    corners = np.array([[0, 1], [1, 0], [0, -1], [-1, 0]] * 10, np.float32)
    yes = np.array([True, False, True, False] * 10)
    model = kernel_model.fit(corners, yes, np.ones(40, np.float32), yes, KernelSettings(30, 2.0, 0.1))
    assert ((model.scores(corners) > 0) == yes).all()
    model.save(tmp_path / "model.npz")
    again = KernelModel.load(tmp_path / "model.npz")
    assert np.allclose(again.scores(corners), model.scores(corners), atol=0.01)
