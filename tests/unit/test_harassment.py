"""A citizen who tells of being groped or harassed is heard, whatever the words sound like."""

from __future__ import annotations

import pytest

from hotline.city import load_city
from hotline.intake.harassment import CATEGORY, is_harassment
from hotline.settings import read_settings


@pytest.mark.parametrize(
    "text",
    [
        "我在公交车上被人摸了",
        "就是被人摸,性骚扰,还要我说啥子嘛",
        "老板给我发黄色短信",
        "地铁上有个男的摸我屁股",
        "I was groped on the bus",
    ],
)
def test_it_is_heard(text: str) -> None:
    assert is_harassment(text)


@pytest.mark.parametrize("text", ["手机被人摸走了", "我钱包遭摸了", "天天收到黄色垃圾短信", "学校摸底考试", "路灯不亮"])
def test_thieves_and_spam_are_something_else(text: str) -> None:
    assert not is_harassment(text)


def test_it_is_a_matter_of_the_police_and_kept_secret() -> None:
    category = load_city(read_settings().city_folder).category(CATEGORY)
    assert category.lead == "police"
    assert category.confidential
