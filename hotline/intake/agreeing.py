"""Whether a message agrees with the read-back, and what it tells besides: 对，谢谢; 对的，我还有合同截图."""

from __future__ import annotations

import re

from hotline.intake.listening import CLEAN_ENDS, has_content
from hotline.phrases import phrase

_YES = phrase("answers.says_yes")
_TURNS = phrase("answers.turns")
_ORDERS_IT = phrase("answers.orders_it")
_WAITS = phrase("answers.wants_it_changed")
_POLITE = phrase("ending.kind_words")
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
