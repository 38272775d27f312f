"""The features of each character for the place tagger: its neighbours, words, suffixes, the city's gazetteer."""

from __future__ import annotations

from collections.abc import Iterable

import jieba
from jieba import posseg

from hotline.city import City

SUFFIXES = {
    "road": "路街道巷弄段环线桥立交隧道口",
    "area": "区县市镇乡村组社坝湾坡",
    "estate": "苑园府庭居邸城庄寓舍院墅湾里轩阁郡座",
    "unit": "号栋幢楼层单元室期户门座梯",
    "public": "场馆站店校厦心所厅局库港山河湖江溪寺",
    "near": "旁边对面附近口下上里外前后侧东西南北中头背",
}
_BEFORE = set("在从到住位往去于沿是离靠经过")
_AFTER = set("的那这有里")
_PARTS_OF_SPEECH: dict[str, str] = posseg.dt.word_tag_tab
"""Parts of speech of the words in jieba's dictionary. Guessing those of other words takes most of the time and finds no
more places."""
UNKNOWN = "x"
_DIGITS = set("0123456789一二三四五六七八九十百零幺两")


class Gazetteer:
    """Names of the city's districts, 街道 and places, found at every position."""

    def __init__(self, city: City) -> None:
        self._kinds: dict[str, str] = {}
        for district in city.districts.values():
            for kind, names in (
                ("place", district.places),
                ("sub_district", _with_stems(district.sub_districts)),
                ("district", (district.name, *district.aliases)),
            ):
                self._kinds.update({name.lower(): kind for name in names})
        self._longest = max(map(len, self._kinds), default=0)

    def tags(self, text: str) -> list[str]:
        """For each character the kind of name that it is in and whether it begins it; empty outside names."""
        tags = [""] * len(text)
        position = 0
        while position < len(text):
            for end in range(min(len(text), position + self._longest), position + 1, -1):
                if kind := self._kinds.get(text[position:end]):
                    tags[position:end] = [f"B-{kind}", *[f"I-{kind}"] * (end - position - 1)]
                    position = end - 1
                    break
            position += 1
        return tags


def _with_stems(names: Iterable[str]) -> list[str]:
    found = []
    for name in names:
        found.append(name)
        for ending in ("街道", "镇", "乡"):
            stem = name.removesuffix(ending)
            if stem != name and len(stem) >= 2:
                found.append(stem)
    return found


def _class(character: str) -> str:
    if character in _DIGITS:
        return "digit"
    if character.isascii():
        return "letter" if character.isalpha() else "space" if character.isspace() else "mark"
    if not character.isalnum():
        return "mark"
    return "".join(name[0] for name, characters in SUFFIXES.items() if character in characters) or "other"


def features(text: str, gazetteer: Gazetteer) -> list[dict[str, float]]:
    """One set of features per character of a text in `plain` form."""
    classes = [_class(character) for character in text]
    names = gazetteer.tags(text)
    words: list[tuple[str, str, str]] = []
    for word in jieba.cut(text):
        size, flag = len(word), _PARTS_OF_SPEECH.get(word, UNKNOWN)
        for i in range(size):
            place = "S" if size == 1 else "B" if i == 0 else "E" if i == size - 1 else "M"
            words.append((word, flag, place))
    latin = _latin_words(text)
    return [_at(text, i, classes, names, words, latin) for i in range(len(text))]


def _latin_words(text: str) -> list[str]:
    """For each ASCII letter the whole word that it is in."""
    found = [""] * len(text)
    start = 0
    while start < len(text):
        end = start
        while end < len(text) and text[end].isascii() and text[end].isalnum():
            end += 1
        if end > start:
            found[start:end] = [text[start:end]] * (end - start)
        start = end + 1
    return found


def _at(
    text: str, i: int, classes: list[str], names: list[str], words: list[tuple[str, str, str]], latin: list[str]
) -> dict[str, float]:
    last = len(text) - 1
    found = {"bias": 1.0}

    def character(offset: int) -> str:
        return text[i + offset] if 0 <= i + offset <= last else "^" if i + offset < 0 else "$"

    for offset in range(-3, 4):
        at = i + offset
        found[f"c{offset}={character(offset)}"] = 1.0
        if 0 <= at <= last:
            found[f"k{offset}={classes[at]}"] = 1.0
            if names[at]:
                found[f"g{offset}={names[at]}"] = 1.0
    for offset in (-2, -1, 0, 1):
        found[f"cc{offset}={character(offset)}{character(offset + 1)}"] = 1.0
    for offset in (-1, 0, 1):
        at = i + offset
        if 0 <= at <= last:
            word, flag, place = words[at]
            found[f"w{offset}={word}"] = 1.0
            found[f"p{offset}={flag}"] = 1.0
            found[f"ps{offset}={place}{flag}"] = 1.0
            found[f"end{offset}={word[-1]}"] = 1.0
    if i and 0 < i < last:
        found[f"kkk={classes[i - 1]}|{classes[i]}|{classes[i + 1]}"] = 1.0
    if i == 0:
        found["first"] = 1.0
    if latin[i]:
        found[f"l={latin[i]}"] = 1.0
    ahead = text[i : i + 8]
    for name, characters in SUFFIXES.items():
        if name != "near":
            distance = next((d for d, c in enumerate(ahead) if c in characters), None)
            if distance is not None:
                found[f"next-{name}={min(distance, 5)}"] = 1.0
    behind = text[max(0, i - 4) : i]
    if any(c in _BEFORE for c in behind[-2:]):
        found["after-preposition"] = 1.0
    if any(name for name in names[max(0, i - 6) : i]):
        found["name-before"] = 1.0
    if any(name for name in names[i + 1 : i + 8]):
        found["name-after"] = 1.0
    if i < last and text[i + 1] in _AFTER:
        found["before-particle"] = 1.0
    return found
