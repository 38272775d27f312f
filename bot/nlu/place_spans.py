"""Where a place begins and ends: clean-up and widening of a found span, and shortened addresses to learn from."""

from __future__ import annotations

import re

Span = tuple[int, int]

_LEADING = re.compile(r"^(?:[\s,,。、.;;::!!\-]|在|从|位于|住在?|就在|来自)+")
_TRAILING = re.compile(r"(?:[\s,,。、.;;::!!\-]|的|那里|那边|那儿|那个|这里|这边|这儿|有)+$")
_NO_PLACE = re.compile(r"(?:[a-z]|\d|[一二三四五六七八九十]|街道|小区|社区|我们?(?:小区|家|院子).*|成都市?|四川省?)?")
_UNIT = re.compile(
    r"\s?(?:(?:\d+|[一二三四五六七八九十百零]+)(?:号院子?|号楼?|栋|幢|单元|室|期|段|组|楼|座)|[a-k]\d?座)+"
)
_CHARACTER = r"(?![的是有在没被要把到说这那和跟从一每都天想去])[\u4e00-\u9fff]"
_KIND = (
    r"(?:医院|卫生院|学校|小学|中学|大学|幼儿园|校区|广场|菜市场?|市场|公园|地铁站|车站|服务站|快递站|驿站|大厦|酒店|花园|小区|公租房|号院"
    r"|古镇|社区|村|水街|老街|图书馆|体育馆|停车场|工业园|物流园|产业园|基地|道口|涵洞|到达层|出发层|换乘通道|(?<=[一二三四五六七八九十])组)"
)
_NEARNESS = (
    r"(?:(?:旁边|旁|附近|周边|周围|斜?对面|大?门口|楼下|楼顶|桥下|(?:的)?(?:十字路口|交叉路?口|交汇[处口]|路口)|外头|外面|前头|前面|后头|后面"
    r"|背后|背面|底下|下头|出口|出站口|[a-k]\d?出?口|[东西南北]门|[一二三四五]号门)(?![子面头]))"
)
_NEAR = re.compile(rf"{_NEARNESS}+")
_NAMED = re.compile(rf"\s?(?:那个|的)?(?:{_CHARACTER}){{1,5}}?{_KIND}")
_CALLED = re.compile(rf"\s?那个{_KIND}|\s?{_KIND}(?={_NEARNESS})|(?<=[路街道段])(?:道口|涵洞)")
_BESIDE = re.compile(rf"(?:{_CHARACTER}){{2,4}}?(?={_NEARNESS})")
_ROAD = re.compile(r"(?:[东西南北中]?[一二三四五六七八九十]?(?:路(?![灯面口边上人过])|街(?![道坊])|巷(?!道)))")
_OWN_ROAD = re.compile(
    rf"(?:{_CHARACTER}){{2,3}}?(?:[东西南北中]?[一二三四五六七八九十]?(?:路(?![灯面口边上人过])|巷)|一条街)"
)
_AFTER_PAUSE = re.compile(rf"[,\s]{_OWN_ROAD.pattern}")  # 幸福街道，翔凤路
_ENDS = "路街巷道段号栋楼口院"
_LAMP = re.compile(r"(?<=[路街道段巷号])路$")  # 高升桥路路灯: the second 路 is the lamp's
_NO_PART = re.compile(r"(?:成都)?公交车?\d+路$|(?<=医院)(?:挂号|看病|就诊|缴费)$")  # a bus line, what one does there
_FILLER = re.compile(r"(?<=[\u4e00-\u9fff])(?:那个|那边|这个)(?=[\u4e00-\u9fff])")
_LEAST_GAIN = 2  # characters by which a place must grow when the fillers are left out
_UPPER = re.compile(r"(?:^|[的区县市镇道,,。\s])[上下]$")  # 上同仁路 and 下同仁路 are roads of their own
_STARTS_WITH_ROAD = re.compile(r"[\u4e00-\u9fff]{2,4}?(?:路|街|巷)")
_DIVISION = re.compile(r"(?:街道|镇|乡)$")
_CROSSING = re.compile(r"(?:交叉路?口|交汇[处口]|路口)$")


def cleaned(text: str, start: int, end: int) -> Span:
    """The span without what is not part of a place: 在, 的, 那边, blanks; an empty span if nothing is left."""
    span = text[start:end]
    span = span[len(leading[0]) if (leading := _LEADING.match(span)) else 0 :]
    start = end - len(span)
    span = span[: trailing.start() if (trailing := _TRAILING.search(span)) else len(span)]
    if text.startswith(("灯", "面", "口"), start + len(span)):
        span = _LAMP.sub("", span)
    span = _NO_PART.sub("", span)
    end = start + len(span)
    return (start, start) if _NO_PLACE.fullmatch(span) else (start, end)


def widened(text: str, start: int, end: int) -> Span:
    """The span with what follows right behind it: the end of the road's name, the unit, building, words of nearness."""
    if _DIVISION.search(text, start, end):
        patterns = (_OWN_ROAD, _AFTER_PAUSE, _UNIT, _NAMED, _CALLED, _BESIDE, _NEAR)
    elif text[end - 1] in _ENDS:
        patterns = (_UNIT, _NAMED, _CALLED, _BESIDE, _NEAR)
    else:
        patterns = (_ROAD, _UNIT, _NAMED, _CALLED, _NEAR)
    for pattern in patterns:
        if match := pattern.match(text, end):
            end = match.end()
    if _STARTS_WITH_ROAD.match(text, start, end) and _UPPER.search(text, 0, start):
        start -= 1
    return start, end


def without_fillers(text: str) -> tuple[str, list[int]]:
    """The text as it would be written (犀浦那个双铁 is 犀浦双铁), and the original position of each character."""
    kept = [i for i in range(len(text)) if not any(f.start() <= i < f.end() for f in _FILLER.finditer(text))]
    return "".join(text[i] for i in kept), kept


def is_longer(written: str, spoken: str) -> bool:
    """Whether a place in the text without fillers goes on where the spoken one stops."""
    bare = without_fillers(spoken)[0]
    return written.startswith(bare) and len(written) >= len(bare) + _LEAST_GAIN


def joined(text: str, spans: list[Span]) -> list[Span]:
    """Joins spans that name one place (淮口 瑞光广场, 晋原街道，甲子路, 凤溪大道北段与踏水桥交叉口) or overlap."""
    found: list[Span] = []
    for start, end in spans:
        gap = text[found[-1][1] : start] if found else ""
        if found and start < found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        elif (
            gap == " "
            or (gap.strip() == "," and _DIVISION.search(text, *found[-1]))
            or (gap and gap in "和与跟" and _CROSSING.search(text, start, end))
        ):
            found[-1] = (found[-1][0], end)
        else:
            found.append((start, end))
    return found


def named(text: str, names: list[str]) -> list[Span]:
    """Names of the gazetteer that are followed by a building or a word of nearness: 濛阳蔬菜批发市场, 太古里旁边.

    For a text in which the tagger finds nothing. A name alone may be an ordinary word (公平, 合作), so it is no place
    yet.
    """
    found: list[Span] = []
    for start, tag in enumerate(names):
        if tag.startswith("B-"):
            end = next((i for i in range(start + 1, len(names)) if not names[i].startswith("I-")), len(names))
            wide = widened(text, start, end)
            if wide[1] > end and start >= (found[-1][1] if found else 0):
                found.append(wide)
    return found


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
