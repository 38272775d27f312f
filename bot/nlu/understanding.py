"""Reads texts with the trained assistant, without a server: `python -m bot.nlu.understanding < texts`."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Self

from rasa.core.channels.channel import UserMessage
from rasa.engine import loader
from rasa.engine.constants import PLACEHOLDER_MESSAGE, PLACEHOLDER_TRACKER
from rasa.engine.runner.dask import DaskGraphRunner
from rasa.engine.runner.interface import GraphRunner
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.model import get_latest_model
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.training_data.message import Message
from rasa.utils.common import TempDirectoryPath, get_temp_dir_name

from hotline.city import City, load_city
from hotline.settings import read_settings

AT_ONCE = 32


class ModelMissing(Exception):
    """There is no trained assistant at the given path."""


class Understanding:
    """The trained pipeline. Not for several threads at once; one asyncio process may use it."""

    def __init__(self, runner: GraphRunner, target: str, city: City) -> None:
        self._runner = runner
        self._target = target
        self.city = city

    @classmethod
    def load(cls, model_path: Path | str) -> Self:
        """Load a model file, or the newest in a folder. Raises ModelMissing when there is none."""
        path = Path(model_path)
        found = str(path) if path.is_file() else get_latest_model(str(path)) if path.is_dir() else None
        if not found:
            raise ModelMissing(f"there is no trained assistant in {path}; run `yihaotong train`")
        with TempDirectoryPath(get_temp_dir_name()) as folder:
            metadata, runner = loader.load_predict_graph_runner(
                Path(folder), Path(found), LocalModelStorage, DaskGraphRunner
            )
        if metadata.nlu_target is None:
            raise ModelMissing(f"{found} holds no understanding, only dialogue; run `yihaotong train`")
        return cls(runner, metadata.nlu_target, load_city(read_settings().city_folder))

    def read(self, texts: Sequence[str]) -> list[dict[str, Any]]:
        """What each text means, with the fields of `yihaotong understand`; many texts in one call are faster."""
        return [self._fields(text, parsed) for text, parsed in zip(texts, self.parse(texts), strict=True)]

    def parse(self, texts: Sequence[str]) -> list[dict[str, Any]]:
        """What the components say of each text: intent, intent_ranking, entities, matter, as Rasa's own parse."""
        parsed: list[dict[str, Any]] = []
        for start in range(0, len(texts), AT_ONCE):
            messages = [UserMessage(text) for text in texts[start : start + AT_ONCE]]
            tracker = DialogueStateTracker.from_events("understanding", [])
            results = self._runner.run(
                inputs={PLACEHOLDER_MESSAGE: messages, PLACEHOLDER_TRACKER: tracker}, targets=[self._target]
            )
            done: list[Message] = results[self._target]
            parsed += [message.as_dict(only_output_properties=True) for message in done]
        return parsed

    def _fields(self, text: str, parsed: dict[str, Any]) -> dict[str, Any]:
        matter, entities = parsed["matter"], parsed.get("entities", [])
        department = None
        if matter["category"]:
            district = self.city.districts.get(matter["district"])
            department = self.city.route(matter["category"], district, text).lead
        return {
            "text": text,
            "intent": parsed["intent"]["name"],
            "confidence": parsed["intent"]["confidence"],
            "request_type": matter["request_type"],
            "category": matter["category"],
            "category_name": matter["category_name"],
            "category_confidence": matter["category_confidence"],
            "department": department,
            "district": matter["district"],
            "location": matter["location"],
            "phones": [entity["value"] for entity in entities if entity["entity"] == "phone"],
            "times": [entity["value"] for entity in entities if entity["entity"] == "time"],
            "urgency": matter["urgency"],
            "danger": matter["danger"],
            "referral": matter["referral"],
        }


def read_lines(understanding: Understanding, lines: Iterable[str]) -> Iterator[dict[str, Any]]:
    """Read texts, one per line, and yield what each means, in their order. An empty line is an empty text."""
    batch: list[str] = []
    for line in lines:
        batch.append(line.rstrip("\n"))
        if len(batch) == AT_ONCE:
            yield from understanding.read(batch)
            batch.clear()
    yield from understanding.read(batch)


def main() -> None:
    """Reads texts from standard input and prints one JSON object per line. The model: first argument, or models/."""
    os.environ["RASA_TELEMETRY_ENABLED"] = "false"
    try:
        understanding = Understanding.load(sys.argv[1] if len(sys.argv) > 1 else read_settings().models_folder)
    except ModelMissing as missing:
        sys.exit(str(missing))
    for fields in read_lines(understanding, sys.stdin):
        print(json.dumps(fields, ensure_ascii=False), flush=True)


if __name__ == "__main__":
    main()
