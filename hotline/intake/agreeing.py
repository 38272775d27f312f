"""Whether a message agrees with what was read back, and what it tells besides: 对，谢谢; 对的，我还有合同截图."""

from __future__ import annotations

import re

from hotline.intake.listening import CLEAN_ENDS, has_content
from hotline.phrases import phrase

_YES = phrase("answers.says_yes")
_TURNS = phrase("answers.turns")
_POLITE = phrase("ending.kind_words")
_CLAUSES = re.compile(r"[,，。.;；!！?？~、\s]+(?![A-Za-z])")


def opens_with_yes(text: str) -> bool:
    """True for a yes, whatever follows it."""
    return bool(_YES.search(text))


def told_with_yes(text: str) -> str | None:
    """What follows a yes: a request, a question, one more fact, or nothing (empty) but thanks. None for what opens with no yes,
    or goes on to turn against it: 对，但是地址不对."""
    said = _YES.search(text)
    if said is None or _TURNS.search(rest := text[said.end() :]):
        return None
    told = [clause for clause in _CLAUSES.split(rest) if has_content(clause) and not _POLITE.search(clause)]
    return rest.strip(CLEAN_ENDS) if told else ""
