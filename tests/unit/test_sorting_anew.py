"""A correction of the read-back's category: another category with its type and unit, or a question which one."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from hotline.city import PRAISE, City
from hotline.intake import Draft, Remark, Understood, begin, denied_in, meant_apart, meant_instead, next_question, take

PARKING, ENFORCEMENT, STALLS, BUS, WATER, PROPERTY, POWER, LEAKS = (
    "0302", "1702", "0201", "0501", "0101", "0301", "0102", "0304",
)  # fmt: skip


def read_back(category: str, request_type: str = "complaint", told: str = "小区不准装充电桩") -> Draft:
    return Draft(told, request_type, category, category_sure=True, district="wuhou", place="佳灵路", anonymous=True)


def hears(city: City, draft: Draft, text: str, intent: str = "correct", asked: str = "confirm", **heard: Any) -> Draft:
    meant = meant_instead(text) or meant_apart(text)
    if meant:
        heard = {"meant": meant.new, "denies_the_matter": meant.of_the_matter} | heard
    after = take(draft, Understood(text, intent, **heard), asked, city)
    assert after is not None
    return after


@pytest.mark.parametrize(
    ("text", "denied", "new"),
    [
        ("主要是我要充电桩，不是停车的问题", "不是停车的问题", "我要充电桩"),
        ("你咋个写成非法行医哦，我告的是那家饭店", "你咋个写成非法行医哦", "那家饭店"),
        ("关公交啥子事，是水管爆了", "关公交啥子事", "水管爆了"),
    ],
)
def test_what_is_meant_stands_before_or_behind_what_is_denied(text: str, denied: str, new: str) -> None:
    assert denied_in(text) == denied
    meant = meant_apart(text)
    assert meant is not None and meant.new == new


@pytest.mark.parametrize("text", ["不是还有垃圾的事情吗", "对，就是这样", "不是一次两次了", "我告的是饭店"])
def test_what_denies_nothing(text: str) -> None:
    assert denied_in(text) is None


def test_a_denied_category_is_left_and_the_unit_goes_with_it(city: City) -> None:
    after = hears(
        city,
        read_back(STALLS),
        "我不是投诉别个占道，我是投诉城管乱执法",
        ranking=((ENFORCEMENT, 0.6), (STALLS, 0.3)),
    )
    assert (after.category, after.request_type, after.confirmed) == (ENFORCEMENT, "complaint", False)


def test_a_question_that_was_none_gets_the_type_of_its_matter(city: City) -> None:
    after = hears(
        city, read_back(BUS, "consultation"), "不是公交！是自来水管爆了", ranking=((WATER, 0.9), (LEAKS, 0.1))
    )
    assert (after.category, after.request_type) == (WATER, "help")


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("不是咨询,是要反映垃圾没人收", "complaint"),
        ("我不是来咨询的", "complaint"),
        ("咋个写成咨询喃,我是举报", "report"),
        ("不是问末班车,我要求助", "help"),
        ("不对,我是来反映单位没交社保的,不是问社保卡", "complaint"),
        ("不是问末班车,是问首班车", "consultation"),
    ],
)
def test_what_is_no_question_stays_with_its_matter(city: City, text: str, kind: str) -> None:
    after = hears(city, read_back(PARKING, "consultation"), text, ranking=((PARKING, 0.9), (BUS, 0.1)))
    assert (after.category, after.request_type, after.confirmed) == (PARKING, kind, False)


def test_a_complaint_that_was_a_question_stays_with_its_matter(city: City) -> None:
    draft = read_back(BUS)
    after = hears(city, draft, "我问的是末班车咋个查", ranking=((BUS, 0.5), (PARKING, 0.4)))
    assert (after.category, after.request_type) == (BUS, "consultation")


def test_a_bare_denial_is_sorted_by_what_was_told_before(city: City) -> None:
    after = hears(
        city, read_back(BUS, told="水管爆了"), "不是公交", "deny", story=((BUS, 0.5), (WATER, 0.4), (LEAKS, 0.1))
    )
    assert after.category == WATER


def test_what_stays_unclear_is_asked_for_and_never_stays_as_it_was(city: City) -> None:
    story = ((PARKING, 0.6), (POWER, 0.1), (PROPERTY, 0.1))
    unclear = ((PARKING, 0.7), (POWER, 0.06), (PROPERTY, 0.05))
    asked = hears(city, read_back(PARKING), "不是停车的问题，我要装桩", ranking=unclear, story=story)
    question = next_question(asked, city)
    assert question is not None and question.kind == "which"
    assert question.zh is not None and "物业服务与收费" in question.zh and "小区停车" not in question.zh
    by_number = hears(city, asked, "第二个", "inform", asked="which")
    assert by_number.category == asked.choices[1]
    by_name = hears(city, asked, "物业嘛", "inform", asked="which")
    assert by_name.category == PROPERTY
    again = hears(city, asked, "对", "affirm", asked="which")
    assert again.choices == asked.choices
    for answer in ("都不是", "我说不清楚"):
        sorted_by_hand = hears(city, asked, answer, "inform", asked="which")
        assert (sorted_by_hand.category, sorted_by_hand.choices) == (None, ())
        following = next_question(sorted_by_hand, city)
        assert following is not None and following.kind == "confirm"


def test_a_denied_detail_of_the_same_matter_changes_no_category(city: City) -> None:
    after = hears(city, read_back(WATER, "help"), "不是爆管，是水表坏了", ranking=((WATER, 0.9), (POWER, 0.05)))
    assert after.category == WATER


def test_another_unit_brings_the_likely_matter_of_it(city: City) -> None:
    draft = read_back(POWER, "report", told="电线杆上贴满小卡片")
    after = hears(city, draft, "关供电公司啥子事哦，应该转给城管嘛", story=((POWER, 0.5), ("0204", 0.3)))
    assert after.category == "0204"


def test_praise_after_all(city: City) -> None:
    after = hears(city, read_back(BUS), "表扬那个司机嘛", "inform")
    assert (after.category, after.request_type) == (PRAISE, "praise")


def test_what_was_meant_with_a_place_is_no_place(city: City) -> None:
    draft = replace(read_back("0905"), place="武侯区华西医院")
    after = hears(
        city,
        draft,
        "不是医院，是投诉张记钵钵鸡这家店，东西不卫生",
        ranking=(("0703", 0.8), ("0701", 0.1)),
        category="0703",
    )
    assert (after.category, after.place) == ("0703", "武侯区华西医院")


@pytest.mark.parametrize(
    ("text", "place", "name"),
    [
        ("门牌是3栋2802，你莫写漏了", "丽都花园3栋2802", "何莉"),
        ("房号2802", "丽都花园3栋2802", "何莉"),
        ("名字是合丽，合作的合，我刚才打错了", "丽都花园3栋", "合丽"),
        ("把何莉改成何丽", "丽都花园3栋", "何丽"),
        ("地址科华北路张记钵钵鸡", "科华北路张记钵钵鸡", "何莉"),
    ],
)
def test_a_bare_statement_with_its_label_is_applied(city: City, text: str, place: str, name: str) -> None:
    draft = replace(read_back(PROPERTY), place="丽都花园3栋", name="何莉", phone="13800001234")
    after = hears(city, draft, text)
    assert (after.place, after.name) == (place, name)


@pytest.mark.parametrize("text", ["名字是金碧辉煌KTV，在二楼", "不是还有垃圾的事情吗"])
def test_a_correction_that_tells_something_is_taken_in(city: City, text: str) -> None:
    after = hears(city, read_back(PROPERTY), text)
    assert (Remark.PUTS_RIGHT, text) in after.remarks and text in after.description


@pytest.mark.parametrize("text", ["名字写错了", "不对", "哪里都不对"])
def test_one_that_tells_nothing_is_asked_what_is_right(city: City, text: str) -> None:
    question = next_question(hears(city, read_back(PROPERTY), text), city)
    assert question is not None and question.kind == "correction"


def test_a_named_firm_is_left_out_where_that_is_asked(city: City) -> None:
    draft = read_back(PROPERTY, told="打电话给光明物业公司，说是小区的事")
    after = hears(city, draft, "把光明物业那个去掉")
    assert after.left_out == ("光明物业公司",)


@pytest.mark.parametrize("text", ["算了嘛就这样，交", "就是公交站那里，提交", "先给你们登记嘛，对"])
def test_an_order_to_submit_at_the_end_is_a_yes(city: City, text: str) -> None:
    assert hears(city, read_back(PROPERTY), text, "inform").confirmed


@pytest.mark.parametrize("text", ["地址不对，改了再提交", "先别交，名字错了，对"])
def test_one_behind_a_correction_is_none(city: City, text: str) -> None:
    after = take(read_back(PROPERTY), Understood(text, "inform"), "confirm", city)
    assert after is None or not after.confirmed


@pytest.mark.parametrize(
    ("told", "lead"),
    [
        ("我要表扬芳草街派出所的王警官", "成都市公安局武侯区分局"),
        ("表扬石人南路社区的小陈，她打120送我妈去医院", "武侯区属地街道办事处"),
        ("表扬棠湖小学的李老师", "武侯区教育局"),
        ("12345的话务员热心得很", "成都市12345热线中心"),
        ("帮我推车的小伙子太好了", "成都市12345热线中心"),
    ],
)
def test_praise_goes_to_the_unit_of_who_is_praised(city: City, told: str, lead: str) -> None:
    assert city.route(PRAISE, city.district("wuhou"), told).lead == lead


def test_english_is_sorted_anew_as_well(city: City) -> None:
    text = "No, it is not about the lamp, it is about the traffic light"
    after = hears(
        city, read_back("0106", "help", told="The lamp is broken"), text, ranking=(("0505", 0.9), ("0106", 0.1))
    )
    assert (after.category, after.request_type) == ("0505", "help")


def test_a_guess_that_nobody_would_make_is_no_choice(city: City) -> None:
    unclear = ((PARKING, 0.9), (POWER, 0.03), (PROPERTY, 0.005), (BUS, 0.005))
    after = hears(city, read_back(PARKING), "不是停车的问题，我要装桩", ranking=unclear, story=unclear)
    assert (after.category, after.choices) == (None, ()) or after.category == POWER


def test_a_choice_by_its_name_is_taken(city: City) -> None:
    asked = replace(read_back(PARKING), choices=("0902", "0901"), asked=("which",))
    after = hears(city, asked, "就医服务吧 重复收费了，住院的时候", "inform", asked="which")
    assert after.category == "0902"


def test_the_matter_does_not_go_where_it_was_denied(city: City) -> None:
    ranking = (("1301", 0.8), (ENFORCEMENT, 0.1))
    after = hears(city, read_back(BUS), "不是隐患，我投诉的是车来得太慢", category="1301", ranking=ranking)
    assert after.category != "1301"


@pytest.mark.parametrize(
    ("text", "place", "district"),
    [
        ("不是武侯区，那边是高新的，提交", "佳灵路", "gaoxin"),
        ("应该是佳灵路21号，就这样交", "佳灵路21号", "wuhou"),
        ("应该是佳灵路21号，就这么提交", "佳灵路21号", "wuhou"),
    ],
)
def test_a_correction_with_the_order_to_submit_is_applied_and_submitted(
    city: City, text: str, place: str, district: str
) -> None:
    draft = replace(read_back(PROPERTY), place="佳灵路12号" if "21号" in text else "佳灵路")
    places = ("佳灵路21号",) if "21号" in text else ()
    after = hears(city, draft, text, places=places, district="wuhou" if "武侯" in text else None)
    assert (after.place, after.district, after.confirmed, after.remarks) == (place, district, True, ())


def test_an_english_correction_with_the_order_to_submit_is_applied_and_submitted(city: City) -> None:
    text, told = "No, it is Kehua North Road, please submit it", "The agency keeps my deposit"
    draft = replace(read_back(PROPERTY, told=told), place="Kehua Road")
    after = hears(city, draft, text, places=("Kehua North Road",))
    assert (after.place, after.confirmed) == ("Kehua North Road", True)


def test_an_objection_with_the_order_to_submit_is_noted_and_submitted(city: City) -> None:
    after = hears(city, read_back(PROPERTY), "莫喊派出所，该城管来管，就这样提交", "inform")
    assert after.confirmed
    assert [kind for kind, _ in after.remarks] == [Remark.OBJECTS_TO_UNIT]


def test_what_is_denied_before_the_read_back_corrects_nothing_yet(city: City) -> None:
    draft = replace(read_back("1006"), place=None, district=None)
    assert hears(city, draft, "不是场馆，是小区里头", asked="place").remarks == ()


def test_what_was_reported_before_was_not(city: City) -> None:
    draft = read_back(PROPERTY).remarked(Remark.BEFORE, "再反映一个")
    assert hears(city, draft, "我是头一回反映").remarks == ()


@pytest.mark.parametrize(
    ("text", "known", "place", "district"),
    [
        ("不是郫都，东站在成华区，犀浦是我要去的地方", "东站西广场、犀浦", "东站西广场", "chenghua"),
        ("不是春熙路，犀浦才是上车的", "犀浦地铁站、春熙路", "犀浦地铁站", "pidu"),
    ],
)
def test_where_somebody_wanted_to_go_is_no_place(city: City, text: str, known: str, place: str, district: str) -> None:
    draft = replace(read_back("0503"), place=known, district="pidu")
    places = ("成华区犀浦",) if "成华区" in text else ()
    after = hears(city, draft, text, places=places, district="chenghua" if places else None)
    assert (after.place, after.district, after.remarks) == (place, district, ())


def test_a_firms_name_is_taken_out_of_the_place(city: City) -> None:
    draft = replace(read_back(PROPERTY), place="天府三街云朵")
    after = hears(city, draft, "不是云朵，云朵数码是店名，不是地址")
    assert (after.place, after.remarks) == ("天府三街", ())


@pytest.mark.parametrize(
    ("told", "kind"),
    [
        ("换表收我三百八，合不合理嘛", "consultation"),
        ("物业喊我交维修费，应不应该交哦", "consultation"),
        ("物业乱收费，合理吗", "complaint"),
        ("我要投诉换表收三百八，合不合理嘛", "complaint"),
        ("半夜施工，合理吗", "complaint"),
    ],
)
def test_a_question_whether_a_charge_is_right_is_an_enquiry(city: City, told: str, kind: str) -> None:
    heard = Understood(told, "state_matter", "complaint", PROPERTY, category_sure=True)
    assert begin(heard, city, None).request_type == kind


def test_a_firms_name_is_put_right_wherever_it_was_told(city: City) -> None:
    draft = read_back(PROPERTY, told="楼下的面馆油烟大，店名叫老灶面馆")
    after = hears(city, draft, "面馆不是老灶，是老赵")
    assert "老赵面馆" in after.description and "老灶" not in after.description
    assert (after.category, after.remarks) == (PROPERTY, ())


def test_what_is_so_already_is_no_correction(city: City) -> None:
    draft = read_back(PROPERTY, told="驾校叫顺达驾校，不安排练车")
    assert hears(city, draft, "驾校名是顺达，不是双达").remarks == ()


@pytest.mark.parametrize(
    ("told", "places", "place"),
    [
        ("我想去华西医院，挂不到号", ("华西医院",), "华西医院"),
        ("在东站打车，听说我要去犀浦就不走", ("东站", "犀浦"), "东站"),
    ],
)
def test_where_somebody_wants_to_go_is_the_place_only_if_there_is_no_other(
    city: City, told: str, places: tuple[str, ...], place: str
) -> None:
    heard = Understood(told, "state_matter", "complaint", "0902", category_sure=True, places=places)
    assert begin(heard, city, None).place == place


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("我就是问该不该收", "consultation"),
        ("就问一下能不能退", "consultation"),
        ("我就想问好久来修", "complaint"),
        ("我就问能不能匿名", "complaint"),
    ],
)
def test_who_only_asks_makes_an_enquiry(city: City, text: str, kind: str) -> None:
    draft = read_back(PROPERTY, told="换表收我三百八")
    after = take(draft, Understood(text, "inform"), "contact", city)
    assert (after or draft).request_type == kind
