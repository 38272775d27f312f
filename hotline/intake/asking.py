"""What a citizen asks besides telling: plain questions about the hotline and the report, apart from what they stand with."""

from __future__ import annotations

import re
from collections.abc import Iterator

from hotline.intake.listening import ASKS, CLEAN_ENDS, asks_when_answered
from hotline.phrases import phrase

FAQ = "faq"
"""The intent of a plain question; which one it is, is `Understood.asks`."""
_PUT = phrase("questions.put")
_WHEN_BACK = phrase("questions.when_back")
_TO_THE_HOTLINE = phrase("questions.to_the_hotline")
_OF_A_NAME = phrase("questions.of_a_name")
_OF_ITS_COST = phrase("questions.of_its_cost")
LEAST_OF_ANOTHER = 2  # characters that are left of a question about something else: 换表
_CLAUSES = re.compile(r"(?<=[,，。.;；!！?？\n])\s*|\s+(?=[\u4e00-\u9fff])|(?<=[\u4e00-\u9fff])\s+")
_MAY_BE_OF_THE_MATTER = {"cost", "files", "handles", "how_long", "money", "must_name", "hours"}


def asks_something(text: str) -> bool:
    """True for words that ask something, of whatever it is: 能不能一起处理, 哪个赔我医药费."""
    return any(_PUT.search(clause) for clause in _CLAUSES.split(text.strip()))


def asks_of_something(text: str) -> bool:
    """True for words that ask something, and not about the name or the phone: 换表要不要钱, not 可以匿名不."""
    return any(_PUT.search(clause) and not _OF_A_NAME.search(clause) for clause in _CLAUSES.split(text.strip()))


def asks_when_back(text: str) -> bool:
    """True for 好久来水."""
    return bool(_WHEN_BACK.search(text))


def parted(text: str) -> Iterator[tuple[str, str]]:
    """The ways to part a message into what it tells and a question at its end or beginning: 我姓张，好久有人来."""
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
    """False for a question of this kind about something else: what it costs to change a meter, or to call an ambulance; whether
    a contract must be shown."""
    if question == "must_name":
        return bool(_OF_A_NAME.search(text))
    if question != "cost":
        return True
    return len(_OF_ITS_COST.sub("", re.sub(r"[^\u4e00-\u9fff\d]", "", text))) < LEAST_OF_ANOTHER


def is_of_the_matter(question: str, text: str) -> bool:
    """True where who has asked one thing asks on about it: 要多少钱, said of a passport, and not of the hotline."""
    return question in _MAY_BE_OF_THE_MATTER and not asks_when_answered(text) and not _TO_THE_HOTLINE.search(text)
