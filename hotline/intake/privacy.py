"""What a citizen says about privacy: who may learn their identity, which contact details they leave, how to reach
them."""

from __future__ import annotations

import re

from hotline.intake.listening import CLEAN_ENDS, KEEP_SECRET, NO_NAME, asks_why_unnamed
from hotline.phrases import phrase

_OF_PRIVACY = phrase("secrecy.of_it")
_MAY_BE_NAMED_TO_REFUSE = ("保密", "confidential")  # 保密就算了
_SHORT = 4  # characters up to which the intent alone decides, without a word of privacy: 无所谓
_FEARS = phrase("secrecy.fears")
_NEED_NOT = phrase("secrecy.not_needed")
_NOT_THE_POLICE = phrase("secrecy.not_the_police")
_BARE_NO = phrase("contact.bare_no")
_OF_THE_CONTACT = phrase("contact.refused")
_HAS_NO_PHONE = phrase("contact.no_phone")
_HEARS_NO_CALL = phrase("contact.hears_no_call")
_NAME_ONLY = phrase("contact.the_name")
_MORE_THAN_THE_NAME = phrase("contact.more_than_the_name")
_NO_PHONE_ONLY = phrase("contact.no_phone_only")
_NO_NAME_EITHER = phrase("contact.no_name_either")
_REACH = phrase("contact.reach")
_NO_MESSAGES = phrase("contact.no_messages")
_E_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_WRITTEN = phrase("contact.written")
_A_PHONE = re.compile(r"(?<![A-Za-z0-9_.@])\+?\d[\d\s-]{6,}")
_CLAUSES = re.compile(r"[,，。;；!！?？\n]+|\.(?=\s|$)")
_THE_WORD = phrase("secrecy.the_word")
_ASKED = phrase("secrecy.asked")
_ASKED_WHETHER_IT_CAN = phrase("secrecy.asked_whether_it_can")
_ASKED_HOW = phrase("secrecy.asked_how")
_TOLD_ON = phrase("secrecy.told_on")
_RESULT = phrase("secrecy.result")
_STAYS_UNKNOWN = phrase("secrecy.stays_unknown")
_SEES_MY_NAME = phrase("secrecy.sees_my_name")
_ASKED_AT_THE_END = phrase("secrecy.asked_at_the_end")
_WHO_LEARNS = phrase("secrecy.who_learns")


def says_secret(text: str) -> bool:
    """True for just the word that the read-back asks for (需要保密请说“保密”), which also answers the read-back; a wish
    in other words does not."""
    return bool(_THE_WORD.search(text.strip(CLEAN_ENDS)))


def orders_secrecy(text: str) -> bool:
    """True if one whole clause is the wish for secrecy: 哎？我说的是要保密！"""
    return any(_THE_WORD.search(clause.strip(CLEAN_ENDS)) for clause in _CLAUSES.split(text))


def wish_for_secrecy(text: str, intent: str) -> bool | None:
    """True for the wish to stay unknown to those complained about, False if that is not needed, None if a message says
    neither. Fear of them counts as the wish; not wanting the police called says neither."""
    need_not = [found.end() for found in _NEED_NOT.finditer(text)]
    after = text[need_not[-1] :] if need_not else text  # 不要保密，哦不对，还是要保密
    if orders_secrecy(after) or _FEARS.search(after):
        return True  # whatever the intent: 好，那就保密
    kept = KEEP_SECRET.search(after)
    if kept and (need_not or intent != "no_confidential" or kept[0] not in _MAY_BE_NAMED_TO_REFUSE):
        return True
    if need_not:
        return False
    if not _OF_PRIVACY.search(text) and len(text) > _SHORT:
        return None
    if intent == "no_confidential" and answer_about(text, False, False):
        return None  # a question: 他们看得到我名字不 makes nothing public
    return {"keep_confidential": True, "no_confidential": False}.get(intent)


def asks_whether_it_can(text: str) -> bool:
    """True for 能不能保密; 会不会说出去 is the opposite question, with the opposite answer."""
    return bool(_ASKED_WHETHER_IT_CAN.search(text))


def leaves_the_police_out(text: str) -> bool:
    """True for 我不想报警, which says nothing about the draft."""
    return bool(_NOT_THE_POLICE.search(text))


def declines_contact(text: str, intent: str) -> bool:
    """True if a message refuses the contact details that were asked for: with a bare no, or naming name or phone. Not
    for 受伤倒没有, which denies something else."""
    if NO_NAME.search(text) or _HAS_NO_PHONE.search(text):
        return True
    is_bare = intent == "deny" and _BARE_NO.search(text.strip(CLEAN_ENDS))
    return bool(is_bare or (intent in ("deny", "stop_intake", "withdraw_ticket") and _OF_THE_CONTACT.search(text)))


def has_no_phone(text: str) -> bool:
    """True if the citizen says that they have no phone."""
    return bool(_HAS_NO_PHONE.search(text))


def cannot_be_called(text: str) -> bool:
    """True if the citizen has no phone or cannot hear calls."""
    return has_no_phone(text) or bool(_HEARS_NO_CALL.search(text))


def keeps_only_the_name(text: str) -> bool:
    """True for 不留名字: only the name is refused, a known phone stays."""
    return bool(_NAME_ONLY.search(text)) and not _MORE_THAN_THE_NAME.search(text)


def keeps_only_no_phone(text: str) -> bool:
    """True for 电话不留 and no phone please: only the phone is refused, a known name stays."""
    return bool(_NO_PHONE_ONLY.search(text)) and not _NO_NAME_EITHER.search(text)


def how_to_reach(text: str) -> str | None:
    """The clauses of a message that say how the citizen wants to be reached (只发短信, 晚上六点以后打, an e-mail
    address), without phone numbers; None if there are none."""
    if NO_NAME.search(text) and not _WRITTEN.search(text):
        return None
    told = [_A_PHONE.sub("", clause).strip() for clause in _CLAUSES.split(text) if _REACH.search(clause)]
    return "，".join(told) or None


def chooses_messages(text: str) -> bool:
    """True if the citizen says how to reach them and does not refuse messages: 发短信给我，莫打电话; not for
    别给我发短信了."""
    return how_to_reach(text) is not None and not _NO_MESSAGES.search(text)


def has_address(text: str) -> bool:
    """True if a text contains an e-mail address: contact details without a phone."""
    return bool(_E_MAIL.search(text))


def without_address(text: str) -> str:
    """The text without its e-mail addresses."""
    return _E_MAIL.sub("", text).strip()


def is_question(text: str) -> bool:
    """True for a question about secrecy, which is no consent: 你们真的不会告诉学校?"""
    return bool(_ASKED.search(text))


def answer_about(text: str, is_anonymous: bool, is_secret: bool) -> str | None:
    """The plain question about secrecy or anonymity in a message: `who_sees`, `anonymous_result`, `told_on` or
    `must_name`; None for any other message. `is_anonymous`, `is_secret`: what the citizen has chosen so far."""
    if _SEES_MY_NAME.search(text) and (is_question(text) or _ASKED_AT_THE_END.search(text)):
        return "who_sees"
    if not is_question(text) or asks_why_unnamed(text):
        return None
    unknown = _STAYS_UNKNOWN.search(text)
    if (unknown or is_anonymous) and _RESULT.search(text):
        return "anonymous_result"
    asks_whether = _WHO_LEARNS.search(text) and not _ASKED_HOW.search(text)
    if asks_whether and (is_secret or KEEP_SECRET.search(text) or _TOLD_ON.search(text)):
        return "told_on"
    return "must_name" if unknown or re.search(r"(?:必须|一定要|非要)(?:留|填|实名)", text) else None
