"""Splits a place into the parts of an address (district; town: 街道 or 镇; road; rest) and joins places that were given
in pieces."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from hotline.phrases import phrase

_HAN = r"[\u4e00-\u9fff]"
_IN_A_NAME = rf"(?![你我他她它问说吗嘛]){_HAN}"  # 你光问区 is no district
_DISTRICT = rf"(?:成都市?)?(?:{_IN_A_NAME}){{2,4}}?(?<![小社校园景厂片院业城库宅营街超东南西北])(?:[区區县縣]|市(?!场|場|政|民))(?:的|那个|那边)?"
_TOWN = rf"{_HAN}{{2,5}}?(?:街道(?:办事处|办)?|镇(?!上)|鎮|乡|鄉)(?:的|那个|那边)?"
_ROAD = (
    rf"{_HAN}{{1,6}}?(?:路|街|巷|大道|道(?!路))(?:[东南西北中东][一二三四五六七八九十]?段|[一二三四五六七八九十]段)?"
)
_ADDRESS = re.compile(
    rf"(?P<district>{_DISTRICT})?[\s,，]*(?P<town>{_TOWN})?[\s,，]*(?P<road>{_ROAD})?(?P<rest>.*)", re.DOTALL
)
_SPOKEN = re.compile(r"(?:的|那个|那边)$")
_LOOSE = r"[\s,，]|的|那个|那边的?|这边的?"
_HOUSE = re.compile(r"\s?(?:\d+|[一二三四五六七八九十]+|[A-Za-z]\d*)(?:号|號|栋|棟|幢|单元|单元|楼|樓|座|期|院|组).*")
_TOWARDS = phrase("places.towards")
_LINK = re.compile(rf"(?:{_LOOSE})*(?:{_TOWARDS.pattern})?(?:{_LOOSE})*")
_NAMED = phrase("places.named")
_KIND = phrase("places.kind_only")
_AFTER = re.compile(rf"(?:{_LOOSE})+(?=(?P<clause>[^,，。.!！?？;；、\s]+))")
_BEFORE = re.compile(r"(?:^|[,，。\s])(?:就?是|就?在|叫)?(?P<clause>[^,，。.!！?？;；、\s]+)[\s,，]+$")


_CALLED = re.compile(
    r"(?:小区|楼盘|院子|工地|商场|市场|园区|学校|幼儿园|医院|酒店|饭店|店)(?:的?(?:名字|名称|全称|名))?(?:[在位][^,，。叫]{1,12}[,，]\s*)?(?:是叫|名叫|叫做?|(?<=[字称])是|(?<=名)是)"
    r"(?P<name>(?![什啥个不没我你他她])[^,，。.!！?？;；、\s]{2,14}?)(?=的?(?:[,，。.!！?？;；、\s]|$))"
)
_GIVES_A_NAME = re.compile(r"[\u4e00-\u9fff](?:名叫|叫做?|名字?是|全称是)$")
_NUMBER_BEFORE = re.compile(r"\b(?:No\. ?)?\d{1,5}[A-Z]?,? $", re.IGNORECASE)  # No. 5 Tongzilin East Road
_PHONE = re.compile(r"[\s,，]*(?<!\d)\d{7,}(?!\d)[\s,，]*")
_NO = re.compile(r"^(?:no(?!\.? ?\d)|not|yes|sorry|actually|well)\b[\s,.]*", re.IGNORECASE)
_ROOM = re.compile(
    r"\b(?:room|rm|apartment|apt|flat|unit|suite|building)\.? ?(?:no\.? ?)?[a-z]?\d+[a-z]?\b|\b\d+(?:st|nd|rd|th) floor\b"
    r"|\bfloor \d+\b",
    re.IGNORECASE,
)
_HOTEL = re.compile(r"\b(?:[A-Z][\w'&]*\s){1,3}(?:[Hh]otel|[Ii]nn|[Hh]ostel|[Mm]all|[Pp]laza|[Tt]ower)\b(?!\?)")
_IN_A_ROOM = phrase("places.in_a_room")
_LANDMARK = phrase("places.landmark")
_GOES_WRONG = phrase("places.goes_wrong")
_NAMES_A_FIRM = phrase("places.names_a_firm")
_A_DANCE = phrase("places.a_dance")  # 甲子路广场, in 甲子路广场舞
_SAID_OF_THE_WRITING = phrase("places.said_of_the_writing")
_HOUSE_FOLLOWS = re.compile(
    r"[\s,，]*(?P<house>(?:(?:\d+|[一二三四五六七八九十]+|[A-Z])\s?(?:号楼|号院|栋|棟|幢|单元|楼|樓|层)\s?)+(?:\d+号?)?)(?![上下]?的?[人户家那这])"
)
_IS_AT = re.compile(r"(?:(?<!现)在|位于|地[址点]是?[:：]?|位置是?[:：]?)$")
_BELONGS = re.compile(
    r"(?:的|\s)+(?P<name>(?![我你他她们这那两几每天晚早昨今明前后电匿姓叫谢人车第一某])(?:(?![我你他她们的了在是有不没就都还要说给把被吵放去快收让找做打干上])[\u4e00-\u9fffA-Za-z\d]){2,10})(?=$|[,，。.!！;；])"
)
"""The last name in a clause that says where something is: 在红光街道的锦绣天成."""
SHORTEST = 2  # least characters of a place


@dataclass(frozen=True, slots=True)
class Address:
    """The parts of a place, each empty if it was not given."""

    district: str
    town: str
    road: str
    rest: str

    @classmethod
    def of(cls, place: str) -> Address:
        """Splits a place, as it was said, into its parts."""
        found = _ADDRESS.fullmatch(place.strip())
        parts = {name: (words or "").strip(" ,，") for name, words in (found.groupdict() if found else {}).items()}
        return cls(_SPOKEN.sub("", parts["district"]), _SPOKEN.sub("", parts["town"]), parts["road"], parts["rest"])

    @property
    def is_division(self) -> bool:
        """True for a district, a town or both, with nothing more precise."""
        return bool(self.district or self.town) and not self.road and not self.rest

    def __str__(self) -> str:
        return f"{self.district}{self.town}{self.road}{self.rest}"


def whole_places(text: str, recognised: Sequence[str]) -> tuple[str, ...]:
    """The places of a text, each completed with the names that follow it in the same address; parts of one place are
    joined: 温江区公平街道，同兴路; 东站到春熙路. `recognised`: the recognised places, in the order of the text."""
    spans: list[tuple[int, int]] = []
    recognised = [_GOES_WRONG.sub("", _SAID_OF_THE_WRITING.sub("", place)) for place in recognised]
    recognised = [_A_DANCE.sub("", place) if f"{place}舞" in text else place for place in recognised]
    called = [found["name"] for found in _CALLED.finditer(text)]
    recognised = [_NO.sub("", _PHONE.sub("", place)) for place in recognised]
    for place in sorted({*recognised, *called}, key=text.find) if called else recognised:
        if len(place) < SHORTEST or _IN_A_ROOM.search(place):
            continue
        if spans and place in text[slice(*spans[-1])]:
            continue
        start = text.find(place, spans[-1][1] if spans else 0)
        if start < 0:
            return tuple(recognised)
        end = start + len(place)
        start -= len(number[0]) if (number := _NUMBER_BEFORE.search(text[:start])) else 0
        gap = text[spans[-1][1] : start] if spans else ""
        if spans and _GIVES_A_NAME.search(gap) and not Address.of(text[slice(*spans[-1])]).is_division:
            continue  # 建设路52号，店名叫老陈烧烤: who is there
        if spans and _LINK.fullmatch(gap) and _go_together(text[slice(*spans[-1])], gap, place):
            start = spans.pop()[0]
        elif not spans and Address.of(place).is_division:
            start = _with_name_before(text, start)
        spans.append((start, _with_names_after(text, start, end)))
    places = [in_order(text[start:end]) for start, end in spans]
    if places and not re.search(_HAN, text):
        places[-1] = _with_house_and_room(text, places)
    return tuple(places)


def _with_house_and_room(text: str, places: Sequence[str]) -> str:
    """The last place of an English text with the hotel and the room that were told apart from it."""
    told = ", ".join(places).casefold()
    found = [part for pattern in (_ROOM, _HOTEL) if (part := pattern.search(text)) and part[0].casefold() not in told]
    return ", ".join([*(part[0] for part in found), places[-1]])


def landmarks(text: str) -> tuple[str, ...]:
    """The places of a text that everybody knows; for a text in which no place was recognised."""
    return tuple(dict.fromkeys(found.group() for found in _LANDMARK.finditer(text)))


def together(places: Iterable[str]) -> list[str]:
    """The places of one message, with a house number that stands apart from its road appended to it."""
    found: list[str] = []
    for place in places:
        if found and _HOUSE.fullmatch(place):
            found[-1] += place
        else:
            found.append(place)
    return found


def without_places(text: str, places: Iterable[str]) -> str:
    """The text without the names that make up these places."""
    for place in places:
        address = Address.of(place)
        for part in (place, address.district, address.town, address.road, address.rest):
            text = text.replace(part, "") if part else text
    return text


def joined(known: str, told: str) -> str:
    """The known place combined with what is told later; from the first part that differs on, only the later one
    counts."""
    if known in told or told in known or not re.search(_HAN, known):
        return told if known in told else known if told in known else told
    before, now = Address.of(known), Address.of(told)
    district = now.district or before.district
    if not _same(before.district, now.district):
        return told
    town = now.town or before.town
    if not _same(before.town, now.town) or not _same(before.road, now.road):
        return str(Address(district, town, now.road, now.rest))
    road = max(before.road, now.road, key=len)
    return str(Address(district, town, road, now.rest or before.rest))


def in_order(words: str) -> str:
    """A place as an address is written: district first, without the words said between its parts."""
    words = re.sub(r"[\s,，]+名?叫做?", "", words)
    words = re.sub(rf"[,，]\s*(?={_HOUSE_FOLLOWS.pattern})", "", words)
    name, _, last = re.sub(r"[\s,，]+", " ", words).rpartition(" ")
    if name and Address.of(last).is_division and not Address.of(name).district:
        return f"{last}{name}"
    told = Address.of(words)
    return str(replace(told, rest=re.sub(r"^的(?!士)", "", told.rest)))


def _with_names_after(text: str, start: int, end: int) -> int:
    if kind := _KIND.search(text[end:]):
        end += kind.end()
    while (pause := _AFTER.match(text, end)) and (name := _NAMED.search(pause["clause"])):
        if _NAMES_A_FIRM.search(pause["clause"]):
            break
        end = pause.end() + name.end()
    last = _BELONGS.match(text, end) if _IS_AT.search(text[:start]) else None
    if last and not _NAMES_A_FIRM.search(last["name"]):
        end = last.end()
    house = None if Address.of(text[start:end]).is_division else _HOUSE_FOLLOWS.match(text, end)
    return house.end("house") if house else end


def _with_name_before(text: str, start: int) -> int:
    before = _BEFORE.search(text[:start])
    name = before and _NAMED.search(before["clause"])
    return before.start("clause") if before and name and name[0] == before["clause"] else start


def _go_together(first: str, gap: str, second: str) -> bool:
    """False for two roads with only a pause between them."""
    return not (Address.of(first).road and Address.of(second).road) or bool(_TOWARDS.search(gap))


def _same(before: str, now: str) -> bool:
    return before in now or now in before
