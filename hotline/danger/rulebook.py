"""The rules of `rules.yml` as compiled patterns. Reading them is the only input of this package, once per process."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from hotline.danger.kinds import Kind

FILE = Path(__file__).parent / "rules.yml"
NEAR = "[^,。]{0,7}"
FAR = ".{0,24}"
NOTHING = re.compile(r"(?!)")


@dataclass(frozen=True, slots=True)
class Rule:
    """One named sign of danger. `strength` is always, plain, weak or alone, as explained at the top of the file."""

    kind: Kind
    name: str
    strength: str
    certain: bool
    pattern: re.Pattern[str]
    beside: re.Pattern[str]
    harmless_when: frozenset[str]
    unless: re.Pattern[str]
    unless_near: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class Rulebook:
    """All rules, the contexts that take the danger out of words, and what is replaced before anything is looked for."""

    rules: tuple[Rule, ...]
    contexts: dict[str, re.Pattern[str]]
    idioms: re.Pattern[str]
    slips: re.Pattern[str]
    meant: dict[str, str]


class _Expander:
    """Turns the notation of the file into regular expressions."""

    def __init__(self, words: dict[str, str]) -> None:
        self._words = words

    def words(self, name: str) -> list[str]:
        """The words of a list, those of the lists it names included. Raises KeyError for a list that is not there."""
        found: list[str] = []
        for word in self._words[name].split():
            nested = re.fullmatch(r"\{([a-z_]+)\}", word)
            found += self.words(nested.group(1)) if nested else [word]
        return sorted(dict.fromkeys(found), key=len, reverse=True)

    def regex(self, pattern: str) -> str:
        """One pattern of the file as a regular expression."""
        filled = re.sub(r"\{([a-z_]+)\}", lambda m: "(?:" + "|".join(self.words(m.group(1))) + ")", pattern)
        return (
            filled.replace("(?", "\0")
            .replace("(", "(?:")
            .replace("\0", "(?")
            .replace(")*", "){0,3}")
            .replace("……", FAR)
            .replace("…", NEAR)
        )

    def compiled(
        self, say: Iterable[str] | str | None, english: str | None = None, suffix: str = ""
    ) -> re.Pattern[str]:
        """Blank-separated Chinese patterns and line-separated English ones, as one.
        No patterns match nothing; one that any text has is a ValueError."""
        lines = "\n".join([say] if isinstance(say, str) else say or []).splitlines()
        parts = [self.regex(part) for line in lines if not line.lstrip().startswith("#") for part in line.split()]
        parts += [line.strip() for line in (english or "").splitlines() if line.strip()]
        for part in parts:
            if re.search(part, ""):
                raise ValueError(f"a pattern that any text has: {part}")
        return re.compile("(?:" + "|".join(parts) + ")" + suffix) if parts else NOTHING


def read(data: dict[str, Any]) -> Rulebook:
    """The rulebook of a parsed rules file. Raises KeyError, ValueError or re.error for a file that is not right."""
    expand = _Expander(data["words"])
    rules = []
    for kind, section in data["kinds"].items():
        for entry in section["rules"]:
            rules.append(
                Rule(
                    kind=Kind(kind),
                    name=f"{kind}.{entry['name']}",
                    strength=entry.get("strength", "plain"),
                    certain=entry.get("certain", True),
                    pattern=expand.compiled(entry.get("say"), entry.get("english")),
                    beside=expand.compiled(entry.get("beside")),
                    harmless_when=frozenset(entry.get("harmless_when", section["harmless_when"])),
                    unless=expand.compiled([*entry_list(entry, "unless"), *entry_list(section, "unless")]),
                    unless_near=expand.compiled(
                        [*entry_list(entry, "unless_near"), *entry_list(section, "unless_near")]
                    ),
                )
            )
    contexts = {
        name: expand.compiled(section.get("say"), section.get("english"), suffix="$" if section.get("adjacent") else "")
        for name, section in data["contexts"].items()
    }
    meant = {wrong: right for right, wrongs in data["slips"].items() for wrong in wrongs.split()}
    slips = re.compile("|".join(map(re.escape, sorted(meant, key=len, reverse=True))))
    return Rulebook(
        tuple(rules), contexts, expand.compiled(data["idioms"]["say"], data["idioms"]["english"]), slips, meant
    )


def entry_list(section: dict[str, Any], key: str) -> list[str]:
    """A text or a list of texts of the file, as a list."""
    value = section.get(key, [])
    return [value] if isinstance(value, str) else list(value)


@lru_cache
def rulebook() -> Rulebook:
    """The rules of `rules.yml`, read once."""
    with FILE.open(encoding="utf-8") as file:
        return read(YAML(typ="safe").load(file))
