"""What a citizen says about staying unknown: who may learn of them, which contact they leave, and how to reach them."""

from __future__ import annotations

import re

from hotline.intake.phrases import CLEAN_ENDS, KEEP_SECRET, NO_NAME

_OF_PRIVACY = re.compile(
    r"密|公开|名|透露|泄|露|告|说|讲|知道|晓得|怕|是我|认出|隐|\b(?:secret|confiden|tell|told|know|private|public|reveal|share|names?)\w*",
    re.IGNORECASE,
)
_SHORT = 4  # characters of an answer that an intent may be believed for without such a word: 无所谓
_FEARS = re.compile(
    r"(?<![不没])怕[^,，。!！?？]{0,8}?(?:得罪|报复|打击|知道|晓得|发现|认出|找上门|找(?:我|到)|整我)|(?:不要|别|莫|不想|不能)得罪|afraid (?:they|he|she|of)|scared (?:they|he|she|of)",
    re.IGNORECASE,
)
_NEED_NOT = re.compile(
    r"(?<![要需用保])(?:不|无|唔|冇|没|没得|没有|莫得)(?:需要?|须|用|使|必要?|要|得?必要)?(?:给我|替我)?保密(?!不行|我?就不|的话|怎么|咋)"
    r"|(?<!不)(?<!非)(?<!不[想要愿能])实名(?:举报|反映|投诉)|not confidential|no need (?:for|to keep)[\w ]{0,12}(?:confidential|secret)",
    re.IGNORECASE,
)
_NOT_THE_POLICE = re.compile(
    r"(?:不|没|莫|别|唔|无)[^,，。]{0,4}(?:报警|报案|报公安|打110)|(?:not|n't)[\w ]{0,12}police", re.IGNORECASE
)
_NO = (
    r"(?:(?:算|那|嗯|哦|就|都|也|还是|我|我们|谢|的|了|啊|哈|嘛|吧|噢|哎|呀|个|先|[\s,，。.!！~])|不|没|没有|没得|莫得|莫|不用|不要|不想|不必|不需要|不得|不行|不可以|不愿意?|不方便"
    r"|不消|无|否|唔使|唔要|冇|no|nope|nah|none|thanks?|thank you|not really)+"
)
_BARE_NO = re.compile(_NO, re.IGNORECASE)
_CONTACT = r"(?:名|姓|电话|手机|号码|联系|留|称呼|写|填|透露|回[电复访]|告诉你|给你|names?|phone|contact|number)"
_OF_THE_CONTACT = re.compile(
    rf"(?:[不没莫别免]|\b(?:no|not|don't)\b)[^,，。.接]{{0,6}}{_CONTACT}|{_CONTACT}[^,，。.接]{{0,4}}(?:[不没莫免]|算了)",
    re.IGNORECASE,
)
_HAS_NO_PHONE = re.compile(
    r"(?:没得|没有|莫得|冇|无)(?:手机|电话|座机|号码)|(?:手机|电话|座机|号码)(?:也|都|我)?(?:没得|没有|莫得|冇)(?!打|人|接|用|响|信|电|声|反)|(?:have|got) no phone|don'?t have a phone",
    re.IGNORECASE,
)
_HEARS_NO_CALL = re.compile(
    r"耳朵?[^,，。]{0,3}(?:背|聋|不好|听不)|聋|听不(?:到|见|清)电话|(?:不要|别|莫|不能|不得)(?:给我)?打(?:我的?)?电话|\bdeaf\b|can(?:'?t|not) hear",
    re.IGNORECASE,
)
_NAME_ONLY = re.compile(r"名|姓|\bname", re.IGNORECASE)
_MORE_THAN_THE_NAME = re.compile(
    r"匿|电话|手机|号码|联系|我是[谁哪]|身份|phone|number|contact|anonymous", re.IGNORECASE
)
_REACH = re.compile(
    r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+|邮箱|邮件|微信(?:联系|回|找|上|号)|(?:发|回|用|只|看)个?(?:短信|消息|信息)|短信(?:联系|通知|回复|就)"
    r"|耳朵|耳背|听力|聋|听不[到见清]|(?:别|莫|不要|不能|不方便|不好|没法|接不[到了]|不得)(?:给我)?(?:打|接)?(?:我的?)?电话|不(?:方便|便|能|得空)接"
    r"|(?:[点午上天末班间]|下课)(?:钟|半)?(?:以后|之后|过后|后|以前|之前|前|再|才)?(?:再)?(?:(?:给|跟|和)我)?(?:打(?:给?我|电话|过来|来|$)|联系我?|回[电话]|来电)(?!了|过)"
    r"|(?:打给|联系)(?:我的?)?(?:女儿|儿子|老公|老婆|爱人|媳妇|娃儿?|家里)"
    r"|\b(?:text|sms|e-?mail|wechat|whatsapp)\b|call (?:me )?(?:only )?(?:after|before|between|at|on|in)\b|\b(?:can't|cannot) (?:hear|answer|take)\b|\bdeaf\b|(?:don't|do not|never) (?:phone|call|ring)",
    re.IGNORECASE,
)
_NO_MESSAGES = re.compile(
    r"(?:别|莫|不要|不想|不用|停止?|取消|拒收)[^,，。打]{0,8}(?:发|短信|消息|信息|通知|收)|退订|\b(?:stop|don't|do not|no more|unsubscribe)\b[\w ]{0,12}(?:text|sms|messag|mail|send)",
    re.IGNORECASE,
)
_E_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_WRITTEN = re.compile(r"短信|微信|邮|信息|消息|耳|聋|听|@|text|mail|sms|wechat", re.IGNORECASE)
_A_PHONE = re.compile(r"(?<![A-Za-z0-9_.@])\+?\d[\d\s-]{6,}")
_CLAUSES = re.compile(r"[,，。;；!！?？\n]+|\.(?=\s|$)")
_THE_WORD = re.compile(
    r"(?:我|请|要|需要|想|给我|帮我|麻烦|嗯|那就?|[,，\s])*保密(?:的|吧|嘛|哈|哦|一下|就行|谢谢|[,，\s])*|(?:please )?(?:keep (?:it|this) )?confidential(?: please)?",
    re.IGNORECASE,
)
_ASKED = re.compile(
    r"[?？]|吗|会不会|能不能|可不可以|可以.*不\s*$|是不是|需不需要|必须.*(?:留|填)|一定要.*(?:留|填)|怎么|咋|如何|真的(?:不|能|会|可以)|\b(?:will|can|do|is|are|may|must) (?:you|they|it|i|we|my)\b|\bhow\b",
    re.IGNORECASE,
)
_ASKED_HOW = re.compile(r"怎么|咋|如何|\bhow\b", re.IGNORECASE)
_TOLD_ON = re.compile(r"告诉|透露|泄露|know|tell", re.IGNORECASE)
_RESULT = re.compile(
    r"结果|进度|答复|回复|通知|回信|音信|下文|(?:怎么|咋个?|如何)(?:才)?(?:晓得|知道|查|告诉)|\b(?:result|answer|progress|find out|hear back)\b",
    re.IGNORECASE,
)
_STAYS_UNKNOWN = re.compile(
    r"匿名|不留|不(?:用|想)?(?:说|写|填|给|讲)(?:我|名|姓|电)|anonymous|without (?:my|a) name", re.IGNORECASE
)
_SEES_MY_NAME = re.compile(
    r"(?:看|查|见|晓|知)(?:得|不|得不)?(?:到|道|得)[^,，。]{0,8}(?:我的?|本人)(?:名|姓|电话|号码|信息|身份|是(?:谁|哪个))"
    r"|(?:我的?|本人)(?:名字?|姓名|电话|号码|信息|身份)[^,，。]{0,6}(?:给|让|告诉|透露|交)"
    r"|\b(?:see|know|get|have|given?|shown?)\b[\w ]{0,16}\bmy (?:name|number|phone|details|identity)|\bmy (?:name|number|details)\b[\w ]{0,20}\b(?:shown|given|seen|passed|visible)",
    re.IGNORECASE,
)
_ASKED_AT_THE_END = re.compile(r"(?:不|没有|撒|嘛|哇|啵|唛|吧)\W*$")
_WHO_LEARNS = re.compile(
    r"(?:告诉|透露|泄露|让|给)(?:学校|单位|公司|老板|物业|对方|他|她|别人|人家|领导|老师|房东|商家|店|厂|邻居|村|社区|街道)|保密|(?:他|她|学校|单位|公司|对方|老板|物业|老师|房东|邻居)们?(?:会|能|可以)?(?:不会)?(?:知道|晓得|查)"
    r"|(?:泄露|透露|公开|说出去)(?:我|出去)|confidential|tell (?:them|him|her|my)|know (?:it was|who)",
    re.IGNORECASE,
)


def says_secret(text: str) -> bool:
    """True for the very word that the read-back asks for (需要保密请说“保密”), which answers it; a wish in other words says
    nothing of the rest."""
    return bool(_THE_WORD.fullmatch(text.strip(CLEAN_ENDS)))


def wish_for_secrecy(text: str, intent: str) -> bool | None:
    """True for a wish to stay unknown to those complained about, False for none needed, None where a message speaks of
    neither. Fear of them is a wish; that the police are not called is none, in no direction."""
    need_not = [found.end() for found in _NEED_NOT.finditer(text)]
    after = text[need_not[-1] :] if need_not else text  # 不要保密，哦不对，还是要保密
    if _FEARS.search(after) or (KEEP_SECRET.search(after) and (need_not or intent != "no_confidential")):
        return True
    if need_not:
        return False
    if not _OF_PRIVACY.search(text) and len(text) > _SHORT:
        return None
    if intent == "no_confidential" and answer_about(text, False, False):
        return None  # a question: 他们看得到我名字不 makes nothing public
    return {"keep_confidential": True, "no_confidential": False}.get(intent)


def leaves_the_police_out(text: str) -> bool:
    """True for 我不想报警, which says nothing of what is being taken in."""
    return bool(_NOT_THE_POLICE.search(text))


def declines_contact(text: str, intent: str) -> bool:
    """True where a message refuses the contact that was asked for: a bare no, or one about names and phones. 受伤倒没有 says
    no to something else."""
    if NO_NAME.search(text) or _HAS_NO_PHONE.search(text):
        return True
    is_bare = intent == "deny" and _BARE_NO.fullmatch(text.strip(CLEAN_ENDS))
    return bool(is_bare or (intent in ("deny", "stop_intake", "withdraw_ticket") and _OF_THE_CONTACT.search(text)))


def has_no_phone(text: str) -> bool:
    """True for who says that there is no phone."""
    return bool(_HAS_NO_PHONE.search(text))


def cannot_be_called(text: str) -> bool:
    """True for who has no phone or does not hear one."""
    return has_no_phone(text) or bool(_HEARS_NO_CALL.search(text))


def keeps_only_the_name(text: str) -> bool:
    """True for 不留名字, which leaves a phone where it is."""
    return bool(_NAME_ONLY.search(text)) and not _MORE_THAN_THE_NAME.search(text)


def how_to_reach(text: str) -> str | None:
    """The parts of a message that say how its citizen wants to be reached: 只发短信, 晚上六点以后打, an e-mail address."""
    if NO_NAME.search(text) and not _WRITTEN.search(text):
        return None
    told = [_A_PHONE.sub("", clause).strip() for clause in _CLAUSES.split(text) if _REACH.search(clause)]
    return "，".join(told) or None


def chooses_messages(text: str) -> bool:
    """True for who wants to be written to, or not called: 发短信给我，莫打电话; not for 别给我发短信了."""
    return how_to_reach(text) is not None and not _NO_MESSAGES.search(text)


def has_address(text: str) -> bool:
    """True for an e-mail address: a contact without a phone."""
    return bool(_E_MAIL.search(text))


def without_address(text: str) -> str:
    """The text without its e-mail addresses."""
    return _E_MAIL.sub("", text).strip()


def is_question(text: str) -> bool:
    """True for a question about it, which is no consent: 你们真的不会告诉学校?"""
    return bool(_ASKED.search(text))


def answer_about(text: str, is_anonymous: bool, is_secret: bool) -> str | None:
    """The answer (a key under `privacy`) to a question about secrecy or anonymity; None for any other message."""
    if _SEES_MY_NAME.search(text) and (is_question(text) or _ASKED_AT_THE_END.search(text)):
        return "unit"
    if not is_question(text):
        return None
    unknown = _STAYS_UNKNOWN.search(text)
    if (unknown or is_anonymous) and _RESULT.search(text):
        return "result"
    asks_whether = _WHO_LEARNS.search(text) and not _ASKED_HOW.search(text)
    if asks_whether and (is_secret or KEEP_SECRET.search(text) or _TOLD_ON.search(text)):
        return "secret"
    return "may" if unknown or re.search(r"(?:必须|一定要|非要)(?:留|填|实名)", text) else None
