"""Removes the citizen's identity from the texts that a department reads.

Works by rules on how citizens write about themselves; a department gets the contact on request
(hotline.tickets.handling). Hiding too much costs the unit a question; hiding too little has got people beaten. When in
doubt, hide.
"""

from __future__ import annotations

import re

from hotline.personal_data.masking import mask_numbers
from hotline.texts import texts
from hotline.tickets.model import Contact, Ticket

_FIGURE = r"[\d一二三四五六七八九十百零〇两]"
_NUM = rf"(?<!{_FIGURE}){_FIGURE}{{1,6}}+"
"""A whole number of a house or room: it neither begins in the middle of a number nor stops before its end. Every run in
these patterns is bounded, or a text typed on purpose would keep the search busy for minutes."""
_DIGIT = r"[\d零〇一二三四五六七八九幺两]"
_INSIDE = r"[^，。；！？,;!?\n]"
"""Within one part of a sentence."""

SURNAME = (
    "(?:欧阳|司马|上官|诸葛|司徒|东方|皇甫|尉迟|公孙|慕容|令狐|夏侯|端木|"
    "[王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金"
    "陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文庞樊兰殷施陶洪翟安颜倪严牛温芦季俞章鲁葛伍韦申尤毕聂丛焦向柳邢岳齐梅莫庄辛管祝左涂谷祁耿牟卜詹])"
)
_NAME = rf"{SURNAME}[一-龥·]{{1,2}}"
_NO_NAME = (
    "(?!万人|安全|方面|安装|文明|文化|石油|石材|金额|金融|龙泉|高新|高中|高速|马路|江湖|任何|常年|温江|严重|向你|向您|向贵|"
    "管理|管道|白天|毛病|温度|施工|康复|陶瓷|易燃|汤锅|牛肉|田地|章程|武侯|成华|左右)"
)
"""Words that begin like a name but are none."""

_TITLE = "(?:先生|女士|小姐|阿姨|大爷|大妈|大哥|大姐|师傅|老师|同志|某某?)"
_END = r"(?=[，。、,.；;：:！!\s（(]|$|电话|手机|住|联系|的电话|1[3-9]\d)"
_I = "(?:我|本人)"
_WE = "(?:我们?|本人|我们?家|家)"
_ROLE = "(?:联系人|投诉人|举报人|来电人|反映人|申请人|当事人|报案人|求助人|诉求人|户主|业主|租户|住户|患者|学生|参保人)"
_FAMILY = "(?:妈妈?|爸爸?|母亲|父亲|老公|老婆|爱人|丈夫|妻子|儿子|女儿|孩子|小孩|爷爷|奶奶|外公|外婆|姐姐?|哥哥?|弟弟?|妹妹?|家人)"
_PROVINCE = "[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼]"
_PAPER = "(?:护照|通行证|港澳证|居留证|驾驶?证|社保卡|医保卡|残疾证|学号|工号|尾号|身份证)"
_CHAT = "(?i:微信|威信|[vｖ]信|[vw]x|qq|wechat|抖音|快手|微博)"
_PART_OF_HOUSE = "(?:单元|栋|幢|楼|层|室|号|户|房)"


def _either(*ways: str) -> re.Pattern[str]:
    return re.compile("|".join(ways))


# Seven or more digits, with blanks or dashes between them; not a date.
LONG_NUMBER = _either(rf"(?<!\d)(?!(?:19|20)\d\d-\d{{1,2}}-\d{{1,2}}(?!\d))\+?{_DIGIT}(?:[ \t-]?{_DIGIT}){{6,}}[xX]?")

# 身份证后四位1234, 护照E12345678
PAPERS = _either(rf"{_PAPER}(?:号码?|后[四六]位)?(?:是|为|[：:])?\s*[A-Za-z]{{0,2}}\d{{4,}}[xX]?")

ACCOUNT = _either(
    r"[\w.+-]{1,64}+@[\w-]{1,63}(?:\.[\w-]{1,63})+",  # anna@example.org
    rf"{_CHAT}(?:号|账号|id)?(?:码)?[是：: ]*[A-Za-z0-9_-]{{5,}}",  # 加微信lili_2020
)

# 我的车川A12345; a plate that is not said to be the citizen's may be the one complained about.
OWN_PLATE = _either(
    rf"(?:我们?|本人|自己|自家|我家)(?:的|家的?)?{_INSIDE}{{0,6}}?(?:车|车牌号?|牌照)?{_INSIDE}{{0,6}}?"
    rf"{_PROVINCE}[A-Z][ ·.-]?[A-Z0-9]{{5,6}}"
)

OWN_NAME = _either(
    rf"(?:我|本人|免贵|敝)姓{SURNAME}{_TITLE}?",  # 我姓王女士
    r"(?:我|本人|免贵|敝)姓[一-龥](?=[，。,.；;\s的]|$)",  # 免贵姓赵, and rarer surnames
    rf"(?:(?<=[，。；！？,;!?\s])|^)姓(?:{SURNAME}|(?!名)[一-龥]){_TITLE}?{_END}",  # …，姓褚: always the speaker
    # 我叫王小丽, 姓名：陈晓东
    r"(?:我叫|本人叫|我的?名字[叫是]|(?<![店楼院路地厂校])名叫|姓名|真名)[是为：: ]*(?!什么|啥|哪)[一-龥·]{2,4}(?=[，。,.；;\s、（(]|$|电话|手机|住|的)",
    # 投诉人周杰, 业主：李女士
    rf"{_ROLE}(?:是|为|叫|姓名)?[：: ]*(?:{_NAME}{_END}|{SURNAME}{_TITLE})",
    rf"{_I}(?:是|就是)?{_NO_NAME}{_NAME}{_END}",  # 我是李强
    rf"(?:{_I}|这边|这里)(?:是|姓)[一-龥]{{1,2}}{_TITLE}",  # 这边是老王师傅
    rf"我(?:的)?{_FAMILY}(?:叫|名叫|是)?{_NO_NAME}{_NAME}{_END}",  # 我儿子叫何子轩
    # 请联系朱女士13800001234
    rf"(?:请?联系|请?找|回复|打给|致电){SURNAME}(?:{_TITLE}|[一-龥]{{1,2}})[，,、\s]*(?:电话|手机)?[：:是]?(?=1[3-9]\d|0\d{{2}})",
    # 孙悦（电话：138 …
    rf"{_NO_NAME}{_NAME}(?=[，,、（(\s]{{0,9}}(?:电话|手机|联系方式|联系电话|tel)?[：:是\s]{{0,9}}(?:1[3-9]\d|一[三五七八九]))",
    rf"(?:——|—|--)\s*{_NAME}\s*$",  # ——郭涛
    rf"{_NAME}(?=\s*敬上)",
    r"(?i:my name is|i am called|this is|i am|i'm|contact:|name:)\s+[A-Z][a-z]+(?:\s+[A-Z][a-z]+)*\b",
    r"(?i:my name is|i am called) [a-z]+(?: [A-Z][a-z]+)?",
)

OWN_HOME = _either(
    # 我住望平街8号院2单元501, 我家在5号楼1203
    rf"(?:{_WE}?(?:就|也|都)?(?:住在?|家住|家在)|{_WE}(?:就|也|都)?(?:是|在|位于)){_INSIDE}{{0,18}}?{_NUM}{_INSIDE}{{0,8}}?"
    rf"(?:号[院楼]?|单元|[栋幢座楼层室户房])(?:附?{_NUM}{_PART_OF_HOUSE}?)*",
    rf"(?:住址|家庭地址|地址)[：: 是]*{_INSIDE}+",
    rf"(?i:i live (?:at|in|on) ){_INSIDE}+",
    r"(?i:(?:my )?(?:flat|apartment|apt\.?|unit|room)) ?(?:no\.? ?|number )?\d+[A-Za-z]?\b",
)

# In the place of the matter: 3单元502室, 12-3-501
ROOM = _either(
    rf"(?:{_NUM}(?:单元|门洞)\s*)?{_NUM}(?:室|号房|房|户)", rf"{_NUM}单元", rf"{_NUM}(?:-{_NUM}){{1,2}}(?!\d)"
)

LEAST_SENDER = 4  # characters

# A neighbour's flat stays, because the matter is about it.
OTHERS = r"(?<!楼上)(?<!楼下)(?<!隔壁)(?<!对面)(?<!邻居)(?<!住户)(?<!对门)"
FLAT = _either(
    rf"{OTHERS}{_NUM}(?:单元|门洞)(?:{_NUM}[楼层])?(?:\d{{3,}}|{_NUM}(?![楼层]))(?:室|号房|号|户|房)?",  # 3单元502, 3单元5楼502
    # 12栋1203
    rf"(?<=[栋幢座楼])[ 　]?{OTHERS}\d{{3,4}}(?:室|号房|号|户|房)?(?![\d年月日路元人个次天点])",
    r"(?<=[栋幢座苑园院区])[ 　]?\d{1,3}(?:[-－—#/]\d{1,4}){1,3}(?![\d天个人元点月日])",  # 锦绣花园小区12-3-501
    r"(?<![\d-])(?!(?:19|20)\d\d-)\d{1,3}[-－#]\d{1,2}[-－#]\d{3,4}(?!\d)",  # 12#3#501
    rf"{OTHERS}(?<!\d){_NUM}(?:室|号房)(?![内外])",  # 502室
)


def without_identity(text: str, ticket: Ticket) -> str:
    """A text about a ticket in which a sign replaces the citizen's name, numbers, accounts, papers, plate and flat.
    House and street stay unless they are said to be the citizen's; a neighbour's flat and a plate that is complained
    about stay too, or no unit could act."""
    hidden, text = texts().say("hidden"), without_contact(text, ticket.contact)
    if len(ticket.sender) >= LEAST_SENDER:
        text = text.replace(ticket.sender, hidden)
    for pattern in (OWN_PLATE, OWN_HOME, FLAT, ACCOUNT, PAPERS, LONG_NUMBER):
        text = pattern.sub(hidden, text)
    return text


def without_contact(text: str, contact: Contact) -> str:
    """A text in which a sign replaces the citizen's name, the person they speak for, and their phone."""
    hidden = texts().say("hidden")
    for known, shortest in ((contact.phone, 5), (contact.name, 2), (contact.concerned, 2)):
        if known and len(known) >= shortest:
            text = text.replace(known, hidden)
    for pattern in (_called(contact.name), _called(contact.concerned), OWN_NAME):
        if pattern is not None:
            text = pattern.sub(hidden, text)
    return text


def without_reach(text: str, contact: Contact) -> str:
    """A text as the hotline's staff read it before they give a reason for access: without the name, numbers masked.
    House and flat stay, because staff send somebody there."""
    return mask_numbers(without_contact(text, contact))


def _called(name: str | None) -> re.Pattern[str] | None:
    """A pattern of the ways to call a person of this name: 王女士, 小王, 老王, 王 小丽. None if it begins with no
    Chinese surname."""
    if not name or not (found := re.match(SURNAME, name) or re.match("[一-龥]", name)):
        return None
    surname = re.escape(found.group())
    spaced = r"\s*".join(map(re.escape, name))
    given = rf"|{re.escape(name[found.end() :])}" if len(name) - found.end() > 1 else ""
    return re.compile(
        rf"{spaced}|{surname}{_TITLE}|(?<![大中])[小老]{surname}(?!家?(?:区|街|路|巷|院|店|村|庄|府))" + given
    )


def without_room(place: str | None, ticket: Ticket) -> str | None:
    """The place of the matter without flat and staircase; house and street stay, or no unit could act."""
    return None if place is None else ROOM.sub(texts().say("hidden"), without_identity(place, ticket))
