"""Finds a district, or another city, in a citizen's text."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import NamedTuple

_ROAD = re.compile(
    r"[东西南北中上下一二三四五六七八九十]?(?:路(?!边|上)|大道|巷|街(?![道头上边面坊]))"
    r"| (?:(?:east|west|north|south|middle) )?(?:road|rd|avenue|ave|street|st|lane|hotel|inn|square)\b"
)
"""Suffixes that make a road name of a district's short name: 双流路 need not be in 双流区."""

_ENDINGS = ("街道办事处", "街道办", "街道", "街办", "镇", "乡")


class Rank(IntEnum):
    """How good the evidence for a district is; the lowest rank found decides."""

    NAME = 0  # 锦江区
    SHORT = 1  # 锦江
    SUB_DISTRICT = 2  # 春熙路街道
    PLACE = 3  # 太古里


class Term(NamedTuple):
    """What a word refers to: a district (code) or another city (name); None if it only looks like such a word."""

    code: str | None
    rank: Rank


class Hit(NamedTuple):
    """A term found in a text."""

    start: int
    end: int
    term: Term


def normal(text: str) -> str:
    """The text in a normal form for matching: width and case folded, no space between Chinese characters."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return re.sub(r"(?<=[^\x00-\x7f])\s+(?=[^\x00-\x7f])", "", folded)


def rank_of_name(name: str) -> Rank:
    """The rank of a name: NAME if it says what it is (锦江区), SHORT for a bare one (锦江), which may be part of
    another word."""
    return Rank.NAME if name[-1] in "区县市" else Rank.SHORT


def sub_district_forms(name: str) -> list[str]:
    """The forms of a 街道's or 镇's name that people use: with any ending and, from three characters, without one."""
    ending = next((ending for ending in _ENDINGS if name.endswith(ending)), "")
    stem = name.removesuffix(ending)
    if len(stem) < 2 or not ending:
        return [name]
    return [name, *(stem + other for other in _ENDINGS), *([stem] if len(stem) > 2 else [])]


class Dictionary:
    """Words looked up at every position of a text; a word inside a longer one does not count."""

    def __init__(self, terms: Mapping[str, Term]) -> None:
        self._terms = dict(terms)
        lengths: defaultdict[str, set[int]] = defaultdict(set)
        for word in terms:
            lengths[word[0]].add(len(word))
        self._lengths = {first: sorted(sizes, reverse=True) for first, sizes in lengths.items()}

    def hits(self, text: str) -> list[Hit]:
        """All words of the text, which must be in `normal` form, from left to right."""
        found: list[Hit] = []
        reach = 0
        for start, first in enumerate(text):
            for size in self._lengths.get(first, ()):
                end = start + size
                term = self._terms.get(text[start:end]) if end <= len(text) else None
                if term is None or end <= reach or not _whole_word(text, start, end):
                    continue
                found.append(Hit(start, end, term))
                reach = end
                break
        return found


def _whole_word(text: str, start: int, end: int) -> bool:
    """False for a Latin word inside a longer one; Chinese has no word boundaries to check."""

    def inside(left: str, right: str) -> bool:
        return left.isascii() and left.isalnum() and right.isascii() and right.isalnum()

    return not (start and inside(text[start - 1], text[start])) and not (
        end < len(text) and inside(text[end - 1], text[end])
    )


@dataclass(frozen=True, slots=True)
class DistrictFinder:
    """Finds the one district a text is about. `elsewhere` are the names of other cities, in `normal` form."""

    dictionary: Dictionary
    elsewhere: tuple[str, ...]

    @classmethod
    def of(cls, words: Mapping[str, Term], elsewhere: Iterable[str]) -> DistrictFinder:
        """A finder for these words; see `Term`."""
        return cls(Dictionary({normal(word): term for word, term in words.items()}), tuple(map(normal, elsewhere)))

    def find(self, text: str) -> str | None:
        """The code of the district; None when none is found or the best evidence names several."""
        evidence = self._evidence(text)
        if not evidence:
            return None
        codes = evidence[min(evidence)]
        return next(iter(codes)) if len(codes) == 1 else None

    def named_outright(self, text: str) -> bool:
        """Whether any district is named, by its full or short name."""
        return min(self._evidence(text), default=Rank.PLACE) <= Rank.SHORT

    def _evidence(self, text: str) -> dict[Rank, set[str]]:
        text = normal(text)
        evidence: dict[Rank, set[str]] = {}
        for hit in self.dictionary.hits(text):
            code, rank = hit.term
            if code is None or text[: hit.start].removesuffix("市").endswith(self.elsewhere):
                continue
            if rank is Rank.SHORT and _ROAD.match(text, hit.end):
                continue
            evidence.setdefault(rank, set()).add(code)
        return evidence


@dataclass(frozen=True, slots=True)
class OtherCityFinder:
    """Finds the one other city that a text names, unless it names ours too."""

    dictionary: Dictionary
    not_followed_by: tuple[str, ...]
    ours: re.Pattern[str]
    not_ours: re.Pattern[str]

    @classmethod
    def of(
        cls, names: Sequence[Sequence[str]], not_in: Iterable[str], not_followed_by: Iterable[str], our_name: str
    ) -> OtherCityFinder:
        """A finder for cities, each given as a list of names with the official name first. Other names do not count
        when one of `not_followed_by` follows."""
        words = {normal(word): Term(None, Rank.NAME) for word in not_in}
        for official, *others in names:
            words.update({normal(word): Term(official, Rank.SHORT) for word in others})
            words[normal(official)] = Term(official, Rank.NAME)
        ours = re.escape(normal(our_name).removesuffix("市"))
        return cls(
            Dictionary(words),
            tuple(map(normal, not_followed_by)),
            re.compile(ours),
            re.compile(f"不(?:在|是|属于){ours}"),
        )

    def find(self, text: str) -> str | None:
        """The official name of the one city found; None when none or several are named, or ours is named too."""
        text = self.not_ours.sub("", normal(text))
        if self.ours.search(text):
            return None
        found = {
            hit.term.code
            for hit in self.dictionary.hits(text)
            if hit.term.code is not None
            and (hit.term.rank is Rank.NAME or not text.startswith(self.not_followed_by, hit.end))
        }
        return found.pop() if len(found) == 1 else None
