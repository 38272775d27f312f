"""Makes a known place more precise from a later message: its house, its floor, or the address of a place that was only
named."""

from __future__ import annotations

import re

from hotline.intake.draft import Understood
from hotline.intake.listening import CLEAN_ENDS, LIVES, NO_PLACE, PLACE_NOUN
from hotline.phrases import phrase

LEAST_ROAD = 3  # least characters of a road's name
ROADS = ("路", "街", "巷", "道")
LONGEST_BARE = 16
_NUMBER = r"(?:\d+|[一二三四五六七八九十百]+|[A-Za-z])"
_KIND = r"(?:号院|号楼|号|號|栋|棟|幢|单元|單元|楼|樓|层|層|室|座|期)"
_HOUSE = re.compile(rf"\s?(?:{_NUMBER}\s?{_KIND}[-\s]?)+\d{{0,5}}")
_HOUSE_AT_END = re.compile(rf"\s?(?:{_NUMBER}\s?{_KIND}[-\s]?)+\d{{0,5}}(?:楼下|楼上|旁边|门口|底下)?$")
_HOUSE_PART = re.compile(rf"\s?{_NUMBER}\s?(?P<kind>{_KIND})")
_DISTRICT = re.compile(r"^(?:(?:成都)?[\u4e00-\u9fff]{2,3}(?<!小)(?<!社)(?<!校)[区區县縣市])+(?=[\u4e00-\u9fff]{2})")
_NEARNESS = phrase("places.nearness")
_ESTATE = phrase("places.estate")
_ADDRESS = phrase("places.address")
_PARTS = re.compile(r"[,，。;；\s]+")
_SECTION = re.compile(r"[东南西北中]?[一二三四五六七八九十]?段(?:\d+号)?")
_PIECE = phrase("places.piece")
_ASKED = ("contact", "district", "confirm")  # questions whose answer may contain a piece of the place
_WORD = re.compile(r"\b[A-Z][a-z]{4,}")


def more_precise(known: str, heard: Understood, asked: str | None) -> str | None:
    """The known place with the house number, section or address that a message adds; None if it adds none. `asked`: the
    open question (`Question.kind`)."""
    text = heard.text.strip(CLEAN_ENDS)
    told = heard.places[-1] if heard.places else text
    if _HOUSE.fullmatch(told) and (not LIVES.search(heard.text) or _ESTATE.search(known)):
        return None if asked and asked.startswith("detail") else with_house(known, told)
    if _SECTION.fullmatch(heard.places[0] if heard.places else text) and core_of(known).endswith(ROADS):
        return known + (heard.places[0] if heard.places else text)
    is_piece = (
        asked in _ASKED
        and heard.intent in ("inform", "nlu_fallback")
        and len(text) <= LONGEST_BARE
        and _PIECE.search(text)
    )
    if is_piece and not (
        NO_PLACE.search(text) or heard.names or heard.phones or LIVES.search(text) or core_of(known) in text
    ):
        return known if text in known else f"{known}（{text}）"
    house = next((part for part in _PARTS.split(text) if _HOUSE.fullmatch(part)), None)
    is_of_another = any(house and house in place and house != place for place in heard.places)  # 建设北路 11栋
    if house and not is_of_another and asked in _ASKED and not LIVES.search(heard.text) and house not in known:
        return with_house(known, house)  # 6栋1单元，我姓文
    is_bare = asked == "contact" and told == text and len(text) <= LONGEST_BARE and not NO_PLACE.search(text)
    beside = heard.intent == "inform" and PLACE_NOUN.search(text) and not re.search(r"\d", known)
    is_address = heard.places and not _ADDRESS.search(known)
    if is_bare and (is_address or beside) and not heard.names and text not in known:
        return f"{known}（{text}）"
    return None


def core_of(place: str) -> str:
    """The name in a place, without district and words of nearness: 春熙路 of 锦江区春熙路附近."""
    if place.isascii():
        found = _WORD.search(place)
        return found[0] if found else place
    return _NEARNESS.sub("", _DISTRICT.sub("", place))


def with_house(known: str, house: str) -> str:
    """The place with a house number at its end; from the first part of the same kind (栋, 单元 …) on, the old number is
    replaced."""
    if house in known:
        return known
    end = _HOUSE_AT_END.search(known)
    kinds = set(re.findall(_KIND, house))
    parts = _HOUSE_PART.finditer(known, end.start()) if end else ()
    again = next((part.start() for part in parts if part["kind"] in kinds), len(known))
    return f"{known[:again]}{house}"
