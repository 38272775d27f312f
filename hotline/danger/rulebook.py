"""The rules of `rules.yml` as compiled patterns. Reading them is the only input of this package, once per process."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from hotline.danger.kinds import Kind
from hotline.danger.needs import needed
from hotline.danger.wording import plain

FILE = Path(__file__).parent / "rules.yml"
NEAR = "[^,。]{0,6}"
FAR = ".{0,20}"
MASK = "□"  # stands for an idiom
NOTHING = re.compile(r"(?!)")
SAYINGS = ("reassures", "worse", "of_the_handling")
STRENGTHS = ("always", "plain", "weak", "alone")


@dataclass(frozen=True, slots=True)
class Rule:
    """One named sign of danger. `strength` is always, plain, weak or alone, as explained at the top of the file."""

    kind: Kind
    name: str
    strength: str
    certain: bool
    beside: re.Pattern[str]
    harmless_when: frozenset[str]
    unless: re.Pattern[str]
    unless_near: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class Sign:
    """One pattern of a rule."""

    rule: Rule
    pattern: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class Rulebook:
    """All signs, the contexts that take the danger out of words, and what is replaced before anything is looked for."""

    signs: tuple[Sign, ...]
    by_character: dict[str, tuple[int, ...]]
    anywhere: tuple[int, ...]
    contexts: dict[str, re.Pattern[str]]
    taken_back: dict[str, re.Pattern[str]]
    sayings: dict[str, re.Pattern[str]]
    idioms: re.Pattern[str]
    slips: re.Pattern[str]
    meant: dict[str, str]

    def prepared(self, text: str) -> str:
        """A text as the rules read it: one spelling, slips put right, idioms taken out."""
        corrected = self.slips.sub(lambda found: self.meant[found.group()], plain(text))
        return self.idioms.sub(MASK, corrected)

    def possible(self, text: str) -> list[Sign]:
        """The signs that `text` has the characters for, in the order of the file."""
        chosen = set(self.anywhere).union(*(self.by_character.get(char, ()) for char in set(text)))
        return [self.signs[i] for i in sorted(chosen)]


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

    def patterns(self, say: Iterable[str] | str | None, english: str | None = None) -> list[str]:
        """Blank-separated Chinese patterns and line-separated English ones. Raises ValueError for one that any text has."""
        lines = "\n".join([say] if isinstance(say, str) else say or []).splitlines()
        parts = [self.regex(part) for line in lines if not line.lstrip().startswith("#") for part in line.split()]
        parts += [line.strip() for line in (english or "").splitlines() if line.strip()]
        for part in parts:
            if re.search(part, ""):
                raise ValueError(f"a pattern that any text has: {part}")
        return parts

    def compiled(
        self, say: Iterable[str] | str | None, english: str | None = None, suffix: str = ""
    ) -> re.Pattern[str]:
        """The same as one regular expression; none at all match nothing."""
        parts = self.patterns(say, english)
        return re.compile("(?:" + "|".join(parts) + ")" + suffix) if parts else NOTHING


def read(data: dict[str, Any]) -> Rulebook:
    """The rulebook of a parsed rules file. Raises KeyError, ValueError or re.error for a file that is not right."""
    expand = _Expander(data["words"])
    signs: list[Sign] = []
    by_character: dict[str, list[int]] = defaultdict(list)
    anywhere: list[int] = []
    for kind, section in data["kinds"].items():
        for entry in section["rules"]:
            rule = _rule(expand, Kind(kind), section, entry)
            if rule.strength not in STRENGTHS or not rule.harmless_when <= data["contexts"].keys():
                raise ValueError(f"{rule.name}: no such strength or context")
            for pattern in expand.patterns(entry.get("say"), entry.get("english")):
                characters = needed(pattern)
                for place in [anywhere] if characters is None else [by_character[char] for char in characters]:
                    place.append(len(signs))
                signs.append(Sign(rule, re.compile(pattern)))
    contexts = {
        name: expand.compiled(section.get("say"), section.get("english"), suffix="$" if section.get("adjacent") else "")
        for name, section in data["contexts"].items()
    }
    taken_back = {
        name: expand.compiled(section["say"], section["english"])
        for name, section in data.get("taken_back", {}).items()
    }
    sayings = {
        name: expand.compiled(section["say"], section["english"]) for name in SAYINGS if (section := data.get(name))
    }
    meant = {wrong: right for right, wrongs in data["slips"].items() for wrong in wrongs.split()}
    slips = re.compile("|".join(map(re.escape, sorted(meant, key=len, reverse=True))))
    return Rulebook(
        tuple(signs),
        {char: tuple(places) for char, places in by_character.items()},
        tuple(anywhere),
        contexts,
        taken_back,
        sayings,
        expand.compiled(data["idioms"]["say"], data["idioms"]["english"]),
        slips,
        meant,
    )


def _rule(expand: _Expander, kind: Kind, section: dict[str, Any], entry: dict[str, Any]) -> Rule:
    return Rule(
        kind=kind,
        name=f"{kind}.{entry['name']}",
        strength=entry.get("strength", "plain"),
        certain=entry.get("certain", True),
        beside=expand.compiled(entry.get("beside")),
        harmless_when=frozenset(entry.get("harmless_when", section["harmless_when"])),
        unless=expand.compiled(entry.get("unless")),
        unless_near=expand.compiled([entry.get("unless_near", ""), section.get("unless_near", "")]),
    )


@lru_cache
def rulebook() -> Rulebook:
    """The rules of `rules.yml`, read once."""
    with FILE.open(encoding="utf-8") as file:
        return read(YAML(typ="safe").load(file))
