"""Reads the scripts (README.md has their form) and checks them strictly, so that a typo is reported at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

FOLDER = Path(__file__).parent
SPEAKERS = ("citizen", "stranger")
TURN_KEYS = {*SPEAKERS, "answer_has", "answer_lacks"}
TICKET_TEXTS = {"location", "description", "title", "timeline"}
TICKET_VALUES = {"category", "district", "confidential", "type", "urgency", "phone", "name", "status", "satisfaction"}
TICKET_KEYS = TICKET_VALUES | {f"{name}_{how}" for name in TICKET_TEXTS for how in ("has", "lacks")}
SCRIPT_KEYS = {"name", "turns", "ticket", "tickets", "tickets_at_most", "questions_at_most"}


class ScriptError(Exception):
    """A script that cannot be read; the message names the file, the script and what is wrong."""


@dataclass(frozen=True, slots=True)
class Turn:
    """What somebody says, and what the answer must and must not contain; `a|b` means either."""

    speaker: str
    text: str
    has: tuple[str, ...] = ()
    lacks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Script:
    """One conversation. `tickets` are the citizen's tickets, oldest first, as far as the script describes them."""

    file: str
    name: str
    turns: tuple[Turn, ...]
    tickets: tuple[dict[str, Any], ...]
    count: int | None
    count_at_most: int | None
    questions_at_most: int | None

    @property
    def id(self) -> str:
        """Its name in test reports."""
        return f"{self.file}:{self.name}"

    @property
    def is_intake(self) -> bool:
        """Whether it counts for "complete intakes with no unnecessary question"."""
        return self.questions_at_most is not None and bool(self.tickets)


def all_scripts(folder: Path = FOLDER) -> list[Script]:
    """Every script of the folder and those below it. Raises ScriptError."""
    scripts = [script for file in sorted(folder.rglob("*.yml")) for script in read(file)]
    names = [script.id for script in scripts]
    if doubled := {name for name in names if names.count(name) > 1}:
        raise ScriptError(f"two scripts have one name: {', '.join(sorted(doubled))}")
    return scripts


def read(file: Path) -> Iterator[Script]:
    """The scripts of one file, which `---` lines separate. Raises ScriptError."""
    try:
        documents = [d for d in YAML(typ="safe").load_all(file.read_text(encoding="utf-8")) if d is not None]
    except YAMLError as error:
        raise ScriptError(f"{file.name}: {error}") from None
    for document in documents:
        where = f"{file.name}: {document.get('name', '?') if isinstance(document, dict) else document!r}"
        try:
            yield _script(file.stem, document)
        except (ScriptError, KeyError, TypeError, AttributeError) as error:
            raise ScriptError(f"{where}: {error}") from None


def _script(file: str, given: dict[str, Any]) -> Script:
    _only(given, SCRIPT_KEYS)
    turns = tuple(_turn(turn) for turn in given["turns"])
    tickets, one = given.get("tickets"), given.get("ticket")
    described = tickets if isinstance(tickets, list) else [one] if one else []
    for ticket in described:
        _check_ticket(ticket)
    count = len(tickets) if isinstance(tickets, list) else tickets
    if count is None and described and "tickets_at_most" not in given:
        count = len(described)
    return Script(
        file=file,
        name=str(given["name"]),
        turns=turns,
        tickets=tuple(described),
        count=count,
        count_at_most=given.get("tickets_at_most"),
        questions_at_most=given.get("questions_at_most"),
    )


def _turn(given: dict[str, Any]) -> Turn:
    _only(given, TURN_KEYS)
    speakers = [name for name in SPEAKERS if name in given]
    if len(speakers) != 1:
        raise ScriptError(f"a turn needs one of {', '.join(SPEAKERS)}: {given}")
    text = given[speakers[0]]
    if not isinstance(text, str):
        raise ScriptError(f"put quotes around {text!r}")
    return Turn(speakers[0], text, _words(given.get("answer_has")), _words(given.get("answer_lacks")))


def _words(given: Sequence[Any] | str | None) -> tuple[str, ...]:
    listed = [given] if isinstance(given, str) else given or []
    if wrong := [word for word in listed if not isinstance(word, str)]:
        raise ScriptError(f"put quotes around {wrong[0]!r}")
    return tuple(listed)


def _check_ticket(ticket: dict[str, Any]) -> None:
    _only(ticket, TICKET_KEYS)
    for name in ("category", "phone"):
        values = ticket.get(name)
        for value in values if isinstance(values, list) else [values]:
            if value is not None and not isinstance(value, str):
                raise ScriptError(f"put quotes around the {name} {value!r}")


def _only(given: dict[str, Any], known: set[str]) -> None:
    if unknown := set(given) - known:
        raise ScriptError(f"unknown: {', '.join(sorted(unknown))}; known are {', '.join(sorted(known))}")
