"""The subjects that a training text teaches."""

from __future__ import annotations

from typing import Any

import pytest
from rasa.shared.nlu.constants import INTENT, METADATA, TEXT
from rasa.shared.nlu.training_data.message import Message
from ruamel.yaml import YAML

from bot.nlu.component import SUBJECTS, teaches
from hotline.danger.learning import TEXTS


@pytest.mark.parametrize(
    ("labels", "taught"),
    [
        ({}, SUBJECTS),
        ({"danger": "fire"}, SUBJECTS),
        ({"learn": ["danger"]}, {"danger"}),
        ({"standing": "over"}, set()),
        ({"danger": "fire", "learn": ["danger", "intent"]}, {"danger", "intent"}),
    ],
)
def test_a_text_teaches_what_its_block_says(labels: dict[str, Any], taught: set[str]) -> None:
    message = Message({TEXT: "楼下烧起来了", METADATA: {INTENT: labels}})
    assert {subject for subject in SUBJECTS if teaches(message, subject)} == taught


def test_no_block_names_a_subject_that_nobody_learns() -> None:
    blocks = [block for path in TEXTS.rglob("*.yml") for block in YAML(typ="safe").load(path)["nlu"]]
    named = {subject for block in blocks for subject in block.get("metadata", {}).get("learn", ())}
    assert named
    assert named <= SUBJECTS
