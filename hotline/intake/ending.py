"""Whether a message ends a matter: it is settled, given up, or was never meant for the hotline."""

from __future__ import annotations

import re

from hotline.phrases import phrase

_DECLINES = phrase("ending.declined")
_ENDS = phrase("ending.settled")
_ONE_IS_WELL = phrase("ending.one_is_well")
_QUIT = phrase("ending.given_up")
_LEAVES_IT = phrase("ending.leaves_it")
_ONLY_TELLS = phrase("ending.only_tells")
_MISTAKEN = phrase("ending.taken_back")
_SOLVED = phrase("ending.solved")
_NOT_ALL = phrase("ending.not_all")
_NO_MORE = phrase("ending.no_more")
_REFUSES = phrase("ending.refused")
_A_SECOND = phrase("ending.a_second")
_ONLY_ASKS = phrase("ending.only_asks")
_AFTER_ALL = phrase("ending.after_all")
_KIND = phrase("ending.kind_words")
_MAY_END = phrase("ending.may_end")
_WHETHER = re.compile(r"([\u4e00-\u9fff])不\1")  # 该不该 refuses nothing
_CLAUSES = re.compile(
    r"[,，。.;；!！~、]+\s*|\s+(?=[\u4e00-\u9fff])|(?<=谢谢)(?=[^你您了哈\W])|(?<=了)(?=谢谢|多谢|感谢)"
)


def is_over(text: str) -> bool:
    """True if a message says that the matter is settled and nothing else: 车主来了，已经挪走了，不用了; never with a
    question or 但是."""
    return _is_only(text, _ENDS) and not tells_of_one_well(text)


def tells_of_one_well(text: str) -> bool:
    """True if a message tells that somebody is well again and ends nothing: 娃儿现在没事了，昨天拉的."""
    return bool(_ONE_IS_WELL.search(text)) and not may_end(_ONE_IS_WELL.sub("", text))


def says_solved(text: str) -> bool:
    """True for 刚刚看有人来换了，好快哦; not with a question, or if something is unsolved or has come back."""
    clauses = [clause for clause in _CLAUSES.split(text.strip()) if clause]
    return any(_SOLVED.search(clause) for clause in clauses) and not _NOT_ALL.search(text)


def says_no_more(text: str) -> bool:
    """True for 没得事了，谢谢, which ends the conversation and says nothing about the matter."""
    return _is_only(text, _NO_MORE)


def refuses_to_submit(text: str) -> bool:
    """True if the citizen does not want the draft submitted, whatever else they say: 不要提交那个咨询;
    没啥不对，就是不要交新的."""
    return any(_REFUSES.search(clause) for clause in _CLAUSES.split(text.strip()))


def refuses_a_second(text: str) -> bool:
    """True if the citizen only wants no second ticket beside the existing one: 不用再登记."""
    return bool(_A_SECOND.search(text))


def is_given_up(text: str) -> bool:
    """True if the citizen wants nothing recorded any more and says nothing else (我不登记, 好嘛不用了, 不消你们管了),
    or says outright that this is not to be submitted: 不是咨询，不要提交."""
    return refuses_to_submit(text) or _is_only(text, _QUIT) or any(_LEAVES_IT.search(c) for c in _CLAUSES.split(text))


def wants_only_an_answer(text: str) -> bool:
    """True for who refuses to have anything recorded and still wants to know: 我不登记，就问能不能带."""
    return _ONLY_ASKS.search(text) is not None and any(
        _QUIT.search(clause) or _REFUSES.search(clause) for clause in _CLAUSES.split(text.removeprefix("算了").strip())
    )


def only_tells(text: str) -> bool:
    """True for 就是说一声，不用回复 and nothing else."""
    return _is_only(text, _ONLY_TELLS)


def is_taken_back(text: str) -> bool:
    """True for 不好意思，发错了 and 你把刚才那个取消."""
    return _is_only(text, _MISTAKEN)


def is_declined(text: str) -> bool:
    """True for 好嘛不用了 and nothing else: unless the contact details were asked for, nothing is to be recorded."""
    return _is_only(text, _DECLINES)


def may_end(text: str) -> bool:
    """True for words that can end an intake at all; a demand has none of them (要那个保安道歉)."""
    return bool(_MAY_END.search(_WHETHER.sub("", text)))


def is_wanted_after_all(text: str) -> bool:
    """True if the citizen resumes what was stopped: 还是投诉吧，太气人了."""
    return bool(_AFTER_ALL.search(text))


def _is_only(text: str, sentence: re.Pattern[str]) -> bool:
    """Whether at least one clause matches `sentence`, and every other clause does too or is a kind word."""
    clauses = [clause for clause in _CLAUSES.split(text.strip()) if clause]
    said = [bool(sentence.search(clause)) for clause in clauses]
    return any(said) and all(is_said or _KIND.search(clause) for is_said, clause in zip(said, clauses, strict=True))
