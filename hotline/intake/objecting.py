"""When a citizen says that a matter goes to the wrong unit."""

from __future__ import annotations

import re

_UNIT = r"(?:[^\W转派给]{0,10}(?:局|委|办|街道|社区|分局|派出所|部门|单位|公司|中心|大队|区|县|市|人社|城管|环保|公安|交警|住建|教育))"
_NOT_OF_UNITS = r"(?<!社保)(?<!医保)(?<!户口)(?<!学籍)(?<!档案)(?<!关系)(?<!钱)(?<!款)(?<!工资)(?<!把我)"
_OBJECTS = re.compile(
    rf"{_NOT_OF_UNITS}(?:怎么|为什么|为啥子?|咋个?|凭什么|干嘛)(?:又|还|要|会|能|是)*(?:转|派|分|交|发)(?:给|到|去|了)*(?={_UNIT}|我们|他们|[^\W]{{2,3}}(?:[?？,，。]|$))"
    r"|(?<![钱款账帐递])(?:转|派|分派|派单)错(?:了|地方|单位|部门)"
    rf"|^\W*(?:请|应该|麻烦)?(?:改?转|改?派|改)(?:给|到)?{_UNIT}\W*(?:嘛|吧|哈|啊|才对|办|处理)*\W*$"
    rf"|(?:不要|别|莫|不能|不该|不应该)(?:再)?(?:转|派|交)给?{_UNIT}"
    rf"|自己[查管]自己|(?:不|又不)归{_UNIT}管|(?:是|该|应该)归{_UNIT}管(?:吗|嘛|么|哦|\W|$)"
    r"|\b(?:wrong (?:department|bureau|unit|district|office)|should (?:handle|be handled|be sent|go to)\b.*\bnot\b|why (?:did you |is it |was it )?(?:send|sent)\b)",
    re.IGNORECASE,
)


def objects_to_unit(text: str) -> bool:
    """True for 怎么转给公安分局自己查自己, 转错了, 转给环保局嘛; not for what is to be transferred itself: 社保怎么转到简阳."""
    return bool(_OBJECTS.search(text))
