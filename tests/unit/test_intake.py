"""Taking a matter in: one short question at a time, nothing asked that was told, and a correction changes one thing.

The matters are Chengdu's: 0106 a street light (the district's), 0102 power (the city's), 0308 the housing fund (no
place), 0602 noise (what makes it decides the department), 0801 unpaid wages (two details), 0101 water (may be urgent).
"""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hotline.city import City
from hotline.intake import (
    Draft,
    Question,
    Understood,
    acknowledgement,
    asks_when_answered,
    begin,
    ends_kindly,
    next_question,
    take,
)
from hotline.intake.agreeing import opens_with_yes
from hotline.intake.ending import wants_only_an_answer
from hotline.intake.facts import MAX_DESCRIPTION, MAX_NAME, MAX_PLACE

LIGHT, POWER, FUND, NOISE, BUILDING_NOISE, WAGES, WATER = "0106", "0102", "0308", "0602", "0601", "0801", "0101"
PHONE, OTHER_PHONE = "13800001234", "13900005678"
TYPES = ("consultation", "help", "complaint", "report", "suggestion", "praise")
TAKES = ("help", "complaint", "report")  # these need work at a place


class Intake:
    """One citizen's intake: what they say, and the next question."""

    def __init__(self, city: City, text: str, verified_phone: str | None = None, **heard: Any) -> None:
        self.city = city
        heard = {"category_sure": "category" in heard} | heard
        self.draft = begin(Understood(text, "state_matter", **heard), city, verified_phone)

    @property
    def asks(self) -> str | None:
        """The kind of the open question; None when the citizen has confirmed."""
        question = next_question(self.draft, self.city)
        return question.kind if question else None

    def hears(self, text: str, intent: str = "inform", **heard: Any) -> Intake:
        """The citizen's next message, which must tell the intake something."""
        changed = take(self.draft, Understood(text, intent, **heard), self.asks, self.city)
        assert changed is not None, f"{text} was not understood as an answer to {self.asks}"
        self.draft = changed
        return self

    def has_no_use_for(self, text: str, intent: str = "inform", **heard: Any) -> bool:
        """Whether the message tells the intake nothing."""
        return take(self.draft, Understood(text, intent, **heard), self.asks, self.city) is None


@pytest.fixture
def light(city: City) -> Intake:
    """Only what is broken is known."""
    return Intake(city, "路灯坏了三天没人修", category=LIGHT, request_type="help")


@pytest.fixture
def read_back(city: City) -> Intake:
    """Everything is known; the assistant has read it back."""
    intake = Intake(
        city,
        "锦江区望平街15号路灯坏了，我姓王，电话13800001234",
        category=LIGHT,
        request_type="help",
        district="jinjiang",
        places=("锦江区望平街15号",),
        phones=(PHONE,),
        names=("王",),
    )
    assert intake.asks == "confirm"
    return intake


def changed(before: Draft, after: Draft) -> set[str]:
    """The names of the fields that differ, except the questions asked so far."""
    one, other = asdict(before), asdict(after)
    return {name for name in one if one[name] != other[name]} - {"asked"}


class TestOrder:
    def test_place_then_district_then_contact_then_the_read_back(self, light: Intake) -> None:
        assert light.asks == "place"
        assert light.hears("幸福路28号门口", places=("幸福路28号门口",)).asks == "district"
        assert light.hears("锦江区", district="jinjiang").asks == "contact"
        assert light.hears("我姓王，13800001234", phones=(PHONE,), names=("王",)).asks == "confirm"
        assert light.hears("对", "affirm").asks is None

    def test_the_details_that_decide_come_between_the_place_and_the_contact(self, city: City) -> None:
        wages = Intake(city, "老板不给钱", category=WAGES, request_type="complaint")
        assert wages.asks == "place"
        assert wages.hears("武侯区晋阳路88号", places=("武侯区晋阳路88号",)).asks == "detail:employer"
        assert wages.hears("叫兴盛").asks == "detail:amount"
        assert wages.hears("记不清了，好几笔").asks == "contact"
        assert wages.draft.details == (("employer", "叫兴盛"), ("amount", "记不清了，好几笔"))

    @pytest.mark.parametrize(("words", "first"), [("水费", "matter"), ("5路公交", "matter"), ("咋个提取", "contact")])
    def test_a_bare_subject_is_asked_about_before_the_contact(self, city: City, words: str, first: str) -> None:
        subject = Intake(city, words, category=FUND, request_type="consultation")
        assert subject.asks == first
        if first == "matter":
            assert subject.hears("突然多扣了三百多").asks == "contact"
            assert "三百多" in subject.draft.description

    def test_a_matter_of_the_city_needs_no_district(self, city: City) -> None:
        power = Intake(city, "家里停电了", category=POWER, request_type="help")
        assert power.asks == "place"
        assert power.hears("幸福路28号", places=("幸福路28号",)).asks == "contact"

    def test_what_is_told_with_the_place_is_kept(self, city: City) -> None:
        water = Intake(city, "我们这里停水了", category=WATER, request_type="help")
        water.hears("成华区建设路3号，从早上六点停到现在", "state_matter", places=("成华区建设路3号",))
        assert water.draft.place == "成华区建设路3号"
        assert "从早上六点停到现在" in water.draft.description

    def test_words_that_are_not_understood_are_kept_where_the_contact_is_asked(self, light: Intake) -> None:
        light.hears("锦江区望平街15号", places=("锦江区望平街15号",), district="jinjiang")
        assert light.hears("七八辆一起，油门轰得特别响", "nlu_fallback").asks == "contact"
        assert "油门轰得特别响" in light.draft.description
        assert light.has_no_use_for("asdf jkl; qwer uiop", "nlu_fallback")

    def test_a_place_that_names_its_district_answers_both_questions(self, light: Intake) -> None:
        assert light.hears("成华区建设路3号", places=("成华区建设路3号",)).asks == "contact"
        assert light.draft.district == "chenghua"

    def test_a_place_that_every_citizen_knows_answers_both_questions(self, light: Intake) -> None:
        assert light.hears("天府广场地铁口", places=("天府广场地铁口",)).asks == "contact"
        assert light.draft.district == "qingyang"

    def test_a_word_or_two_are_asked_to_be_explained(self, city: City) -> None:
        vague = Intake(city, "有问题", request_type="help")
        assert vague.asks == "matter"
        assert vague.hears("我们楼下一直在漏水", "state_matter").asks == "place"
        assert vague.draft.description == "有问题\n我们楼下一直在漏水"

    def test_a_matter_that_cannot_be_sorted_still_needs_its_place(self, city: City) -> None:
        assert Intake(city, "楼下有个东西一直没有人来管理", request_type="complaint").asks == "place"

    def test_no_detail_is_asked_for_a_category_that_is_only_a_guess(self, city: City) -> None:
        guess = Intake(city, "老板的事", category=WAGES, category_sure=False, request_type="complaint", phones=(PHONE,))
        assert guess.hears("锦江区望平街15号", places=("锦江区望平街15号",)).asks == "confirm"

    def test_the_question_is_the_citys_own_where_it_has_one(self, city: City) -> None:
        wages = Intake(city, "老板不给钱", category=WAGES, request_type="complaint")
        asked = next_question(wages.draft, city)
        own = city.category(WAGES).ask_place
        assert asked is not None
        assert own is not None
        assert (asked.zh, asked.en) == (own.zh, own.en)

    @pytest.mark.parametrize(
        ("answer", "is_plain"), [("不是场馆，是院坝里头的", True), ("不在场馆，是路边", True), ("那个场馆", False)]
    )
    def test_the_citys_own_question_is_not_put_where_it_does_not_fit(
        self, city: City, answer: str, is_plain: bool
    ) -> None:
        gym = Intake(city, f"健身器材断了\n{answer}", category="1006", request_type="help")
        asked = next_question(gym.draft, city)
        assert asked is not None
        assert asked.kind == "place"
        assert (asked.zh is None) is is_plain


class TestOnlyAnAnswer:
    @pytest.mark.parametrize("text", ["算了我不登记，就问能不能带嘛", "不登记，我就问一哈", "不要提交，我只是想问一下"])
    def test_who_wants_nothing_recorded_may_still_want_to_know(self, text: str) -> None:
        assert wants_only_an_answer(text)

    @pytest.mark.parametrize("text", ["我不登记", "我就想问一下能不能带", "算了不用了"])
    def test_others_either_end_it_or_go_on(self, text: str) -> None:
        assert not wants_only_an_answer(text)


class TestNothingTwice:
    def test_all_said_at_once_is_only_read_back(self, read_back: Intake) -> None:
        assert read_back.asks == "confirm"
        assert read_back.draft == Draft(
            description="锦江区望平街15号路灯坏了，我姓王，电话13800001234",
            request_type="help",
            category=LIGHT,
            category_sure=True,
            district="jinjiang",
            place="锦江区望平街15号",
            name="王",
            phone=PHONE,
            urgency="normal",
        )

    def test_a_phone_that_the_channel_vouches_for_is_not_asked(self, city: City) -> None:
        texted = Intake(
            city, "成华区建设路3号停电", PHONE, category=POWER, request_type="help", places=("成华区建设路3号",)
        )
        assert texted.asks == "confirm"
        assert texted.draft.phone == PHONE

    def test_a_detail_that_was_said_is_not_asked(self, city: City) -> None:
        wages = Intake(
            city, "宏建劳务公司欠我三万块", category=WAGES, request_type="complaint", places=("武侯区晋阳路",)
        )
        assert wages.asks == "contact"

    def test_what_an_answer_says_beyond_the_question_is_kept(self, light: Intake) -> None:
        light.hears(
            "锦江区望平街15号，我姓王，13800001234", places=("锦江区望平街15号",), phones=(PHONE,), names=("王",)
        )
        assert light.asks == "confirm"
        assert (light.draft.phone, light.draft.name) == (PHONE, "王")

    @pytest.mark.parametrize(
        ("text", "intent"),
        [
            ("嗯，在锦江区望平街15号", "affirm"),
            ("不晓得几号，就在锦江区望平街", "dont_know"),
            ("保密，在锦江区望平街15号", "keep_confidential"),
            ("不用保密，在锦江区望平街15号", "no_confidential"),
            ("不是，在锦江区望平街15号", "deny"),
        ],
    )
    def test_what_is_said_beside_a_yes_or_no_is_not_asked_again(self, light: Intake, text: str, intent: str) -> None:
        place = text.partition("在")[2]
        light.hears(text, intent, places=(place,))
        assert light.draft.place == place
        assert light.asks == "contact"

    @pytest.mark.parametrize(("text", "intent"), [("不用客气，打13800001234", "deny"), ("好，13800001234", "affirm")])
    def test_a_phone_beside_a_yes_or_no_is_taken(self, light: Intake, text: str, intent: str) -> None:
        light.hears("锦江区望平街15号", places=("锦江区望平街15号",))
        assert light.asks == "contact"
        light.hears(text, intent, phones=(PHONE,))
        assert (light.draft.phone, light.draft.anonymous) == (PHONE, False)
        assert light.asks == "confirm"

    def test_a_place_is_words_and_not_any_row_of_signs(self, light: Intake) -> None:
        assert light.has_no_use_for("7")
        assert light.has_no_use_for("。。。")
        assert light.has_no_use_for("asdf")
        assert light.hears("就在菜市场门口。").draft.place == "菜市场门口"

    @pytest.mark.parametrize("piece", ["不亮", "收钱", "一个星期了", "晚上", "没涨"])
    def test_a_piece_of_the_matter_is_no_place_and_is_kept(self, light: Intake, piece: str) -> None:
        light.hears(piece, "nlu_fallback")
        assert light.draft.place is None
        assert piece in light.draft.description
        assert light.asks == "place"

    def test_short_messages_tell_together_what_it_is(self, city: City) -> None:
        site = Intake(city, "工地", category="0603", request_type="complaint")
        assert site.hears("晚上", together=BUILDING_NOISE).draft.category == BUILDING_NOISE
        long = Intake(city, "小区门口的路灯坏了一个多星期了", category=LIGHT, request_type="help")
        assert long.hears("晚上", together=BUILDING_NOISE).draft.category == LIGHT

    def test_a_name_that_no_list_knows_is_kept_with_its_district(self, light: Intake) -> None:
        assert light.hears("大丰街道 蓝光coco", places=("大丰街道",)).draft.place == "大丰街道蓝光coco"

    @pytest.mark.parametrize("text", ["我叫张磊 18080112233", "对，姓汪 13608889900"])
    def test_who_is_told_is_no_place_and_no_detail(self, city: City, text: str) -> None:
        wages = Intake(city, "工资三个月没发", category=WAGES, request_type="complaint")
        wages.hears("武侯区晋阳路", places=("武侯区晋阳路",)) if text.startswith("对") else None
        wages.hears(text, phones=("18080112233",), names=(text[2:4] if "叫" in text else "汪",))
        assert "0112" not in f"{wages.draft.place}{wages.draft.details}"

    def test_a_shop_is_not_the_citizen(self, light: Intake) -> None:
        light.hears("店在锦华路，叫康寿堂", places=("锦华路康寿堂",), names=("康寿堂",))
        assert light.draft.name is None

    @pytest.mark.parametrize(
        ("text", "names", "name"),
        [("好，刘女士，13512340000", ("刘女士",), "刘"), ("叫我老吴就是", (), "老吴"), ("我叫老郑", (), "老郑")],
    )
    def test_a_name_is_taken_without_its_title_and_as_people_are_called(
        self, light: Intake, text: str, names: tuple[str, ...], name: str
    ) -> None:
        light.hears("锦江区望平街15号", places=("锦江区望平街15号",))
        assert light.hears(text, names=names).draft.name == name

    def test_a_place_in_english(self, light: Intake) -> None:
        assert light.hears("near Jinli street gate").draft.place == "near Jinli street gate"


class TestUnknown:
    def test_what_the_citizen_does_not_know_is_asked_once(self, city: City) -> None:
        wages = Intake(city, "老板不给钱", category=WAGES, request_type="complaint")
        asked = []
        while wages.asks != "confirm":
            asked.append(wages.asks)
            wages.hears("不知道", "dont_know")
        assert asked == ["place", "district", "detail:employer", "detail:amount", "contact"]

    def test_a_bare_yes_to_an_open_question_goes_on_to_the_next(self, light: Intake) -> None:
        assert light.hears("嗯", "affirm").asks == "district"

    def test_an_answer_to_the_district_that_names_none_is_not_asked_for_again(self, light: Intake) -> None:
        assert light.hears("幸福路28号", places=("幸福路28号",)).asks == "district"
        assert light.hears("就是市中心那边").asks == "contact"

    def test_not_knowing_is_no_confirmation(self, read_back: Intake) -> None:
        assert read_back.has_no_use_for("不知道", "dont_know")

    @settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(st.data())
    def test_every_intake_ends_and_no_question_is_put_twice(self, city: City, data: st.DataObject) -> None:
        """Whatever the matter, a citizen who answers each question or does not know gets a read-back."""
        category = city.category(data.draw(st.sampled_from(sorted(city.categories))))
        request_type = data.draw(st.sampled_from(category.request_types))
        text = data.draw(st.sampled_from(["有事", "请你们管一管这件事情", category.keywords[0]]))
        intake = Intake(city, text, category=category.code, request_type=request_type)
        answers = {
            "place": {"text": "幸福路28号", "places": ("幸福路28号",)},
            "district": {"text": "锦江区", "district": "jinjiang"},
            "contact": {"text": PHONE, "phones": (PHONE,)},
        }
        asked: list[str | None] = []
        while (question := intake.asks) != "confirm":
            assert question not in asked
            asked.append(question)
            if data.draw(st.booleans()):
                intake.hears(**{"text": "就是那个", **answers.get(str(question), {})})
            else:
                intake.hears("不知道", "dont_know")
        order = [str(question).partition(":")[0] for question in asked]
        assert order == sorted(order, key=["matter", "place", "district", "detail", "contact"].index)
        assert intake.hears("对", "affirm").asks is None


class TestSaidOutright:
    def test_whoever_reports_makes_a_report(self, city: City) -> None:
        report = Intake(city, "我要举报一家喷漆厂没有环保设备", category="1301", request_type="complaint")
        assert report.draft.request_type == "report"

    def test_a_yes_with_a_word_of_haste_confirms(self, read_back: Intake) -> None:
        assert read_back.hears("对，快点", "urge").asks is None

    def test_a_yes_that_goes_on_to_a_change_does_not(self, read_back: Intake) -> None:
        assert read_back.has_no_use_for("对，换个电话", "nlu_fallback") or read_back.asks is not None


class TestSaidBesides:
    """What is told instead of the asked thing is neither lost nor asked about for ever."""

    @pytest.fixture
    def asked(self, light: Intake) -> Intake:
        """The assistant has asked for name and phone."""
        return light.hears("锦江区望平街15号", places=("锦江区望平街15号",))

    def test_whoever_tells_more_twice_is_not_asked_a_third_time(self, asked: Intake) -> None:
        assert asked.hears("是昨天晚上开始的").asks == "contact"
        assert asked.hears("整条街都黑了").asks == "confirm"
        assert all(words in asked.draft.description for words in ("昨天晚上", "整条街"))

    def test_a_phone_still_counts_at_the_read_back(self, asked: Intake) -> None:
        asked.hears("是昨天晚上开始的").hears("整条街都黑了").hears(PHONE, phones=(PHONE,))
        assert (asked.draft.phone, asked.asks) == (PHONE, "confirm")

    def test_what_comes_with_not_knowing_is_kept(self, asked: Intake) -> None:
        asked.hears("不晓得名字，工号是1024", "dont_know")
        assert "1024" in asked.draft.description
        assert asked.asks == "contact"

    def test_plainly_not_knowing_adds_nothing(self, asked: Intake) -> None:
        assert "清楚" not in asked.hears("这个我不太清楚哦", "dont_know").draft.description

    def test_a_further_question_belongs_to_the_question(self, city: City) -> None:
        fund = Intake(city, "公积金怎么提取", category=FUND, request_type="consultation")
        fund.hears("要什么材料", "nlu_fallback").hears("去哪里办", "who_handles")
        assert all(words in fund.draft.description for words in ("什么材料", "哪里办"))
        assert fund.asks == "confirm"

    def test_a_further_question_at_the_read_back_is_read_back_with_it(self, city: City) -> None:
        fund = Intake(city, "公积金怎么提取", category=FUND, request_type="consultation")
        fund.hears("13800001234", "inform", phones=("13800001234",))
        assert fund.asks == "confirm"
        fund.hears("去哪里办", "who_handles")
        assert "哪里办" in fund.draft.description
        assert fund.asks == "confirm"
        assert fund.hears("好的，要多久呢", "affirm").draft.confirmed

    @pytest.mark.parametrize("words", ["就在网上能办不", "要好久哦", "还可以代办不？"])
    def test_a_further_question_is_known_in_the_words_of_sichuan(self, city: City, words: str) -> None:
        fund = Intake(city, "公积金怎么提取", category=FUND, request_type="consultation")
        assert words in fund.hears(words, "nlu_fallback").draft.description

    def test_a_plate_told_where_the_place_was_asked_is_not_asked_again(self, city: City) -> None:
        car = Intake(city, "有车堵到我了", category="0510", request_type="help")
        assert car.hears("川A12345").asks == "place"
        assert car.hears("成华区建设路万象城地下停车场", places=("成华区建设路万象城地下停车场",)).asks == "contact"

    def test_a_phone_is_no_answer_to_what_else_was_asked(self, city: City) -> None:
        car = Intake(city, "有车堵到我了", category="0510", request_type="help")
        car.hears("成华区建设路", places=("成华区建设路",))
        assert car.asks == "detail:plate"
        assert car.hears(PHONE, phones=(PHONE,)).asks == "detail:plate"
        assert (car.draft.phone, car.draft.details) == (PHONE, ())
        assert car.hears(PHONE, phones=(PHONE,)).asks == "confirm"

    @pytest.mark.parametrize("words", ["要带啥子", "去哪点办呢"])
    def test_a_further_question_that_seems_to_ask_for_a_ticket_is_one_of_the_matter(
        self, city: City, words: str
    ) -> None:
        for intent in ("check_status", "repeat"):
            fund = Intake(city, "公积金怎么提取", category=FUND, request_type="consultation")
            assert words in fund.hears(words, intent).draft.description

    @pytest.mark.parametrize("words", ["我上次那个单子办到哪里了", "要等好久", "你说啥子", "什么时候答复"])
    def test_a_question_about_a_ticket_or_for_the_words_again_is_left_to_who_answers_it(
        self, city: City, words: str
    ) -> None:
        fund = Intake(city, "公积金怎么提取", category=FUND, request_type="consultation")
        assert fund.has_no_use_for(words, "check_status")
        assert fund.has_no_use_for(words, "repeat")

    def test_an_addition_at_the_read_back_is_kept(self, read_back: Intake) -> None:
        read_back.hears("对了还要加一句 灯杆也是歪的", "add_to_ticket")
        assert "灯杆也是歪的" in read_back.draft.description
        assert read_back.asks == "confirm"

    def test_more_told_instead_of_the_district_is_kept(self, light: Intake) -> None:
        light.hears("幸福路28号", places=("幸福路28号",))
        assert light.asks == "district"
        assert light.hears("就是每天晚上都黑得很").asks == "contact"
        assert "黑得很" in light.draft.description

    def test_an_answer_to_another_question_is_kept_and_the_question_put_again(self, city: City) -> None:
        wages = Intake(city, "老板不给钱", category=WAGES, request_type="complaint")
        wages.hears("武侯区晋阳路", places=("武侯区晋阳路",))
        assert wages.asks == "detail:employer"
        assert wages.hears("差我们三万多").asks == "detail:employer"
        assert wages.hears("宏建劳务公司").asks == "contact"
        assert wages.draft.details == (("amount", "差我们三万多"), ("employer", "宏建劳务公司"))

    def test_a_plate_told_early_is_known_and_read_back(self, city: City) -> None:
        car = Intake(city, "川A12345堵到我了", category="0510", request_type="help", plates=("川A12345",))
        assert car.draft.details == (("plate", "川A12345"),)
        assert car.hears("成华区建设路", places=("成华区建设路",)).asks == "contact"
        car.hears(PHONE, phones=(PHONE,)).hears("不是川A12345，是川A12346", "correct", plates=("川A12345", "川A12346"))
        assert car.draft.details == (("plate", "川A12346"),)

    def test_a_shorter_plate_replaces_the_one_that_was_too_long(self, city: City) -> None:
        car = Intake(city, "川A8K3F21堵到我了", category="0510", request_type="help", plates=("川A8K3F21",))
        car.hears("川A8K3F2，没得后面那个1", "inform", plates=("川A8K3F2",))
        assert car.draft.details == (("plate", "川A8K3F2"),)

    def test_a_plate_told_where_it_is_asked_keeps_what_is_said_with_it(self, city: City) -> None:
        car = Intake(city, "有车堵到我了", category="0510", request_type="help", places=("成华区建设路",))
        assert car.asks == "detail:plate"
        assert car.hears("川A12345，白色大众", plates=("川A12345",)).draft.details == (("plate", "川A12345，白色大众"),)

    def test_a_plate_is_no_detail_of_other_matters(self, city: City) -> None:
        bus = Intake(city, "川A12345的司机甩客", category="0501", request_type="complaint", plates=("川A12345",))
        assert bus.draft.details == ()

    def test_noise_belongs_to_no_question(self, city: City) -> None:
        fund = Intake(city, "公积金怎么提取", category=FUND, request_type="consultation")
        assert fund.has_no_use_for("啦啦啦", "nlu_fallback")

    @pytest.mark.parametrize("words", ["没有了", "就这些", "没了", "就这样吧"])
    def test_nothing_more_is_no_stop(self, asked: Intake, words: str) -> None:
        assert asked.hears(words, "stop_intake").asks == "confirm"

    @pytest.mark.parametrize(
        ("words", "next_asked"),
        [("没有其他了", "confirm"), ("没得了", "confirm"), ("就这样吧", None), ("没有要改的", None)],
    )
    def test_nothing_more_is_no_yes_to_the_read_back(
        self, read_back: Intake, words: str, next_asked: str | None
    ) -> None:
        assert read_back.hears(words, "deny").asks == next_asked

    def test_the_number_of_who_is_reported_is_not_the_citizens(self, city: City) -> None:
        scam = Intake(city, "举报那个号码13500000000", category=LIGHT, request_type="report", phones=("13500000000",))
        assert scam.draft.phone is None
        both = Intake(
            city,
            "骗子的电话是13500000000，我的电话是13800001234",
            category=LIGHT,
            request_type="report",
            phones=("13500000000", PHONE),
        )
        assert both.draft.phone == PHONE

    def test_a_phone_that_was_taken_for_theirs_is_given_back(self, read_back: Intake) -> None:
        assert read_back.hears("那个是骗子的号码", "inform").asks == "contact"
        assert read_back.draft.phone is None

    @pytest.mark.parametrize(
        ("said", "name"),
        [("叫我李姐就是了", "李姐"), ("喊我周嬢嘛", "周嬢"), ("叫我喊李姐来", None), ("别人叫我姐姐", None)],
    )
    def test_how_who_speaks_wants_to_be_called_is_their_name(self, city: City, said: str, name: str | None) -> None:
        assert Intake(city, f"路灯坏了，{said}", category=LIGHT, request_type="help").draft.name == name

    @pytest.mark.parametrize(
        ("said", "concerned"),
        [
            ("他姓蒋，蒋勇，我是他老婆", "蒋勇"),
            ("老汉儿叫吴德明，我是他女儿", "吴德明"),
            ("留他的名字嘛，周涛 13800001234", "周涛"),
            ("他姓蒋", None),
            ("老板叫张建国", None),
        ],
    )
    def test_whom_the_speaker_speaks_for_is_not_the_speaker(self, city: City, said: str, concerned: str | None) -> None:
        names = (concerned,) if concerned else ()
        draft = Intake(city, f"路灯坏了，{said}", category=LIGHT, request_type="help", names=names).draft
        assert (draft.concerned, draft.name) == (concerned, None)

    @pytest.mark.parametrize("intent", ["inform", "correct", "stay_anonymous", "state_matter"])
    def test_a_question_with_the_contact_is_kept(self, asked: Intake, intent: str) -> None:
        asked.hears("姓李，13800001234，换个灯泡要不要钱", intent, names=("李",), phones=(PHONE,))
        assert "换个灯泡要不要钱" in asked.draft.description

    def test_a_question_about_the_name_is_no_part_of_the_matter(self, asked: Intake) -> None:
        asked.hears("匿名可以不", "stay_anonymous")
        assert "匿名" not in asked.draft.description

    def test_a_place_that_was_taken_back_does_not_stay(self, city: City) -> None:
        heap = Intake(
            city,
            "彭州濛阳那边菜市场垃圾成堆，不对，是九尺镇，不是濛阳",
            category=LIGHT,
            request_type="help",
            places=("彭州濛阳那边菜市场", "九尺镇", "濛阳"),
        )
        assert heap.draft.place == "彭州九尺镇那边菜市场"

    def test_another_place_in_passing_moves_no_place_to_its_district(self, city: City) -> None:
        taxi = Intake(city, "路灯坏了，东站", category=LIGHT, request_type="help", places=("东站",))
        taxi.draft = replace(taxi.draft, asked=("district",))
        assert taxi.hears("上车是在九里堤", places=("九里堤",), district="jinniu").draft.district is None

    def test_another_place_with_a_word_of_correction_moves_it(self, asked: Intake) -> None:
        asked.hears("不对不对 是望平街51号门口", "state_matter", places=("望平街51号门口",))
        assert asked.draft.place == "锦江区望平街51号门口"
        assert asked.hears("我住望福街", places=("望福街",)).draft.place == "锦江区望平街51号门口"

    def test_a_street_takes_the_place_of_its_bare_district(self, city: City) -> None:
        light = Intake(
            city, "青羊区路灯不亮", category=LIGHT, request_type="help", places=("青羊区",), district="qingyang"
        )
        light.hears("青羊区西御河沿街，13800001234", places=("青羊区西御河沿街",), district="qingyang", phones=(PHONE,))
        assert light.draft.place == "青羊区西御河沿街"

    def test_a_part_of_the_place_with_a_word_of_correction_leaves_the_rest(self, light: Intake) -> None:
        light.hears("大邑县东濠沟南段", places=("大邑县东濠沟南段",), district="dayi")
        assert light.hears("说错了，是北段", "correct", places=("北段",)).draft.place == "大邑县东濠沟北段"

    def test_a_site_in_a_district_is_the_place_though_it_sounds_like_a_matter(self, city: City) -> None:
        wages = Intake(city, "老板不给钱", category=WAGES, request_type="complaint")
        wages.hears("就是天府新区那个万科的工地", "state_matter", places=("天府新区",), category="0402")
        assert wages.draft.place == "天府新区万科的工地"

    def test_what_is_no_place_is_not_taken_for_one(self, light: Intake) -> None:
        assert light.hears("没有 我是气话", "nlu_fallback").draft.place is None

    @pytest.mark.parametrize(
        ("known", "told", "place"),
        [
            ("青羊", "人民中路", "青羊区人民中路"),
            ("青羊区花源街道", "花源街道白云路6栋", "青羊区花源街道白云路6栋"),
            ("青羊区", "我住人民中路", "青羊区"),
            ("青羊区人民中路", "太升路", "青羊区人民中路"),
        ],
    )
    def test_what_is_told_with_the_contact_may_say_more_exactly_where(
        self, city: City, known: str, told: str, place: str
    ) -> None:
        water = Intake(city, "停水", category=WATER, request_type="help", places=(known,), district="qingyang")
        assert water.asks == "contact"
        assert water.hears(told, places=(told.removeprefix("我住"),)).draft.place == place

    def test_an_answer_of_which_only_the_district_is_known_is_kept_whole(self, light: Intake) -> None:
        light.hears("成都七中育才 锦江区", places=("锦江区",), district="jinjiang")
        assert light.draft.place == "锦江区成都七中育才"

    def test_another_matter_with_a_word_of_correction_moves_the_category(self, asked: Intake) -> None:
        asked.hears("不是路灯，是红绿灯", "state_matter", category="0505", category_sure=True)
        assert asked.draft.category == "0505"

    def test_a_spoken_number_with_a_digit_missing_is_asked_for_again(self, asked: Intake) -> None:
        assert asked.hears("电话幺三九零零零零幺二三").asks == "phone"


class TestQuestionsAndPraise:
    @pytest.mark.parametrize("request_type", ["consultation", "suggestion", "praise"])
    def test_what_is_no_work_at_a_place_needs_no_place(self, city: City, request_type: str) -> None:
        assert Intake(city, "路灯什么时候亮", category=LIGHT, request_type=request_type).asks == "contact"

    def test_a_question_without_a_category_needs_no_place(self, city: City) -> None:
        assert Intake(city, "请问你们周末上不上班", request_type="consultation").asks == "contact"

    def test_a_question_about_the_housing_fund_needs_only_a_contact(self, city: City) -> None:
        fund = Intake(city, "公积金怎么提取", category=FUND, request_type="consultation")
        assert fund.asks == "contact"
        assert fund.hears("不用了", "deny").asks == "confirm"

    def test_no_citizen_is_asked_for_a_place_that_nobody_needs(self, city: City) -> None:
        for category in city.categories.values():
            for request_type in category.request_types:
                intake = Intake(city, "请你们管一管", category=category.code, request_type=request_type)
                needs_place = request_type in TAKES and category.place == "required"
                assert (intake.asks == "place") == needs_place, (category.code, request_type)

    def test_a_place_that_was_said_is_kept_where_none_is_needed(self, city: City) -> None:
        fund = Intake(city, "在天府广场办公积金吗", category=FUND, request_type="consultation", places=("天府广场",))
        assert fund.draft.place == "天府广场"

    def test_a_type_that_a_category_does_not_know_becomes_its_own(self, city: City) -> None:
        assert Intake(city, "食堂好吃", category="1803", request_type="complaint").draft.request_type == "praise"


class TestContact:
    @pytest.fixture
    def asked(self, light: Intake) -> Intake:
        """The assistant has asked for name and phone."""
        light.hears("锦江区望平街15号", places=("锦江区望平街15号",))
        assert light.asks == "contact"
        return light

    @pytest.mark.parametrize("text", ["不想露面", "我不方便出面", "不要打电话给我"])
    def test_who_does_not_want_to_be_seen_stays_unnamed(self, asked: Intake, text: str) -> None:
        assert asked.hears(text, "nlu_fallback").draft.anonymous

    def test_a_single_character_beside_the_phone_is_the_name(self, asked: Intake) -> None:
        assert asked.hears(f"周 {PHONE}", phones=(PHONE,)).draft.name == "周"

    @pytest.mark.parametrize("text", [f"好 {PHONE}", f"对，{PHONE}", f"打{PHONE}"])
    def test_a_yes_beside_the_phone_is_no_name(self, asked: Intake, text: str) -> None:
        assert asked.hears(text, phones=(PHONE,)).draft.name is None

    def test_the_name_of_who_is_complained_about_is_not_the_citizens(self, city: City) -> None:
        wages = Intake(city, "老板叫张建国，他不给钱", category=WAGES, request_type="complaint", names=("张建国",))
        assert wages.draft.name is None

    def test_whoever_gave_a_name_may_still_stay_unnamed(self, asked: Intake) -> None:
        asked.draft = replace(asked.draft, name="王")
        assert asked.hears("匿名", "stay_anonymous").draft.name is None

    def test_the_beginning_of_a_phone_is_asked_for_again(self, asked: Intake) -> None:
        assert asked.hears("我电话139").asks == "phone"

    def test_a_name_alone_is_enough(self, asked: Intake) -> None:
        assert asked.hears("我姓王", names=("王",)).asks == "confirm"

    @pytest.mark.parametrize("intent", ["stay_anonymous", "deny"])
    def test_nobody_has_to_give_a_name(self, asked: Intake, intent: str) -> None:
        asked.hears("匿名" if intent == "stay_anonymous" else "不想留", intent)
        assert asked.asks == "confirm"
        assert (asked.draft.anonymous, asked.draft.name, asked.draft.phone) == (True, None, None)

    def test_anonymity_takes_back_the_name_and_the_phone(self, read_back: Intake) -> None:
        read_back.hears("还是匿名吧", "stay_anonymous")
        assert (read_back.draft.anonymous, read_back.draft.name, read_back.draft.phone) == (True, None, None)
        assert read_back.asks == "confirm"

    def test_whoever_is_anonymous_already_is_not_asked(self, city: City) -> None:
        draft = Draft("路灯坏了", "help", LIGHT, district="jinjiang", place="望平街15号", anonymous=True)
        assert next_question(draft, city) == Question("confirm")

    def test_anonymity_holds_against_a_phone_that_the_channel_vouches_for(self, city: City) -> None:
        texted = Intake(city, "家里停电了", PHONE, category=POWER, request_type="help")
        texted.hears("匿名", "stay_anonymous")
        assert texted.draft.phone is None
        assert texted.hears("幸福路28号", places=("幸福路28号",)).asks == "confirm"
        assert texted.draft.phone is None

    def test_a_phone_given_after_all_ends_anonymity(self, asked: Intake) -> None:
        asked.hears("匿名", "stay_anonymous").hears("算了打这个吧13800001234", "correct", phones=(PHONE,))
        assert (asked.draft.anonymous, asked.draft.phone) == (False, PHONE)

    def test_words_that_are_no_contact_are_not_taken_for_one(self, asked: Intake) -> None:
        assert asked.has_no_use_for("你猜", "nlu_fallback")

    @pytest.mark.parametrize("intent", ["state_matter", "inform"])
    def test_more_of_the_matter_is_kept_and_the_contact_asked_again(self, asked: Intake, intent: str) -> None:
        asked.hears("晚上黑得很，老人都摔过", intent)
        assert asked.draft.description.endswith("\n晚上黑得很，老人都摔过")
        assert asked.asks == "contact"

    def test_where_the_citizen_lives_is_not_where_the_matter_is(self, asked: Intake) -> None:
        asked.hears(
            "我是成华区建设路3号的老王，13800001234", places=("成华区建设路3号",), phones=(PHONE,), names=("王",)
        )
        assert asked.draft.place == "锦江区望平街15号"
        assert asked.draft.district == "jinjiang"
        assert asked.draft.phone == PHONE


class TestCorrections:
    """Each correction changes what it names and nothing else."""

    def test_naming_the_type_that_is_noted_already_is_read_back_again(self, read_back: Intake) -> None:
        assert read_back.draft.request_type == "help"
        before = read_back.draft
        assert read_back.hears("我这不是投诉，是求助", "correct").asks == "confirm"
        assert read_back.draft == before

    @pytest.mark.parametrize("intent", ["correct", "inform", "deny"])
    @pytest.mark.parametrize(
        ("text", "heard", "field", "value"),
        [
            ("地点错了，是望平街51号", {"places": ("望平街51号",)}, "place", "锦江区望平街51号"),
            ("电话是13900005678", {"phones": (OTHER_PHONE,)}, "phone", OTHER_PHONE),
            ("我不姓王，姓汪", {"names": ("王", "汪")}, "name", "汪"),
        ],
    )
    def test_one_thing_is_changed(
        self, read_back: Intake, intent: str, text: str, heard: dict[str, Any], field: str, value: str
    ) -> None:
        before = read_back.draft
        read_back.hears(text, intent, **heard)
        assert getattr(read_back.draft, field) == value
        assert changed(before, read_back.draft) == {field}
        assert read_back.asks == "confirm"

    def test_a_place_that_it_is_not_is_no_place(self, read_back: Intake) -> None:
        before = read_back.draft.place
        read_back.hears(f"不是{before}", "correct", places=(str(before),))
        assert read_back.draft.place in (before, None)

    @pytest.mark.parametrize("intent", ["inform", "correct", "deny"])
    def test_three_things_are_put_right_at_once(self, read_back: Intake, intent: str) -> None:
        before = read_back.draft
        text = f"不是望平街是望福街，不姓王姓汪，电话是{OTHER_PHONE}"
        read_back.hears(text, intent, phones=(OTHER_PHONE,))
        assert changed(before, read_back.draft) == {"place", "name", "phone"}
        assert read_back.draft.place == "锦江区望福街15号"
        assert read_back.draft.name == "汪"
        assert read_back.asks == "confirm"

    def test_digits_that_are_put_right_in_the_place_leave_the_phone(self, read_back: Intake) -> None:
        before = read_back.draft
        read_back.hears("是12号不是15号", "correct")
        assert changed(before, read_back.draft) == {"place"}

    def test_the_district_stays_when_the_street_is_corrected(self, read_back: Intake) -> None:
        read_back.hears("是望平街51号", "correct", places=("望平街51号",))
        assert read_back.draft.district == "jinjiang"

    def test_a_street_in_another_district_brings_its_district(self, read_back: Intake) -> None:
        before = read_back.draft
        read_back.hears("是成华区建设路3号", "correct", places=("成华区建设路3号",))
        assert changed(before, read_back.draft) == {"place", "district"}
        assert read_back.draft.district == "chenghua"

    @pytest.mark.parametrize(
        ("district", "places"), [("chenghua", ()), ("chenghua", ("成华区",)), (None, ("锦江区", "成华区"))]
    )
    @pytest.mark.parametrize("said", ["锦江区望平街15号", "望平街15号"])
    def test_the_district_alone(self, city: City, said: str, district: str | None, places: tuple[str, ...]) -> None:
        """The street stays, without the wrong district's name in front of it."""
        intake = Intake(
            city, "路灯坏了", category=LIGHT, request_type="help", district="jinjiang", places=(said,), phones=(PHONE,)
        )
        before = intake.draft
        intake.hears("不是锦江区，是成华区", "correct", district=district, places=places)
        assert intake.draft.district == "chenghua"
        assert "望平街15号" in str(intake.draft.place)
        assert "锦江" not in str(intake.draft.place)
        assert changed(before, intake.draft) <= {"district", "place"}
        assert intake.asks == "confirm"

    def test_two_things_at_once(self, read_back: Intake) -> None:
        before = read_back.draft
        read_back.hears("在望平街51号，电话13900005678", "correct", places=("望平街51号",), phones=(OTHER_PHONE,))
        assert changed(before, read_back.draft) == {"place", "phone"}

    @pytest.mark.parametrize(("text", "question"), [("电话错了", "contact"), ("地址不对", "place")])
    def test_naming_what_is_wrong_asks_for_it_again(self, read_back: Intake, text: str, question: str) -> None:
        assert read_back.hears(text, "correct").asks == question

    def test_a_corrected_phone_leaves_the_name(self, read_back: Intake) -> None:
        read_back.hears("号码错了", "correct").hears("13900005678", phones=(OTHER_PHONE,))
        assert (read_back.draft.name, read_back.draft.phone) == ("王", OTHER_PHONE)
        assert read_back.asks == "confirm"

    def test_a_bare_no_is_asked_what_is_wrong(self, read_back: Intake) -> None:
        assert read_back.hears("不对", "deny").asks == "correction"
        assert read_back.hears("望平街51号", places=("望平街51号",)).asks == "confirm"
        assert read_back.draft.place == "锦江区望平街51号"

    def test_whoever_finds_nothing_wrong_after_all_is_read_it_again(self, read_back: Intake) -> None:
        assert read_back.hears("不对", "deny").asks == "correction"
        assert read_back.hears("哦，没错", "affirm").asks == "confirm"
        assert read_back.hears("对", "affirm").asks is None

    def test_before_the_read_back_too(self, light: Intake) -> None:
        light.hears("锦江区望平街15号", places=("锦江区望平街15号",))
        light.hears("说错了，是望平街51号", "correct", places=("望平街51号",))
        assert (light.draft.place, light.asks) == ("锦江区望平街51号", "contact")

    def test_a_correction_is_never_taken_for_a_confirmation(self, read_back: Intake) -> None:
        for intent in ("correct", "deny", "affirm", "inform"):
            answered = take(
                read_back.draft,
                Understood("对，是望平街51号", intent, places=("望平街51号",)),
                "confirm",
                read_back.city,
            )
            assert answered is not None
            assert not answered.confirmed, intent
            assert answered.place == "锦江区望平街51号", intent

    @pytest.mark.parametrize(
        ("text", "intent"),
        [
            ("对，谢谢师傅", "thank"),
            ("对头谢谢哈", "thank"),
            ("yes, thank you", "thank"),
            ("队", "chitchat"),
            ("好的好的，辛苦了", "thank"),
            ("没问题，提交吧", "nlu_fallback"),
        ],
    )
    def test_a_yes_with_thanks_is_one_and_adds_nothing(self, read_back: Intake, text: str, intent: str) -> None:
        before = read_back.draft
        assert read_back.hears(text, intent).asks is None
        assert changed(before, read_back.draft) == {"confirmed"}

    @pytest.mark.parametrize(
        ("text", "intent", "told"),
        [
            ("对的，我还有合同截图", "nlu_fallback", "我还有合同截图"),
            ("对啊，建议多建几个", "correct", "建议多建几个"),
            ("对，啥时候能解决啊，娃儿要上晚自习", "state_matter", "啥时候能解决啊，娃儿要上晚自习"),
            ("是的，他们已经第三次这样了", "inform", "他们已经第三次这样了"),
            ("对，不是一次两次了", "deny", "不是一次两次了"),
            ("yes, how long will it take?", "check_status", "how long will it take"),
        ],
    )
    def test_what_is_told_with_a_yes_goes_with_the_ticket(
        self, read_back: Intake, text: str, intent: str, told: str
    ) -> None:
        assert read_back.hears(text, intent).asks is None
        assert read_back.draft.description.endswith(f"\n{told}")

    @pytest.mark.parametrize(
        "text",
        [
            "对，但是灯杆号不对",
            "对，就是门牌写错了",
            "好的，先别提交",
            "好，我再想想",
            "对，还要补充一点",
            "对，你们会告诉物业是我吗",
            "yes but the number is wrong",
        ],
    )
    def test_a_yes_that_turns_is_none(self, read_back: Intake, text: str) -> None:
        for intent in ("correct", "affirm", "inform", "nlu_fallback"):
            answered = take(read_back.draft, Understood(text, intent), "confirm", read_back.city)
            assert answered is None or not answered.confirmed, intent

    def test_nobody_agrees_to_the_unit_that_what_is_told_with_the_yes_leads_to(self, city: City) -> None:
        noise = Intake(
            city, "楼下商家太吵", category=NOISE, request_type="complaint", places=("成华区建设路3号",), phones=(PHONE,)
        )
        assert noise.hears("对，工地上在打桩", "inform").asks == "confirm"
        assert noise.draft.category == BUILDING_NOISE

    def test_a_yes_that_repeats_what_is_known_confirms(self, read_back: Intake) -> None:
        heard: dict[str, Any] = {"places": ("望平街15号",), "phones": (PHONE,), "names": ("王",)}
        assert read_back.hears("对，望平街15号，我姓王，13800001234", "affirm", **heard).asks is None
        assert read_back.draft.place == "锦江区望平街15号"


class TestSecrecy:
    @pytest.mark.parametrize("text", ["你们去找他的时候莫说是我", "不要跟学校说是我"])
    def test_a_wish_for_secrecy_at_the_read_back_is_no_yes(self, read_back: Intake, text: str) -> None:
        assert read_back.hears(text, "keep_confidential").asks == "confirm"
        assert (read_back.draft.confidential, read_back.draft.confirmed) == (True, False)

    @pytest.mark.parametrize("text", ["保密", "请保密", "对，保密", "好的，给我保密", "yes, confidential"])
    def test_the_word_that_is_asked_for_and_a_yes_with_it_are_one(self, read_back: Intake, text: str) -> None:
        assert read_back.hears(text, "keep_confidential").asks is None
        assert read_back.draft.confidential is True

    def test_it_is_heard_beside_another_wish(self, read_back: Intake) -> None:
        read_back.hears("别让老板晓得，地址也改一下，望平街51号", "inform", places=("望平街51号",))
        assert (read_back.draft.confidential, read_back.draft.place) == (True, "锦江区望平街51号")
        assert read_back.asks == "confirm"

    def test_not_confidential_at_the_read_back_is_also_the_yes(self, read_back: Intake) -> None:
        assert read_back.hears("不用保密", "no_confidential").asks is None
        assert read_back.draft.confidential is False

    def test_earlier_it_is_noted_and_the_question_stands(self, light: Intake) -> None:
        assert light.hears("要保密哈", "keep_confidential").asks == "place"
        assert (light.draft.confidential, light.draft.confirmed) == (True, False)

    def test_what_nobody_spoke_of_is_left_to_the_city(self, read_back: Intake) -> None:
        assert read_back.hears("对", "affirm").draft.confidential is None


class TestMatter:
    def test_a_detail_moves_the_matter_to_another_department(self, city: City) -> None:
        noise = Intake(city, "半夜吵得睡不着", category=NOISE, request_type="complaint", places=("成华区建设路3号",))
        assert noise.asks == "detail:noise_source"
        assert noise.hears("对面工地打桩").asks == "contact"
        assert noise.draft.category == BUILDING_NOISE
        assert city.category(BUILDING_NOISE).lead != city.category(NOISE).lead

    def test_what_the_matter_already_says_moves_it_at_once(self, city: City) -> None:
        assert Intake(city, "工地半夜打桩", category=NOISE, request_type="complaint").draft.category == BUILDING_NOISE

    def test_an_answer_that_does_not_decide_leaves_it(self, city: City) -> None:
        noise = Intake(city, "半夜吵得睡不着", category=NOISE, request_type="complaint", places=("成华区建设路3号",))
        assert noise.hears("广场舞的音响").draft.category == NOISE

    def test_more_of_the_matter_at_the_read_back_is_added_and_read_back_again(self, read_back: Intake) -> None:
        before = read_back.draft
        assert read_back.hears("而且灯杆也是歪的", "state_matter").asks == "confirm"
        assert changed(before, read_back.draft) == {"description"}
        assert read_back.draft.description == f"{before.description}\n而且灯杆也是歪的"

    def test_more_of_the_matter_at_the_read_back_may_move_it(self, city: City) -> None:
        noise = Intake(
            city, "楼下商家太吵", category=NOISE, request_type="complaint", places=("成华区建设路3号",), phones=(PHONE,)
        )
        assert noise.asks == "confirm"
        assert noise.hears("其实是他们装修，工地上在打桩", "state_matter").draft.category == BUILDING_NOISE

    def test_a_matter_that_gets_worse_while_it_is_told_becomes_urgent(self, city: City) -> None:
        water = Intake(
            city, "水费单对不上", category=WATER, request_type="help", places=("锦江区望平街15号",), phones=(PHONE,)
        )
        assert water.draft.urgency == "normal"
        assert water.hears("而且现在整栋楼停水了", "state_matter").draft.urgency == "urgent"

    def test_urgent_stays_urgent(self, city: City) -> None:
        water = Intake(city, "整栋楼停水了", category=WATER, request_type="help", places=("锦江区望平街15号",))
        assert water.draft.urgency == "urgent"
        assert water.hears("我姓王", names=("王",)).draft.urgency == "urgent"

    def test_the_urgency_that_was_heard_is_kept(self, city: City) -> None:
        assert Intake(city, "路灯坏了", category=LIGHT, request_type="help", urgency="critical").draft.urgency == (
            "critical"
        )

    def test_small_talk_says_nothing_for_the_intake(self, read_back: Intake) -> None:
        for intent in ("greet", "chitchat", "thank", "insult", "check_status", "goodbye", "unheard_of"):
            assert read_back.has_no_use_for("……", intent)


class TestAcknowledged:
    """The assistant acknowledges what it took in when the next question alone would not show it."""

    def test_a_question_hears_who_answers_it_before_the_name_is_asked(self, city: City) -> None:
        fund = Intake(city, "公积金怎么提取", category=FUND, request_type="consultation")
        assert acknowledgement(None, fund.draft, None, str(fund.asks)) == "answered_by"

    def test_a_matter_whose_name_is_asked_at_once_is_being_registered(self, city: City) -> None:
        light = Intake(
            city, "望平街路灯坏了", category=LIGHT, request_type="help", places=("望平街",), district="510104"
        )
        assert light.asks == "contact"
        assert acknowledgement(None, light.draft, None, "contact") == "registering"

    def test_a_question_about_the_matter_needs_no_word_before_it(self, light: Intake) -> None:
        assert acknowledgement(None, light.draft, None, str(light.asks)) is None

    def test_an_addition_is_noted_when_the_same_question_stands(self, city: City) -> None:
        fund = Intake(city, "公积金怎么提取", category=FUND, request_type="consultation")
        before = fund.draft
        fund.hears("就是想付房租")
        assert acknowledgement(before, fund.draft, "contact", str(fund.asks)) == "noted"
        assert acknowledgement(before, before, "contact", "contact") is None

    def test_what_the_read_back_shows_is_not_announced(self, read_back: Intake) -> None:
        before = read_back.draft
        read_back.hears("电话是13900005678", phones=(OTHER_PHONE,))
        assert acknowledgement(before, read_back.draft, "confirm", "confirm") is None

    def test_the_second_addition_is_noted_in_other_words(self, city: City) -> None:
        fund = Intake(city, "公积金怎么提取", category=FUND, request_type="consultation")
        before = fund.hears("就是想付房租").draft
        fund.hears("我在高新区上班")
        assert acknowledgement(before, fund.draft, "confirm", "confirm") == "noted_too"


class TestToldAside:
    """A plain statement that answers no question is one more detail; only one without content is not understood."""

    @pytest.mark.parametrize(
        ("words", "intent"),
        [
            ("价值599", "nlu_fallback"),
            ("公司是云图游戏", "chitchat"),
            ("我八十六了,耳朵背", "chitchat"),
            ("他们前台还不承认", "nlu_fallback"),
            ("I am a student at Sichuan University", "nlu_fallback"),
            ("能不能上门", "ask_capabilities"),
            ("几点都在用", "ask_capabilities"),
        ],
    )
    @pytest.mark.parametrize("question", ["contact", "confirm"])
    def test_it_is_kept(self, light: Intake, question: str, words: str, intent: str) -> None:
        light.hears("锦江区望平街15号", places=("锦江区望平街15号",), district="jinjiang")
        if question == "confirm":
            light.hears("匿名", "stay_anonymous")
        assert light.asks == question
        assert words in light.hears(words, intent).draft.description
        assert light.asks == question
        assert not light.draft.confirmed

    @pytest.mark.parametrize(
        "words", ["票在", "哈哈哈哈", "呼啦呼啦嘣嘣嘣", "asdf jkl qwer uiop", "？？？？", "123456"]
    )
    def test_what_has_no_content_is_not_understood(self, light: Intake, words: str) -> None:
        light.hears("锦江区望平街15号", places=("锦江区望平街15号",), district="jinjiang")
        assert light.has_no_use_for(words, "nlu_fallback")

    @pytest.mark.parametrize(
        ("words", "intent"),
        [("你们都能办些什么", "ask_capabilities"), ("你今天吃饭没有", "chitchat"), ("转给人工客服", "request_human")],
    )
    def test_what_is_said_to_the_assistant_is_no_detail(self, light: Intake, words: str, intent: str) -> None:
        light.hears("锦江区望平街15号", places=("锦江区望平街15号",), district="jinjiang")
        assert light.has_no_use_for(words, intent)

    def test_a_chat_is_no_detail(self, light: Intake) -> None:
        light.hears("锦江区望平街15号", places=("锦江区望平街15号",), district="jinjiang")
        assert light.has_no_use_for("今天星期几呢", "chitchat", is_chat=True)

    def test_no_need_to_leave_one_declines_the_contact(self, light: Intake) -> None:
        light.hears("锦江区望平街15号", places=("锦江区望平街15号",), district="jinjiang")
        assert light.hears("不用留了", "withdraw_ticket").draft.anonymous

    def test_no_name_and_a_wish_for_secrecy_are_heard_together(self, light: Intake) -> None:
        light.hears("锦江区望平街15号", places=("锦江区望平街15号",), district="jinjiang")
        assert light.hears("匿名，莫跟物业说是我", "keep_confidential").asks == "confirm"
        assert (light.draft.anonymous, light.draft.confidential) == (True, True)

    def test_nobody_is_asked_a_third_time_while_they_tell_more(self, city: City) -> None:
        shop = Intake(city, "衣服质量差不退", category=LIGHT, request_type="complaint")
        assert shop.asks == "place"
        assert shop.hears("他们说好七天能退的", "nlu_fallback").asks == "place"
        assert shop.hears("他们现在消息都不回我了", "nlu_fallback").asks != "place"
        assert "消息都不回" in shop.draft.description

    def test_who_suffers_asks_for_help_also_with_when(self, city: City) -> None:
        heard: dict[str, Any] = {"category": WAGES, "request_type": "consultation"}
        assert Intake(city, "我们8个月没发工资，好久能发", **heard).draft.request_type == "complaint"
        assert Intake(city, "工资怎么算加班费", **heard).draft.request_type == "consultation"

    def test_a_question_becomes_a_matter_where_something_is_to_be_done(self, city: City) -> None:
        heard: dict[str, Any] = {"category": WATER, "request_type": "consultation", "places": ("郫都区天府名居3栋",)}
        bill = Intake(city, "水费咋个涨了三倍", **heard)
        assert bill.hears("怎么算出来的", "nlu_fallback").draft.request_type == "consultation"
        assert bill.hears("叫自来水公司来看表嘛", "state_matter", request_type="help").draft.request_type == "help"

    def test_a_bare_denial_is_asked_what_it_is_and_the_answer_decides(self, read_back: Intake) -> None:
        denied = read_back.hears("不是施工噪音", "correct", category=BUILDING_NOISE, category_sure=True)
        assert (denied.asks, denied.draft.category) == ("correction", LIGHT)
        told = denied.hears("是商家的音响", "state_matter", category=NOISE, category_sure=True)
        assert (told.asks, told.draft.category) == ("confirm", NOISE)

    @pytest.mark.parametrize("words", ["我没得电话", "电话没得", "I have no phone"])
    def test_who_has_no_phone_is_not_asked_for_one_again(self, light: Intake, words: str) -> None:
        light.hears("锦江区望平街15号", places=("锦江区望平街15号",), district="jinjiang")
        assert light.hears(words, "nlu_fallback").asks == "confirm"
        assert words in light.draft.description


class TestQuestionsThatEnd:
    """A citizen who only asked and wants nothing recorded may leave it at that."""

    @pytest.mark.parametrize(
        ("words", "intent"),
        [
            ("好的谢谢你,不用登记", "thank"),
            ("我不报案也不投诉,就问一哈", "stop_intake"),
            ("不用了，谢谢", "thank"),
            ("那我打那个电话问就是了", "nlu_fallback"),
            ("我自己去窗口问嘛", "nlu_fallback"),
            ("No thanks, I just wanted a phone number.", "stay_anonymous"),
            ("No, I am not complaining.", "no_confidential"),
        ],
    )
    def test_a_question_ends(self, city: City, words: str, intent: str) -> None:
        fund = Intake(city, "公积金怎么提取", category=FUND, request_type="consultation")
        assert ends_kindly(fund.draft, Understood(words, intent))

    @pytest.mark.parametrize(
        ("words", "intent"),
        [
            ("要得，谢谢你", "thank"),
            ("我没有说不登记噻，还是登记嘛", "stop_intake"),
            ("就是想问要不要户口本", "nlu_fallback"),
        ],
    )
    def test_thanks_a_further_question_and_a_protest_are_no_end(self, city: City, words: str, intent: str) -> None:
        fund = Intake(city, "公积金怎么提取", category=FUND, request_type="consultation")
        assert not ends_kindly(fund.draft, Understood(words, intent))

    def test_a_matter_is_not_ended_by_thanks(self, light: Intake) -> None:
        assert not ends_kindly(light.draft, Understood("谢谢，不用登记名字", "thank"))

    def test_who_leaves_a_phone_wants_the_answer(self, city: City) -> None:
        fund = Intake(city, "公积金怎么提取", category=FUND, request_type="consultation")
        assert not ends_kindly(fund.draft, Understood(f"谢谢，{PHONE}", "thank", phones=(PHONE,)))
        fund.hears(PHONE, phones=(PHONE,))
        assert not ends_kindly(fund.draft, Understood("谢谢", "thank"))

    @pytest.mark.parametrize(
        ("words", "of_the_hotline"), [("多少天给答复", True), ("几天能回复我", True), ("要多久", False)]
    )
    def test_when_an_answer_comes_is_asked_of_the_hotline(self, words: str, of_the_hotline: bool) -> None:
        assert asks_when_answered(words) is of_the_hotline

    def test_how_long_the_matter_takes_is_a_question_for_its_unit(self, city: City) -> None:
        permit = Intake(city, "公积金怎么提取", category=FUND, request_type="consultation")
        assert "要多久" in permit.hears("要多久", "check_status").draft.description


class TestBounds:
    def test_long_stories_are_kept_as_far_as_they_can_be_stored(self, city: City) -> None:
        long = Intake(
            city, "路" * 20_000, category=LIGHT, request_type="help", places=("街" * 500,), names=("王" * 500,)
        )
        assert len(long.draft.description) == MAX_DESCRIPTION
        assert len(str(long.draft.place)) == MAX_PLACE
        assert len(str(long.draft.name)) == MAX_NAME
        long.hears("更多", "state_matter")
        assert len(long.draft.description) == MAX_DESCRIPTION

    def test_several_places_of_one_matter_are_kept_together(self, city: City) -> None:
        both = Intake(city, "……", category=LIGHT, request_type="help", places=("望平街", "建设路"))
        assert both.draft.place == "望平街、建设路"


TEXTS = st.text(max_size=20)
DRAFTS = st.builds(
    Draft,
    description=TEXTS,
    request_type=st.sampled_from(TYPES),
    category=st.none() | st.sampled_from([LIGHT, NOISE, WAGES]),
    category_sure=st.booleans(),
    district=st.none() | st.just("jinjiang"),
    place=st.none() | TEXTS,
    details=st.lists(st.tuples(TEXTS, TEXTS), max_size=3).map(tuple),
    name=st.none() | TEXTS,
    phone=st.none() | TEXTS,
    anonymous=st.booleans(),
    confidential=st.none() | st.booleans(),
    urgency=st.none() | st.sampled_from(["normal", "urgent", "critical"]),
    asked=st.lists(TEXTS, max_size=4).map(tuple),
    confirmed=st.booleans(),
)
INTENTS = st.sampled_from(
    ["affirm", "deny", "inform", "correct", "dont_know", "keep_confidential", "no_confidential", "stay_anonymous",
     "state_matter", "nlu_fallback", "add_to_ticket", "greet", ""]
)  # fmt: skip
QUESTIONS = st.none() | st.sampled_from(
    ["matter", "place", "district", "detail:employer", "contact", "correction", "confirm"]
)
HEARD = st.builds(
    Understood,
    text=TEXTS,
    intent=INTENTS,
    district=st.none() | st.sampled_from(["jinjiang", "chenghua"]),
    places=st.lists(st.sampled_from(["望平街", "锦江区望平街15号", "成华区"]), max_size=2).map(tuple),
    phones=st.lists(st.just(PHONE), max_size=1).map(tuple),
    names=st.lists(st.sampled_from(["王", "汪"]), max_size=1).map(tuple),
)


class TestDraft:
    @given(DRAFTS)
    def test_a_draft_comes_back_from_the_dialogues_memory_as_it_was(self, draft: Draft) -> None:
        assert Draft.from_slots(json.loads(json.dumps(draft.as_slots()))) == draft

    @given(DRAFTS, st.sampled_from(["category", "details", "asked", "confirmed", "urgency", "phone"]))
    def test_a_draft_of_an_older_version_is_read_with_what_it_has(self, draft: Draft, missing: str) -> None:
        values = {**draft.as_slots(), "of_a_newer_version": 1}
        del values[missing]
        assert changed(Draft.from_slots(values), draft) <= {missing}

    @settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(DRAFTS, HEARD, QUESTIONS)
    def test_no_message_breaks_an_intake_or_loses_what_was_told(
        self, city: City, draft: Draft, heard: Understood, asked: str | None
    ) -> None:
        after = take(draft, heard, asked, city)
        if after is None:
            return
        assert after.description.startswith(draft.description)
        assert after.details[: len(draft.details)] == draft.details
        assert next_question(after, city) is None or not after.confirmed
        if after.confirmed and not draft.confirmed:
            assert asked == "confirm"
            agrees = opens_with_yes(heard.text)
            assert agrees or heard.intent in ("affirm", "keep_confidential", "no_confidential")

    def test_everything_said_is_the_matter_and_the_answers(self) -> None:
        draft = replace(Draft("太吵", "complaint"), details=(("noise_source", "工地"), ("when", "半夜")))
        assert draft.said == "太吵\n工地\n半夜"
