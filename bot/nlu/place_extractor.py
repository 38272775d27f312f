"""Finds places: a sequence model (CRF) over characters, then clean-up by the rules of how places are annotated."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pycrfsuite
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.component import TrainedComponent, say, teaches, text_of
from bot.nlu.extractors import add_entities
from bot.nlu.normalizer import plain
from bot.nlu.numbers import Found
from bot.nlu.place_features import Gazetteer, features
from bot.nlu.place_spans import (
    Span,
    cleaned,
    is_longer,
    joined,
    named,
    widened,
    without_district,
    without_fillers,
)
from hotline.city import load_city
from hotline.settings import read_settings

LOCATION = "location"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=True)
class PlaceExtractor(TrainedComponent, EntityExtractorMixin):
    """Entity `location`: every place of the matter, as said.

    Config: `c1`, `c2` (weights of the penalties), `rounds` (most rounds of training), `characters` (how many of a long
    text are read).
    """

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """See the class."""
        return {"c1": 0.1, "c2": 0.2, "rounds": 50, "characters": 600}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._gazetteer = Gazetteer(load_city(read_settings().city_folder))
        self._tagger = pycrfsuite.Tagger()

    def train(self, training_data: TrainingData) -> Resource:
        """Learn from the `[...](location)` marks, and from every third text that has none."""
        examples = [m for m in training_data.intent_examples if m.get(TEXT) and teaches(m, "place")]
        examples = [m for m in examples if _places(m)] + [m for m in examples if not _places(m)][::3]
        trainer = pycrfsuite.Trainer(algorithm="lbfgs", verbose=False)
        trainer.set_params(
            {"c1": self.config["c1"], "c2": self.config["c2"], "max_iterations": self.config["rounds"]}
            | {"feature.possible_transitions": True}
        )
        known = shorter = 0
        for message in examples:
            text, spans = plain(text_of(message)), _places(message)
            trainer.append(features(text, self._gazetteer), _tags(text, spans))
            known += len(spans)
            for variant, moved in without_district(text, spans, self._gazetteer.tags(text)):
                trainer.append(features(variant, self._gazetteer), _tags(variant, moved))
                shorter += 1
        say(
            f"places: learning from {known} places in {len(examples)} texts, {shorter} of them also without the district"
        )
        with self._model_storage.write_to(self._resource) as folder:
            trainer.train(str(folder / "places.crfsuite"))
        return self._resource

    def restore_from(self, folder: Path) -> None:
        """See TrainedComponent."""
        self._model = (folder / "places.crfsuite").read_bytes()  # the tagger reads from it and keeps no reference
        self._tagger.open_inmemory(self._model)

    def process(self, messages: list[Message]) -> list[Message]:
        """Add the places to every message."""
        for message in messages:
            add_entities(message, self.find(text_of(message)), self.name)
        return messages

    def find(self, text: str) -> list[Found]:
        """The places of a text, from left to right."""
        read = plain(text)[: self.config["characters"]]
        if not read:
            return []
        places = self._spans_of(read)
        found = [Found(LOCATION, start, end, text[start:end]) for start, end in places]
        written, where = without_fillers(read)
        if len(written) == len(read) or not found:
            return found
        clear = [(written[start:end], where[start], where[end - 1] + 1) for start, end in self._spans_of(written)]
        for i, place in enumerate(found):
            for words, start, end in clear:
                if start == place.start and is_longer(words, place.value):
                    found[i] = Found(LOCATION, start, end, words)
        return [f for i, f in enumerate(found) if not any(f.start < before.end for before in found[:i])]

    def _spans_of(self, read: str) -> list[Span]:
        tags = self._tagger.tag(features(read, self._gazetteer))
        clean = [cleaned(read, start, end) for start, end in _spans(tags)]
        wide = joined(read, [widened(read, start, end) for start, end in clean if start < end])
        return wide or named(read, self._gazetteer.tags(read))


def _places(message: Message) -> list[Span]:
    return [(e["start"], e["end"]) for e in message.get(ENTITIES, []) if e["entity"] == LOCATION]


def _tags(text: str, spans: list[Span]) -> list[str]:
    tags = ["O"] * len(text)
    for start, end in spans:
        tags[start:end] = ["S"] if end - start == 1 else ["B", *["I"] * (end - start - 2), "E"]
    return tags


def _spans(tags: list[str]) -> list[Span]:
    spans: list[Span] = []
    start = None
    for i, tag in enumerate([*tags, "O"]):
        if tag in "BSO" and start is not None:
            spans.append((start, i))
            start = None
        if tag in "BS" or (tag in "IE" and start is None):
            start = i
    return spans
