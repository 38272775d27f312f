"""What a citizen takes back, corrects, objects to, or no longer needs; and what only sounds like it."""

from __future__ import annotations

import pytest

from hotline.city import City
from hotline.intake import (
    Draft,
    Remark,
    Understood,
    begin,
    is_given_up,
    is_of_the_place,
    is_over,
    is_taken_back,
    is_wanted_after_all,
    meant_instead,
    next_question,
    objects_to_unit,
    place_put_right,
    read_anew,
    take,
)
from hotline.intake.corrections import other_place
from hotline.intake.opening import as_intake
from hotline.tickets.access import Citizen

SMOKE, BUILDING_NOISE, NOISE, CARE = "0604", "0601", "0602", "1106"


@pytest.mark.parametrize(
    ("text", "new", "of_the_matter"),
    [
        ("不是施工,是空调外机", "空调外机", False),
        ("不对，不是路灯，是红绿灯", "红绿灯", False),
        ("不是反映养老服务,是请他们上门给她办老年证", "请他们上门给她办老年证", True),
        ("你搞错了,我问的是读书", "读书", True),
        ("我要投诉的是你们热线,不是投诉摆摊的!", "我要投诉你们热线", True),
        ("我要投诉的是派出所,你怎么转给公安分局自己查自己", "我要投诉派出所", True),
        ("算了,还是烧烤摊", "烧烤摊", False),
    ],
)
def test_what_is_meant_stands_in_the_place_of_what_is_denied(text: str, new: str, of_the_matter: bool) -> None:
    meant = meant_instead(text)
    assert meant is not None
    assert (meant.new, meant.of_the_matter) == (new, of_the_matter)


@pytest.mark.parametrize(
    "text",
    [
        "不是",
        "不对",
        "是不是修好了",
        "不是我说，你们太慢了",
        "这不是第一次了，是第三次了",
        "算了",
        "算了，还是不投诉了",
        "算了还是投诉吧",
        "路灯不亮",
    ],
)
def test_what_denies_nothing_means_nothing_else(text: str) -> None:
    assert meant_instead(text) is None


@pytest.mark.parametrize(
    ("story", "text", "read"),
    [
        ("旁边烧烤摊烟子大", "不是烧烤摊,是火锅店", "旁边火锅店烟子大"),
        ("旁边烧烤摊烟子大\n不是烧烤摊,是火锅店", "算了,还是烧烤摊", "旁边烧烤摊烟子大"),
        ("楼上的空调外机嗡嗡响", "不是施工,是空调外机", "楼上的空调外机嗡嗡响"),
        ("楼下餐馆油烟大", "不是油烟，是他们半夜搬桌子划拳的声音", "他们半夜搬桌子划拳的声音"),
        ("小孩读书要什么，社保在成都", "我问的是读书", "读书"),
    ],
)
def test_a_word_that_is_put_right_is_read_within_its_story(story: str, text: str, read: str) -> None:
    meant = meant_instead(text)
    assert meant is not None
    assert read_anew(meant, story) == read


@pytest.mark.parametrize(
    "text",
    [
        "车主来了,已经挪走了,不用了",
        "解决了,谢谢",
        "谢谢，解决了",
        "解决了谢谢",
        "昨天路灯那个修好了,谢谢",
        "谢谢你们,上次的事解决了,非常满意",
        "好的谢谢你,不用登记",
        "已经来水了",
        "It's fixed now, thanks",
    ],
)
def test_a_matter_is_over(text: str) -> None:
    assert is_over(text)


@pytest.mark.parametrize(
    "text",
    [
        "还没修好",
        "修好了又坏了",
        "他们说修好了",
        "修好了吗",
        "物业说处理好了但是没有",
        "已经有人来修了",
        "不用了",
        "不用保密",
        "好了",
        "谢谢",
        "not fixed yet",
    ],
)
def test_a_matter_goes_on(text: str) -> None:
    assert not is_over(text)


@pytest.mark.parametrize(
    "text",
    [
        "我不登记",
        "不登记了",
        "好嘛不用了",
        "我说不用了",
        "那就不用了，谢谢",
        "不用登记",
        "不消你们管了",
        "不用你们管了",
        "没有啥要登记的，不好意思虚惊一场",
        "真的不用了",
    ],
)
def test_nothing_is_to_be_recorded(text: str) -> None:
    assert is_given_up(text)


@pytest.mark.parametrize(
    "text", ["不用保密", "不用留电话", "电话不用了，发短信", "你们管不管", "登记了没有", "不要登记错了", "没用"]
)
def test_something_is_still_to_be_recorded(text: str) -> None:
    assert not is_given_up(text)


@pytest.mark.parametrize("text", ["那重新登记嘛", "还是投诉吧", "再给我登记一下"])
def test_it_is_wanted_after_all(text: str) -> None:
    assert is_wanted_after_all(text)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("不是加到我工单那里，地址改成支矶石街36号3单元，不是宽窄巷子后头", "支矶石街36号3单元"),
        ("我说的地址是支矶石街36号3单元，你写上没有", "支矶石街36号3单元"),
        ("那个共享单车的，地点补一下，是万象城东门", "万象城东门"),
        ("地址写错了，应该是望平街51号", "望平街51号"),
        ("please change the address to Wangping Street 51", "Wangping Street 51"),
        ("地址是在哪里，你们写错没有", None),
        ("那个位置是小学门口，很危险", None),
        ("灯杆也歪了", None),
        ("地址错了", None),
    ],
)
def test_another_place_of_a_ticket(text: str, place: str | None) -> None:
    assert other_place(text) == place


@pytest.mark.parametrize(
    ("known", "text", "place"),
    [
        ("新都区桂湖东路路口", "刚才打的路名不对，应该是桂湖中路", "新都区桂湖中路"),
        ("金牛区蜀汉路28号", "路名写错了，应该是蜀汉东路", "金牛区蜀汉东路28号"),
        ("金牛区蜀汉路", "说错了，是蜀汉东路不是蜀汉路", "金牛区蜀汉东路"),
        ("金牛区蜀汉路", "不是蜀汉路，是蜀汉东路", "金牛区蜀汉东路"),
        ("武侯区红牌楼广场", "地址写错了，应该是高新区天府一街", "高新区天府一街"),
        ("金牛区蜀汉路", "是保安，不是物业", None),
        ("金牛区蜀汉路", "地址写错了", None),
    ],
)
def test_the_place_of_a_ticket_is_put_right(known: str, text: str, place: str | None) -> None:
    assert place_put_right(known, text) == place


@pytest.mark.parametrize(
    ("text", "named", "place"),
    [
        ("地址也补充下，在地下负二层", (), "龙潭街道东方新城（地下负二层）"),
        ("我是金彭社区的，写在地址里头", ("金彭社区",), "龙潭街道东方新城（金彭社区）"),
        ("地址再加一句，在东门", ("东门",), "龙潭街道东方新城（东门）"),
        ("能不能补充一下地址", (), None),
    ],
)
def test_what_is_added_to_the_place_of_a_ticket_replaces_nothing(
    text: str, named: tuple[str, ...], place: str | None
) -> None:
    assert is_of_the_place(text)
    assert place_put_right("龙潭街道东方新城", text, named) == place


def test_a_wrong_place_without_the_right_one_is_of_the_place() -> None:
    assert is_of_the_place("刚才地址写错了")
    assert not is_of_the_place("电话写错了")


def test_a_mistake_is_not_a_wrong_number() -> None:
    assert is_taken_back("不好意思,发错了")
    assert not is_taken_back("电话发错了，是13800001234")


@pytest.mark.parametrize(
    "text",
    [
        "我要投诉的是派出所,你怎么转给公安分局自己查自己",
        "为啥子转简阳?公司在龙泉驿",
        "公司在龙泉驿,转错了,改到龙泉驿",
        "转给环保局嘛",
        "雾霾是归城管委管吗?",
        "别交给派出所",
        "No, the water company should handle it, not urban management",
    ],
)
def test_a_citizen_objects_to_the_unit(text: str) -> None:
    assert objects_to_unit(text)


@pytest.mark.parametrize(
    "text",
    [
        "社保怎么转到简阳",
        "户口怎么转到成都市",
        "孩子的学籍怎么转",
        "我把钱转错了",
        "快递派错了",
        "老板把工资转给别人了",
        "转人工",
    ],
)
def test_what_is_transferred_itself_is_no_objection(text: str) -> None:
    assert not objects_to_unit(text)


class TestInAnIntake:
    @staticmethod
    def draft(city: City, category: str = SMOKE) -> Draft:
        told = Understood(
            "玉双路旁边烧烤摊烟子大",
            "state_matter",
            category=category,
            category_sure=True,
            places=("成华区玉双路",),
            phones=("13980001111",),
        )
        draft = begin(told, city, None)
        asked = next_question(draft, city)
        assert asked is not None and asked.kind == "confirm"
        return draft

    @staticmethod
    def hears(city: City, draft: Draft, text: str, intent: str = "correct", **heard: object) -> Draft:
        changed = take(draft, Understood(text, intent, **heard), "confirm", city)  # type: ignore[arg-type]
        assert changed is not None
        assert not changed.confirmed
        return changed

    def test_what_is_meant_decides_the_category(self, city: City) -> None:
        text = "不是烧烤摊，是半夜划拳的声音"
        after = self.hears(city, self.draft(city), text, meant="半夜划拳的声音", category=NOISE, category_sure=True)
        assert after.category == NOISE
        assert not after.remarks

    def test_what_is_not_clear_is_kept_and_read_back(self, city: City) -> None:
        before = self.draft(city)
        after = self.hears(city, before, "不是烧烤摊，是我侄女那边", meant="我侄女那边")
        assert after.category == before.category
        assert after.remarks == ((Remark.PUTS_RIGHT, "不是烧烤摊，是我侄女那边"),)

    def test_a_matter_that_was_taken_wrongly_is_sorted_by_a_person(self, city: City) -> None:
        said = "我要投诉的是那个事"
        after = self.hears(city, self.draft(city), said, meant="我要投诉那个事", denies_the_matter=True)
        assert after.category is None
        assert after.remarks

    def test_what_only_makes_it_clear_unsorts_nothing(self, city: City) -> None:
        before = self.draft(city)
        after = self.hears(city, before, "我说的是楼下那家", meant="楼下那家", denies_the_matter=True)
        assert after.category == before.category

    def test_a_question_about_the_hotline_is_no_correction(self, city: City) -> None:
        before = self.draft(city)
        after = self.hears(city, before, "我问的是打这个收不收费", meant="打这个收不收费", denies_the_matter=True)
        assert (after.category, after.remarks) == (before.category, ())

    def test_who_only_wants_to_know_asks(self, city: City) -> None:
        after = self.hears(city, self.draft(city, NOISE), "不是投诉哈，我就是想问清楚", meant="想问清楚")
        assert (after.request_type, after.category, after.remarks) == ("consultation", NOISE, ())

    @pytest.mark.parametrize("text", ["删掉那句", "那句不用写", "把更正那段去掉嘛"])
    def test_a_remark_is_taken_out_again(self, city: City, text: str) -> None:
        before = self.draft(city)
        wrong = self.hears(city, before, "不是烧烤摊，是我侄女那边", meant="我侄女那边")
        after = self.hears(city, wrong, text, "withdraw_ticket")
        assert (after.remarks, after.description) == ((), before.description)

    def test_an_objection_is_taken_out_again(self, city: City) -> None:
        objects = self.hears(city, self.draft(city), "怎么转给城管局")
        assert objects.remarks
        assert not self.hears(city, objects, "我没有异议，我问的是时间").remarks

    def test_what_was_put_right_is_no_remark_any_more(self, city: City) -> None:
        wrong = self.hears(city, self.draft(city), "不是烧烤摊，是我侄女那边", meant="我侄女那边")
        told = {"meant": "半夜划拳的声音", "category": NOISE, "category_sure": True}
        assert not self.hears(city, wrong, "不是烟，是半夜划拳的声音", **told).remarks

    def test_a_correction_that_says_what_is_right_is_not_asked_for_again(self, city: City) -> None:
        after = self.hears(city, self.draft(city), "不对,是902,我是802")
        asked = next_question(after, city)
        assert asked is not None and asked.kind == "confirm"
        assert after.remarks == ((Remark.PUTS_RIGHT, "不对,是902,我是802"),)

    def test_a_bare_no_is_asked_what_is_wrong(self, city: City) -> None:
        asked = next_question(self.hears(city, self.draft(city), "不对"), city)
        assert asked is not None and asked.kind == "correction"

    def test_the_type_that_is_put_right_is_no_remark(self, city: City) -> None:
        after = self.hears(city, self.draft(city), "我这不是投诉，是提个建议", meant="提个建议")
        assert after.request_type == "suggestion"
        assert not self.hears(city, after, "我这不是投诉，是提个建议", meant="提个建议").remarks

    def test_an_objection_stands_on_the_ticket(self, city: City) -> None:
        after = self.hears(city, self.draft(city), "对，但是怎么转给城管局", "affirm")
        intake = as_intake(after, city, "m1", Citizen("web", "a"), "c1")
        assert ("市民对承办单位有异议", "对，但是怎么转给城管局") in intake.details
        assert Draft.from_slots(after.as_slots()) == after


class TestThePlace:
    """A known place is told more precisely, or corrected."""

    @staticmethod
    def place(
        city: City, known: str, text: str, *places: str, asked: str = "contact", intent: str = "inform"
    ) -> str | None:
        draft = begin(Understood("摊贩占道", "state_matter", category="0201", places=(known,)), city, None)
        after = take(draft, Understood(text, intent, places=places), asked, city)
        return (after or draft).place

    @pytest.mark.parametrize(
        ("known", "text", "place", "after"),
        [
            ("温江区珠江国际花园 5栋", "我住5栋1单元802,楼上就是902", "5栋1单元802", "温江区珠江国际花园5栋1单元802"),
            ("锦江区望平街", "15号", "15号", "锦江区望平街15号"),
            ("锦江区望平街15号", "3楼", "3楼", "锦江区望平街15号3楼"),
            ("錦江區春熙路附近", "春熙路北段22號3樓", "春熙路北段22號3樓", "錦江區春熙路北段22號3樓"),
            (
                "Tongzilin, Wuhou District",
                "Tongzilin Zhong Lu No. 12",
                "Tongzilin Zhong Lu No. 12",
                "Tongzilin Zhong Lu No. 12",
            ),
            ("武侯区华西医院", "国学巷37号", "国学巷37号", "武侯区华西医院（国学巷37号）"),
            ("锦江区三环路", "娇子立交那儿", None, "锦江区三环路（娇子立交那儿）"),
            ("锦江区望平街15号", "我住3栋2单元", "3栋2单元", "锦江区望平街15号"),
            ("锦江区望平街15号", "红星路二段70号", "红星路二段70号", "锦江区望平街15号"),
        ],
    )
    def test_a_house_told_later_is_added(
        self, city: City, known: str, text: str, place: str | None, after: str
    ) -> None:
        assert self.place(city, known, text, *([place] if place else [])) == after

    def test_what_is_beside_another_place_replaces_all_that_followed_the_wrong_name(self, city: City) -> None:
        known, text = "成华区建设路万科华茂广场后头", "不是万科华茂,是东郊记忆旁边那个"
        assert (
            self.place(city, known, text, "东郊记忆旁边", asked="confirm", intent="correct")
            == "成华区建设路东郊记忆旁边"
        )

    def test_where_else_something_is_does_not_move_the_place(self, city: City) -> None:
        told = Understood("老板欠工资", "state_matter", category="0801", places=("龙泉驿区十陵街道",))
        draft = begin(told, city, None)
        text = "公司地址是十陵街道江华路88号,我们上班在简阳的工地"
        after = take(
            draft,
            Understood(text, "inform", district="jianyang", places=("十陵街道江华路88号", "简阳")),
            "confirm",
            city,
        )
        assert after is not None
        assert (after.place, after.district) == ("龙泉驿区十陵街道江华路88号", "longquanyi")


def test_a_time_is_no_plate_and_a_contact_no_answer(city: City) -> None:
    told = Understood("打车遇到黑车", "state_matter", category="0503", category_sure=True)
    draft = begin(told, city, None)
    after = take(draft, Understood("昨天晚上十一点", "inform"), "detail:plate", city)
    assert after is not None
    assert not after.details
    assert "昨天晚上十一点" in after.description
    heard = Understood("我姓何，電話13800001234", "inform", phones=("13800001234",), names=("何",))
    noise = begin(Understood("樓下每晚嘈", "state_matter", category=NOISE, category_sure=True), city, None)
    after = take(noise, heard, "detail:source", city)
    assert after is not None
    assert not after.details
