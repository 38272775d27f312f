"""Where a second matter may begin in one message, and whether what was understood of both halves makes it one."""

from __future__ import annotations

import re
from dataclasses import dataclass

SHORTEST, SHORTEST_AFTER_AND = 6, 4  # characters of a half: where another matter is announced, and after a bare 还有
CLEAR = 0.7  # how sure both halves must be where nothing but 还有 joins them
AND_ANOTHER = re.compile(
    r"(?:[,，。.;；!！?？\s]|^)(?:另外|还有一(?:件|个)(?:事|问题)?(?:就?是)?|还有个?(?:事|问题)|还有就是|再一个|再就是|再有就是|"
    r"第二(?:件事?|个|点|是)?|二是|其次|顺便(?:再)?(?:反映|问|说)(?:一下|下|个事)?|对了|another (?:thing|problem)|also)[,，:：\s]*",
    re.IGNORECASE,
)
AND = re.compile(r"[,，。.;；!！?？、\s]*还有[,，:：\s]*")
# What 还有 goes on with when it is the same matter: more of it, what it brings with it, or who belongs to it.
OF_THE_SAME = re.compile(
    r"(?:人(?!行)|个|谁|什么|不|没|被|都|也|要|会|在|[一两几三好些多把收乱骂打咬偷]|很多|点|其他|其它|别的|时间|机会|半夜|天天|老人|老婆|娃|小孩|孩子|学生"
    r"|服务|态度|物业|老板|商家|店家|司机|护工|饭菜|押金|利息|发票|[^,，。]{0,2}(?:味|烟|灰|尘|污水|积水|噪音|声音|蚊|老鼠))"
)


@dataclass(frozen=True, slots=True)
class Split:
    """Two halves of a message. `announced`: the citizen said that another matter follows."""

    first: str
    second: str
    announced: bool = True


@dataclass(frozen=True, slots=True)
class Half:
    """What was understood of a half: the category when it states a matter, and how sure that is (0 to 1)."""

    category: str | None
    sureness: float


def possible_splits(text: str) -> list[Split]:
    """The halves around the first announcement of another matter, and around each bare 还有 that may be one."""
    announced = (Split(*_around(text, found)) for found in AND_ANOTHER.finditer(text))
    bare = (Split(*_around(text, found), announced=False) for found in AND.finditer(text))
    first = next((s for s in announced if min(len(s.first), len(s.second)) >= SHORTEST), None)
    if first:
        return [first]
    return [
        split
        for split in bare
        if min(len(split.first), len(split.second)) >= SHORTEST_AFTER_AND and not OF_THE_SAME.match(split.second)
    ]


def are_two(split: Split, first: Half, second: Half) -> bool:
    """True when both halves are matters of different categories; where 还有 alone joins them, beyond doubt."""
    if first.category is None or second.category is None or first.category == second.category:
        return False
    return split.announced or min(first.sureness, second.sureness) >= CLEAR


def another_begun(text: str) -> Split | None:
    """What an answer goes on to tell of another matter: 对，还有个事，… The first half is the answer, and may be empty."""
    for found in AND_ANOTHER.finditer(text):
        first, second = _around(text, found)
        if len(second) >= SHORTEST:
            return Split(first, second)
    return None


def _around(text: str, found: re.Match[str]) -> tuple[str, str]:
    return text[: found.start()].strip(), text[found.end() :].strip()
