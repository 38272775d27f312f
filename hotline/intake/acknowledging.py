"""The words that tell a citizen, before the next question, that something was recorded, where the question would not
show it."""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum

from hotline.intake.asking import asks_something
from hotline.intake.draft import Draft
from hotline.intake.meant import meant_instead


class Acknowledgement(StrEnum):
    """What is said before the next question."""

    REGISTERING = "registering"
    ANSWERED_BY = "answered_by"
    NOTED = "noted"
    CHANGED = "changed"
    NOTED_TOO = "noted_too"
    FOR_THE_UNIT = "for_the_unit"


def acknowledgement(
    before: Draft | None, after: Draft, asked: str | None, question: str | None
) -> Acknowledgement | None:
    """The acknowledgement before the next question, None if that question builds on what was said.

    Given when the contact details are asked for at once, when the same question is asked again (NOTED, the next time
    NOTED_TOO), when a correction changed the matter (CHANGED), and for a question that nobody here can answer
    (FOR_THE_UNIT). `before` is None if the matter was just stated; `asked` and `question` are the kinds of the question
    that was open and of the next one, None if nothing is left to ask.
    """
    if before is None:
        if question != "contact":
            return None
        is_question = after.request_type == "consultation" and after.category_sure
        return Acknowledgement.ANSWERED_BY if is_question else Acknowledgement.REGISTERING
    is_told_once = question is None or (asked == "contact" and question == "confirm")  # it was the last question
    if is_told_once and asks_something(_said_last(before, after)):
        return Acknowledgement.FOR_THE_UNIT
    if question is None:
        return None
    if question == "contact" and before.request_type != after.request_type == "consultation" and after.category_sure:
        return Acknowledgement.ANSWERED_BY
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
    """True if the latest words changed the category: 不是路灯，是红绿灯."""
    said = _said_last(before, after)
    return bool(after.category and after.category != before.category and said and meant_instead(said))


def _said_last(before: Draft, after: Draft) -> str:
    return after.description.removeprefix(before.description).strip()
