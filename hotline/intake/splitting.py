"""Splits a message into several matters: where another one may begin, and whether the parts really are separate
matters."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from hotline.intake.listening import CLEAN_ENDS
from hotline.phrases import phrase

MOST = 4  # matters in one message
SHORTEST = 4  # least characters of a part
SHORTEST_LISTED = 2  # least characters of one in a numbered list: 门口坑
CLEAR = 0.7  # least probability of all parts if only 还有 joins them
AND_ANOTHER = re.compile(
    r"(?:[,，。.;；!！?？\s]|^)(?:另外|还有一(?:件|个)(?:事|问题)?(?:就?是)?|还有个?(?:事|问题)|还有就是|再一个|再就是|再有就是|"
    r"第[二三四](?:件事?|个|点|是)?|[二三]是|其次|顺便(?:再)?(?:反映|问|说)(?:一下|下|个事)?|对了|another (?:thing|problem)|also)[,，:：\s]*",
    re.IGNORECASE,
)
AND = re.compile(r"[,，。.;；!！?？、\s]*还有[,，:：\s]*")
LABELLED = re.compile(r"\W*(?:投诉|举报|表扬|建议|求助|咨询)[:：]\s*")
_UNIT = r"(?:件事?|个|点|条)"
NUMBERED = re.compile(
    rf"(?:^|[,，。;；:：\s])(?:第([一二三四1-4]){_UNIT}?(?:就?是)?|([一二三四1-4])(?:{_UNIT}(?:就?是)?|就?是|[、)）,，:：]|[.．](?!\d))"
    r"|([1-4])(?=[\u4e00-\u9fff])(?![号栋幢楼单期元块万千百个天点年月日米条组座环路段岁名次位人家折成毛角路号]))[,，:：\s]*"
)
COUNTED = re.compile(
    r"(?:我|我们)?(?:想|要)?(?:反映|说|讲|问|投诉|有)?(?:一下)?(?:[两二三四几234]|好几)(?:件|个|点)(?:事情?|问题|情况)?"
)
OPENS = re.compile(
    rf"^\W*{COUNTED.pattern}(?:要说|要反映|要问|哈)?[,，:：\s]+(?:一个就?是|一是|第一{_UNIT}?(?:就?是)?[,，:：]?)?"
)
IN_ORDER = ("一二三四", "1234")
AT_ONE_PLACE = phrase("places.at_one_place")
MORE_OF_THE_SAME = phrase("answers.more_of_the_same")
LISTED = re.compile(r"[,，。;；、\s]+")
# What follows 还有 within the same matter: more of it, its consequences, or the people involved.
OF_THE_SAME = re.compile(
    r"(?:人(?!行)|个|谁|什么|不|没|被|都|也|要|会|在|[一两几三好些多把收乱骂打咬偷]|很多|点|其他|其它|别的|时间|机会|半夜|天天|老人|老婆|娃|小孩|孩子|学生"
    r"|服务|态度|物业|老板|商家|店家|司机|护工|饭菜|押金|利息|发票|[^,，。]{0,2}(?:味|烟|灰|尘|污水|积水|噪音|声音|蚊|老鼠))"
)


@dataclass(frozen=True, slots=True)
class Split:
    """Two or more parts of a message. `announced`: the citizen said that another matter follows; `listed`: the parts
    are numbered, so that each is a matter."""

    parts: tuple[str, ...]
    announced: bool = True
    listed: bool = False


@dataclass(frozen=True, slots=True)
class Half:
    """What was understood of one part: the code of its category, None if it states no matter, and the probability (0 to
    1)."""

    category: str | None
    sureness: float


def possible_splits(text: str) -> list[Split]:
    """The ways to split a text, likeliest first: at the numbers of a list, at announcements of another matter, or at
    each bare 还有 that may begin one."""
    if announced := [*_numbered(text), *_announced(text)]:
        return announced
    splits = []
    for first, second in (_around(text, found) for found in AND.finditer(text)):
        if min(len(first), len(second)) >= SHORTEST and not OF_THE_SAME.match(second):
            listed = tuple(LISTED.split(first))
            if 1 < len(listed) < MOST and min(map(len, listed)) >= SHORTEST:
                splits.append(Split((*listed, second), announced=False))
            splits.append(Split((first, second), announced=False))
    return splits


def _numbered(text: str) -> list[Split]:
    """Splits at 一是…二是…, 第一个…第二个…, 1.…2.… or 一个是…一个是…; what stands before the first belongs to it."""
    marks = list(NUMBERED.finditer(text))
    while marks and (marks[0][1] or marks[0][2] or marks[0][3]) not in ("一", "1"):
        marks.pop(0)  # 三个事：一是…
    counted = "".join(mark[1] or mark[2] or mark[3] for mark in marks)
    each = all(mark[2] == "一" and "是" in mark[0] for mark in marks)
    if len(marks) < 2 or not (each or counted in (order[: len(counted)] for order in IN_ORDER)):
        return []
    ends = [*(mark.start() for mark in marks[1:]), len(text)]
    parts = [text[mark.end() : end].strip(CLEAN_ENDS) for mark, end in zip(marks, ends, strict=True)]
    before = COUNTED.sub("", text[: marks[0].start()]).strip(CLEAN_ENDS)
    is_list = min(map(len, parts)) >= SHORTEST_LISTED
    return [Split((f"{before} {parts[0]}".strip(), *parts[1:]), listed=True)] if is_list else []


def _announced(text: str) -> list[Split]:
    """Splits at every announcement with enough text on both sides."""
    parts: list[str] = []
    rest, start = text, 0
    while len(parts) < MOST - 1 and (found := AND_ANOTHER.search(rest, start)):
        first, second = _around(rest, found)
        if min(len(first), len(second)) >= SHORTEST and not MORE_OF_THE_SAME.search(_clause(second)):
            parts.append(first)
            rest, start = second, 0
        else:
            start = found.end()
    parts = [OPENS.sub("", part, count=1) if i == 0 else part for i, part in enumerate(parts)]
    return [Split((*parts, rest))] if parts else []


def matters_of(split: Split, halves: Sequence[Half]) -> tuple[str, ...]:
    """The text of each matter, a single one if the parts are not separate matters. `halves`: one for each part.

    If announced, a part that states no matter belongs to the one before it, and parts of the same category are joined.
    If only 还有 joins the parts, all categories must be different and certain.
    """
    categories = [half.category for half in halves]
    if not split.announced:
        is_clear = None not in categories and min(half.sureness for half in halves) >= CLEAR
        separate = is_clear and len(set(categories)) == len(categories)
        return split.parts if separate else ("，".join(split.parts),)
    found: dict[str | None, str] = {}
    latest = next((category for category in categories if category), None)
    for part, category in zip(split.parts, categories, strict=True):
        latest = category or latest
        found[latest] = f"{found[latest]}，{part}" if latest in found else part
    return tuple(found.values())


def are_new(known: str | None, others: Sequence[Half]) -> bool:
    """True if all `others` are surely matters of their own: their categories are certain, and differ from `known` and
    each other."""
    categories = {known, *(other.category for other in others)}
    return None not in categories and len(categories) > len(others) and min(o.sureness for o in others) >= CLEAR


def another_begun(text: str) -> tuple[str, str] | None:
    """(answer, new matter) of an answer that goes on to another matter: 对，还有个事，…; 还有红绿灯坏了; 投诉：… The
    answer may be empty. None for any other message."""
    for found in AND_ANOTHER.finditer(text):
        first, second = _around(text, found)
        if len(second) >= SHORTEST and not MORE_OF_THE_SAME.search(_clause(second)):
            return first, second
    opening = LABELLED.match(text) or AND.match(text)
    rest = text[opening.end() :].strip() if opening else ""
    is_more = opening is not None and opening.re is AND and OF_THE_SAME.match(rest)
    return ("", rest) if len(rest) >= SHORTEST and not is_more else None


def is_bare_addition(text: str) -> bool:
    """True if a message begins with just 还有, which may also continue the same matter."""
    return AND.match(text) is not None and AND_ANOTHER.search(text) is None


def share_a_place(text: str) -> bool:
    """True if the citizen says that all matters of a message are at one place."""
    return AT_ONE_PLACE.search(text) is not None


def _clause(text: str) -> str:
    """The first clause of a text."""
    return re.split(r"[,，。;；!！?？]", text, maxsplit=1)[0]


def _around(text: str, found: re.Match[str]) -> tuple[str, str]:
    return text[: found.start()].strip(), text[found.end() :].strip()
