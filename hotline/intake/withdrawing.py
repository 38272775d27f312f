"""Whether a message asks to withdraw a ticket. Only an explicit wish of the citizen's own is an order: what others want
from them, and what they deny, withdraws nothing."""

from __future__ import annotations

import re
from enum import StrEnum

from hotline.phrases import phrase

_ORDERED = phrase("withdrawing.ordered")
_SETTLED = phrase("withdrawing.settled")
_KEPT = phrase("withdrawing.kept")
_PRESSED = phrase("withdrawing.pressed_by_others")
_NAMED = phrase("withdrawing.named")
_ASKS = phrase("tickets.asks_whether")
_PLEASE = phrase("tickets.please")
_CLAUSES = re.compile(r"[,，。.;；:：!！~、\s]+")
_NUMBER = re.compile(r"【[^】]*】|\d{12}|(?<!\d)\d{6}\s\d{5}\s\d(?!\d)")
_BARE = 8  # characters up to which a refusal has nothing worth recording: 算了，先不撤


class Asked(StrEnum):
    """How a message asks for something: outright (ORDER), only whether or how it is done (QUESTION), unclearly, so that
    the assistant asks back (UNSURE), or it refuses (REFUSED)."""

    ORDER = "order"
    QUESTION = "question"
    UNSURE = "unsure"
    REFUSED = "refused"


def withdrawal(text: str) -> Asked:
    """How a message that speaks of withdrawing asks for it: 撤单吧 (an order), 怎么撤单 (a question), 能不能帮我撤了
    (unsure), 物业喊我撤，我没答应 (refused)."""
    if _PRESSED.search(text) and _ASKS.search(text) and not _KEPT.search(text):
        return Asked.QUESTION  # 物业叫我先别投诉，我要不要撤
    if refuses_withdrawal(text):
        return Asked.UNSURE if orders_withdrawal(text) else Asked.REFUSED
    if not _ASKS.search(text):
        return Asked.ORDER if orders_withdrawal(text) else Asked.UNSURE
    return Asked.UNSURE if _PLEASE.search(text) else Asked.QUESTION


def orders_withdrawal(text: str) -> bool:
    """True if a whole clause orders the withdrawal: 撤吧，修好了; 不用办了."""
    clauses = _CLAUSES.split(_NUMBER.sub("", text)) if not text.isascii() else [_NUMBER.sub("", text).strip(" .!,")]
    return bool(_SETTLED.search(text)) or any(_ORDERED.search(clause) for clause in clauses if clause)


def refuses_withdrawal(text: str) -> bool:
    """True if the citizen does not want it, denies having wanted it, or says that others want it: 先不撤; 我没说撤;
    物业让我撤诉."""
    return bool(_KEPT.search(text) or _PRESSED.search(text))


def tells_why_not(text: str) -> bool:
    """True if a refusal says more than no: 物业来劝我撤单，我没答应."""
    return len(text) > _BARE and bool(_PRESSED.search(text) or len(text) > 2 * _BARE)


def asks_about_withdrawing(text: str) -> bool:
    """True for 万一修好了，能不能撤, whatever the intent of the message."""
    return bool(_NAMED.search(text)) and withdrawal(text) in (Asked.QUESTION, Asked.UNSURE)
