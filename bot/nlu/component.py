"""What the components share: how they are created, stored in the model, and how they report progress."""

from __future__ import annotations

import hashlib
import sys
import time
from functools import cache
from pathlib import Path
from typing import Any, Self

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import INTENT, METADATA, TEXT
from rasa.shared.nlu.training_data.message import Message

from hotline.settings import read_settings

_started = time.monotonic()


def say(step: str) -> None:
    """Print one line about the training, with the seconds since the process began."""
    print(f"[{time.monotonic() - _started:5.0f} s] {step}", file=sys.stderr, flush=True)


SUBJECTS = frozenset({"danger", "intent", "matter", "place"})
"""The subjects that a training text can teach."""
STANDING = "standing"
"""The label of what a text does to a danger that stands."""


def text_of(message: Message) -> str:
    """What the citizen wrote; empty when the message has no text."""
    return message.get(TEXT) or ""


def label_of(message: Message, key: str) -> str | None:
    """A label from the `metadata:` of a training block (category, request_type, danger)."""
    block = (message.get(METADATA) or {}).get(INTENT) or {}
    return block.get(key) if isinstance(block, dict) else None


def teaches(message: Message, subject: str) -> bool:
    """Whether a training text teaches one of the SUBJECTS. The label `learn` of its block names the subjects; without
    it, the text teaches all, or none if it has the label STANDING."""
    subjects = label_of(message, "learn")
    return subject in subjects if subjects is not None else label_of(message, STANDING) is None


@cache
def what_training_depends_on() -> str:
    """A digest of the components and of the city's names.

    Rasa reuses what it trained and looks only at a class's own source; with this digest any change in this folder
    counts.
    """
    digest = hashlib.blake2b(digest_size=12)
    here = Path(__file__).parent
    for path in [
        *sorted(here.glob("*.py")),
        *sorted(here.glob("*.yml")),
        read_settings().city_folder / "districts.yml",
    ]:
        digest.update(path.read_bytes())
    return digest.hexdigest()


class Component(GraphComponent):
    """A component without a state of its own; missing settings get the defaults of its config."""

    def __init__(self, config: dict[str, Any]) -> None:
        self.config = {**self.get_default_config(), **config}

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> Self:
        """See GraphComponent."""
        return cls(config)

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str | None:
        """See GraphComponent."""
        return what_training_depends_on()


class TrainedComponent(Component):
    """A component whose state is written by `save_to` after training and read by `restore_from` when serving."""

    def __init__(self, config: dict[str, Any], model_storage: ModelStorage, resource: Resource) -> None:
        super().__init__(config)
        self._model_storage = model_storage
        self._resource = resource

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> Self:
        """A component to be trained, see GraphComponent."""
        return cls(config, model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> Self:
        """A trained component, see GraphComponent. A model without this component's part is an error, never an empty
        one."""
        component = cls(config, model_storage, resource)
        with model_storage.read_from(resource) as folder:
            component.restore_from(folder)
        return component

    def persist(self) -> Resource:
        """Write the state into the model."""
        with self._model_storage.write_to(self._resource) as folder:
            self.save_to(folder)
        return self._resource

    def save_to(self, folder: Path) -> None:
        """Write the trained state into an empty folder."""
        raise NotImplementedError

    def restore_from(self, folder: Path) -> None:
        """Read what `save_to` wrote."""
        raise NotImplementedError
