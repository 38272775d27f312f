"""Runs of digits as people write and say them (1, 1, 一, 幺, 四个零), with their position in the text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

DIGITS = {
    **{str(n): str(n) for n in range(10)},
    **dict(zip("〇零一二三四五六七八九", "00123456789", strict=True)),
    **dict(zip("壹贰叁肆伍陆柒捌玖", "123456789", strict=True)),
    "幺": "1",
    "腰": "1",
    "妖": "1",
    "洞": "0",
    "两": "2",
    "拐": "7",
    "勾": "9",
    "○": "0",
}
CAPITALS = frozenset("壹贰叁肆伍陆柒捌玖")
LOOKALIKES = {"o": "0", "l": "1", "i": "1"}
_DIGIT = f"[{''.join(DIGITS)}]"
_TOKEN = re.compile(rf"(?P<times>[二两三四五六])个(?P<what>{_DIGIT})|双(?P<twice>{_DIGIT})|(?P<one>{_DIGIT}[oli]?)")
_GAP = re.compile(r"[\s\-–—_.·,,、::/()()]{0,3}")
_COUNTS = dict(zip("二两三四五六", (2, 2, 3, 4, 5, 6), strict=True))


@dataclass(frozen=True, slots=True)
class Group:
    """Digits without a gap between them; `digits` is their value."""

    start: int
    end: int
    digits: str


def groups(text: str) -> list[Group]:
    """All groups of digits of a text in `plain` form, from left to right."""
    found: list[Group] = []
    for start, end, digits in _tokens(text):
        if found and found[-1].end == start and _belong_together(text, start, start):
            found[-1] = Group(found[-1].start, end, found[-1].digits + digits)
        else:
            found.append(Group(start, end, digits))
    return found


def _belong_together(text: str, end: int, start: int) -> bool:
    """False for a capital numeral before figures: 陆 13551117788 is a surname and a phone."""
    before, after = text[end - 1], text[start]
    return not (before in CAPITALS and after.isascii()) and not (before.isascii() and after in CAPITALS)


def _tokens(text: str) -> Iterator[tuple[int, int, str]]:
    for match in _TOKEN.finditer(text):
        if match["one"]:
            look = match["one"][1:]
            if look and not re.match(rf"{_DIGIT}", text[match.end() : match.end() + 1] or " "):
                yield match.start(), match.end() - 1, DIGITS[match["one"][0]]
            else:
                yield match.start(), match.end(), DIGITS[match["one"][0]] + LOOKALIKES.get(look, "")
        elif match["what"]:
            yield match.start(), match.end(), DIGITS[match["what"]] * _COUNTS[match["times"]]
        else:
            yield match.start(), match.end(), DIGITS[match["twice"]] * 2


def joined(text: str, most: int = 14) -> Iterator[Group]:
    """Every run of at most `most` neighbouring groups with only blanks, dashes or the like between, longest first."""
    parts = groups(text)
    runs: list[Group] = []
    for i, first in enumerate(parts):
        digits = first.digits
        runs.append(first)
        for previous, following in zip(parts[i : i + most], parts[i + 1 : i + most], strict=False):
            if not _GAP.fullmatch(text, previous.end, following.start):
                break
            if not _belong_together(text, previous.end, following.start):
                break
            digits += following.digits
            runs.append(Group(first.start, following.end, digits))
    yield from sorted(runs, key=lambda run: (-len(run.digits), run.start))
