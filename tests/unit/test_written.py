"""What a citizen asks about having been written down is said as it is."""

from __future__ import annotations

import pytest

from hotline.intake import Draft, asks_whether_added
from hotline.intake.written import (
    asked_whether_written,
    facts_asked_about,
    line_with,
    told_with_the_question,
    without_the_question,
    written_of,
)

TOLD = Draft(
    "在春熙美发充了两千块，店关了\n运单号是SF9988776655443",
    "complaint",
    "0702",
    place="东大街",
    phone="13800001234",
    details=(("plate", "川A12B34"),),
)


@pytest.mark.parametrize(
    ("text", "kind", "words"),
    [
        ("店名写起没得嘛", "firm", "春熙美发"),
        ("电话记上了吗", "phone", "13800001234"),
        ("地址写了没有", "place", "东大街"),
        ("车牌号写没写", "plate", "川A12B34"),
        ("价值写没写", "sum", "两千块"),
        ("单号写到单子上没得", "number", "运单号是SF9988776655443"),
        ("我的名字写上没得", "name", None),
    ],
)
def test_what_is_asked_about_is_found(text: str, kind: str, words: str | None) -> None:
    assert asks_whether_added(text)
    assert asked_whether_written(text) == kind
    assert written_of(TOLD, kind) == words


def test_a_question_without_a_subject_is_about_all() -> None:
    assert asked_whether_written("写进去没得") is None


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("店名写上没有 云朵数码", "云朵数码"),
        ("写上没得", None),
        ("金额写上没得?4200", "4200"),
        ("703的事写没写?没写就给我补上", None),
        ("店名是云朵 数码", None),
    ],
)
def test_what_is_told_with_the_question(text: str, told: str | None) -> None:
    assert told_with_the_question(text) == told


def test_a_question_whether_it_was_written_down_is_no_proof_that_it_was() -> None:
    asked = Draft("楼上半夜打麻将，他住703\n楼上是703写上没有", "complaint", "1101")
    assert facts_asked_about("楼上是703写上没有") == ("703",)
    assert line_with(asked, ("703",)) == "楼上半夜打麻将，他住703"
    assert line_with(asked, ("803",)) is None
    assert line_with(asked, ()) == "楼上半夜打麻将，他住703"


@pytest.mark.parametrize(
    ("text", "told"), [("903也有一桌写了没有", "903也有一桌"), ("楼上是602你写上没嘛", "楼上是602")]
)
def test_what_is_asked_about_is_added_without_the_question(text: str, told: str) -> None:
    assert without_the_question(text) == told
