"""Finds when it happens: spans such as 每天凌晨两点, 昨天晚上, 11月3号, 三天了, last night."""

from __future__ import annotations

import re
from functools import lru_cache

from bot.nlu.normalizer import plain
from bot.nlu.numbers import Found

_N = r"(?:\d+|[一二两三四五六七八九十百几半]+来?)"
_WEEKDAY = r"[一二三四五六日天末]"
_EVERY = rf"(?:每(?:隔)?{_N}?个?(?:天|日|晚上?|周{_WEEKDAY}?|星期{_WEEKDAY}?|礼拜{_WEEKDAY}?|月|年|早|逢?周末)|天天|夜夜|一天到晚|白天黑夜|全天)"
_DAY = (
    rf"(?:大前天|前天|前几天|前两天|前阵子|前段时间|昨天|昨日|昨晚上?|昨夜|今天|今日|今早|今晚上?|明天|后天|这几天|最近|近期"
    rf"|(?:上上?|这|下|本)个?(?:周|星期|礼拜){_WEEKDAY}?|(?:(?<!一)周|星期|礼拜){_WEEKDAY}(?:到(?:周|星期|礼拜)?{_WEEKDAY})?"
    rf"|(?:上|这|本|下)个?月(?:初|底|中旬|{_N}[号日]|{_N}几号)?|(?:去|今|前|明)年(?:年初|年底|{_N}月份?(?:{_N}[号日])?|[春夏秋冬]天|腊月|上半年|下半年)?"
    rf"|国庆节?|春节|过年|中秋节?|五一|元旦|端午节?|清明节?|周末|节假日|工作日|寒假|暑假)"
)
_DATE = (
    rf"(?:(?:\d{{4}}|[二〇零一二三四五六七八九]{{4}})年(?:{_N}月份?(?:{_N}[号日])?)?"
    rf"|{_N}月{_N}[号日]|{_N}月份|\d{{1,2}}\.\d{{1,2}}[号日]"
    rf"|(?:二?十?[一二三四五六七八九十]|[12]?\d|3[01])号(?![楼院线门口车桥机店栋房岗商井铺单厅])(?=晚|早|上午|下午|中午|凌晨|那天|左右|就|才|开始|到|[,,。\s]|$))"
)
_PART = r"(?:大半夜|半夜三更|半夜|深更半夜|深夜|凌晨|清晨|清早|一大早|大清早|早上|早晨|早高峰|晚高峰|上午|中午|正午|下午|傍晚|晚上|晚间|夜里|夜间|夜头|晚黑|白天|[早晚](?=\d|[一二三四五六七八九十两]{1,2}[点时]))"
_CLOCK = rf"(?:\d{{1,2}}[::]\d{{2}}|{_N}点(?![都也儿点]|意见|建议|要求|问题|不|没)(?:钟|半|一刻|过|多|来钟|{_N}分?)?|{_N}时(?:{_N}分)?(?:许)?)"
_RANGE = r"(?:\s?(?:到|至|-|~|—)\s?)"
_SPAN = rf"(?:快|将近|大概|差不多|整整|连续|已经)?{_N}(?:多|来)?(?:个(?:多|半)?)?(?:小时|钟头|天|晚上|星期|礼拜|周(?!年|岁|边|围|到|家|姐|哥)|月(?![{''.join('0123456789')}一二三四五六七八九十]|[底初饼票租卡供])|年(?!级|纪|轻|底|初|货|代|费|限)|分钟)(?:多|半|以上|左右)?了?"
_CHINESE = re.compile(
    rf"{_EVERY}?(?:的)?{_DAY}?{_DATE}?(?:的)?{_PART}?{_CLOCK}?(?:{_RANGE}{_DAY}?{_DATE}?{_PART}?{_CLOCK})?|{_SPAN}"
)
_BEGINS = re.compile(rf"{_EVERY}|{_DAY}|{_DATE}|{_PART}|{_CLOCK}")
_DURATION = re.compile(_SPAN)
_ENGLISH = re.compile(
    r"\b(?:every (?:day|night|morning|evening|week(?:end)?)|last (?:night|week|month|year|\w+day)|yesterday|today|tonight|this (?:morning|afternoon|evening|week)"
    r"|(?:\d+|two|three|four|five|six|a few|several|a) (?:hours?|days?|weeks?|months?|years?)(?: ago)?|\d{1,2}(?::\d{2})? ?(?:am|pm)\b|midnight)",
)


def find_times(text: str) -> list[Found]:
    """The spans that say when or for how long, as said, from left to right."""
    return list(_find(plain(text)))


@lru_cache(maxsize=1_024)
def _find(text: str) -> tuple[Found, ...]:
    found: list[Found] = []
    position = 0
    while begin := _BEGINS.search(text, position):
        match = _CHINESE.match(text, begin.start())
        end = max(begin.end(), match.end() if match else 0)
        found.append(Found("time", begin.start(), end, text[begin.start() : end].strip()))
        position = end
    for pattern in (_DURATION, _ENGLISH):
        for match in pattern.finditer(text):
            if not any(match.start() < other.end and other.start < match.end() for other in found):
                found.append(Found("time", match.start(), match.end(), match.group()))
    return tuple(sorted(found, key=lambda one: one.start))
