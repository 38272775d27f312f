"""Where a place begins and ends, whichever part of it the tagger finds."""

from __future__ import annotations

import pytest

from bot.nlu.place_features import Gazetteer
from bot.nlu.place_spans import Span, cleaned, is_longer, joined, named, widened, without_fillers
from hotline.city import City


def _span(text: str, part: str) -> Span:
    return text.index(part), text.index(part) + len(part)


@pytest.mark.parametrize(
    ("text", "found", "place"),
    [
        ("望平街旁边乱停车", "望平街", "望平街旁边"),
        ("玉林东路快递站门口占道", "玉林东路", "玉林东路快递站门口"),
        ("双林路那个菜市场脏得很", "双林路", "双林路那个菜市场"),
        ("天府三街和剑南大道的路口堵车", "天府三街和剑南大道", "天府三街和剑南大道的路口"),
        ("唐昌镇梨花路停水", "唐昌镇", "唐昌镇梨花路"),
        ("幸福街道,翔凤路井盖不见了", "幸福街道", "幸福街道,翔凤路"),
        ("公平街道 同兴路天天堵", "公平街道", "公平街道 同兴路"),
        ("公平街道,路灯不亮", "公平街道", "公平街道"),
        ("竹篙镇街上赶场堵车", "竹篙镇", "竹篙镇"),
        ("蜀龙大道天天堵成停车场", "蜀龙大道", "蜀龙大道"),
        ("犀浦镇一所小学的老师", "犀浦镇", "犀浦镇"),
        ("南华路路灯不亮", "南华路", "南华路"),
    ],
)
def test_a_place_goes_on_to_the_building_or_the_word_of_nearness_behind_it(text: str, found: str, place: str) -> None:
    assert widened(text, *_span(text, found)) == _span(text, place)


def test_two_streets_that_cross_are_one_place_and_two_that_do_not_are_two() -> None:
    crossing, apart = "东城根街与金河路交叉口有个坑", "东城根街与金河路都停水"
    parts = [_span(crossing, "东城根街"), _span(crossing, "金河路交叉口")]
    assert joined(crossing, parts) == [_span(crossing, "东城根街与金河路交叉口")]
    parts = [_span(apart, "东城根街"), _span(apart, "金河路")]
    assert joined(apart, parts) == parts


def test_what_a_blank_parts_is_one_place() -> None:
    text = "怀远 老街 停电"
    assert joined(text, [_span(text, "怀远"), _span(text, "老街")]) == [_span(text, "怀远 老街")]


def test_a_sub_district_and_what_is_told_after_a_pause_is_one_place() -> None:
    text = "晋原街道,甲子路垃圾没人收"
    assert joined(text, [_span(text, "晋原街道"), _span(text, "甲子路")]) == [_span(text, "晋原街道,甲子路")]
    text = "望平街,玉双路都停水"
    apart = [_span(text, "望平街"), _span(text, "玉双路")]
    assert joined(text, apart) == apart


def test_spans_that_widening_has_made_overlap_are_one_place() -> None:
    text = "青羊区的光华村街88号楼下烧烤摊"
    spans = [_span(text, "青羊区的光华村"), _span(text, "光华村街88号楼下")]
    assert joined(text, spans) == [_span(text, "青羊区的光华村街88号楼下")]


@pytest.mark.parametrize(
    ("text", "places"),
    [("犀浦公园门口摆满了摊", ["犀浦公园门口"]), ("分房子不公平", []), ("银杏树要倒了", []), ("从郫都坐车来的", [])],
)
def test_a_name_of_the_city_is_a_place_only_with_something_behind_it(city: City, text: str, places: list[str]) -> None:
    assert [text[slice(*span)] for span in named(text, Gazetteer(city).tags(text))] == places


def test_what_is_no_place_is_cleaned_away() -> None:
    text = "在小区里面"
    start, end = cleaned(text, 0, 3)
    assert start == end


@pytest.mark.parametrize(
    ("text", "found", "place"),
    [
        ("宽窄巷子附近的下同仁路", "同仁路", "下同仁路"),
        ("上同仁路48号", "同仁路", "上同仁路48号"),
        ("楼下同仁路那边", "同仁路", "同仁路"),
        ("二环路北三段一百二十八号", "二环路北三段", "二环路北三段一百二十八号"),
    ],
)
def test_an_upper_or_lower_road_and_a_spoken_number_belong_to_the_place(text: str, found: str, place: str) -> None:
    assert widened(text, *_span(text, found)) == _span(text, place)


@pytest.mark.parametrize(
    ("found", "place"),
    [("武侯区华西医院挂号", "武侯区华西医院"), ("武侯区成都公交56路", "武侯区"), ("四川省人民医院", "四川省人民医院")],
)
def test_what_is_done_at_a_place_and_a_bus_line_are_no_part_of_it(found: str, place: str) -> None:
    assert found[slice(*cleaned(found, 0, len(found)))] == place


def test_a_spoken_place_goes_on_behind_the_fillers() -> None:
    written, where = without_fillers("犀浦那个双铁那边那个恒大绿洲六期")
    assert written == "犀浦双铁恒大绿洲六期"
    assert where[2] == 4
    assert is_longer("犀浦双铁恒大绿洲六期", "犀浦")
    assert not is_longer("双林路菜市场", "双林路那个菜市场")
