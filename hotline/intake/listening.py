"""Cues in a message that do not depend on its intent: whose name and phone it gives, whether it tells anything at all.
The phrases are in `hotline/phrases`."""

from __future__ import annotations

import re
from collections.abc import Sequence

from hotline.phrases import phrase
from hotline.tickets.scrubbing import SURNAME

HAN = re.compile("[\u4e00-\u9fff]")
CLEAN_ENDS = " ,，。.！!？?；;、~"
LEAST_TOLD = 4  # least characters of a clause that may tell something

ANONYMOUS = phrase("contact.anonymous")
NO_NAME = phrase("contact.no_name")
KEEP_SECRET = phrase("secrecy.kept")
REPORTS = phrase("answers.reports")
NOT_THAT = phrase("answers.not_that")
PUTS_THE_PLACE_RIGHT = phrase("places.puts_the_place_right")
ASKS = phrase("answers.asks")
LIVES = phrase("places.lives")
PLACE_NOUN = phrase("places.ends_as_a_place")
NO_PLACE = phrase("places.no_place")
TELLS_NO_PLACE = phrase("places.tells_no_place")
SAYS_SOMETHING = phrase("places.says_something")
BEFORE_A_PLACE = phrase("places.before_a_place")
OF_A_TICKET = phrase("answers.of_a_ticket")
HOW_LONG = phrase("answers.how_long")
_ANSWERED = phrase("answers.hears_back")
_TO_SEND = phrase("answers.to_send")
_TO_THE_ASSISTANT = phrase("answers.to_the_assistant")
_NEEDS_NOTHING = phrase("answers.needs_nothing")
_LITTLE_ENGLISH_WORD = phrase("answers.little_english_word")
_NOTHING_MORE = phrase("answers.nothing_more")
_ANNOUNCES = phrase("answers.announces")
_AS_IT_IS = phrase("answers.as_it_is")
_DOES_NOT_KNOW = phrase("answers.does_not_know")
_AROUND_A_PHONE = re.compile(
    r"[\d\s+()（）:：,，。-]|我|的|电话|電話|手机|手機|号码?|號碼|是|姓|叫|对|好|嗯|哦|哈|嘛|先生|女士|小姐"
)
_WHEN = phrase("answers.only_a_time")
_DIGITS_OF_A_PHONE = re.compile(r"(?<!\d)\d{7,10}(?!\d)|(?<!\d)1\d{11,13}(?!\d)|(?:电话|手机|号码)\D{0,3}\d{3,6}(?!\d)")
_LONE_NAME = re.compile(
    r"\W*(?P<name>(?![嗯好对是行哦啊哈喂呢吧嘛的要有没不打])[\u4e00-\u9fff]|[A-Z][a-z]+(?: [A-Z][a-z]+){0,2})"
    r"[\W\d零〇一二三四五六七八九幺两]*"
)
_ANY_NAME = r"(?:(?![嗯好对是行哦啊哈喂呢吧嘛的要有没不打电手号联留就这那我你他她匿微谢多感麻辛急快保短随加先后晚早])[\u4e00-\u9fff](?:(?![的了吗嘛吧呢啊哦是在有不没就都要好打留话机码信系])[\u4e00-\u9fff]){0,3})"
_PHONE = r"[\s:：是]*1\d{2}[\d\s-]{8,10}"
_NAME_AND_PHONE = re.compile(
    rf"\W*({_ANY_NAME})[\W]*(?:电话|手机|号码)?{_PHONE}\W*|\W*(?:我?的?(?:电话|手机|号码))?{_PHONE}[\W]*({_ANY_NAME})\W*"
)
_SOMEBODY_ELSES = (
    r"(?:老板|老总|包工头|经理|主任|负责人|房东|店家|司机|医生|老师|对方|邻居|楼[上下]|他|她|(?<!她)(?<!他)[妈媽爸爹娘爷奶婆公娃儿女]|(?<![是他她])(?:工友|同事|同学|室友|舍友|朋友|老乡|亲戚|徒弟))"
    r"[^,，。]{0,4}(?:叫|姓|是)|(?:店|铺|馆|公司|厂|学校|幼儿园|机构|单位|小区|楼盘|品牌|平台)(?:[^。我]{0,12}[,，])?[^,，。我]{0,4}叫"
)
_WHOSE_I_AM = re.compile(r"我是[他她][^,，。\s]{1,4}")  # 我是她侄女 姓彭
_OF_ONESELF = re.compile(r"我|本人|免贵|姓|名字|称呼|\bname|\bi\b|\bmy\b", re.IGNORECASE)
_OF_A_PLACE = "[^,，。我]{0,6}(?:店|铺|馆|公司|厂|学校|幼儿园|机构|单位|小区|楼盘|品牌|平台|超市|药房|门市|商家)"
_NOT_MY_PHONE = phrase("contact.not_my_phone")
_MY_PHONE = phrase("contact.my_phone")
_SOMEBODY_ELSES_PHONE = phrase("contact.anothers_phone")
_OWN_NAME = re.compile(
    r"(?:我|免贵|本人)(?:是|就)?姓(?P<name>[\u4e00-\u9fff])(?=\W|\d|$)|我叫(?P<full>(?![老小大])[\u4e00-\u9fff]{2,3})(?=\W|\d|$)|[叫喊]我(?P<called>[老小][\u4e00-\u9fff]|(?![大小二三姐哥])[\u4e00-\u9fff][姐哥嬢孃姨叔])(?=就|吧|嘛|\W|\d|$)"
    r"|我(?:是|叫)(?P<familiar>[老小][\u4e00-\u9fff])(?=\W|\d|$)"
)
_CONCERNED = re.compile(
    r"[他她]姓(?P<surname>[\u4e00-\u9fff])[,，\s]*(?:名?叫)?(?P<full>(?P=surname)[\u4e00-\u9fff]{1,2})(?=\W|\d|$)"
    r"|(?<!我)(?:老汉儿?|老妈|老爸|妈妈|爸爸|爷爷|奶奶|外公|外婆|老伴|儿子|女儿|老人家?)叫(?P<kin>[\u4e00-\u9fff]{2,3})[,，\s]+我(?:是[他她]|姓|叫)"
    r"|[给帮替为]我?(?:的|们)?(?:老汉儿?|老妈|老爸|妈妈?|爸爸?|爷爷|奶奶|外公|外婆|婆婆|公公|老伴|儿子|女儿)(?P<spoken_for>"
    + SURNAME
    + r"[\u4e00-\u9fff]{1,2})(?=反映|投诉|登记|申请|问|报|说|打|来|提|弄|办)"
    r"|[留写记][他她]的名字?[嘛吧哈]?[,，\s]+(?P<written>[\u4e00-\u9fff]{2,3})(?=[,，\s\d]|$)"
)
_WHO = "车主|户主|业主|房主|租户|租客|家长|学生|店主|本人|我|俺"
_ADDRESS = "先生|老汉儿?|大娘|爷爷|奶奶|大伯|老先生|太婆|老师傅|女士|小姐|大爷|大叔|大哥|大姐|大妈|婆婆|阿姨|嬢嬢|叔叔|伯伯|师傅|老师|同志"
_I_AM = r"(?:我是|本人|^\W*|[,，。]\s*(?=他|她))(?:个|一个|一名|(?:他|她|老人家?|病人|患者|当事人)的?)?"
_WHY_UNNAMED = phrase("contact.why_unnamed")
_ORDERS_IT_WRITTEN = phrase("contact.orders_it_written")
_QUOTES_THE_HOTLINE = phrase("contact.quotes_the_hotline")
_BEFORE_A_PHONE = re.compile(
    r"[,，。;；!！\s](?:我是|我叫|叫我?|我)?(?P<name>[阿小老][\u4e00-\u9fff]|[\u4e00-\u9fff][姐哥嬢孃])[\s,，]*(?:电话|手机)?[\s:：是]*$"
)
_ROLES = "谢谢|感谢|多谢|麻烦|辛苦|房东|司机|医生|店家|经理|主任|物业|保安|中介|邻居|楼[上下]|隔壁|对方|我[妈爸]|妈妈|爸爸|奶奶|爷爷|单位|公司"
_TITLED = re.compile(
    rf"(?:^|[,，。;；!！\s]|[叫喊]我|我是(?:家长|业主|住户|居民|群众|市民|村民|员工|学生)?)(?P<name>(?![那这的个位有某同你您他她它两大老])(?:[\u4e00-\u9fff]|(?!{_ROLES})[^\W嘛吧啊哦哈的了好对是嗯呢]{{2,3}}(?=先生|女士|小姐)))(?=(?:{_ADDRESS})(?:$|\W|\d|不|电|手|就|，))"
    r"|^\W*(?P<familiar>(?:[阿小老][\u4e00-\u9fff]|[\u4e00-\u9fff](?:嬢|孃){{1,2}}))(?=[,，\s]|$)(?!\W*(?:区|板|师|人))"
    r"|就姓(?P<surname>[\u4e00-\u9fff])(?=\W|\d|$)"
)
_TOLD_OF = {
    address: re.compile(rf"(?:{_I_AM}|[,，。\s]){sex}(?=$|[,，。.!！;；\s])|{_I_AM}(?:{kin})(?=$|[,，。.!！;；\s])")
    for address, sex, kin in (
        ("女士", "女(?:的|生|士|性|同志)?", "女儿|妻子|老婆|媳妇|妈妈?|母亲|奶奶|外婆|姐姐?|妹妹?|孙女|儿媳妇?"),
        ("先生", "男(?:的|生|士|性|同志)?", "儿子|丈夫|老公|爸爸?|父亲|爷爷|外公|哥哥?|弟弟?|孙子|女婿"),
    )
}
_OF_AN_ACCOUNT = phrase("contact.an_account")
_SPOKEN = str.maketrans("零〇一二三四五六七八九幺两", "0012345678912")


def has_content(text: str) -> bool:
    """True for words that tell something, whatever it is; not for a lone word, laughter or random letters."""
    told = HAN.findall(text)
    if not told:
        return len(re.findall(r"[A-Za-z']+", text)) >= LEAST_TOLD - 1 and bool(_LITTLE_ENGLISH_WORD.search(text))
    is_noise = len(set(told)) * 5 <= len(told) * 3  # 呼啦呼啦嘣嘣嘣
    return not is_noise and len({*told, *re.findall(r"\d", text)}) >= LEAST_TOLD


def is_to_the_assistant(text: str) -> bool:
    """True for words about the assistant or the hotline: 你能做什么, not 能不能上门."""
    return bool(_TO_THE_ASSISTANT.search(text))


def asks_when_answered(text: str) -> bool:
    """True for 多少天给答复, not for 要多久."""
    return bool(HOW_LONG.search(text) and _ANSWERED.search(text))


def asks_to_send(text: str) -> bool:
    """True for 照片怎么发给你们."""
    return bool(_TO_SEND.search(text))


def needs_nothing(text: str) -> bool:
    """True if the citizen needs nothing recorded: 不用登记, 我就问一哈, 解决了."""
    return bool(_NEEDS_NOTHING.search(text))


def has_nothing_more(text: str) -> bool:
    """True for 没有了, 就这些: the end of an answer, not of the intake."""
    return bool(_NOTHING_MORE.search(text.strip(CLEAN_ENDS)))


def announces(text: str) -> bool:
    """True for 我有两个事情要反映, which announces matters and states none yet."""
    return bool(_ANNOUNCES.search(text))


def leaves_it_as_it_is(text: str) -> bool:
    """True for 就这样, 就这些: the read-back may stay as it is."""
    return bool(_AS_IT_IS.search(text.strip(CLEAN_ENDS)))


def tells_besides(text: str) -> bool:
    """True if a message says more than that something is not known: 不晓得名字，工号是1024."""
    clauses = [clause for clause in re.split(r"[,，。.;；!！?？、\s]+", text) if len(clause) >= LEAST_TOLD]
    return any(not _DOES_NOT_KNOW.search(clause) for clause in clauses)


def is_another_persons(name: str, text: str) -> bool:
    """True if a name is not the speaker's but that of the person complained about, of kin, or of a companion:
    老板叫张建国, 我妈姓冷, 姓王的医生, 还有个工友叫王强."""
    own, text = re.escape(name), _WHOSE_I_AM.sub("", text)
    return bool(
        re.search(
            rf"{_SOMEBODY_ELSES}{own}|(?<!我)姓{own}的(?!我|\d)|不是?(?:叫|姓){own}|{own}(?:就?是)(?:{_OF_A_PLACE})",
            text,
        )
    )


def tells_anothers_phone(text: str) -> bool:
    """True for 老板的电话是138…."""
    return bool(_SOMEBODY_ELSES_PHONE.search(text))


def takes_back_a_phone(text: str) -> bool:
    """True for 那个是骗子的号码, 不是我的电话: the recorded number is not the citizen's."""
    return bool(_NOT_MY_PHONE.search(text))


def own_phone(text: str, phones: Sequence[str]) -> str | None:
    """The speaker's own phone among those of a text: the last one. If the text also gives somebody else's, only one
    that is said to be the speaker's."""
    if not tells_anothers_phone(text) and not takes_back_a_phone(text):
        return phones[-1] if phones else None
    return next(
        (phone for phone in reversed(phones) if phone in text and _MY_PHONE.search(text[: text.rindex(phone)])), None
    )


def concerned_in(text: str) -> str | None:
    """The full name of the person the speaker speaks for, where it is given separately: 他姓蒋，蒋勇;
    老汉儿叫吴德明，我是他女儿; 留他的名字，周涛."""
    found = _CONCERNED.search(text)
    return next(filter(None, (found[key] for key in ("full", "kin", "spoken_for", "written")))) if found else None


def is_an_order(name: str) -> bool:
    """True for words that tell the hotline to write something down (补上 of 我电话138…补上), which are no name."""
    return bool(_ORDERS_IT_WRITTEN.search(name))


def quotes_the_hotline(text: str) -> bool:
    """True for 你光说可以不留, which repeats what the hotline said and wishes nothing."""
    return bool(_QUOTES_THE_HOTLINE.search(text))


def own_name(text: str) -> str | None:
    """The surname that the speaker gives as theirs (我姓贾), also after another person's, or what they are called
    (叫我老吴就是)."""
    found = _OWN_NAME.search(text)
    return next(filter(None, found.groups())) if found else None


def asks_why_unnamed(text: str) -> bool:
    """True for 你咋个写匿名呢, 名字咋个没写."""
    return bool(_WHY_UNNAMED.search(text))


def refuses_a_name(text: str) -> bool:
    """True if somebody wants to give no name; not for 我姓方，你咋个写匿名呢."""
    return bool(NO_NAME.search(text)) and not _WHY_UNNAMED.search(text)


def titled_name(text: str, phones: Sequence[str] = ()) -> str | None:
    """A name with a form of address at the head of a clause (谢大娘 137…; 留我的嘛，程先生; 我是家长蔡女士), a familiar
    name alone in its clause (阿龙，就留这个名字), or one right before a phone (路灯坏了，老何138…). `phones`: those of
    the text."""
    if found := _TITLED.search(text):
        return next(filter(None, found.groups()), None)
    before = next((text[: text.index(phone)] for phone in phones if phone in text), "")
    found = _BEFORE_A_PHONE.search(before)
    return found["name"] if found else None


def untitled(name: str) -> str:
    """A name without the form of address and without who it is of: 刘 for 刘女士, 田 for 车主姓田."""
    return re.sub(rf"(?<=[\u4e00-\u9fff])(?:{_ADDRESS})$|^(?:{_WHO})?(?:姓|名叫|叫)(?=[\u4e00-\u9fff])", "", name)


def address_of(text: str, name: str | None) -> str | None:
    """The speaker's form of address, if a message reveals it: 陈女士, 许大爷, 我是女的, 我是她女儿; else None. `name`:
    the speaker's, where it is known."""
    if name and (titled := re.search(rf"{re.escape(name)}(?P<address>{_ADDRESS})", text)):
        return titled["address"]
    told = [(found.start(), address) for address, said in _TOLD_OF.items() if (found := said.search(text))]
    return min(told)[1] if told else None


def lone_name(text: str) -> str | None:
    """The name of a text that is nothing but a name, with or without a phone: a surname, up to four characters, or an
    English name: 周 138…, 何志强 138…, 电话138…，丁."""
    if found := _LONE_NAME.fullmatch(text):
        return found["name"]
    found = _NAME_AND_PHONE.fullmatch(text)
    return next(filter(None, found.groups()), None) if found else None


def speaks_of_oneself(text: str) -> bool:
    """True if a name is given as the speaker's: 我叫…, 名字是…; not for 就叫康福堂."""
    return bool(_OF_ONESELF.search(text))


def is_only_a_phone(text: str, *names: str) -> bool:
    """True for a phone, the given names and the words around them, and nothing else: 我姓何，电话是138…."""
    for name in names:
        text = text.replace(name, "")
    return not _AROUND_A_PHONE.sub("", text.strip(CLEAN_ENDS))


def is_only_a_time(text: str) -> bool:
    """True for a time and nothing else: 昨天晚上十一点."""
    return bool(_WHEN.search(text))


def is_nearly_a_phone(text: str) -> bool:
    """True for a mobile number with too many or too few digits, also in spoken numerals: 我电话139. Not for other
    numbers: 户号3001288712."""
    found = _DIGITS_OF_A_PHONE.search(text.translate(_SPOKEN))
    return found is not None and not _OF_AN_ACCOUNT.search(text[: found.start()])
