"""Matters told after thanks or a denial, praise and its opposite, and pieces of a place that come one by one."""

from __future__ import annotations

import pytest

from hotline.city import PRAISE, City
from hotline.intake import (
    Draft,
    Understood,
    after_the_opening,
    begin,
    is_declined,
    is_over,
    is_taken_back,
    meant_instead,
    possible_splits,
    praises,
    speaks_ill,
    take,
    with_told_before,
)

LIGHT, WATER, HOTLINE = "0106", "0101", "1805"


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("没有噪音，是楼上漏水，漏到我灯里头", "楼上漏水，漏到我灯里头"),
        ("不是噪音，是晃，楼上跑步机跑起来我灯都在晃", "晃，楼上跑步机跑起来我灯都在晃"),
        ("对了，另外我们楼栋单元门坏了也修一下嘛", "我们楼栋单元门坏了也修一下嘛"),
        ("对了，但是水是黄的", "水是黄的"),
        ("不是，我想说的是下水道堵了", "下水道堵了"),
        ("谢谢您，还有我家门口的路灯不亮", "我家门口的路灯不亮"),
    ],
)
def test_what_follows_a_polite_or_denying_opening_is_understood_by_itself(text: str, rest: str) -> None:
    assert after_the_opening(text) == rest


@pytest.mark.parametrize("text", ["谢谢你们", "好的", "不是的", "没有人管我们", "没得事了，谢谢", "路灯不亮，谢谢"])
def test_an_opening_with_nothing_after_it_tells_nothing(text: str) -> None:
    assert after_the_opening(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "公交车司机好得很，902路，帮我提行李",
        "你们那个2036号话务员热心得很，帮我查了半天",
        "那个大夫热心得不得了，帮我妈推轮椅",
        "保安大哥人好，帮我们把娃儿找回来了",
    ],
)
def test_good_said_of_somebody_at_work_is_praise(text: str) -> None:
    assert praises(text)
    assert not speaks_ill(text)


@pytest.mark.parametrize(
    "text",
    [
        "有个姓骆的保安把我娃儿推了一把",
        "司机好得很哦，骂我老不死",
        "这个医生好得很，怎么挂他的号",
        "师傅好像没来，路灯不亮",
        "物业保安不理人",
        "路灯好得很",
    ],
)
def test_what_is_bad_or_asked_is_no_praise(text: str) -> None:
    assert not praises(text)


def test_it_was_praise_and_no_complaint(city: City) -> None:
    draft = Draft("你们2036号", "complaint", HOTLINE, category_sure=True, anonymous=True)
    said = take(draft, Understood("是表扬，不是投诉", "correct"), "confirm", city)
    assert said is not None
    assert (said.request_type, said.category) == ("praise", PRAISE)
    back = take(said, Understood("不是表扬，是投诉", "correct"), "confirm", city)
    assert back is not None
    assert (back.request_type, back.category) == ("complaint", None)


def test_a_place_and_a_phone_told_before_the_matter_belong_to_it(city: City) -> None:
    draft = begin(Understood("水是黄的", "state_matter", category=WATER, category_sure=True), city, None)
    before = [
        Understood("郫都区犀浦街道天府花园", "inform", district="pidu", places=("郫都区犀浦街道天府花园",)),
        Understood("15900001111", "inform", phones=("15900001111",)),
    ]
    known = with_told_before(draft, before, city)
    assert (known.place, known.phone, known.description) == ("郫都区犀浦街道天府花园", "15900001111", "水是黄的")


def test_a_matter_that_names_its_place_keeps_it(city: City) -> None:
    heard = Understood("水是黄的", "state_matter", category=WATER, category_sure=True, places=("双楠路",))
    known = with_told_before(begin(heard, city, None), [Understood("春熙路", "inform", places=("春熙路",))], city)
    assert known.place == "双楠路"


@pytest.mark.parametrize(
    ("place", "piece", "places", "joined"),
    [
        ("一环路", "南一段", ("南一段",), "一环路南一段"),
        ("一环路南一段", "对着红瓦寺那个口子", ("红瓦寺那个口子",), "一环路南一段（对着红瓦寺那个口子）"),
        ("一品天下大街", "三千渡那个小区，8栋", (), "一品天下大街（三千渡那个小区，8栋）"),
        ("交大路", "西南交大家属院北门", ("西南交大家属院北门",), "交大路（西南交大家属院北门）"),
        ("营门口路", "营门口路88号", ("营门口路88号",), "营门口路88号"),
        ("双楠路", "靠近二小", (), "双楠路（靠近二小）"),
    ],
)
def test_a_piece_that_narrows_the_place_joins_it(
    city: City, place: str, piece: str, places: tuple[str, ...], joined: str
) -> None:
    draft = Draft("路灯不亮", "help", LIGHT, category_sure=True, district="wuhou", place=place)
    after = take(draft, Understood(piece, "inform", places=places), "contact", city)
    assert after is not None
    assert after.place == joined


def test_where_somebody_lives_is_no_piece_of_the_place(city: City) -> None:
    draft = Draft("路灯不亮", "help", LIGHT, category_sure=True, district="wuhou", place="双楠路")
    after = take(draft, Understood("我住红牌楼旁边", "inform", places=("红牌楼旁边",)), "contact", city)
    assert after is None or after.place == "双楠路"


def test_what_the_read_back_took_wrongly_is_put_right() -> None:
    told = meant_instead("我不是投诉热线，我要反映化工臭味")
    assert told is not None
    assert (told.new, told.of_the_matter) == ("化工臭味", True)
    told = meant_instead("啥子食品安全哦，我是说平台扣我工资")
    assert told is not None
    assert (told.new, told.of_the_matter) == ("平台扣我工资", True)
    assert meant_instead("啥子时候来人哦，我说了三天了") is None


def test_who_calls_it_off_is_heard() -> None:
    assert is_taken_back("撤了算了，你们都弄错了")
    assert is_over("挪车的事车主自己开走了，不消你们管了")
    assert is_declined("好嘛不用了")
    assert is_declined("我说不用了，谢谢")
    assert not is_declined("不用了，但是路灯要修")
    assert not is_declined("水表不用了")


def test_a_list_of_bare_subjects_is_several_matters() -> None:
    (split,) = possible_splits("三个事：一是小区路灯，二是门口坑，三是楼上漏水")[:1]
    assert split.parts == ("小区路灯", "门口坑", "楼上漏水")
