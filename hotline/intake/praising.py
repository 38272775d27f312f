"""Whether a message praises somebody at work: 司机好得很，帮我提行李; never 保安把我推了一把."""

from __future__ import annotations

from hotline.intake.listening import ASKS
from hotline.phrases import phrase

_SOMEBODY = phrase("people.at_work")
_BADGE = phrase("people.badge")
_GOOD = phrase("people.good")
_BAD = phrase("people.bad")
_WISHES = phrase("people.to_be_praised")
_OPENS_WITH_PRAISE = phrase("people.opens_with_praise")
_NOT_MEANT = phrase("people.to_the_hotline")


def praises(text: str) -> bool:
    """True for the wish to praise somebody, or for good words about somebody at work with nothing bad said and nothing
    asked."""
    if _WISHES.search(text) and not ASKS.search(text):
        return True
    said = _NOT_MEANT.sub("", text)
    return bool(_SOMEBODY.search(said) and _GOOD.search(said) and not _BAD.search(said) and not ASKS.search(said))


def wishes_to_praise(text: str) -> bool:
    """True for 表扬那个疏通的师傅嘛, 我要表扬他."""
    return bool(_WISHES.search(text) or _OPENS_WITH_PRAISE.search(text)) and not ASKS.search(text)


def names_somebody_at_work(text: str) -> bool:
    """True for words that identify somebody at work: 姓刘，警号没看清楚; 窗口的小张."""
    return bool(_SOMEBODY.search(text) or _BADGE.search(text))


def goes_on_praising(text: str) -> bool:
    """True if somebody at work is mentioned and nothing bad is said of them: 那个民警姓刘，不是我姓刘."""
    return names_somebody_at_work(text) and not speaks_ill(text)


def speaks_ill(text: str) -> bool:
    """True for words that cannot be praise: a guard who pushed a child."""
    return bool(_BAD.search(_NOT_MEANT.sub("", text)))
