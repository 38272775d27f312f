"""Questions in a message: plain ones about the hotline and the report, separated from what the citizen tells
besides."""

from __future__ import annotations

import re
from collections.abc import Iterator

from hotline.intake.listening import ASKS, CLEAN_ENDS, HAN, HOW_LONG, LEAST_TOLD, asks_when_answered, asks_why_unnamed
from hotline.phrases import phrase

FAQ = "faq"
"""The intent of a plain question about the hotline or the report; `Understood.asks` says which question."""
_PUT = phrase("questions.put")
_WHEN_BACK = phrase("questions.when_back")
_TO_THE_HOTLINE = phrase("questions.to_the_hotline")
_OPENS_A_QUESTION = phrase("questions.opens_one")
_OF_A_NAME = phrase("questions.of_a_name")
_OF_ITS_COST = phrase("questions.of_its_cost")
_OF_BEING_TOLD_ON = phrase("questions.of_being_told_on")
_WHICH_UNIT = phrase("questions.which_unit")
_WHICH_NUMBER = phrase("questions.which_number")
_TO_COME = phrase("questions.to_come")
_ONLY_WHEN = phrase("questions.only_when")
_PRESSES = phrase("questions.presses")
_SUPPOSES = phrase("questions.supposes")
_OF_NO_ANSWER = phrase("questions.of_no_answer")
_TOLD_OF_A_CALL = phrase("questions.told_of_a_call")
_OF_CALLS = {"numbers", "help_lines"}
_NEEDED = {
    "must_name": _OF_A_NAME,
    "told_on": _OF_BEING_TOLD_ON,
    "who_sees": _OF_BEING_TOLD_ON,
    "changing": phrase("questions.of_changing"),
    "hours": phrase("questions.of_the_hours"),
    "numbers": phrase("questions.of_a_line"),
    "help_lines": phrase("questions.of_a_line"),
    "scam": phrase("questions.of_a_swindle"),
    "code": phrase("questions.of_a_code"),
    "files": phrase("questions.of_files"),
    "submitted": phrase("questions.of_a_submission"),
    "others_too": phrase("questions.of_reporting"),
    "without_proof": phrase("questions.of_proof"),
    "call_back": phrase("questions.of_a_call_back"),
}
"""By question: words without which a text is not this question, whatever the classifier says."""
LIKELY_A_QUESTION = 0.2  # least probability of a question, if the message is not understood otherwise
LEAST_WORDS = 3  # least English words of a clause that may tell something
LEAST_OF_ANOTHER = 2  # least characters left of a question about something else: 换表
_CLAUSES = re.compile(r"(?<=[,，。.;；!！?？\n])\s*|\s+(?=[\u4e00-\u9fff])|(?<=[\u4e00-\u9fff])\s+")
_WORD = re.compile(r"[A-Za-z']+")
_MAY_BE_OF_THE_MATTER = {"cost", "files", "handles", "how_long", "money", "must_name", "hours"}


def asks_something(text: str) -> bool:
    """True for words that ask something, of whatever it is: 能不能一起处理, 哪个赔我医药费."""
    return any(_PUT.search(clause) for clause in _CLAUSES.split(text.strip()))


def asks_of_something(text: str) -> bool:
    """True for words that ask something other than about the name or the phone: 换表要不要钱, not 可以匿名不."""
    return any(_PUT.search(clause) and not _OF_A_NAME.search(clause) for clause in _CLAUSES.split(text.strip()))


def only_asks(text: str) -> bool:
    """True if every clause of a message with content is a question: 后面是公交公司联系我吗; not for
    水是黄的，咋个喝嘛."""
    clauses = [clause for clause in _CLAUSES.split(text.strip()) if _tells(clause)]
    asking = [bool(_PUT.search(clause.strip(CLEAN_ENDS)) or _PUT.search(clause)) for clause in clauses]
    told = [
        clause
        for clause, asks in zip(clauses, asking, strict=True)
        if not asks and not _OPENS_A_QUESTION.search(clause)
    ]
    return any(asking) and not told


def _tells(clause: str) -> bool:
    return len(HAN.findall(clause)) >= LEAST_TOLD or len(_WORD.findall(clause)) >= LEAST_WORDS


def only_opens_a_question(text: str) -> bool:
    """True for 我想问一下, 好的谢谢: words that only lead up to a question or are polite."""
    return bool(_OPENS_A_QUESTION.search(text))


def asks_which_unit(text: str) -> bool:
    """True for 到底哪个部门管, 是不是消防队管的."""
    return any(_WHICH_UNIT.search(clause.strip(CLEAN_ENDS)) for clause in _CLAUSES.split(text.strip()))


def asks_to_come(text: str) -> bool:
    """True if the citizen asks whether somebody will come (今天晚上能不能来人), which nobody here can promise."""
    return bool(_TO_COME.search(text))


def asks_only_when(text: str, is_urging: bool) -> bool:
    """True for a question about the time that urges nobody: 我是问好久来，不是催, or 你们到底什么时候来管 where it was
    classified as urging (`is_urging`); not for 还要等好久嘛，搞快点."""
    presses_nobody = _ONLY_WHEN.search(text) or (is_urging and not _PRESSES.search(text))
    return bool(HOW_LONG.search(text) and presses_nobody)


def asks_which_number(text: str) -> bool:
    """True for 你就给我说打哪个电话: the citizen wants a number that they can call themselves."""
    return bool(_WHICH_NUMBER.search(text))


def supposes(text: str) -> bool:
    """True for a hypothetical question, in which nothing has happened: 要是过了期限还没人管呢."""
    return bool(_SUPPOSES.search(text))


def supposes_no_answer(text: str) -> bool:
    """True for 要是教育局不理我咋整: the citizen asks what happens if nobody answers."""
    return supposes(text) and bool(_OF_NO_ANSWER.search(text))


def asks_when_back(text: str) -> bool:
    """True for a question when something comes back: 好久来水."""
    return bool(_WHEN_BACK.search(text))


def parted(text: str) -> Iterator[tuple[str, str]]:
    """The possible splits of a message into (what it tells, its question), the question at the end or the beginning:
    我姓张，好久有人来."""
    clauses = [clause for clause in _CLAUSES.split(text.strip()) if clause.strip()]
    for at in dict.fromkeys((len(clauses) - 1, len(clauses) - 2, 1)):
        if not 0 < at < len(clauses):
            continue
        first, last = (" ".join(part).strip(CLEAN_ENDS) for part in (clauses[:at], clauses[at:]))
        if ASKS.search(last):
            yield first, last
        elif at == 1 and ASKS.search(first):
            yield last, first


def may_be_of_the_hotline(question: str, text: str) -> bool:
    """False if a text that was classified as this `question` asks about something else: what it costs to change a meter
    or to call an ambulance; whether a contract must be shown; when others open; where it is done."""
    if question in _OF_CALLS and _TOLD_OF_A_CALL.search(text):
        return False
    if words := _NEEDED.get(question):
        return bool(words.search(text)) and not asks_why_unnamed(text)
    if question != "cost":
        return True
    return len(_OF_ITS_COST.sub("", re.sub(r"[^\u4e00-\u9fff\d]", "", text))) < LEAST_OF_ANOTHER


def is_of_the_matter(question: str, text: str) -> bool:
    """True if a question that follows an enquiry concerns the enquiry and not the hotline: 要多少钱, said of a
    passport."""
    return question in _MAY_BE_OF_THE_MATTER and not asks_when_answered(text) and not _TO_THE_HOTLINE.search(text)
