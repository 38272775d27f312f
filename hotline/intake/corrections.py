"""What a correction says besides the new value itself: "82不是28", "最后四位是7788", "是北段", "是建议不是投诉"."""

from __future__ import annotations

import re

from hotline.intake.listening import ASKS
from hotline.phrases import phrase
from hotline.tickets.model import RequestType

_NO_COMPLAINT = phrase("answers.no_complaint")
_WANTS_TO_KNOW = phrase("answers.wants_to_know")

_HAN = r"[\u4e00-\u9fff]"
_DIGITS = r"\d{1,12}"
_WORD = r"[\u4e00-\u9fffA-Za-z0-9]{1,12}?"
_END = r"(?=哈|哦|啊|吧|呢|嘛|的|才|[,，。.!！;；、\s]|$)"
_PAIRS = (
    re.compile(
        rf"\bnot (?:no\.? ?|number )?(?P<old>{_DIGITS})\W+(?:but|it is|it's) (?:no\.? ?|number )?(?P<new>{_DIGITS})",
        re.I,
    ),
    re.compile(rf"(?:\bno\.? ?|number )?(?P<new>{_DIGITS})\W+not (?:no\.? ?|number )?(?P<old>{_DIGITS})", re.I),
    re.compile(rf"(?:不是|不叫)(?P<old>{_DIGITS})[,，。、\s]*(?:而|应该|应当|是|改成|改为)+(?P<new>{_DIGITS})"),
    re.compile(rf"(?P<new>{_DIGITS})(?:号|栋|楼|单元)?[,，]?(?:而)?不是(?P<old>{_DIGITS})"),
    re.compile(rf"(?P<old>{_DIGITS})(?:号|栋|楼|单元)?(?:改成|改为|换成|应该是|应为)(?P<new>{_DIGITS})"),
    re.compile(rf"(?:不是|不叫)(?P<old>{_WORD})[,，。、\s]*(?:而|应该|应当)?(?:是|叫)(?P<new>{_WORD}){_END}"),
    re.compile(rf"(?:是|叫)(?P<new>{_WORD})[,，]?(?:而)?不是(?P<old>{_WORD}){_END}"),
    re.compile(
        rf"(?:是|叫)(?P<new>{_WORD})[,，]?(?:你们?)?(?:怎么|咋个?)?(?:写|听|记|搞|弄)成了?(?P<old>{_WORD})了?{_END}"
    ),
    re.compile(rf"(?P<old>{_WORD})(?:改成|改为|换成|应该是|应为)(?P<new>{_WORD}){_END}"),
)
_NAME = re.compile(
    rf"不(?:是)?(?:姓|叫)(?P<old>{_HAN}{{1,3}}?)[,，。、\s]*(?:我|而是|是|应该)*(?:姓|叫)(?P<new>{_HAN}{{1,3}}?){_END}"
)
_TAIL = re.compile(
    r"(?:最?后|尾号|末尾|末)(?:[几两二三四五六]|\d)?位?(?:数字?)?(?:应该|其实)?(?:是|为|改成)?[:：\s]*(?P<tail>\d{2,6})"
)
_LAST_PART = re.compile(
    rf"(?:(?<!不)是|改成|改为)(?P<new>[\u4e00-\u9fff\d]{{1,4}}?(?P<kind>[段路街巷号栋幢期门口组村])){_END}"
)
_NOT_BUT = re.compile(
    r"不是(?P<old>[\u4e00-\u9fff\d]{2,12})[,，、\s]+(?:而是|应该是|是)?(?P<new>[\u4e00-\u9fff\d]{1,6}(?P<kind>[段路街巷号栋幢期门口组村]))"
    + _END
)
_BUT_BESIDE = re.compile(
    r"不是(?P<old>[\u4e00-\u9fff\d]{2,12}?)[,，。、\s]*(?:而|应该)?是(?P<new>[^,，。\s]{2,20}?(?:旁边|隔壁|附近|对面|后面|门口))(?:的|那里|那边|那个|那儿|$)"
)
_NO = re.compile(r"不对头?|(?:说|写|打|报|弄|搞|讲|听|记)?错了?|不是的?|\b(?:no|wrong|incorrect|not right)\b", re.I)
_RIGHT = re.compile(r"\d|(?:是|应该|改|换|叫)[^的\W嘛吧啊哈哦呢了什啥哪谁]|\b(?:is|it's|should)\b", re.I)
_PLACE_WORD = r"(?:地[址点方]|位置|[路街]名|门牌号?|小区名字?)"
_ONE_FOR_ANOTHER = phrase("places.one_for_another")
_WRONG_PLACE = phrase("places.is_wrong")
_ROAD = re.compile(r"[\u4e00-\u9fff]{2,10}?(?:大道|[路街巷])(?:[东南西北中]?[一二三四五六七八九十]?段)?")
_OF_A_DISTRICT = re.compile(r"^(?:成都市?)?[\u4e00-\u9fff]{2,3}(?<!小)(?<!社)[区县市](?=[\u4e00-\u9fff]{2})")
_OTHER_PLACE = re.compile(
    rf"{_PLACE_WORD}(?:我|你们?|刚才|那里|写|说|填|报|弄|搞|有点|补充?|改|更正|一下|错|不对|了|的|[,，:：\s])*(?:改成|改为|换成|应该?是|应为|是|在)(?P<new>[^,，。;；!！?？]{{3,60}})"
    r"|\b(?:change|correct) the (?:address|place|location) to (?P<to>[^,.;?]{3,60})"
    r"|\b(?:address|place|location) (?:is|should be) (?P<instead>[^,.;?]{3,60}),? not\b",
    re.IGNORECASE,
)
_SAYS_IT_WAS_WRONG = re.compile(
    rf"改[成为]|换成|错|更正|不对|不是|补|写上|我说的{_PLACE_WORD}|\b(?:change|correct|not|should)\b", re.IGNORECASE
)
_TYPES = {
    "建议": RequestType.SUGGESTION,
    "意见建议": RequestType.SUGGESTION,
    "投诉": RequestType.COMPLAINT,
    "举报": RequestType.REPORT,
    "求助": RequestType.HELP,
    "咨询": RequestType.CONSULTATION,
    "问一下": RequestType.CONSULTATION,
    "表扬": RequestType.PRAISE,
}
_TYPE = re.compile(
    r"(?<!不)(?<!没)(?:是|算|改成|改为|提)(?:来|想|要|一?个|条|点|了|的|提|给)*(?P<word>意见建议|"
    + "|".join(_TYPES)
    + ")"
)


def tells_what_is_right(text: str) -> bool:
    """True where more than 不对 is said: 不对，是902，我是802."""
    return bool(_NO.search(text) and _RIGHT.search(_NO.sub("", text)))


def corrected_value(value: str | None, text: str) -> str | None:
    """The value with what the text replaces in it, or None when the text replaces nothing of it.

    Only a part that the value really holds is replaced, so that a correction of one slot leaves the others alone.
    """
    if not value:
        return None
    for pattern in _PAIRS:
        for found in pattern.finditer(text):
            old, new = found["old"], found["new"]
            if old != new and old in value:
                return new.join(value.rsplit(old, 1))
    return None


def corrected_place(place: str | None, text: str) -> str | None:
    """The same for a place, which may also get another last part of a kind: 是北段 moves 东濠沟南段, and 不是红星路二段，
    三段 moves 红星路二段170号."""
    if place and (told := _NOT_BUT.search(text)) and told["old"] in place and told["old"].endswith(told["kind"]):
        old, new = told["old"], told["new"]
        if len(new) < len(old):
            return place.replace(old, old[: -len(new)] + new)
    if changed := corrected_beside(place, text) or corrected_value(place, text):
        return changed
    found = _LAST_PART.search(text)
    if not place or not found or found["new"] in place:
        return None
    new, kind = found["new"], found["kind"]
    known = r"\d+" if new[:-1].isdigit() else rf"[\u4e00-\u9fff\d]{{{len(new) - 1}}}"
    part = re.search(rf"{known}{kind}(?!.*{kind})", place)
    return place[: part.start()] + new + place[part.end() :] if part else None


def other_place(text: str) -> str | None:
    """The place that a message puts in the place of one that was told: 地址改成支矶石街36号，不是宽窄巷子后头."""
    found = _OTHER_PLACE.search(text) if _SAYS_IT_WAS_WRONG.search(text) else None
    new = found and next(words for words in found.groups() if words)
    return None if not new or re.search(r"[哪啥吗]|什么", new) else new.strip()


def is_of_the_place(text: str) -> bool:
    """True for what puts the place of a ticket right: with the new one, one for another (是蜀汉东路不是蜀汉路), or without."""
    return bool(other_place(text) or _ONE_FOR_ANOTHER.search(text) or says_only_that_it_is_wrong(text))


def says_only_that_it_is_wrong(text: str) -> bool:
    """True for 地址写错了, which leaves open where it is."""
    return bool(_WRONG_PLACE.search(text)) and not other_place(text)


def place_put_right(known: str | None, text: str) -> str | None:
    """Where a ticket's matter is after a message that puts its place right; None where the message tells no place."""
    if new := other_place(text):
        return put_in_its_place(known, new)
    return corrected_place(known, text) if _ONE_FOR_ANOTHER.search(text) else None


def put_in_its_place(known: str | None, new: str) -> str:
    """The new place in the district that was known; where a road alone is told, the house that was known stays."""
    district = _OF_A_DISTRICT.match(known or "")
    if known is None or new.isascii() or _OF_A_DISTRICT.match(new) or new in known:
        return new
    start = district.end() if district else 0
    road = _ROAD.match(known, start)
    after = known[road.end() :] if road and _ROAD.fullmatch(new) and re.match(r"\d", known[road.end() :]) else ""
    return f"{known[:start]}{new}{after}"


def corrected_beside(place: str | None, text: str) -> str | None:
    """The place up to what was denied, and then what it is beside: nothing that followed the wrong name holds any more."""
    told = _BUT_BESIDE.search(text)
    if not place or not told or told["old"] not in place:
        return None
    return place[: place.rindex(told["old"])] + told["new"]


def corrected_phone(phone: str | None, text: str) -> str | None:
    """A phone number whose end or some digits of it were said again; None when the text says nothing of the kind."""
    if not phone:
        return None
    if found := _TAIL.search(text):
        return phone[: -len(found["tail"])] + found["tail"]
    changed = corrected_value(phone, text)
    return changed if changed and changed.isdigit() and len(changed) == len(phone) else None


def corrected_name(name: str | None, text: str) -> str | None:
    """A name that was misheard, as in "不姓李姓吕"; None when the text says nothing of the kind."""
    found = _NAME.search(text)
    if not name or not found or found["old"] not in name:
        return None
    return name.replace(found["old"], found["new"], 1)


def named_request_type(text: str) -> str | None:
    """The request type that the citizen names outright, as in "不是投诉，是提个建议", or means by what it is not: 不是投诉，我就想问清楚."""
    found = [match["word"] for match in _TYPE.finditer(text)]
    if found:
        return _TYPES[found[-1]]
    asks = _NO_COMPLAINT.search(text) and (ASKS.search(text) or _WANTS_TO_KNOW.search(text))
    return RequestType.CONSULTATION if asks else None
