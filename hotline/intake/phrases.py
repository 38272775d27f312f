"""Set phrases that an intake listens for, whatever the intent of the message is taken for."""

from __future__ import annotations

import re

HAN = re.compile("[\u4e00-\u9fff]")
CLEAN_ENDS = " ,，。.！!？?；;、~"
LEAST_TOLD = 4  # characters of a clause from which it may tell something

NO_NAME = re.compile(
    r"(?<![没不]说)(?<!不是)(?<!不[要用])(?<!不)匿名|(?:不|不想|不愿|不愿意|不方便|不用|别|就不)留(?:我的?)?(?:姓?名|名字|电话|号码|手机|联系方式)|(?:不用|不要|别|不必|莫)(?:再)?(?:联系|回复?|打电话给?)我|不(?:想|愿意?|方便)(?:出面|露面)|[不莫别]说(?:出)?我(?:是(?:谁|哪个)|的?名字)"
    r"|anonymous|don't contact me",
    re.IGNORECASE,
)
KEEP_SECRET = re.compile(
    r"(?<!不用)(?<!不需要)(?<!不要)保密|(?:不要|别|莫|不能)(?:[跟和给对][^,，。]{1,6}?)?(?:说|讲|提)(?:出)?(?:是(?:我|哪个|谁|家长|员工|邻居|群众)|我(?:是(?:谁|哪个)|的?名字))|(?:不要|别|莫)(?:透露|泄露|暴露)"
    r"|(?:不要|别|莫|不能|不想|不愿)(?:让|给|叫)[^,，。]{1,8}?(?:晓得|知道|发现|查到)(?=$|[,，。!！;；\s]|是?我|[哈哦啊嘛了哟])"
    r"|(?<!not )\bconfidential|(?:don't|do not|not) want [\w ]{1,24}to (?:know|find out)|(?:don't|do not|never) (?:tell|let) [\w ]{2,24}(?:it's|it was|who|about) (?:me|i)\b",
    re.IGNORECASE,
)
REPORTS = re.compile(r"^\W*(?:你好|您好)?\W*(?:我|俺|本人)?(?:要|想|来)?(?:实名|匿名)?举报")
YES_AND = re.compile(r"(?:对头?|是的|没错|好的?|嗯+|可以|正确|要得)[,，。!！\s]+[^不错但换改还加补]{1,8}")
SAYS_YES = re.compile(
    r"\W*(?:对头?|是的|没错|好的?|嗯+|可以|正确|要得|yes|yeah|ok(?:ay)?|right|correct)(?:[,，。.!！\s]|$)",
    re.IGNORECASE,
)
NOT_THAT = re.compile(r"(?:不是|不对|错了|弄错|说错|搞错)")
PUTS_THE_PLACE_RIGHT = re.compile(
    r"(?:哎呀?|哦|噢|喔|嗯|啊|那个|刚才|刚刚|我|地[址点方]|位置|\W)*(?:不是(?!一|第|偶|没)|不对|(?:说|写|打|报|弄|搞|讲)?错了|更正)"
)
ASKS = re.compile(
    r"什么|啥|哪|怎么|咋|多少|多久|好久|好多|几|吗|呢|能不能|可不可以|需不需要|需要|[能会可要用行有]\S{0,6}不\s*$|[?？]"
    r"|\b(?:what|where|how|which|who)\b",
    re.IGNORECASE,
)
LIVES = re.compile(r"住|我家|我是.{2,20}的")
PLACE_NOUN = re.compile(
    r"(?:工地|小区|院子?|楼盘|市场|公司|厂|学校|医院|店|门口|旁边|附近|那边|这边|那儿|对面|路口|里面?)$"
)
NO_PLACE = re.compile(r"没有|没得|不是|不对|我是|我就|我要|你|他|她|它|为什么|为啥|凭什么|怎么|咋")
BEFORE_A_PLACE = re.compile(r"^(?:嗯|哦|就)*(?:就是|就在|在)(?=[\u4e00-\u9fff]{2})")
OF_A_TICKET = re.compile(r"工单|单子|单号|进度|上次|上回|之前|答复|回复|回信|等|说|讲|听|遍|再")
HOW_LONG = re.compile(r"多久|好久|多长时间|[几多]少?天|哪天|[啥什]么?时候|何时|how long|when will", re.IGNORECASE)
_ANSWERED = re.compile(r"答复|回复|回话|回信|回我|联系我|结果|answer|reply|hear from", re.IGNORECASE)
_TO_THE_ASSISTANT = re.compile(r"你|您|小通|热线|12345|\b(?:you|your|this|help)\b", re.IGNORECASE)
_NEEDS_NOTHING = re.compile(
    r"不(?:用|必|要|需要)(?:再|给我)?(?:登记|记|麻烦)|不(?:用|必|需要)了|[就只]是?(?:想|来)?(?:问|了解|咨询|打听)|(?:晓得|知道|明白|清楚)了"
    r"|never ?mind|no need|just asking|not complaining",
    re.IGNORECASE,
)
_LITTLE_ENGLISH_WORD = re.compile(
    r"\b(?:i|my|me|it|it's|is|are|was|the|at|in|to|on|for|we|they|he|she|not|of|with|after)\b", re.IGNORECASE
)
_NOTHING_MORE = re.compile(
    r"(?:就(?:是)?(?:这些|这样|这个事?)|没(?:有|啥|得)?(?:了|别的了?|其[他它]的?了?)|that'?s (?:all|it))(?:吧|嘛|哈|哦|啊)?",
    re.IGNORECASE,
)
_DOES_NOT_KNOW = re.compile(
    r"不(?:太|大)?(?:晓得|知道|清楚|确定|记得|懂)|记不|没(?:有)?(?:看|注意|记)|忘|说不(?:清|来|好)|don'?t|no idea|not sure"
)
_AROUND_A_PHONE = re.compile(r"[\d\s+()（）:：,，。-]|我|的|电话|電話|手机|手機|号码?|號碼|是|姓|叫")
_WHEN = re.compile(
    r"(?:大概|[昨今前明]天|昨晚|今早|早上|上午|中午|下午|傍晚|晚上|夜里|凌晨|半夜|上?(?:周|星期)[一二三四五六日天末]?|\d{1,2}|[零一二两三四五六七八九十]{1,3}|[点钟时分半月日:：]|左右)+"
)
_DIGITS_OF_A_PHONE = re.compile(r"(?<!\d)\d{7,10}(?!\d)|(?<!\d)1\d{11,13}(?!\d)|(?:电话|手机|号码)\D{0,3}\d{3,6}(?!\d)")
_LONE_NAME = re.compile(
    r"\W*(?P<name>(?![嗯好对是行哦啊哈喂呢吧嘛的要有没不打])[\u4e00-\u9fff]|[A-Z][a-z]+(?: [A-Z][a-z]+){0,2})"
    r"[\W\d零〇一二三四五六七八九幺两]*"
)
_SOMEBODY_ELSES = (
    r"(?:老板|老总|包工头|经理|主任|负责人|房东|店家|司机|医生|老师|对方|邻居|楼[上下]|他|她|(?<!她)(?<!他)[妈媽爸爹娘爷奶婆公娃儿女])"
    r"[^,，。]{0,4}(?:叫|姓|是)"
)
_SOMEBODY_ELSES_PHONE = re.compile(
    r"(?:老板|老总|包工头|经理|主任|负责人|房东|店家|店里|司机|对方|邻居|物业|公司|他|她)们?的?(?:电话|手机|号码|联系方式)"
)
_OWN_NAME = re.compile(r"(?:我|免贵|本人)(?:是|就)?姓(?P<name>[\u4e00-\u9fff])(?=\W|\d|$)")
_ADDRESS = "先生|女士|小姐|大爷|大叔|大哥|大姐|大妈|婆婆|阿姨|嬢嬢|叔叔|伯伯|师傅|老师|同志"
_I_AM = r"(?:我是|本人|^\W*|[,，。]\s*(?=他|她))(?:个|一个|一名|(?:他|她|老人家?|病人|患者|当事人)的?)?"
_TOLD_OF = {
    address: re.compile(rf"(?:{_I_AM}|[,，。\s]){sex}(?=$|[,，。.!！;；\s])|{_I_AM}(?:{kin})(?=$|[,，。.!！;；\s])")
    for address, sex, kin in (
        ("女士", "女(?:的|生|士|性|同志)?", "女儿|妻子|老婆|媳妇|妈妈?|母亲|奶奶|外婆|姐姐?|妹妹?|孙女|儿媳妇?"),
        ("先生", "男(?:的|生|士|性|同志)?", "儿子|丈夫|老公|爸爸?|父亲|爷爷|外公|哥哥?|弟弟?|孙子|女婿"),
    )
}
_OF_AN_ACCOUNT = re.compile(
    r"(?:户号|户头|账号|帐号|表号|工号|卡号|学号|编号|订单号?|快递单?号?|身份证号?码?|account|order|card)\D{0,4}$",
    re.IGNORECASE,
)
_SPOKEN = str.maketrans("零〇一二三四五六七八九幺两", "0012345678912")


def has_content(text: str) -> bool:
    """True for words that tell something, whatever it is; not for a lone word, laughter or a row of letters."""
    told = HAN.findall(text)
    if not told:
        return len(re.findall(r"[A-Za-z']+", text)) >= LEAST_TOLD - 1 and bool(_LITTLE_ENGLISH_WORD.search(text))
    is_noise = len(set(told)) * 5 <= len(told) * 3  # 呼啦呼啦嘣嘣嘣
    return not is_noise and len({*told, *re.findall(r"\d", text)}) >= LEAST_TOLD


def is_to_the_assistant(text: str) -> bool:
    """True for words that speak of the assistant or the hotline: 你能做什么, not 能不能上门."""
    return bool(_TO_THE_ASSISTANT.search(text))


def asks_when_answered(text: str) -> bool:
    """True for 多少天给答复, not for 要多久."""
    return bool(HOW_LONG.search(text) and _ANSWERED.search(text))


def needs_nothing(text: str) -> bool:
    """True for 不用登记, 我就问一哈, 解决了."""
    return bool(_NEEDS_NOTHING.search(text))


def has_nothing_more(text: str) -> bool:
    """True for 没有了, 就这些: the end of an answer, not of the intake."""
    return bool(_NOTHING_MORE.fullmatch(text.strip(CLEAN_ENDS)))


def tells_besides(text: str) -> bool:
    """True for what says more than that something is not known: 不晓得名字，工号是1024."""
    clauses = [clause for clause in re.split(r"[,，。.;；!！?？、\s]+", text) if len(clause) >= LEAST_TOLD]
    return any(not _DOES_NOT_KNOW.search(clause) for clause in clauses)


def is_another_persons(name: str, text: str) -> bool:
    """True for the name of who is complained about, or of kin: 老板叫张建国, 我妈姓冷, 姓王的医生."""
    own = re.escape(name)
    return bool(re.search(rf"{_SOMEBODY_ELSES}{own}|(?<!我)姓{own}的(?!我|\d)", text))


def tells_anothers_phone(text: str) -> bool:
    """True for 老板的电话是138…."""
    return bool(_SOMEBODY_ELSES_PHONE.search(text))


def own_name(text: str) -> str | None:
    """The surname that the speaker says is theirs: 我姓贾, also behind another's."""
    found = _OWN_NAME.search(text)
    return found["name"] if found else None


def address_of(text: str, name: str | None) -> str | None:
    """How the speaker is addressed, where a message tells it: 陈女士, 许大爷, 我是女的, 我是她女儿; None where it does not."""
    if name and (titled := re.search(rf"{re.escape(name)}(?P<address>{_ADDRESS})", text)):
        return titled["address"]
    told = [(found.start(), address) for address, said in _TOLD_OF.items() if (found := said.search(text))]
    return min(told)[1] if told else None


def lone_name(text: str) -> str | None:
    """A surname, or a name in English, that stands beside a phone and nothing else does: 周 138…."""
    found = _LONE_NAME.fullmatch(text)
    return found["name"] if found else None


def is_only_a_phone(text: str, *names: str) -> bool:
    """True for a phone, the names that were understood, and the words around them: 我姓何，电话是138…."""
    for name in names:
        text = text.replace(name, "")
    return not _AROUND_A_PHONE.sub("", text.strip(CLEAN_ENDS))


def is_only_a_time(text: str) -> bool:
    """True for what says when and nothing else: 昨天晚上十一点."""
    return bool(_WHEN.fullmatch(text))


def is_nearly_a_phone(text: str) -> bool:
    """True where a mobile number is a digit too long or some too short, also when it was spoken: 我电话139. 户号3001288712 is
    something else."""
    found = _DIGITS_OF_A_PHONE.search(text.translate(_SPOKEN))
    return found is not None and not _OF_AN_ACCOUNT.search(text[: found.start()])
