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
_BESIDE = re.compile(r"[,，。\s?？](?P<words>\S{2,})$")
_WHETHER_ADDED = phrase("tickets.whether_added")
_ELSE_ADDED = phrase("tickets.else_to_be_added")
_FACTS = re.compile(r"\d{2,}|[一二三四五六七八九十两\d]+(?:单元|栋|幢|楼|号|层|组|个|户|块|万)")
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
    found = _BESIDE.search(_ELSE_ADDED.sub("", text).strip(CLEAN_ENDS))
    return found["words"] if found and asks_whether_added(text) else None


def facts_asked_about(text: str) -> tuple[str, ...]:
    """The numbers, houses and sums that a question whether something was written down names: 602 of
    楼上是602你写上没."""
    return tuple(_FACTS.findall(text))


def without_the_question(text: str) -> str:
    """What such a question says apart from asking: 903也有一桌 of 903也有一桌写了没有."""
    rest = _WHETHER_ADDED.sub("", _ELSE_ADDED.sub("", text).strip(CLEAN_ENDS))
    return re.sub(r"(?:你们?|到底)+$", "", rest).strip(CLEAN_ENDS)


def line_with(draft: Draft, facts: tuple[str, ...]) -> str | None:
    """What the citizen told last with all these facts (or told last at all, without facts), which was no question
    whether it was written down; None if they told no such thing."""
    told = [draft.place or "", *draft.description.splitlines()]
    fit = [line for line in told if line and all(fact in line for fact in facts) and not asks_whether_added(line)]
    return fit[-1] if fit else None
