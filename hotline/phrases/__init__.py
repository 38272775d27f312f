"""Fixed phrases that people use, recognised by pattern, whatever the intent of the message. The phrases are data: the
`.yml` files beside this one, in the notation that `notation.py` explains. Each file is read once per process.

Each phrase of a file has
  what      its meaning, for the reader
  say       the expressions, any of which says it; english: English ones, one per line, as regular expressions
  at        where in a text: anywhere (the default), start, end, or whole for the text as a whole
  before, then   what stands directly before and after the expressions; repeated: true for one or more in a row
  means     texts that say it; other: texts that resemble it and do not; the tests check both
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
    """Something people say: the pattern to search for, texts that say it (`means`) and texts that do not (`other`)."""

    pattern: re.Pattern[str]
    means: tuple[str, ...]
    other: tuple[str, ...]


def phrase(name: str) -> re.Pattern[str]:
    """The pattern of a phrase, named `file.phrase`, for `search`. Raises KeyError if there is none of that name."""
    file, _, key = name.partition(".")
    return phrases_of(file)[key].pattern


@cache
def words(file: str, name: str) -> tuple[str, ...]:
    """The words of a list in a file, longest first. Raises KeyError if there is no such list."""
    return tuple(Notation(_data(file).get("words", {})).words(name))


@cache
def phrases_of(file: str) -> dict[str, Phrase]:
    """All phrases of a file, by name. Raises KeyError, ValueError or re.error if the file is invalid."""
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
