"""Whether a message agrees with the read-back, and what it tells besides: 对，谢谢; 对的，我还有合同截图."""

from __future__ import annotations

import re

from hotline.intake.listening import CLEAN_ENDS, has_content
from hotline.phrases import phrase

_YES = phrase("answers.says_yes")
_TURNS = phrase("answers.turns")
_ORDERS_IT = phrase("answers.orders_it")
_WAITS = phrase("answers.wants_it_changed")
_ORDERS_SUBMISSION = phrase("answers.orders_submission")
_NOT_YET = phrase("answers.not_yet")
_POLITE = phrase("ending.kind_words")
_ENGLISH_CLAUSES = re.compile(r"[,.;!?]+\s+")
_CLAUSES = re.compile(r"[,，。.;；!！?？~、\s]+(?![A-Za-z])")


def opens_with_yes(text: str) -> bool:
    """True for a message that opens with a yes, whatever follows."""
    return bool(_YES.search(text))


def told_with_yes(text: str) -> str | None:
    """What follows a yes: a request, a question or one more fact; empty if only thanks or nothing does. None if the
    message does not open with a yes, or then turns against it: 对，但是地址不对."""
    said = _YES.search(text)
    if said is None or _TURNS.search(rest := text[said.end() :]):
        return None
    told = [clause for clause in _CLAUSES.split(rest) if has_content(clause) and not _POLITE.search(clause)]
    return rest.strip(CLEAN_ENDS) if told else ""


def told_before_a_yes(text: str) -> str | None:
    """What comes before a yes or an order to submit at the end: 我说的是公交车站。对的，提交. None if the message does
    not end so, says nothing else, or first wants something changed or not submitted."""
    clauses = [clause for clause in _CLAUSES.split(text.strip(CLEAN_ENDS)) if clause]
    orders = [bool(_ORDERS_IT.search(clause)) for clause in clauses]
    if not clauses or not orders[-1] or all(orders):
        return None
    last = max(at for at, is_order in enumerate(orders) if not is_order)
    told = "，".join(clauses[: last + 1])
    return None if _WAITS.search(told) else told


def orders_submission(text: str) -> bool:
    """True for a message that ends with the order to submit: 火车南站是高新区的，提交嘛; not for 先别提交."""
    clauses = _clauses(text)
    return bool(clauses) and bool(_ORDERS_SUBMISSION.search(clauses[-1])) and not _NOT_YET.search(text)


def told_before_an_order(text: str) -> str | None:
    """What a message tells before it orders to submit: 不是武侯区，是高新区 of 不是武侯区，是高新区，提交. None for any
    other message."""
    clauses = _clauses(text)
    orders = [bool(_ORDERS_IT.search(clause) or _ORDERS_SUBMISSION.search(clause)) for clause in clauses]
    told = (", " if text.isascii() else "，").join(
        clause for clause, is_order in zip(clauses, orders, strict=True) if not is_order
    )
    return told if told and orders_submission(text) else None


def _clauses(text: str) -> list[str]:
    """The clauses of a message; of an English one those between commas and full stops."""
    pauses = _ENGLISH_CLAUSES if text.isascii() else _CLAUSES
    return [clause for clause in pauses.split(text.strip(CLEAN_ENDS)) if clause]


def wants_a_change(text: str) -> bool:
    """True for 不是武侯区 and 地址改成沙湾路."""
    return bool(_WAITS.search(text))
