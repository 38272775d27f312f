"""When a matter needs nobody any more, or was never meant for the hotline."""

from __future__ import annotations

import re

from hotline.phrases import phrase

_DECLINES = phrase("ending.declined")
_ENDS = phrase("ending.settled")
_QUIT = phrase("ending.given_up")
_MISTAKEN = phrase("ending.taken_back")
_AFTER_ALL = phrase("ending.after_all")
_KIND = phrase("ending.kind_words")
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
    return bool(_AFTER_ALL.search(text))


def _is_only(text: str, sentence: re.Pattern[str]) -> bool:
    """Whether a clause is such a sentence, and every other one that or a kind word."""
    clauses = [clause for clause in _CLAUSES.split(text.strip()) if clause]
    said = [bool(sentence.search(clause)) for clause in clauses]
    return any(said) and all(is_said or _KIND.search(clause) for is_said, clause in zip(said, clauses, strict=True))
