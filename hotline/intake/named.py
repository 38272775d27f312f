"""The firm, shop or school that a matter is about, as the citizen named it: 公司叫鑫源电子, 力健健身, 童星英语."""

from __future__ import annotations

import re
from collections.abc import Iterable

_OF_A_FIRM = "公司|单位|厂|店|铺|馆|房|园|学校|机构|企业|商家|超市|医院|品牌|驾校|工地|项目|平台|小区|中介|车行|旅行社|茶楼|KTV|网吧|驿站|工厂|酒楼|商场|楼盘|老字号"
_CALLED = re.compile(
    rf"(?:(?:{_OF_A_FIRM})的?(?:名字?|全名)?|名字?|一[个家])(?:就)?\s?(?:叫做?|是叫|名叫|(?<=名)是|(?<=名字)是|(?<=全名)是|(?<=名)[:：])\s?[“\"《「]?"
    r"(?P<name>[^,，。.!！?？;；、\s“”\"《》「」的我在]{2,20})"
)
_LABELLED = re.compile(
    rf"(?:{_OF_A_FIRM})名[字称]?(?![字称额单次气牌义片声])(?:(?:要|也|还|给我|帮我)*[写加记填补][上进]?去?(?:没得?|没有|了|吗|嘛|不)*[\s,，]+|[\s]*)(?P<name>(?![：:写加记填补错没不是咋怎还都上有在要呢叫就也给对一二两那这你我他和的])[^,，。.!！?？;；、\s]{{2,14}}?)(?:(?:写|加|记|填|补)(?:[上进起]去?)?(?:没有|没得|没|了吗|吗)?[嘛哦]?)?(?=[,，。.!！?？;；\s]|$)"
)
_SAID_TO_BE_ONE = re.compile(
    rf"(?:^|[,，。.!！?？;；\s])(?!我|不|那|这)(?P<name>[^,，。.!！?？;；、\s是不]{{2,14}}?)(?:就|才|明明)?是(?:那|这|他|她|它|我说)?[家个]?的?(?:{_OF_A_FIRM})的?名[字称]?(?=[^\u4e00-\u9fff]|[哦嘛啊哈的]|不是|$)",
    re.MULTILINE,
)
_PAID_IN = re.compile(
    r"在(?P<name>(?![^,，。\s]*(?:[路街巷村区县]|[家个]店|网上|小区|楼下|门口|附近|旁边|这|那|里|他|她|我|你|手机|银行|微信|抖音|平台上))[^,，。\s在]{2,10}?)(?:里头?|那里|上|头)?(?:办(?:了|的|过)*(?:一?[张个])?[^,，。\s]{0,5}卡|充(?:了|值|的|过))"
)
_PERSON = "[头板人师傅理生医机姨员工妈爸他她我长]"
_CALLED_APART = re.compile(
    rf"(?:(?:{_OF_A_FIRM}|那个|那家|这家)(?:(?!{_PERSON})[^,，。\n]){{0,8}}[,，]\s*|^)(?:就|店|它|那家)*是?叫做?(?P<name>(?![我他她老小啥什不人谁])[^,，。.!！?？;；、\s我他她你来去看修帮把]{{2,14}}?)(?=的?(?:[,，。.!！?？;；、\s]|$))",
    re.MULTILINE,
)
_KINDS = (
    "养老院|敬老院|护理院|有限公司|有限责任公司|公司|集团|劳务|超市|火锅|烧烤|冒菜|串串|餐厅|饭店|酒店|宾馆|幼儿园|小学|中学|学校|大学|医院|诊所|口腔"
    "|快递|速递|物流|健身房|健身|驾校|药店|药房|美容院|美容|英语|编程|画室|舞蹈|托管|早教|装饰|便利店|花店|茶楼|教育|培训|旅行社|旅游|贸易|科技|理发|造型|汽修|修理厂|洗车|二手车|KTV|ktv|网吧|网咖|酒楼|茶府|茶坊|会所|足浴|洗浴|影楼|摄影|宠物|珠宝|家具|家居|建材|房产|中介|开锁|食府|面馆|烤鱼|钵钵鸡|奶茶|咖啡|烘焙|蛋糕|干洗|电器|4S店|剪坊|理发店|铁路局"
)
_OF_A_KIND = "(?:有限责任公司|有限公司|公司|店|馆)?"
_BY_KIND = re.compile(
    rf"(?P<name>[\u4e00-\u9fffA-Za-z0-9]{{2,12}}?(?:{_KINDS}){_OF_A_KIND})(?![局委部厅生]|[\u4e00-\u9fff]{{0,2}}(?:路|街|巷|站))"
)
_BEFORE = re.compile(
    r".*(?:(?<![\u4e00-\u9fff])关|工地|小区|附近|项目部|店名|名字|名称|希望|反正|结果|建议|要求|应该|可以|现在|已经|因为|所以|还有|什么|啥子?|管一下|想|种|次|个|表扬|投诉|举报|反映|感谢|通知|联系|打|送|找|[能读我们在的了到去叫是给被跟和与那这家个边上下里号路街区镇县市栋问说要从把让找往对不没]|有(?!限))(?=[\u4e00-\u9fffA-Za-z0-9])"
)
_ANY = re.compile(
    rf"(?:娃儿|娃娃|孩子|小孩|儿子|女儿|我家|家里|楼下|小区|对面|隔壁|门口|附近|一家|装修|家政|快递|少儿|儿童|上门|同城|培训|私立|公立|民办|保险|搬家|旅游|网络|老板|旁|外面|物业|建筑|科技|路边|社区|所有|全部|自来水|供电|供水|电力|燃气|公交|地铁|学车|核磁共振|拍片|检查|体检|住院|挂号|看病|手术)*(?:{_KINDS})?{_OF_A_KIND}"
)
_UNSURE = re.compile(r"^(?:什么|啥子?|好像|可能|应该)*(?:是|叫)?")  # 叫什么云游
_SAID = (_CALLED, _CALLED_APART, _LABELLED, _SAID_TO_BE_ONE, _PAID_IN)
_NO_NAME = re.compile(r"^[你您他她]|[没吗嘛]$")  # 叫啥你写了没
LEAST_OF_A_NAME = 2  # least characters before the word for its kind (超市, 公司 …)


def named_in(told: str) -> tuple[str, ...]:
    """The names of firms, shops and schools in a text, each once, in the order of the text."""
    called = [match for pattern in _SAID for match in pattern.finditer(told)]
    found = [(match.start("name"), _UNSURE.sub("", match["name"])) for match in called]
    found = [(at, name) for at, name in found if len(name) >= LEAST_OF_A_NAME and not _NO_NAME.search(name)]
    for match in _BY_KIND.finditer(told):
        name = _BEFORE.sub("", match["name"])
        if len(re.sub(rf"(?:{_KINDS}){_OF_A_KIND}$", "", name)) >= LEAST_OF_A_NAME and not _ANY.fullmatch(name):
            found.append((match.start(), name))
    names: list[str] = []
    for _, name in sorted(found):
        if not any(name in known or known in name for known in names):
            names.append(name)
    return tuple(names)


def said_to_be_names(text: str) -> tuple[str, ...]:
    """The words that a text says are the name of a firm: 阿强鞋城是店名，不是地址."""
    return tuple(found["name"] for found in _SAID_TO_BE_ONE.finditer(text))


def without_names(place: str, names: Iterable[str]) -> str:
    """A place without these names, of which it may have only the beginning: 天府三街 of 天府三街蓉城, said of
    蓉城数码优选."""
    for name in names:
        place = "、".join(part for part in place.split("、") if not part.startswith(name))
        part = next((name[:end] for end in range(len(name), 1, -1) if name[:end] in place), "")
        place = place.replace(part, "") if part else place
    return place.strip(" ,，、")
