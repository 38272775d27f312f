"""A place told in pieces: the pieces of one message are one place; a later piece is joined to its part of it."""

from __future__ import annotations

import pytest

from hotline.intake.address import joined, together, whole_places, without_places


class TestWhole:
    @pytest.mark.parametrize(
        ("text", "recognised", "whole"),
        [
            ("大邑县晋原街道，甲子路", ["大邑县晋原街道"], "大邑县晋原街道甲子路"),
            ("大邑县晋原街道，甲子路那边垃圾桶满了", ["大邑县晋原街道"], "大邑县晋原街道甲子路"),
            ("锦江区春熙路街道，地铁口的自动扶梯停了", ["锦江区春熙路街道"], "锦江区春熙路街道地铁口"),
            ("大面街道洪河中路，洪河北区", ["大面街道洪河中路", "洪河北区"], "大面街道洪河中路洪河北区"),
            ("锦江区 牛市口派出所", ["锦江区 牛市口"], "锦江区牛市口派出所"),
            ("新都区石板滩街道的天成家具厂", ["新都区石板滩街道"], "新都区石板滩街道天成家具厂"),
            ("静安路 川师旁边", ["静安路"], "静安路川师旁边"),
            ("高新区那个中海国际社区", ["高新区那个中海国际社区"], "高新区中海国际社区"),
            ("莲桂南路 靠近锦华路口", ["莲桂南路", "锦华路口"], "莲桂南路靠近锦华路口"),
            ("从东站到春熙路收了我68", ["东站", "春熙路"], "东站到春熙路"),
            ("泡桐树中学 青羊区", ["青羊区"], "青羊区泡桐树中学"),
            ("是保利心语花园，高新区的", ["高新区"], "高新区保利心语花园"),
            ("小区名字叫天府阳光，你写错了", [], "天府阳光"),
            ("店在锦华路，叫康寿堂", ["锦华路"], "锦华路康寿堂"),
            ("在双流区黄甲街道的夕阳红养老院", ["双流区黄甲街道"], "双流区黄甲街道夕阳红养老院"),
            ("急死了，在郫都区红光街道的锦绣天成", ["郫都区红光街道"], "郫都区红光街道锦绣天成"),
            ("在三强西路六段的蓝光圣菲，我们找物业", ["三强西路六段"], "三强西路六段蓝光圣菲"),
            ("光华村街 西财旁边的老院子", ["光华村街 西财旁边"], "光华村街西财旁边的老院子"),
            ("在十陵街道来龙小区，3栋停电了", ["十陵街道来龙小区"], "十陵街道来龙小区3栋"),
            ("三星镇场口，二楼", ["三星镇场口"], "三星镇场口二楼"),
            ("在建设路52号，店名叫老陈烧烤", ["建设路52号", "老陈烧烤"], "建设路52号"),
            ("从东站到春熙路绕路，收了我68", ["东站到春熙路绕路"], "东站到春熙路"),
            ("It is No. 5 Jinli street", ["Jinli street"], "No. 5 Jinli street"),
            ("地址咋没写建设路52号", ["咋没写建设路52号"], "建设路52号"),
            ("我叫周兰 13800001234 锦江区", ["锦江区"], "锦江区"),
            ("13800001234锦江区", ["13800001234锦江区"], "锦江区"),
            ("room 905, Sheraton hotel in Wuhou", ["Wuhou"], "room 905, Sheraton hotel, Wuhou"),
            ("Room 12B? no, Crowne Plaza hotel", ["no, Crowne Plaza hotel"], "Room 12B, Crowne Plaza hotel"),
        ],
    )
    def test_what_follows_in_the_same_address_is_part_of_it(self, text: str, recognised: list[str], whole: str) -> None:
        assert whole_places(text, recognised) == (whole,)

    @pytest.mark.parametrize(
        ("text", "recognised"),
        [
            ("锦江区望平街，路灯坏了", ["锦江区望平街"]),
            ("锦江区望平街，我家停水了", ["锦江区望平街"]),
            ("锦江区，没人管", ["锦江区"]),
            ("望平街和建设路", ["望平街", "建设路"]),
            ("望平街、建设路", ["望平街", "建设路"]),
            ("不是锦江区，是成华区", ["锦江区", "成华区"]),
            ("小区是老小区，在望平街", ["望平街"]),
            ("在望平街的路灯坏了", ["望平街"]),
            ("望平街，3楼的人天天吵", ["望平街"]),
            ("我在兴隆湖那边一个工地上做木工，不给钱", ["兴隆湖"]),
            ("在望平街 一个人住", ["望平街"]),
            ("near Jinli street", ["Jinli street"]),
            ("", []),
        ],
    )
    def test_what_is_no_part_of_it_is_left_out(self, text: str, recognised: list[str]) -> None:
        assert whole_places(text, recognised) == tuple(recognised)

    def test_a_lone_character_is_no_place(self) -> None:
        assert whole_places("区", ["区"]) == ()


@pytest.mark.parametrize(
    ("known", "told", "place"),
    [
        ("郫都区红光街道", "高店东路", "郫都区红光街道高店东路"),
        ("青羊区光华街道清江东路", "清江东路112号2栋", "青羊区光华街道清江东路112号2栋"),
        ("天府阳光小区", "犀浦路", "犀浦路天府阳光小区"),
        ("高新区保利花园", "保利心语花园", "高新区保利心语花园"),
        ("锦江区望平街15号", "望平街51号", "锦江区望平街51号"),
        ("锦江区望平街15号", "成华区建设路3号", "成华区建设路3号"),
        ("锦江区望平街15号", "望平街", "锦江区望平街15号"),
        ("Jinli", "Jinli street", "Jinli street"),
    ],
)
def test_what_is_told_later_goes_to_its_part_of_the_place(known: str, told: str, place: str) -> None:
    assert joined(known, told) == place


def test_a_house_told_apart_belongs_to_the_road_before_it() -> None:
    assert together(["府青路三段", "26号院1栋7楼"]) == ["府青路三段26号院1栋7楼"]
    assert together(["望平街", "建设路"]) == ["望平街", "建设路"]


def test_what_is_left_of_a_text_without_its_places() -> None:
    assert without_places("大邑县晋原街道，甲子路停水", ["大邑县晋原街道甲子路"]) == "，停水"
