"""What a citizen is told has been taken in, where the next question alone would not show it."""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum

from hotline.intake.asking import asks_something
from hotline.intake.draft import Draft
from hotline.intake.meant import meant_instead


class Acknowledgement(StrEnum):
    """Said before the question."""

    REGISTERING = "registering"
    ANSWERED_BY = "answered_by"
    NOTED = "noted"
    CHANGED = "changed"
    NOTED_TOO = "noted_too"
    FOR_THE_UNIT = "for_the_unit"


def acknowledgement(
    before: Draft | None, after: Draft, asked: str | None, question: str | None
) -> Acknowledgement | None:
    """Nothing where the question builds on what was said; who is asked for a name at once, or asked the same again,
    hears that the matter or the addition is taken in, the second time in other words, and who puts the matter right
    hears what it is now. A question that nobody here can answer is one for whoever handles the matter, and so it is
    said. `before` is None when the matter was just told; `asked` and `question` are kinds of questions, the one that
    stood and the one that comes, None where nothing is left to ask."""
    if before is None:
        if question != "contact":
            return None
        is_question = after.request_type == "consultation" and after.category_sure
        return Acknowledgement.ANSWERED_BY if is_question else Acknowledgement.REGISTERING
    is_told_once = question is None or (asked == "contact" and question == "confirm")  # the question of it was the last
    if is_told_once and asks_something(_said_last(before, after)):
        return Acknowledgement.FOR_THE_UNIT
    if question is None:
        return None
    if question != "confirm" and _is_put_right(before, after):
        return Acknowledgement.CHANGED
    if question != asked or before == replace(after, asked=before.asked):
        return None
    is_shown = question == "confirm" and before != replace(after, asked=before.asked, description=before.description)
    if is_shown:
        return None
    if asks_something(_said_last(before, after)):
        return Acknowledgement.FOR_THE_UNIT
    return Acknowledgement.NOTED_TOO if "besides" in before.asked else Acknowledgement.NOTED


def _is_put_right(before: Draft, after: Draft) -> bool:
    """True where the latest words have changed what the matter is: 不是路灯，是红绿灯."""
    said = _said_last(before, after)
    return bool(after.category and after.category != before.category and said and meant_instead(said))


def _said_last(before: Draft, after: Draft) -> str:
    return after.description.removeprefix(before.description).strip()
