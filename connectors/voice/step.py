"""The state of a call. It travels in the address of the next webhook, which Twilio signs, so that no gateway keeps
it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Self
from urllib.parse import urlencode

from connectors.web import Malformed
from hotline.danger import Kind

MOST = 1_000_000
KINDS = tuple(Kind)


@dataclass(frozen=True, slots=True)
class Step:
    """`turn` counts the prompts; `spoken` is the seq of the last transcript line that was spoken.

    `silent` and `unclear` count consecutive prompts that got no answer, or one that could not be made out; `unsure` is
    the seq of words that were read back for confirmation; `waits` counts how often the caller was asked to wait for the
    answer to the message with the seq `message`; `danger` is the position in `Kind` of the danger that was reported;
    `unreached` is 1 after a transfer that reached nobody; `done` is 1 when nothing is left open; `english` is 1 when
    the caller speaks English.
    """

    turn: int = 1
    spoken: int = 0
    silent: int = 0
    unclear: int = 0
    unsure: int = 0
    message: int = 0
    waits: int = 0
    danger: int = 0
    unreached: int = 0
    done: int = 0
    english: int = 0

    def query(self) -> str:
        """The query string, without fields that have their default."""
        return urlencode({f.name: value for f in fields(self) if (value := getattr(self, f.name)) != f.default})

    @property
    def kind(self) -> Kind | None:
        """The danger that was reported."""
        return KINDS[self.danger - 1] if 0 < self.danger <= len(KINDS) else None

    @staticmethod
    def place_of(kind: str) -> int:
        """The value of `danger` for a kind."""
        return KINDS.index(Kind(kind)) + 1

    @classmethod
    def parse(cls, arguments: Mapping[str, str]) -> Self:
        """Reads the state from a query. Raises connectors.web.Malformed."""
        return cls(**{f.name: _whole(f.name, arguments[f.name]) for f in fields(cls) if f.name in arguments})


def _whole(name: str, value: str) -> int:
    if not (value.isascii() and value.isdigit() and len(value) < 9 and int(value) <= MOST):
        raise Malformed(f"{name} must be a whole number")
    return int(value)
