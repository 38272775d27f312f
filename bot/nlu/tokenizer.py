"""One token per character (in Latin script per word or number), so that Rasa's own tools can count entities."""

from __future__ import annotations

import re
from typing import Any

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.nlu.tokenizers.tokenizer import Token, Tokenizer
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

_TOKEN = re.compile(r"[A-Za-z]+|[0-9]+|\S")


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_TOKENIZER, is_trainable=False)
class CharacterTokenizer(Tokenizer):
    """See the module. Character tokens keep span positions exact, which word tokens would not."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """See GraphComponent."""
        return {"intent_tokenization_flag": False, "intent_split_symbol": "_", "token_pattern": None}

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """The data unchanged: no component learns from tokens, and Rasa would fingerprint each token at every step."""
        return training_data

    def tokenize(self, message: Message, attribute: str) -> list[Token]:
        """The tokens of one attribute."""
        return [Token(match.group(), match.start()) for match in _TOKEN.finditer(message.get(attribute) or "")]
