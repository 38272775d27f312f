"""What people say in set words, whatever the intent of a message is taken for. The words are data: the `.yml` files
beside this one, whose notation is told in `notation.py`. Reading them is the only input of this package, once per
process.

Each phrase of a file has
  what      what it says, for the reader
  say       the expressions, any of which says it; english: the English ones, one a line
  at        left out: anywhere in a text; start, end or whole: only there
  before, then   what may stand around the expressions; repeated: true for one or more of them in a row
  means     texts that say it, and other: texts that resemble it and do not; the tests hold both
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from hotline.phrases.notation import Notation

FOLDER = Path(__file__).parent
AT = {"anywhere": "{}", "start": r"\A(?:{})", "end": r"(?:{})\Z", "whole": r"\A(?:{})\Z"}


@dataclass(frozen=True, slots=True)
class Phrase:
    """Something people say: the pattern to search for, and texts that do and do not say it."""

    pattern: re.Pattern[str]
    means: tuple[str, ...]
    other: tuple[str, ...]


def phrase(name: str) -> re.Pattern[str]:
    """The pattern of a phrase, named `file.phrase`, for `search`. Raises KeyError for one that is not there."""
    file, _, key = name.partition(".")
    return phrases_of(file)[key].pattern


@cache
def words(file: str, name: str) -> tuple[str, ...]:
    """The words of a list of a file, longest first. Raises KeyError for one that is not there."""
    return tuple(Notation(_data(file).get("words", {})).words(name))


@cache
def phrases_of(file: str) -> dict[str, Phrase]:
    """All phrases of a file. Raises KeyError, ValueError or re.error for one that is not right."""
    data = _data(file)
    notation = Notation(data.get("words", {}))
    return {key: _read(notation, entry) for key, entry in data["phrases"].items()}


@cache
def _data(file: str) -> dict[str, Any]:
    with (FOLDER / f"{file}.yml").open(encoding="utf-8") as content:
        return dict(YAML(typ="safe").load(content))


def _read(notation: Notation, entry: dict[str, Any]) -> Phrase:
    either = f"(?:{'|'.join(notation.patterns(entry.get('say'), entry.get('english')))})"
    before, then = (f"(?:{notation.regex(entry[key])})" if key in entry else "" for key in ("before", "then"))
    said = before + either + ("+" if entry.get("repeated") else "") + then
    pattern = re.compile(AT[entry.get("at", "anywhere")].format(said), re.IGNORECASE)
    return Phrase(pattern, tuple(map(str, entry["means"])), tuple(map(str, entry["other"])))
