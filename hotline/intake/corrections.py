"""Finds corrections in a message and applies them to known values: "82不是28", "最后四位是7788", "是北段",
"是建议不是投诉"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from hotline.intake.address import SHORTEST, Address
from hotline.intake.listening import ASKS, LEAST_TOLD, SAYS_SOMETHING
from hotline.phrases import phrase
from hotline.tickets.model import RequestType

_NO_COMPLAINT = phrase("answers.no_complaint")
_WANTS_TO_KNOW = phrase("answers.wants_to_know")
_NO_QUESTION = phrase("answers.no_question")
_NO_QUESTION_ABOUT = phrase("answers.no_question_about")
_ONLY_A_NO = phrase("answers.only_a_no")
_ONLY_A_KIND = phrase("places.only_a_kind")
_TO_THE_HOTLINE = phrase("answers.says_to_the_hotline")

LONGEST_NAME = 4
CALLS_FOR_ACTION = (RequestType.COMPLAINT, RequestType.REPORT, RequestType.HELP, RequestType.SUGGESTION)
_HAN = r"[\u4e00-\u9fff]"
_DIGITS = r"\d{1,12}"
_WORD = r"[\u4e00-\u9fffA-Za-z0-9]{1,12}?"
_WRITTEN = r"(?:(?:你们?|咋个?|怎么|又|给我|还)+(?:写|听|记|搞|弄|填)(?:成了?|的)|(?:写|听|记|搞|弄|填)成了?)"
"""Says that something was recorded as what follows; 注册地址写的天府三街 tells of a paper."""
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
    re.compile(rf"(?:是|叫)(?P<new>{_WORD})[,，\s]?(?:而)?不是(?P<old>{_WORD}){_END}"),
    re.compile(rf"(?:是|叫)(?P<new>{_WORD})[嘛啊哦噻,，]*{_WRITTEN}(?P<old>{_WORD})了?{_END}"),
    re.compile(rf"把?(?P<old>{_WORD})(?:改成|改为|换成|应该是|应为)(?P<new>{_WORD}){_END}"),
)
_WRITTEN_AS = re.compile(
    rf"(?:是|叫|在)(?P<new>[^,，。!！?？\s]{{2,20}}?)(?:嘛|啊|哦|噻|哈)?[,，。\s]*{_WRITTEN}(?P<old>[^,，。!！?？]{{2,}})"
)
"""The right words, then the wrong ones that were recorded, with anything said in between:
是科学城二期，你写成兴隆湖咋个找得到."""
_LOOSELY = re.compile(r"那个|这个|那边|的")
_HOUSE_IS = re.compile(
    r"(?<!不)是(?P<house>(?:(?:\d+|[一二三四五六七八九十]+|[A-Za-z])\s?(?:号院|号楼|号|栋|棟|幢|单元|楼|层|室|座|期)\s?)+\d*)(?![线路])"
)
_CLAUSES = re.compile(r"[,，。.!！;；\s]+")
ADDS_TO_THE_PLACE = phrase("places.adds_to_it")
_BEFORE_A_PLACE = phrase("places.before_a_place")
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
    rf"{_PLACE_WORD}(?:我|你们?|刚才|那里|写|说|填|报|弄|搞|有点|补充?|改|更正|一下|错|漏|不对|了|的|哦|啊|嘛|哈|噻|[,，:：\s])*(?:改成|改为|换成|应该?是|应为|是|在)(?P<new>[^,，。;；!！?？]{{3,60}})"
    r"|\b(?:change|correct) the (?:address|place|location) to (?P<to>[^,.;?]{3,60})"
    r"|\b(?:address|place|location) (?:is|should be) (?P<instead>[^,.;?]{3,60}),? not\b",
    re.IGNORECASE,
)
_NO_PLACE_WORD = phrase("places.in_a_sentence")
_PUTS_A_PART_RIGHT = phrase("places.puts_a_part_right")
MOST_BESIDE = 8
"""Characters that may stand around a recognised place: a house, 对面."""
_SAYS_IT_WAS_WRONG = re.compile(
    rf"改[成为]|换成|错|漏|更正|不对|不是|补|写上|我说的{_PLACE_WORD}|\b(?:change|correct|not|should)\b", re.IGNORECASE
)
_HOUSE_LABEL = re.compile(
    r"(?:门牌|房号|门号|房间|楼号|栋号|单元号?|住址|具体)(?:号码?)?(?:应该)?(?:是|在|为|[:：])?\s*(?P<house>(?:[\dA-Za-z一二三四五六七八九十]+\s?(?:号院|号楼|号|栋|幢|单元|楼|层|室|座|期)?[-—\s]?){1,4})"
)
_PLACE_LABEL = re.compile(
    r"(?:^|[,，。!！?？\s])(?:不对\W*)?(?:具体|详细)?(?:地址|地点|位置)(?:就|应该)*(?:是|在|为|[:：])?\s*(?P<place>(?!在?[错不没写记改弄搞漏哪也都要有还再咋怎为啥])[^,，。;；!！?？]{3,40}?)(?=[哈哦嘛啊]?(?:[,，。;；!！]|$))"
)
_NAME_LABEL = re.compile(
    rf"^\W*(?:我的?)?(?:名字|姓名|称呼)(?:应该|就)?(?:是|叫)(?P<name>{_HAN}{{1,4}}?)(?=[,，。.!！\s]|$)"
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


def house_told(text: str) -> str | None:
    """The house number that a message gives with a label: 门牌是3栋2802, 房号2802."""
    found = _HOUSE_LABEL.search(text)
    house = found["house"].strip(" -—") if found else ""
    return house if re.search(r"\d", house) else None


def house_put_right(text: str) -> str | None:
    """The house number with which a message corrects another: 不对，是5栋."""
    found = _HOUSE_IS.search(text) if _NO.search(text) else None
    return found["house"].strip() if found else None


def place_labelled(text: str) -> str | None:
    """The place that a message gives with a label: 地址科华北路张记钵钵鸡."""
    found = _PLACE_LABEL.search(text)
    return found["place"].strip() if found else None


def name_labelled(text: str) -> str | None:
    """The name that a message gives with a label: 名字是合丽，合作的合."""
    found = _NAME_LABEL.search(text)
    return found["name"] if found else None


def tells_more_than_a_no(text: str) -> bool:
    """True if a correction says more than no and which field may be wrong: 店名是金碧辉煌; not for 名字写错了."""
    return len(re.findall(_HAN, _ONLY_A_NO.sub("", _NO.sub("", text)))) >= LEAST_TOLD


def tells_what_is_right(text: str) -> bool:
    """True if a message says 不对 and also what is right: 不对，是902，我是802."""
    return bool(_NO.search(text) and _RIGHT.search(_NO.sub("", text)))


def pairs_in(text: str) -> list[tuple[str, str]]:
    """The (wrong, right) words of a message: 双达 and 顺达 of 是顺达，不是双达."""
    found = [match for pattern in _PAIRS for match in pattern.finditer(text)]
    return [(match["old"], match["new"]) for match in found]


def corrected_value(value: str | None, text: str) -> str | None:
    """The value with the correction in the text applied, None if the text corrects nothing in it.

    Only a part that the value really contains is replaced, so that a correction of one slot leaves the others alone.
    """
    if not value:
        return None
    for pattern in _PAIRS:
        for found in pattern.finditer(text):
            old, new = found["old"], found["new"]
            if old != new and old in value and not (_TO_THE_HOTLINE.search(new) or _ONLY_A_KIND.search(old)):
                before, after = value.rsplit(old, 1)
                return _joined_once(before, after, new)
    return _written_otherwise(value, text)


def _written_otherwise(value: str, text: str) -> str | None:
    """The value with its longest part that is said to have been recorded wrongly replaced by what is right."""
    if (found := _WRITTEN_AS.search(text)) is None:
        return None
    new, told = _LOOSELY.sub("", found["new"]), found["old"]
    old = next((told[:end] for end in range(len(told), 1, -1) if told[:end] in value), None)
    if old is None or new in value or _TO_THE_HOTLINE.search(new):
        return None
    before, after = value.rsplit(old, 1)
    return _joined_once(before, after, new)


def _joined_once(before: str, after: str, new: str) -> str:
    """`before`, `new` and `after` joined, without doubling what `new` has in common with its neighbours: 洗面桥 +
    洗面桥街."""
    start = next((i for i in range(len(new) - 1, 1, -1) if before.endswith(new[:i])), 0)
    end = next((i for i in range(len(new) - 1, 1, -1) if after.startswith(new[-i:])), 0)
    return before + new[start : len(new) - end] + after


def corrected_place(place: str | None, text: str) -> str | None:
    """The same for a place. A last part may also be replaced by another of its kind: 是北段 makes 东濠沟北段 of
    东濠沟南段, and 不是红星路二段， 三段 makes 红星路三段170号 of 红星路二段170号."""
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
    """The place with which a message replaces a wrong one: 地址改成支矶石街36号，不是宽窄巷子后头."""
    found = _OTHER_PLACE.search(text) if _SAYS_IT_WAS_WRONG.search(text) else None
    new = found and next(words for words in found.groups() if words)
    return None if not new or re.search(r"[哪啥吗]|什么", new) else new.strip()


def is_of_the_place(text: str) -> bool:
    """True if a message corrects the place of a ticket: it gives the new one, names one for another
    (是蜀汉东路不是蜀汉路), adds to it, or only says that it is wrong."""
    told = other_place(text) or _ONE_FOR_ANOTHER.search(text) or _PUTS_A_PART_RIGHT.search(text)
    return bool(told or ADDS_TO_THE_PLACE.search(text) or says_only_that_it_is_wrong(text))


def says_only_that_it_is_wrong(text: str) -> bool:
    """True for 地址写错了, which does not say what the right place is."""
    return bool(_WRONG_PLACE.search(text)) and not other_place(text)


def place_put_right(known: str | None, text: str, named: Sequence[str] = ()) -> str | None:
    """The place of a ticket after a message that corrects it; None if the message gives no place. `named`: the places
    recognised in it, which tell a place from a sentence."""
    named = [place for place in named if f"不是{place}" not in text and place != known]
    if ADDS_TO_THE_PLACE.search(text):
        return with_added(known, named or said_beside(text))
    told = other_place(text)
    if told and not _is_sentence(told, named):
        return put_in_its_place(known, told)
    if not (told or _ONE_FOR_ANOTHER.search(text) or _PUTS_A_PART_RIGHT.search(text)):
        return None
    changed = None if told else corrected_place(known, text)
    is_doubled = changed and known and len(_ROAD.findall(changed)) > len(_ROAD.findall(known))
    if changed and not is_doubled and not _is_sentence(changed, named):
        return changed
    return put_in_its_place(known, named[-1]) if named else None


def _is_sentence(told: str, named: Sequence[str]) -> bool:
    """True for words that contain a recognised place and more than may belong to it: 路口那个空坝坝你写成啥了."""
    return bool(_NO_PLACE_WORD.search(told)) or any(
        place in told and len(told) > len(place) + MOST_BESIDE for place in named
    )


def with_added(known: str | None, told: Sequence[str]) -> str | None:
    """The known place with additions: appended to a district or 街道, else in brackets; None if there are none."""
    if not told:
        return None
    in_order = sorted(told, key=lambda place: not Address.of(place).is_division)
    added = "".join(place for place in in_order if place not in (known or ""))
    if known is None or not added:
        return known or added
    return f"{known}{added}" if Address.of(known).is_division else f"{known}（{added}）"


def said_beside(text: str) -> Sequence[str]:
    """The clause beside the wish to add something to the place, if no place was recognised in it: 在地下负二层. At most
    one."""
    clauses = [clause for clause in _CLAUSES.split(text) if clause and not ADDS_TO_THE_PLACE.search(clause)]
    words = _BEFORE_A_PLACE.sub("", clauses[-1]) if clauses else ""
    return () if len(words) < SHORTEST or SAYS_SOMETHING.search(words) or ASKS.search(words) else (words,)


def put_in_its_place(known: str | None, new: str) -> str:
    """The new place, in the known district if it names none; a road alone keeps the known house number."""
    district = _OF_A_DISTRICT.match(known or "")
    if known is None or new.isascii() or _OF_A_DISTRICT.match(new) or new in known:
        return new
    start = district.end() if district else 0
    road = _ROAD.match(known, start)
    after = known[road.end() :] if road and _ROAD.fullmatch(new) and re.match(r"\d", known[road.end() :]) else ""
    return f"{known[:start]}{new}{after}"


def corrected_beside(place: str | None, text: str) -> str | None:
    """The known place up to the denied part, followed by what it is beside; what came after the wrong part is
    dropped."""
    told = _BUT_BESIDE.search(text)
    if not place or not told or told["old"] not in place:
        return None
    return place[: place.rindex(told["old"])] + told["new"]


def corrected_phone(phone: str | None, text: str) -> str | None:
    """The phone with its end or some of its digits corrected; None if the text corrects none of them."""
    if not phone:
        return None
    if found := _TAIL.search(text):
        return phone[: -len(found["tail"])] + found["tail"]
    changed = corrected_value(phone, text)
    return changed if changed and changed.isdigit() and len(changed) == len(phone) else None


def corrected_name(name: str | None, text: str) -> str | None:
    """A misheard name corrected, as in "不姓李姓吕"; None if the text does not correct it."""
    found = _NAME.search(text)
    if not name or not found or found["old"] not in name:
        changed = corrected_value(name, text) if name and name in text else None
        return changed if changed and len(changed) <= LONGEST_NAME else None
    return name.replace(found["old"], found["new"], 1)


def denies_a_question(text: str) -> bool:
    """True if the citizen says that it is no enquiry: 不是咨询，是要反映垃圾没人收."""
    return bool(_NO_QUESTION.search(text) or _NO_QUESTION_ABOUT.search(text))


def named_request_type(text: str) -> str | None:
    """The request type (a value of `RequestType`) that the citizen names, as in "不是投诉，是提个建议", or implies by
    denying another: 不是投诉，我就想问清楚. None if neither."""
    found = [match["word"] for match in _TYPE.finditer(text)]
    if found and not (_TYPES[found[-1]] is RequestType.CONSULTATION and denies_a_question(text)):
        return _TYPES[found[-1]]
    if denies_a_question(text):
        return next((kind for word, kind in _TYPES.items() if word in text and kind in CALLS_FOR_ACTION), None)
    asks = _NO_COMPLAINT.search(text) and (ASKS.search(text) or _WANTS_TO_KNOW.search(text))
    return RequestType.CONSULTATION if asks else None
