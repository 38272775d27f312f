"""What may answer a question: a place or a firm is a name, and a sentence is more of the matter; what is told later in
full takes the place of what was taken wrongly."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.actions.wording import read_back
from hotline.city import City
from hotline.intake import Draft, Understood, next_question, take
from tests.unit.test_intake import LIGHT, PHONE, WAGES, Intake

WANG_JIAN = "13900005678"
ADDRESS = "成华区建设北路三段 11栋"


def light(city: City) -> Intake:
    return Intake(city, "路灯坏了", category=LIGHT, request_type="help")


def wages(city: City) -> Intake:
    told = Intake(city, "老板拖欠工资", category=WAGES, request_type="complaint")
    return told.hears("武侯区晋阳路", places=("武侯区晋阳路",), district="wuhou")


@pytest.mark.parametrize(
    "scrap",
    ["中午也在敲", "莫得人来收嘛", "昨天就坏了", "有人占了", "我一个人住", "我家有考研的", "物业也不管", "天天都这样"],
)
def test_a_sentence_is_no_place_and_the_place_is_asked_again(city: City, scrap: str) -> None:
    told = light(city).hears(scrap)
    assert told.draft.place is None
    assert scrap in told.draft.description
    assert told.asks == "place"
    assert told.hears(ADDRESS, places=(ADDRESS,), district="chenghua").draft.place == ADDRESS


@pytest.mark.parametrize("place", ["老院子后头", "打锣场", "我们小区门口", "还建房那边", "太平寺机场旁边", "百草园"])
def test_a_name_that_nobody_recognised_is_a_place(city: City, place: str) -> None:
    assert light(city).hears(place).draft.place == place


def test_a_project_behind_its_road_is_part_of_the_place(city: City) -> None:
    answer = "成华区，杉板桥路，华润那个项目"
    told = light(city).hears(answer, places=("成华区杉板桥路",), district="chenghua")
    assert told.draft.place == "成华区杉板桥路华润那个项目"


def test_a_street_told_after_its_district_in_short_is_in_it(city: City) -> None:
    told = light(city).hears("温江", places=("温江",), district="wenjiang")
    assert told.asks == "contact"
    assert told.hears("柳城街道，文庙街", places=("柳城街道文庙街",)).draft.place == "温江区柳城街道文庙街"


def test_an_address_takes_the_place_of_a_sentence_whatever_is_asked(city: City) -> None:
    draft = Draft(
        "太吵了", "complaint", category=LIGHT, category_sure=True, place="中午也在敲", asked=("place", "district")
    )
    heard = Understood(ADDRESS, "inform", places=(ADDRESS,), district="chenghua")
    changed = take(draft, heard, "contact", city)
    assert changed is not None
    assert changed.place == ADDRESS


@pytest.mark.parametrize("scrap", ["有人说要去爬高", "你们不管他要爬上去的事吗", "包工头的电话打不通", "工资一直没给"])
def test_a_sentence_is_no_firm(city: City, scrap: str) -> None:
    told = wages(city).hears(scrap)
    assert told.draft.details == ()
    assert scrap in told.draft.description
    assert told.asks == "detail:employer"


@pytest.mark.parametrize(
    ("said", "firm"),
    [("我说了嘛，渝味馆", "渝味馆"), ("空港云锦工地，我都说了", "空港云锦工地"), ("前面说过了，宏建", "宏建")],
)
def test_what_is_said_of_having_told_it_is_left_out(city: City, said: str, firm: str) -> None:
    assert wages(city).hears(said).draft.details == (("employer", firm),)


def test_a_firm_that_was_named_with_the_place_is_not_asked_for(city: City) -> None:
    told = Intake(city, "老板娘扣我工资", category=WAGES, request_type="complaint")
    told.hears("蜀九香火锅 在高新区 府城大道那家店", places=("高新区府城大道",), district="gaoxin")
    assert told.asks == "detail:amount"


def test_the_place_told_for_a_plate_is_the_place_and_told_once(city: City) -> None:
    taxi = Intake(city, "机场黑车太多", category="0503", request_type="complaint")
    assert taxi.asks == "detail:plate"
    taxi.hears("双流机场T2航站楼出发层", places=("双流机场T2航站楼",), category="0503")
    assert taxi.draft.place == "双流机场T2航站楼出发层"
    assert taxi.draft.details == ()


@pytest.mark.parametrize("said", ["没得地点，就是问咋个开通", "哪个区都一样嘛，我只是问问", "没有具体地点，想问怎么开"])
def test_who_has_no_place_is_not_asked_for_one(city: City, said: str) -> None:
    told = Intake(city, "地震预警咋个开通", category=LIGHT, request_type="help").hears(said)
    assert told.asks == "contact"
    assert told.draft.request_type == "consultation"


class TestReadBack:
    """Corrections of what was read back."""

    @staticmethod
    def after(city: City, said: str, place: str = "青羊区通惠门地铁站旁边", **heard: Any) -> Draft:
        draft = Draft("公厕没人扫", "help", LIGHT, True, place=place, name="黄", phone=PHONE, asked=("district",))
        question = next_question(draft, city)
        assert question is not None and question.kind == "confirm"
        changed = take(draft, Understood(said, **{"intent": "inform", **heard}), "confirm", city)
        assert changed is not None
        assert not changed.confirmed
        return changed

    @pytest.mark.parametrize(
        "said", ["地址再加一句，在宽窄巷子西口", "写在地址里头，宽窄巷子西口", "再补充一下位置，宽窄巷子西口"]
    )
    def test_what_is_to_be_added_replaces_nothing(self, city: City, said: str) -> None:
        place = self.after(city, said, places=("宽窄巷子西口",)).place
        assert place == "青羊区通惠门地铁站旁边（宽窄巷子西口）"

    def test_what_nobody_recognised_is_added_too(self, city: City) -> None:
        place = self.after(city, "地址补一下，村委会背后", intent="state_matter").place
        assert place == "青羊区通惠门地铁站旁边（村委会背后）"

    def test_the_full_name_of_the_shop_moves_nothing(self, city: City) -> None:
        draft = self.after(city, "店就叫跃动健身天华店", intent="state_matter", places=("健身天华店",))
        assert draft.place == "青羊区通惠门地铁站旁边"

    def test_what_every_village_has_replaces_no_place(self, city: City) -> None:
        said = "这段路大概两公里，从村口到砖厂"
        told = take(
            Draft("路坏了", "help", LIGHT, True, place="简阳市贾家街道菠萝村", name="杨", phone=PHONE),
            Understood(said, "inform", places=("村口",)),
            "confirm",
            city,
        )
        assert told is not None
        assert told.place == "简阳市贾家街道菠萝村"

    def test_a_yes_with_an_objection_is_carried_out(self, city: City) -> None:
        said = "对的，就是科学城二期那个项目，你写成兴隆湖别个咋个找得到嘛"
        place = self.after(city, said, "天府新区兴隆湖", intent="correct", places=("科学城二期", "兴隆湖")).place
        assert place == "天府新区科学城二期项目"

    def test_a_house_is_put_right(self, city: City) -> None:
        assert self.after(city, "不对，是5栋，刚才说错了", "来龙小区", intent="correct").place == "来龙小区5栋"
        assert self.after(city, "不对，是5栋", "来龙小区3栋2单元", intent="correct").place == "来龙小区5栋2单元"

    def test_the_name_of_the_shop_is_not_the_citizens(self, city: City) -> None:
        draft = self.after(city, "就叫康福堂", names=("康福堂",))
        assert draft.name == "黄"
        assert "康福堂" in draft.description

    def test_who_puts_their_name_right_is_heard(self, city: City) -> None:
        assert self.after(city, "我叫王建", names=("王建",)).name == "王建"

    def test_a_district_in_short_is_confirmed_with_the_first_yes(self, city: City) -> None:
        draft = self.after(city, "就在温江这边", place="", places=("温江",))
        agreed = take(draft, Understood("对", "affirm"), "confirm", city)
        assert agreed is not None
        assert agreed.confirmed


@pytest.mark.parametrize(
    ("said", "names", "name"),
    [
        (f"何志强 {WANG_JIAN}", (), "何志强"),
        (f"电话{WANG_JIAN}，丁", (), "丁"),
        (f"我是村上的，叫老杨，{WANG_JIAN}", (), "老杨"),
        (f"我是她侄女 姓彭 {WANG_JIAN}", ("彭",), "彭"),
        (f"周老汉 {WANG_JIAN}", (), "周"),
        (f"谢谢 {WANG_JIAN}", (), None),
        (f"我的电话 {WANG_JIAN}", (), None),
        (f"打这个 {WANG_JIAN}", (), None),
    ],
)
def test_the_name_beside_a_phone(city: City, said: str, names: tuple[str, ...], name: str | None) -> None:
    contact = light(city).hears("锦江区望平街", places=("锦江区望平街",), district="jinjiang")
    assert contact.asks == "contact"
    assert contact.hears(said, phones=(WANG_JIAN,), names=names).draft.name == name


@pytest.mark.parametrize(
    ("draft", "has", "lacks"),
    [
        (Draft("52路早高峰半个小时都不来", "complaint", "0501"), ["；52路；"], ["52路早"]),
        (Draft("233路原来有一站后来取消了", "help", "0501"), ["；233路；"], ["233路原"]),
        (Draft("My bike was towed, 川A 88213", "help", "0108"), ["川A 88213"], []),
        (
            Draft("挪车，川A8K3F2\n不对，川A8K3F3", "help", "0510", details=(("plate", "川A8K3F3"),)),
            ["川A8K3F3"],
            ["川A8K3F2"],
        ),
        (Draft("表扬56路司机\n车牌后面是6123D", "praise", "1803"), ["6123D"], []),
        (Draft("我弟弟想申请轮椅", "help", "0106", name="谭丽"), ["没留电话"], ["不留电话"]),
    ],
)
def test_what_the_read_back_names(city: City, draft: Draft, has: list[str], lacks: list[str]) -> None:
    said = read_back(replace(draft, phone=None, anonymous=not draft.name), city, "zh")
    assert all(words in said for words in has), said
    assert not any(words in said for words in lacks), said
