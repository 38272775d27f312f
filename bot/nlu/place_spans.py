"""Where a place begins and ends: clean-up and widening of a found span, and half-addresses to learn from."""

from __future__ import annotations

import re

Span = tuple[int, int]

_LEADING = re.compile(r"^(?:[\s,,。、.;;::!!\-]|在|从|位于|住在?|就在|来自)+")
_TRAILING = re.compile(r"(?:[\s,,。、.;;::!!\-]|的|那里|那边|那儿|那个|这里|这边|这儿|有)+$")
_NO_PLACE = re.compile(r"(?:[a-z]|\d|[一二三四五六七八九十]|街道|小区|社区|我们?(?:小区|家|院子).*|成都市?|四川省?)?")
_UNIT = re.compile(r"\s?(?:(?:\d+|[一二三四五六七八九十]+)(?:号院子?|号楼?|栋|幢|单元|室|期|段|组|楼|座)|[a-k]\d?座)+")
_NAMED = re.compile(
    r"(?:那个|的)?(?:(?![的是有在没被要把到说这那和跟从])[\u4e00-\u9fff]){1,5}?"
    r"(?:医院|学校|小学|中学|大学|幼儿园|广场|菜市场|市场|公园|地铁站|车站|大厦|花园|小区|号院|古镇|社区|村|水街|老街"
    r"|图书馆|体育馆|停车场|服务站|(?<=[一二三四五六七八九十])组)"
)
_ROAD = re.compile(r"(?:[东西南北中]?[一二三四五六七八九十]?(?:路(?![灯面口边上人过])|街(?![道坊])|巷(?!道)))")
_ENDS = "路街巷道段号栋楼口院"
_LAMP = re.compile(r"(?<=[路街道段巷号])路$")  # 高升桥路路灯: the second 路 is the lamp's
_NEAR = re.compile(
    r"(?:(?:旁边|旁|附近|周边|周围|斜?对面|大?门口|楼下|楼顶|桥下|十?字?路口|外头|外面|前头|前面|后头|后面|背后|背面|底下|下头"
    r"|出口|出站口|[a-k]\d?出?口|[东西南北]门|[一二三四五]号门)(?![子面头]))+"
)


def cleaned(text: str, start: int, end: int) -> Span:
    """The span without what does not belong to a place: 在, 的, 那边, blanks; an empty span when nothing is left."""
    span = text[start:end]
    span = span[len(leading[0]) if (leading := _LEADING.match(span)) else 0 :]
    start = end - len(span)
    span = span[: trailing.start() if (trailing := _TRAILING.search(span)) else len(span)]
    if text.startswith(("灯", "面", "口"), start + len(span)):
        span = _LAMP.sub("", span)
    end = start + len(span)
    return (start, start) if _NO_PLACE.fullmatch(span) else (start, end)


def widened(text: str, start: int, end: int) -> Span:
    """The span with the end of the road's name, the unit, the building and the words of nearness right behind it."""
    patterns = (_UNIT, _NAMED, _NEAR) if text[end - 1] in _ENDS else (_ROAD, _UNIT, _NAMED, _NEAR)
    for pattern in patterns:
        if match := pattern.match(text, end):
            end = match.end()
    return start, end


def without_district(text: str, spans: list[Span], names: list[str]) -> list[tuple[str, list[Span]]]:
    """The same text with a place said shorter, as citizens do: 锦江区望平街15号 as 望平街15号.

    One variant for each place that goes on after the names of its district and 街道; `names` are the gazetteer's tags.
    """
    variants = []
    for start, end in spans:
        cut = start
        while cut < end and names[cut] in ("B-district", "B-sub_district"):
            cut += 1
            while cut < end and names[cut].startswith("I-"):
                cut += 1
            if text.startswith("街道", cut):
                cut += 2
        if cut > start and end - cut >= 2:
            size = cut - start
            moved = [
                (a, b) if b <= start else (start, end - size) if a == start else (a - size, b - size) for a, b in spans
            ]
            variants.append((text[:start] + text[cut:], moved))
    return variants
