"""The assistant without its classifiers: its real rules, responses and actions, over texts that it knows by heart."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import rasa.model_training
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.shared.nlu.constants import ENTITIES, INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.nlu.component import Component
from bot.nlu.numbers import only_digits
from hotline.settings import PROJECT_ROOT

Known = Mapping[str, Mapping[str, Any]]
"""What is understood in each text: `intent`, `matter`, and `entities` by name."""

FEW_TEXTS = """
version: "3.1"
nlu: [{intent: greet, examples: "- 你好\\n- 您好\\n"}, {intent: affirm, examples: "- 对\\n- 好的\\n"}]
"""


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class ByHeart(Component):
    """Understands only the texts of its configuration (`known`); a bare number counts as an answer."""

    def process(self, messages: list[Message]) -> list[Message]:
        """Set intent, entities and matter."""
        for message in messages:
            text = message.get(TEXT) or ""
            known = self.config["known"].get(text, {"intent": "inform"} if only_digits(text) else {})
            entities = [
                {"entity": name, "value": value, "start": 0, "end": len(value)}
                for name, value in known.get("entities", {}).items()
            ]
            intent = {"name": known.get("intent", "nlu_fallback"), "confidence": 1.0}
            message.set(INTENT, intent, add_to_output=True)
            message.set(ENTITIES, entities, add_to_output=True)
            message.set("matter", known.get("matter", {}), add_to_output=True)
        return messages


def trained(folder: Path, known: Known) -> Path:
    """Trains a model that knows these texts in a folder. Everything that is not learned is the assistant's."""
    config = {
        "recipe": "default.v1",
        "assistant_id": "yihaotong",
        "language": "zh",
        "pipeline": [
            {"name": f"{__name__}.ByHeart", "known": known},
            {"name": "bot.nlu.extractors.NumberExtractor"},
            {"name": "bot.nlu.language_detector.LanguageDetector"},
            {"name": "bot.nlu.intent_rules.IntentRules"},
        ],
        "policies": [{"name": "AugmentedMemoizationPolicy", "max_history": 4}, {"name": "RulePolicy"}],
    }
    (folder / "config.yml").write_text(json.dumps(config, ensure_ascii=False), encoding="utf-8")
    (folder / "nlu.yml").write_text(FEW_TEXTS, encoding="utf-8")
    data = [str(PROJECT_ROOT / "bot/data" / part) for part in ("rules", "stories")]
    made = rasa.model_training.train(
        domain=str(PROJECT_ROOT / "bot/domain"),
        config=str(folder / "config.yml"),
        training_files=[*data, str(folder / "nlu.yml")],
        output=str(folder),
        force_training=True,
    )
    assert made.model
    return Path(made.model)
