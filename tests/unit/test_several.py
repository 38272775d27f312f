"""Which of several matters a message speaks of."""

from __future__ import annotations

import pytest

from hotline.intake.several import (
    asks_for_another,
    keeps_the_one_before,
    spoken_of,
    turns_to_another,
    wants_it_first,
)
from hotline.intake.splitting import another_begun, possible_splits

CURRENT = "楼下麻将馆吵"
WAITING = [(2, "电梯广告太多"), (3, "小区大门路灯不亮")]


@pytest.mark.parametrize(
    ("text", "which"),
    [
        ("先说第三个嘛，那个急", 1),
        ("第二件是在一栋", 0),
        ("我是说先弄路灯那个，不是麻将馆", 1),
        ("你搞混了，路灯是在吉福路", 1),
        ("那麻将馆和电梯广告呢", 0),
        ("第一件是半夜吵", None),
        ("武侯区晋阳小区大门对面", None),
        ("第二个路口", None),
        ("继续登麻将馆", None),
        ("匿名", None),
    ],
)
def test_it_is_known_by_its_number_or_its_words(text: str, which: int | None) -> None:
    assert spoken_of(text, CURRENT, WAITING) == which


@pytest.mark.parametrize("text", ["先说第三个嘛", "先处理路灯，更急", "继续登麻将馆"])
def test_one_is_called_first(text: str) -> None:
    assert wants_it_first(text)
    assert not asks_for_another(text)


@pytest.mark.parametrize("text", ["那麻将馆和电梯广告呢", "第二件呢，幼儿园喇叭的", "另一件登记了没"])
def test_one_is_asked_for(text: str) -> None:
    assert asks_for_another(text)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("我有三个事：一，麻将馆吵；二，电梯广告多；三，路灯不亮", ("麻将馆吵", "电梯广告多", "路灯不亮")),
        ("我三件事 1电动车逆行 2公园厕所没纸 3孩子上学咨询学位", ("电动车逆行", "公园厕所没纸", "孩子上学咨询学位")),
        ("我有两件事要说，一个是井盖松了，还有一个是幼儿园放喇叭", ("井盖松了", "幼儿园放喇叭")),
    ],
)
def test_a_list_is_parted_at_its_numbers(text: str, parts: tuple[str, ...]) -> None:
    assert possible_splits(text)[0].parts == parts


def test_a_house_number_is_no_list() -> None:
    assert not possible_splits("1栋2单元停水")


@pytest.mark.parametrize(
    ("text", "begun"),
    [
        ("还有小区门口的红绿灯坏了", ("", "小区门口的红绿灯坏了")),
        ("投诉：3路公交等了40分钟", ("", "3路公交等了40分钟")),
        ("还有很多灰尘", None),
        ("路灯还有坏的", None),
    ],
)
def test_another_is_begun_in_the_middle(text: str, begun: tuple[str, str] | None) -> None:
    assert another_begun(text) == begun


def test_another_comes_in_its_place() -> None:
    assert turns_to_another("那没事了，我说，崇州市有个化工味道")
    assert not keeps_the_one_before("那没事了，我说，崇州市有个化工味道")
    assert turns_to_another("换个事，烧烤店油烟大")
    assert keeps_the_one_before("换个事，烧烤店油烟大")
    assert not turns_to_another("没事的，我等")
