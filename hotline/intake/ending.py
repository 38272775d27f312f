"""When a matter needs nobody any more, or was never meant for the hotline."""

from __future__ import annotations

import re

_PARTICLE = r"(?:[哈哦啊嘛呢的吧咯啦])*"
_DONE = (
    r"[^\W没不未又但可说吗何啥么才谁哪]{0,12}?(?:解决(?:好|完|掉)?|(?:处理|修|弄|搞|整|疏通|清理|恢复|协商)(?:好|完|通|掉)|(?:挪|开|搬|拖|撤)走|找到|来[水电气]|没事|没得事"
    r"|(?:已经|现在|都|又|亮|通)(?:亮|通|好))了"
)
_NO_NEED = r"我?(?:现在|已经|就)?(?:不用|不需要|不必|用不着|不麻烦|不消|莫)(?:你们|您|再)*(?:登记|投诉|反映|提交|来人?|跑|管)(?:一?趟)?(?:你们|您)?了?"
_QUITS = r"(?:我|我说|那|就|那就|那我|好嘛|好吧|哎)*(?:不(?:登记|报|提交)了?|不(?:用|要|消|需要|必)了)"
_TAKEN_BACK = r"我?(?:发|拨|找|点)错(?:了|人了?|地方了?|群了?)|(?:你们?|请|麻烦|帮我|给我)*(?:把)?(?:刚才|刚刚|这个|那个|这张|那张|它|的|单子?|工单)*(?:取消|撤销|撤回|撤掉|撤了|删掉|删了|作废)(?:了|掉)?(?:算了|吧)?"
_ENGLISH = r"(?:it(?:'s| is| has been)?\s+)?(?:already\s+|now\s+)?(?:fixed|solved|resolved|sorted)(?:\s+(?:now|already))?|no longer needed|sent by mistake"
_BESIDES = (
    r"(?:真的|非常|太|那就?|好的?|嗯+|哦|那)*(?:谢谢|感谢|多谢|麻烦|辛苦|thanks?(?: you)?)(?:你们|您|你|了)*|不好意思|对不起|打扰了?|好的?|嗯+|(?:非常|很)?满意"
    r"|(?:不用|不需要|用不着|不麻烦)(?:你们|您)?了|(?:算了|你们(?:全|都|又)*(?:弄|搞|听|写)错了)|(?:车主|师傅|物业|工人|他们?|人)[^\W没不又]{0,5}来了|哎|哦"
)
_DECLINES = re.compile(
    rf"(?:好[嘛的吧]?|那就?|我说|算了|真的|都)*(?:不用|不需要|不必|不消|用不着)(?:你们|您)?(?:了|咯|啰){_PARTICLE}"
)
_ENDS = re.compile(rf"(?:{_DONE}|{_NO_NEED}|{_ENGLISH}){_PARTICLE}", re.IGNORECASE)
_QUIT = re.compile(rf"(?:{_NO_NEED}|{_QUITS}){_PARTICLE}")
_MISTAKEN = re.compile(rf"(?:{_TAKEN_BACK}){_PARTICLE}")
_AFTER_ALL = re.compile(
    r"\W*(?:那|我|好|就)*(?:重新|再)(?:帮我|给我)?(?:登记|来)(?:一下|一遍|一?个)?(?:嘛|吧|哈|了)*\W*|\W*(?:算了|不行|不|那|我)*\W*(?:我)?还是(?:要|想|得)?(?:继续)?(?:投诉|举报|反映|登记|提交|报|说)(?:一下|了|吧|嘛|算了|它)*(?:[,，。!！\s].*)?",
    re.DOTALL,
)
_KIND = re.compile(rf"(?:{_BESIDES}){_PARTICLE}", re.IGNORECASE)
_CLAUSES = re.compile(
    r"[,，。.;；!！~、]+\s*|\s+(?=[\u4e00-\u9fff])|(?<=谢谢)(?=[^你您了哈\W])|(?<=了)(?=谢谢|多谢|感谢)"
)


def is_over(text: str) -> bool:
    """True for what says that the matter is settled and nothing else: 车主来了，已经挪走了，不用了; never with a question or 但是."""
    return _is_only(text, _ENDS)


def is_given_up(text: str) -> bool:
    """True for who wants nothing recorded any more and says nothing else: 我不登记, 好嘛不用了, 不消你们管了."""
    return _is_only(text, _QUIT)


def is_taken_back(text: str) -> bool:
    """True for 不好意思，发错了 and 你把刚才那个取消."""
    return _is_only(text, _MISTAKEN)


def is_declined(text: str) -> bool:
    """True for 好嘛不用了 and nothing else: where the contact was not what was asked for, nothing is to be recorded."""
    return _is_only(text, _DECLINES)


def is_wanted_after_all(text: str) -> bool:
    """True for who takes up again what was stopped: 还是投诉吧，太气人了."""
    return bool(_AFTER_ALL.fullmatch(text))


def _is_only(text: str, sentence: re.Pattern[str]) -> bool:
    """Whether a clause is such a sentence, and every other one that or a kind word."""
    clauses = [clause for clause in _CLAUSES.split(text.strip()) if clause]
    said = [bool(sentence.fullmatch(clause)) for clause in clauses]
    return any(said) and all(is_said or _KIND.fullmatch(clause) for is_said, clause in zip(said, clauses, strict=True))
