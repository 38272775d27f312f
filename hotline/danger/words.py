"""The features of a message that are weighed: its pieces, the families of its words, and the contexts of the rules."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path

from ruamel.yaml import YAML

from hotline.danger.rulebook import rulebook

FILE = Path(__file__).parent / "families.yml"
LONGEST = 3  # most words of a piece
_OPENING = re.compile(
    r"^(?:[,。]|喂|[你您]好|嗯|呃|啊|哎|那个|就是|同志|领导|麻烦|请?问[一]?下|我?[想要]反映一?下?|我[想要]问一?下?|我跟你[说讲]|我说|hello|hi |sorry )+"
)
_NUMBER = r"[0-9零一二三四五六七八九十百幺]{1,6}"
_DISTRICT = (
    r"[\u4e00-\u9fff]{2,3}(?<![小社园校景片城厂山病院宅街库郊禁灾污])区|[\u4e00-\u9fff]{2}(?:县|市(?![场民政区里内面]))"
)
_TOWN = r"[\u4e00-\u9fff]{2,4}(?:街道|镇|乡)"
_STREET = r"[\u4e00-\u9fff]{1,6}?(?:[路街巷道]|小区|花园)(?:[东南西北中]?[一二三四五六七八九十]段)?"
_DOOR = rf"{_NUMBER}(?:号(?:院|楼)?|[栋幢])(?:附?{_NUMBER}(?:号楼?|[栋幢楼层室]|单元))*"
_ADDRESS = re.compile(
    rf"(?:{_DISTRICT})(?:{_TOWN})?(?:{_STREET})?(?:{_DOOR})?|{_TOWN}{_STREET}(?:{_DOOR})?|{_STREET}{_DOOR}"
)
_WORD = re.compile(r"[a-z]+|[0-9]+|\S")
_LATIN = re.compile(r"[a-z]+")


def without_opening(text: str) -> str:
    """A normalised text without greeting and hesitation at its start (喂你好我想反映一下), which say nothing about
    danger."""
    return _OPENING.sub("", text)


def without_address(text: str) -> str:
    """A normalised text without what is surely an address (武侯区科华北路65号): it is given in danger and in complaints
    alike."""
    return _ADDRESS.sub("", text)


def pieces(text: str) -> frozenset[str]:
    """All runs of one to three words in a normalised text. Each Chinese character is a word; every number becomes 0."""
    words = ["0" if word.isdigit() else word + " " if _LATIN.match(word) else word for word in _WORD.findall(text)]
    return frozenset(
        "".join(words[start : start + length])
        for length in range(1, LONGEST + 1)
        for start in range(len(words) - length + 1)
    )


def families(text: str) -> set[str]:
    """The names of the word families (as `<name> words`) and of the contexts of `rules.yml` that occur in a normalised
    text."""
    known = _families()
    found = {name for word in _LATIN.findall(text) for name in known.of_latin.get(word, ())}
    for start, char in enumerate(text):
        for word, names in known.by_character.get(char, ()):
            if text.startswith(word, start):
                found.update(names)
    found.update(name for name, pattern in rulebook().contexts.items() if pattern.search(text))
    return found


class _Families:
    def __init__(self, lists: Mapping[str, str]) -> None:
        names: dict[str, list[str]] = defaultdict(list)
        for name, words in lists.items():
            for word in words.split():
                names[word].append(f"{name} words")
        self.of_latin = {word: of for word, of in names.items() if word.isascii()}
        self.by_character: dict[str, list[tuple[str, Sequence[str]]]] = defaultdict(list)
        for word, of in names.items():
            self.by_character[word[0]].append((word, of))


@lru_cache
def _families() -> _Families:
    return _Families(YAML(typ="safe").load(FILE))
