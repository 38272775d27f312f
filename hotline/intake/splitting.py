"""Where another matter may begin in one message, and whether what was understood of the parts makes it one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

MOST = 4  # matters in one message
SHORTEST, SHORTEST_AFTER_AND = 6, 4  # characters of a part: where another matter is announced, and around a bare 还有
CLEAR = 0.7  # how sure all parts must be where nothing but 还有 joins them
AND_ANOTHER = re.compile(
    r"(?:[,，。.;；!！?？\s]|^)(?:另外|还有一(?:件|个)(?:事|问题)?(?:就?是)?|还有个?(?:事|问题)|还有就是|再一个|再就是|再有就是|"
    r"第[二三四](?:件事?|个|点|是)?|[二三]是|其次|顺便(?:再)?(?:反映|问|说)(?:一下|下|个事)?|对了|another (?:thing|problem)|also)[,，:：\s]*",
    re.IGNORECASE,
)
AND = re.compile(r"[,，。.;；!！?？、\s]*还有[,，:：\s]*")
LISTED = re.compile(r"[,，。;；、\s]+")
# What 还有 goes on with when it is the same matter: more of it, what it brings with it, or who belongs to it.
OF_THE_SAME = re.compile(
    r"(?:人(?!行)|个|谁|什么|不|没|被|都|也|要|会|在|[一两几三好些多把收乱骂打咬偷]|很多|点|其他|其它|别的|时间|机会|半夜|天天|老人|老婆|娃|小孩|孩子|学生"
    r"|服务|态度|物业|老板|商家|店家|司机|护工|饭菜|押金|利息|发票|[^,，。]{0,2}(?:味|烟|灰|尘|污水|积水|噪音|声音|蚊|老鼠))"
)


@dataclass(frozen=True, slots=True)
class Split:
    """The parts of a message, two or more. `announced`: the citizen said that another matter follows."""

    parts: tuple[str, ...]
    announced: bool = True


@dataclass(frozen=True, slots=True)
class Half:
    """What was understood of a part: the category when it states a matter, and how sure that is (0 to 1)."""

    category: str | None
    sureness: float


def possible_splits(text: str) -> list[Split]:
    """The parts between announcements of another matter, or around each bare 还有 that may be one; likeliest first."""
    if announced := _announced(text):
        return announced
    pairs = (_around(text, found) for found in AND.finditer(text))
    splits = []
    for first, second in pairs:
        if min(len(first), len(second)) >= SHORTEST_AFTER_AND and not OF_THE_SAME.match(second):
            listed = tuple(LISTED.split(first))
            if 1 < len(listed) < MOST and min(map(len, listed)) >= SHORTEST_AFTER_AND:
                splits.append(Split((*listed, second), announced=False))
            splits.append(Split((first, second), announced=False))
    return splits


def _announced(text: str) -> list[Split]:
    """At every announcement with enough on both sides; if there are several, also at the first alone."""
    parts, rest = [], text
    start = 0
    while len(parts) < MOST - 1 and (found := AND_ANOTHER.search(rest, start)):
        first, second = _around(rest, found)
        if min(len(first), len(second)) >= SHORTEST:
            parts.append(first)
            rest, start = second, 0
        else:
            start = found.end()
    if not parts:
        return []
    every = Split((*parts, rest))
    return [every] if len(parts) == 1 else [every, Split((parts[0], text[text.index(parts[1], len(parts[0])) :]))]


def are_separate(split: Split, parts: Sequence[Half]) -> bool:
    """True when all parts are matters of different categories; where 还有 alone joins them, beyond doubt."""
    categories = [part.category for part in parts]
    if None in categories or len(set(categories)) < len(categories):
        return False
    return split.announced or min(part.sureness for part in parts) >= CLEAR


def another_begun(text: str) -> tuple[str, str] | None:
    """What an answer goes on to tell of another matter: 对，还有个事，… The first is the answer, and may be empty."""
    for found in AND_ANOTHER.finditer(text):
        first, second = _around(text, found)
        if len(second) >= SHORTEST:
            return first, second
    return None


def _around(text: str, found: re.Match[str]) -> tuple[str, str]:
    return text[: found.start()].strip(), text[found.end() :].strip()
