"""The firm, shop or school that a matter is about, as the citizen named it: 公司叫鑫源电子, 力健健身, 童星英语."""

from __future__ import annotations

import re

_OF_A_FIRM = "公司|单位|厂|店|铺|馆|房|园|学校|机构|企业|商家|超市|医院|品牌|驾校|工地|项目|平台|小区"
_CALLED = re.compile(
    rf"(?:(?:{_OF_A_FIRM})的?(?:名字?|全名)?|名字?|一[个家])(?:就)?(?:叫做?|是叫|名叫)[“\"《「]?"
    r"(?P<name>[^,，。.!！?？;；、\s“”\"《》「」的我在]{2,20})"
)
_KINDS = (
    "有限公司|有限责任公司|公司|集团|劳务|超市|火锅|烧烤|冒菜|串串|餐厅|饭店|酒店|宾馆|幼儿园|小学|中学|学校|大学|医院|诊所|口腔"
    "|快递|速递|物流|健身房|健身|驾校|药店|药房|美容院|美容|英语|编程|画室|舞蹈|托管|早教|装饰|便利店|花店|茶楼"
)
_BY_KIND = re.compile(
    rf"(?P<name>[\u4e00-\u9fffA-Za-z0-9]{{2,12}}?(?:{_KINDS}))(?![\u4e00-\u9fff]{{0,2}}(?:路|街|巷|站))"
)
_BEFORE = re.compile(
    r".*(?:工地|小区|附近|项目部|[我们在的了到去叫是给被跟和与那这家个边上下里号路街区镇县市栋问说要从把让找往对不没]|有(?!限))(?=[\u4e00-\u9fffA-Za-z0-9])"
)
_ANY = re.compile(
    rf"(?:楼下|小区|对面|隔壁|门口|附近|一家|装修|家政|快递|少儿|儿童|上门|同城|培训|私立|公立|民办|保险|搬家|旅游|网络|老板|旁|外面|物业|建筑|科技|路边|社区|所有|全部|自来水|电力|燃气|公交|地铁|学车)*(?:{_KINDS})?"
)
LEAST_OF_A_NAME = 2  # characters before the word for what it is


def named_in(told: str) -> tuple[str, ...]:
    """The names of firms, shops and schools in what was told, each once, in the order of the text."""
    found = [(match.start(), match["name"]) for match in _CALLED.finditer(told)]
    for match in _BY_KIND.finditer(told):
        name = _BEFORE.sub("", match["name"])
        if len(re.sub(rf"(?:{_KINDS})$", "", name)) >= LEAST_OF_A_NAME and not _ANY.fullmatch(name):
            found.append((match.start(), name))
    names: list[str] = []
    for _, name in sorted(found):
        if not any(name in known or known in name for known in names):
            names.append(name)
    return tuple(names)
