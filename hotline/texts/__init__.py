"""The texts that people read, in Chinese and English, from data files, so that wording changes need no code."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

FOLDER = Path(__file__).parent
LANGUAGES = ("zh", "en")


class Texts:
    """The texts of one language. A missing text raises an error, never gives an empty answer."""

    def __init__(self, language: str, entries: dict[str, Any]) -> None:
        self.language = language
        self._entries = entries

    def say(self, key: str, /, **values: Any) -> str:
        """The text at a dotted key with its placeholders filled. Raises KeyError for an unknown key."""
        found: Any = self._entries
        for part in key.split("."):
            found = found[part]
        return str(found).format(**values)

    def group(self, key: str) -> dict[str, str]:
        """All texts under a key, for a page or a script."""
        return {name: str(text) for name, text in self._entries[key].items()}


@lru_cache
def texts(language: str = "zh") -> Texts:
    """The texts of a language; the Chinese ones for an unknown language."""
    chosen = language if language in LANGUAGES else "zh"
    with (FOLDER / f"{chosen}.yml").open(encoding="utf-8") as file:
        return Texts(chosen, YAML(typ="safe").load(file))
