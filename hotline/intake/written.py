"""Whether what a citizen asks about (店名写上没得) has been told, and what was written down of it."""

from __future__ import annotations

import re

from hotline.intake.draft import Draft
from hotline.intake.facts import PLATE
from hotline.intake.following import asks_whether_added
from hotline.intake.listening import CLEAN_ENDS
from hotline.intake.named import named_in
from hotline.phrases import phrase, words

_SUMS = phrase("answers.a_sum")
_NUMBERS = phrase("answers.a_number")
_BESIDE = re.compile(r"[,，。\s](?P<words>\S{2,})$")
_KINDS = ("name", "firm", "phone", "place", "plate", "sum", "number")


def asked_whether_written(text: str) -> str | None:
    """What a question whether it was written down is about: name (the citizen's), firm, phone, place, plate,
    sum or number, the first in this order that it names; None if it names none of them (写进去没得)."""
    return next((kind for kind in _KINDS if any(word in text for word in words("questions", kind))), None)


def written_of(draft: Draft, kind: str) -> str | None:
    """What the draft has of this kind (see `asked_whether_written`); None if it was not told."""
    if kind == "firm":
        return next(iter(reversed([name for name in named_in(draft.said) if name not in draft.left_out])), None)
    if kind == "plate":
        return dict(draft.details).get(PLATE)
    told = {"phone": draft.phone, "place": draft.place, "name": draft.name}
    if kind in told:
        return told[kind]
    found = [match[0] for match in (_SUMS if kind == "sum" else _NUMBERS).finditer(draft.description)]
    return found[-1].strip(CLEAN_ENDS) if found else None


def told_with_the_question(text: str) -> str | None:
    """What a message tells beside the question whether it was written down: 锦官数码 of 店名写上没有，锦官数码. None if
    it tells nothing."""
    found = _BESIDE.search(text.strip(CLEAN_ENDS))
    return found["words"] if found and asks_whether_added(text) else None
