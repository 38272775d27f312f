"""Finds names by rules: the speaker's own (我姓王, 免贵姓李, 我叫王建国, 王女士), and the person they speak for
(她叫王素芬)."""

from __future__ import annotations

import re
from functools import lru_cache

from jieba import posseg

from bot.nlu.normalizer import plain
from bot.nlu.numbers import Found

_SINGLE = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖萧田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付傅方白邹孟熊秦邱"
    "江尹薛闫阎段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤温康易游牟蒲敖霍喻文章车尤翁鲁葛伍庞殷倪柳俞骆申冉岳祝左柯管蓝甘鲍包费齐安常席柴乔辛兰邬穆岑舒屈项纪梅盛童卞詹耿"
)
_DOUBLE = "欧阳|上官|司马|诸葛|东方|皇甫|尉迟|公孙|慕容|令狐|司徒|长孙|夏侯|端木"
_RARE = (  # surnames that are also everyday words: only after "my name is" and the like
    "卫代丰乌乜习井仇仰仲伊伏伯佘佟佴储党关冀冷凌凤刁劳勾匡卓单印危却厉厍古司吉咸哈商国堵墨夔姬娄宁宓宗宣宦宫宰容宿寇富寿封尚屠山嵇巢巩巫巴师干幸庄应庾弓弘强怀惠慎慕戈戎成房扈扶支斜於昌明昝晁晋晏景暨暴曲权束杭松查栾桂桑桓楚樊步殳殴年"
    "毋汝池汲沃沙法洪浦涂滑濮焦燕牛牧狄班璩甄益盖瞿祖禄秋竺符笪简籍米糜索经缪羊羿翟聂胥臧艾芮花苍苗苟茅茹荀荆荣莘蒙蒯蓟蓬蔚蔺薄虞融衡补裘裴解訾计诸谈谯谷贝贡贲赏赖路边连逄逯邢邰邴郁郏郗郜郦鄂鄢钦钮银闵闻阙阚阴隆隗雍靳鞠韶颜饶鱼麻"
)
_SURNAME = rf"(?:{_DOUBLE}|[{_SINGLE}])"
_ANY_SURNAME = rf"(?:{_DOUBLE}|[{_SINGLE}{_RARE}])"
_SURNAMES = set(_SINGLE) | set(_DOUBLE.split("|"))
_HAN = r"[\u4e00-\u9fff]"
_NOT_GIVEN = r"[的了是在有要想说我你他她它这那住不和就把被来去也还都啊嘛哦哈呢吗呀吧呃嗯先老师同]"
_GIVEN = rf"(?:(?!{_NOT_GIVEN}){_HAN}){{1,2}}"
_FULL = rf"{_SURNAME}{_GIVEN}"
_TITLE = r"(?:先生|女士|小姐|老师|师傅|大爷|婆婆|阿姨|同志|大姐|大哥|嬢嬢|叔叔|伯伯|老板|经理|医生)"
_END = (
    r"(?=不是|[啊哈嘛哦呀]|[,,。.、;;!!\s()()::]|$|电话|手机|联系|住|家住|今年|是|身份证|女士|先生|我|\d|幺|一[三五八])"
)
_KIN = (
    r"(?:妈妈?|母亲|老妈|爸爸?|父亲|老汉儿?|老爸|爷爷|奶奶|婆婆|外公|外婆|公公|岳父|岳母|丈母娘|老公|丈夫|爱人|老婆|妻子|媳妇|老伴|儿子|女儿|闺女|娃儿?|孩子"
    r"|孙子|孙女|孙孙|外孙女?|哥哥?|姐姐?|弟弟?|妹妹?|表[哥姐弟妹]|嫂子|叔叔?|舅舅?|姑姑?|嬢嬢|姨妈?|邻居|朋友|同事|工友|室友|同学|学生|徒弟|老乡|战友|房东|租客)"
)
_SPEAKS_FOR = re.compile(
    rf"(?:帮|替|代|给|为)(?P<relation>(?:我|俺)?(?:们?家)?(?:的|那个)?{_KIN})来?(?=反映|投诉|举报|咨询|问|说|打电话|打的|登记|申请|求助|报)"
)
_CONCERNED = re.compile(
    rf"(?:他|她|老人家?|病人|患者|伤者|当事人|(?P<relation>(?:我|俺)(?:们?家)?的?{_KIN})(?:[老小]?{_HAN})?)[,，]?(?:的)?(?:真?名字?|姓名)?(?:叫做?|名叫|是叫|名字是|姓名是?|大名)[:：]?\s?"
    rf"(?P<name>{_ANY_SURNAME}(?:(?!{_NOT_GIVEN}){_HAN}){{1,2}})(?=\W|$|\d|今年|住|有|身份证|电话|他|她)"
)
_OF_WHOM = re.compile(rf"(?P<relation>我是(?:他|她|老人家?|病人|患者|当事人)的?{_KIN})")
_SAYS_SO = [
    re.compile(
        rf"(?:我|本人|免贵|敝|就|^|[\s,,。.:])(?:是)?\s?姓\s?(?:是)?\s?(?P<name>{_DOUBLE}|[{_SINGLE}]|{_HAN}(?=\W|\d|$))(?!名|氏|的\w)"
    ),
    re.compile(
        rf"(?:我(?:的名字)?(?:叫|是|就是)|本人(?:叫|是|名叫|:|:)?|名字(?:就?叫|是|:|:)?|名叫|姓名(?:是|:|:)?|联系人(?:是|:|:)?"
        rf"|我是[^,,。;;]{{2,24}}(?:的|老师|教师)|叫|应该是|,是)\s?(?P<name>{_FULL}){_END}"
    ),
    re.compile(
        rf"(?:我(?:的名字)?叫|本人(?:叫|名叫)|姓名(?:是|:)?|联系人(?:是|:)?)\s?(?P<name>[{_RARE}]{_GIVEN})(?=[啊哈嘛哦呀]|\W|\d|$)"
    ),
    re.compile(rf"(?:我是|我叫|免贵|叫我|联系人(?:是|:)?)\s?(?P<name>{_ANY_SURNAME}){_TITLE}"),
    re.compile(rf"^\W*(?P<name>{_ANY_SURNAME}){_TITLE}(?=\W|$|电话|手机|\d)"),
    re.compile(rf"(?:^|1[3-9]\d{{9}})\W*(?P<name>[小老]{_SURNAME})(?=\W*(?:$|1[3-9]\d{{9}}))"),
]
_STANDS_ALONE = [
    re.compile(rf"^\W*(?:嗯|喂|是)?\W*(?P<name>{_FULL})\W*$"),
    re.compile(rf"^\W*(?P<name>{_FULL})\W*(?=1[3-9]\d|幺|电话|手机|\w{{2,3}}岁)"),
    re.compile(rf"(?:^|[,,。?])(?P<name>{_FULL})[,,。]"),
]
_ENGLISH_NAME = r"[A-Z][a-z'\-]+(?:\s+[A-Z][a-z'\-]+)"
_ENGLISH = re.compile(
    rf"(?:[Nn]ame(?: is|'s|:| to)\s+(?P<named>{_ENGLISH_NAME}{{0,2}})|(?:I am|I'm)\s+(?P<name>{_ENGLISH_NAME}{{1,2}}))(?![\w'])"
)
_NOT_NAMES = re.compile(
    r"(?:(.)\1|莫|熊猫|安逸|白痴|王八|.一下|周末|龙潭寺|什么|啥|哪|谁|名|不|高兴|高新|高速|高铁|金牛|金堂|双流|成华|武侯|青羊|锦江|温江|新都|龙泉|都江堰|彭州|江安|石羊|万年|白家|黄田|易水|文明|安全|包装|常常|方便|方向|于是|任何|任务|余额|万一|高兴|严重|白天|马上|石油|金额|文件|时间|毛病|许可|管理|安静|申请|申报|左边|左右|向左|向右|高层|高中|高考|包括|路灯|停水|江边|钱包|钱没|金色|江湖|万达|万科|龙湖|华润|成都|简阳|游客|游泳|车位|车库|车牌|车主|安置|安装|项目|常年|费用|费率|纪委|盛世|童车|齐全|文化|文书|方案|石材|贺卡|郝|一|二|三|四|五|六|七|八|九|十)"
)


def find_names(text: str) -> list[Found]:
    """The name that the speaker gives as their own, at most one; the value is the name as written."""
    return list(_find(plain(text), text))


def find_concerned(text: str) -> list[Found]:
    """The person the speaker speaks for: entity `concerned` (the name) and `relation` (我妈, 我是她女儿: as said), each
    at most once."""
    read = plain(text)
    named, told = _CONCERNED.search(read), _SPEAKS_FOR.search(read)
    found = [Found("concerned", *named.span("name"), text[slice(*named.span("name"))])] if named else []
    for match in (told, named, _OF_WHOM.search(read) if named else None):
        if match and match["relation"]:
            return [*found, Found("relation", *match.span("relation"), text[slice(*match.span("relation"))])]
    return found


@lru_cache(maxsize=1_024)
def _find(text: str, original: str) -> tuple[Found, ...]:
    others = [match.span("name") for match in _CONCERNED.finditer(text)]
    for rules, doubtful in ((_SAYS_SO, False), (_STANDS_ALONE, True)):
        for rule in rules:
            for match in rule.finditer(text):
                start, end = match.span("name")
                if any(start < b and a < end for a, b in others):
                    continue
                if not _NOT_NAMES.match(match["name"]) and not (doubtful and _is_a_word(match["name"])):
                    whole = re.search(rf"叫\s?(?P<name>{match['name']}{_GIVEN}){_END}", text)  # 我姓方，叫方娟
                    return (_found((whole or match).span("name"), original),)
    english = _ENGLISH.search(original)
    return (_found(english.span(english.lastgroup or "name"), original),) if english else ()


def _found(span: tuple[int, int], original: str) -> Found:
    return Found("name", *span, original[slice(*span)])


def _is_a_word(name: str) -> bool:
    """Whether the string is a word: false if the dictionary has it as a person's name, or does not have it."""
    first, *rest = posseg.lcut(name)
    if rest:
        return not (first.flag.startswith("nr") or (first.word in _SURNAMES and len(rest) == len(name) - 1 > 1))
    return not first.flag.startswith("nr")
