"""The rules of `rules.yml` as compiled patterns; the file is read once per process."""

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
from hotline.danger.wording import PAUSE, STOP, plain
from hotline.phrases.notation import Notation

FILE = Path(__file__).parent / "rules.yml"
MOST = 3  # most repetitions of (a|b)*
MASK = "□"  # replaces an idiom
NOTHING = re.compile(r"(?!)")
SAYINGS = ("reassures", "unhurt", "worse", "of_the_handling")
STRENGTHS = ("always", "plain", "weak", "alone")


@dataclass(frozen=True, slots=True)
class Rule:
    """One named sign of danger. `strength`: always, plain, weak or alone; the other fields too are explained at the top
    of `rules.yml`."""

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
    """All signs, the contexts that make them harmless, and what is replaced before any search. `by_character`: the
    indices of the signs that need a character; `anywhere`: of those that need none in particular."""

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
        """A text as the rules read it: one spelling, slips corrected, idioms masked."""
        corrected = self.slips.sub(lambda found: self.meant[found.group()], plain(text))
        return self.idioms.sub(MASK, corrected)

    def possible(self, text: str) -> list[Sign]:
        """The signs whose necessary characters `text` has, in the order of the file."""
        chosen = set(self.anywhere).union(*(self.by_character.get(char, ()) for char in set(text)))
        return [self.signs[i] for i in sorted(chosen)]


def _compiled(
    notation: Notation, say: Iterable[str] | str | None, english: str | None = None, suffix: str = ""
) -> re.Pattern[str]:
    """Expressions as one regular expression, which matches nothing if there are none."""
    parts = notation.patterns(say, english)
    return re.compile("(?:" + "|".join(parts) + ")" + suffix) if parts else NOTHING


def read(data: dict[str, Any]) -> Rulebook:
    """The rulebook of a parsed rules file. Raises KeyError, ValueError or re.error if the file is invalid."""
    notation = Notation(data["words"], pauses=PAUSE + STOP, at_most=MOST)
    signs: list[Sign] = []
    by_character: dict[str, list[int]] = defaultdict(list)
    anywhere: list[int] = []
    for kind, section in data["kinds"].items():
        for entry in section["rules"]:
            rule = _rule(notation, Kind(kind), section, entry)
            if rule.strength not in STRENGTHS or not rule.harmless_when <= data["contexts"].keys():
                raise ValueError(f"{rule.name}: no such strength or context")
            for pattern in notation.patterns(entry.get("say"), entry.get("english")):
                characters = needed(pattern)
                for place in [anywhere] if characters is None else [by_character[char] for char in characters]:
                    place.append(len(signs))
                signs.append(Sign(rule, re.compile(pattern)))
    contexts = {
        name: _compiled(
            notation, section.get("say"), section.get("english"), suffix="$" if section.get("adjacent") else ""
        )
        for name, section in data["contexts"].items()
    }
    taken_back = {
        name: _compiled(notation, section["say"], section["english"])
        for name, section in data.get("taken_back", {}).items()
    }
    sayings = {
        name: _compiled(notation, section["say"], section["english"]) for name in SAYINGS if (section := data.get(name))
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
        _compiled(notation, data["idioms"]["say"], data["idioms"]["english"]),
        slips,
        meant,
    )


def _rule(notation: Notation, kind: Kind, section: dict[str, Any], entry: dict[str, Any]) -> Rule:
    return Rule(
        kind=kind,
        name=f"{kind}.{entry['name']}",
        strength=entry.get("strength", "plain"),
        certain=entry.get("certain", True),
        beside=_compiled(notation, entry.get("beside")),
        harmless_when=frozenset(entry.get("harmless_when", section["harmless_when"])),
        unless=_compiled(notation, entry.get("unless")),
        unless_near=_compiled(notation, [entry.get("unless_near", ""), section.get("unless_near", "")]),
    )


@lru_cache
def rulebook() -> Rulebook:
    """The rules of `rules.yml`, read once."""
    with FILE.open(encoding="utf-8") as file:
        return read(YAML(typ="safe").load(file))
