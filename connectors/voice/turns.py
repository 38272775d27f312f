"""Turn-taking: how to react to what was heard, given the state of the call. No I/O, no wire format."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ruamel.yaml import YAML

from connectors.voice.payload import Heard
from connectors.voice.step import Step

WORDS = Path(__file__).with_name("words.yml")
PERSON_KEY, YES_KEY = "0", "1"
MOST_SILENT = 2
MOST_UNCLEAR = 2
READABLE_BACK = 4
NO_WORD = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Silence:
    """The caller said nothing `times` in a row: ask in other words."""

    times: int


@dataclass(frozen=True, slots=True)
class Unclear:
    """The caller could not be understood: ask again."""


@dataclass(frozen=True, slots=True)
class NotThat:
    """The caller rejected the words that were read back: ask again."""


@dataclass(frozen=True, slots=True)
class Unsure:
    """Words that may have been misheard: read them back before acting on them."""

    text: str


@dataclass(frozen=True, slots=True)
class Confirmed:
    """The caller confirmed the words in the line with this seq."""

    seq: int


@dataclass(frozen=True, slots=True)
class Said:
    """Words or digits to act on."""

    text: str


@dataclass(frozen=True, slots=True)
class Goodbye:
    """Nothing is left open and the caller needs nothing more."""


@dataclass(frozen=True, slots=True)
class Person:
    """The caller needs an agent; `asked` is False when the call itself gives up."""

    asked: bool


Move = Silence | Unclear | NotThat | Unsure | Confirmed | Said | Goodbye | Person


class Turns:
    """The rules of a call. `is_danger` recognises words that must be acted on however badly they were heard."""

    def __init__(self, least_confidence: float, is_danger: Callable[[str], bool]) -> None:
        words = YAML(typ="safe").load(WORDS)
        self._least_confidence = least_confidence
        self._is_danger = is_danger
        self._yes, self._no, self._person, self._noise = (
            frozenset(map(_plain, words[name])) for name in ("yes", "no", "person", "noise")
        )
        self._nothing_more = re.compile(f"(?:{'|'.join(map(re.escape, map(_plain, words['nothing_more'])))})+")

    def move(self, heard: Heard, step: Step) -> Move:
        """The reaction to what was heard."""
        if heard.keys:
            return self._keyed(heard.keys.strip("*#"), step)
        text, plain = heard.speech, _plain(heard.speech)
        if not plain:
            return self._silence(step)
        if plain in self._person:
            return Person(asked=True)
        if self._is_danger(text):
            return Said(text)
        if step.done and self._nothing_more.fullmatch(plain):
            return Goodbye()
        if step.unsure and plain in self._yes:
            return Confirmed(step.unsure)
        if step.unsure and plain in self._no:
            return NotThat()
        is_sure = heard.confidence is None or heard.confidence >= self._least_confidence
        if is_sure and plain not in self._noise - self._yes:
            return Said(text)
        if step.unclear >= MOST_UNCLEAR:
            return Person(asked=False)
        return Unclear() if is_sure or len(plain) < READABLE_BACK else Unsure(text)

    def _keyed(self, keys: str, step: Step) -> Move:
        if keys == PERSON_KEY:
            return Person(asked=True)
        if keys == YES_KEY and step.unsure:
            return Confirmed(step.unsure)
        return Said(keys) if keys else Unclear()

    def _silence(self, step: Step) -> Move:
        if step.done:
            return Goodbye()
        return Person(asked=False) if step.silent >= MOST_SILENT else Silence(step.silent + 1)


def _plain(text: str) -> str:
    return NO_WORD.sub("", text).lower()
