"""Normalisation, urgency and language of a message."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.nlu.language_detector import LanguageDetector, language_of
from bot.nlu.normalizer import canonical, plain
from bot.nlu.urgency import urgency


@given(st.text())
def test_plain_keeps_every_character_in_its_place(text: str) -> None:
    assert len(plain(text)) == len(text)


@given(st.text())
def test_canonical_never_fails(text: str) -> None:
    assert isinstance(canonical(text), str)


def test_width_tradition_and_case_do_not_matter() -> None:
    assert plain("電話138ABC") == "电话138abc"


def test_hesitation_and_repeated_marks_are_left_out() -> None:
    assert canonical("嗯 那个 路灯坏了!!!!") == "路灯坏了!"
    assert canonical("唔,路灯坏了") == "路灯坏了"


def test_the_cantonese_not_is_a_not() -> None:
    assert canonical("唔需要保密") == "不需要保密"
    assert canonical("我話唔使喇") == "我话不用喇"
    assert canonical("唔該") == "唔该"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("你好", "zh"),
        ("The street lamp is broken", "en"),
        ("hello", "en"),
        ("ok", None),
        ("13800001234", None),
        ("我要refund", "zh"),
        ("I lost my bag on bus 56 at 天府广场, who can help", "en"),
        ("我在IFS买的Louis Vuitton的包包掉色了", "zh"),
    ],
)
def test_the_language_is_told_by_the_letters_where_they_show_it(text: str, expected: str | None) -> None:
    assert language_of(text) == expected


@pytest.mark.parametrize(
    ("text", "place", "expected"),
    [
        ("天府广场 附近", "天府广场", None),
        ("near 春熙路", "春熙路", None),
        ("在天府广场那边的路口", "天府广场", "zh"),
        ("my landlord at 望平街 keeps the deposit", "望平街", "en"),
    ],
)
def test_the_name_of_a_place_shows_no_language(text: str, place: str, expected: str | None) -> None:
    start = text.index(place)
    located = {"entity": "location", "value": place, "start": start, "end": start + len(place)}
    message = Message({TEXT: text, ENTITIES: [located]})
    LanguageDetector({}).process([message])
    told = [entity["value"] for entity in message.get(ENTITIES) if entity["entity"] == "language"]
    assert told == ([expected] if expected else [])


def test_a_number_plate_shows_no_language() -> None:
    plate = {"entity": "plate", "value": "川AT7J21", "start": 6, "end": 14}
    message = Message({TEXT: "plate 川A T7J21", ENTITIES: [plate]})
    LanguageDetector({}).process([message])
    assert message.get(ENTITIES) == [plate]


def test_certain_danger_is_critical() -> None:
    assert urgency("normal", "consultation", "着火了", danger_certain=True) == "critical"


def test_words_of_haste_raise_help_but_not_a_question() -> None:
    assert urgency("normal", "help", "老人孩子在家,请马上派人", danger_certain=False) == "urgent"
    assert urgency("normal", "consultation", "马上要交材料", danger_certain=False) == "normal"


def test_what_the_category_says_is_never_lowered() -> None:
    assert urgency("urgent", "help", "不急", danger_certain=False) == "urgent"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("路灯坏了", "zh"),
        ("the street light is broken", "en"),
        ("안녕하세요 도와주세요", "en"),
        ("Помогите, пожалуйста", "en"),
        ("ช่วยด้วย", "en"),
        ("たすけて", "en"),
        ("13800001234", None),
        ("ok", None),
        ("😀？！", None),
    ],
)
def test_who_writes_in_neither_is_answered_in_english(text: str, expected: str | None) -> None:
    assert language_of(text) == expected
