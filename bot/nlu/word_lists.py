"""Turns the words and phrases of categories and intents (words.yml) into more training examples."""

from __future__ import annotations

from pathlib import Path

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.shared.nlu.constants import INTENT, METADATA, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from ruamel.yaml import YAML

from bot.nlu.component import Component, say

PATH = Path(__file__).with_name("words.yml")
SEPARATOR = "、"
FROM_LIST = "from_list"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class WordLists(Component):
    """Adds the lists of words.yml to the training data; leaves messages unchanged.

    A category's words have no intent: a bare word is no matter yet. An intent's phrases are ordinary examples.
    """

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """The training data and the lists."""
        more = examples()
        say(f"word lists: {len(more)} words and phrases beside {len(training_data.training_examples)} sentences")
        both = TrainingData(responses=training_data.responses)
        both.training_examples = [*training_data.training_examples, *more]  # `merge` would copy and compare all of them
        return both

    def process(self, messages: list[Message]) -> list[Message]:
        """Messages unchanged."""
        return messages


def examples(path: Path = PATH) -> list[Message]:
    """The words and phrases as messages, marked `from_list` in their metadata."""
    lists = YAML(typ="safe").load(path.read_text(encoding="utf-8"))
    made = []
    for code, words in lists["categories"].items():
        for word in words.split(SEPARATOR):
            made.append(Message({TEXT: word.strip(), METADATA: {INTENT: {"category": str(code), FROM_LIST: True}}}))
    for intent, phrases in lists["intents"].items():
        for phrase in phrases.split(SEPARATOR):
            made.append(Message({TEXT: phrase.strip(), INTENT: intent, METADATA: {INTENT: {FROM_LIST: True}}}))
    return made


def is_sentence(message: Message) -> bool:
    """False for an example from a list; those are never held out when a model is judged."""
    return not ((message.get(METADATA) or {}).get(INTENT) or {}).get(FROM_LIST)


def is_bare_word(message: Message) -> bool:
    """True for a word from a category's list, which is no sentence and has no intent."""
    return not is_sentence(message) and not message.get(INTENT)
