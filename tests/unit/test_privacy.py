"""What a citizen says about staying unknown and about how to be reached; and what only sounds like it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from hotline.city import City
from hotline.intake import (
    Draft,
    Understood,
    answer_about,
    begin,
    chooses_messages,
    contact_told,
    how_to_reach,
    next_question,
    take,
    wish_for_secrecy,
    with_all_told,
    with_wishes,
)
from hotline.intake.opening import as_intake
from hotline.tickets.access import Citizen

LIGHT = "0106"
PHONE = "13800001234"
PLACE = "锦江区望平街15号"


class TestTheWishForSecrecy:
    @pytest.mark.parametrize(
        "text",
        [
            "我不报警,怕他们报复",
            "不要跟她说我是谁",
            "怕人晓得",
            "我刚说的实名,你不要给我保密,哦不对,还是要保密",
            "别讲我是哪个",
            "要不要保密,我要保密",
            "别让老板晓得,地址也改一下",
            "别让他们晓得我名字",
            "不要得罪那个婆婆",
            "I don't want him to know it's me",
        ],
    )
    def test_it_is_heard_whatever_the_intent(self, text: str) -> None:
        assert wish_for_secrecy(text, "request_human") is True

    @pytest.mark.parametrize(
        "text",
        ["好,那就保密", "哎?我说的是要保密!", "保密嘛,说了几遍了", "匿名,我怕他们对我妈更不好", "匿名,不要查到我"],
    )
    @pytest.mark.parametrize("intent", ["no_confidential", "keep_confidential", "stay_anonymous", "deny"])
    def test_the_words_decide_and_not_the_intent(self, text: str, intent: str) -> None:
        assert wish_for_secrecy(text, intent) is True

    @pytest.mark.parametrize(
        "text", ["我女儿说是银行的事,那还要不要你们管", "我问这个还办不办", "他说没得钱,叫我等到起"]
    )
    def test_what_only_has_a_word_like_it_is_no_wish(self, text: str) -> None:
        assert wish_for_secrecy(text, "keep_confidential") is None

    def test_fear_is_a_wish_also_where_none_is_heard(self) -> None:
        assert wish_for_secrecy("我不报警,怕他们报复", "no_confidential") is True

    @pytest.mark.parametrize(
        "text", ["唔需要保密", "不用保密", "没得保密的必要", "我实名举报", "not confidential", "不要保密"]
    )
    def test_it_is_denied(self, text: str) -> None:
        assert wish_for_secrecy(text, "keep_confidential") is False

    @pytest.mark.parametrize("text", ["我不想报警", "不报案了嘛", "主要想让他们赔我", "老人家没有电子认证"])
    @pytest.mark.parametrize("intent", ["keep_confidential", "no_confidential"])
    def test_what_does_not_speak_of_it_is_no_wish(self, text: str, intent: str) -> None:
        assert wish_for_secrecy(text, intent) is None

    def test_a_question_makes_nothing_public(self) -> None:
        assert wish_for_secrecy("can the bureau see my name?", "no_confidential") is None

    @pytest.mark.parametrize("text", ["我不怕他们报复", "不怕他晓得"])
    def test_who_fears_nobody_wants_none(self, text: str) -> None:
        assert wish_for_secrecy(text, "no_confidential") is False


class TestQuestions:
    @pytest.mark.parametrize(
        ("text", "answer"),
        [
            ("你们真的不会告诉学校?", "told_on"),
            ("会不会泄露我的信息", "told_on"),
            ("会不会告诉店家", "told_on"),
            ("以后咋个晓得结果呢,我是匿名", "anonymous_result"),
            ("那就匿名,但你们怎么告诉我结果", "anonymous_result"),
            ("建议的事可以不留名字不", "must_name"),
            ("必须留电话吗", "must_name"),
            ("要带什么材料?", None),
            ("匿名", None),
            ("多久有结果", None),
            ("怎么告诉他们把车开走", None),
            ("劳动局看得到我名字不", "who_sees"),
            ("那个事你们不会把我名字给劳动局撒", "who_sees"),
            ("can the bureau see my name?", "who_sees"),
            ("监控看得到车牌不", None),
        ],
    )
    def test_each_has_its_answer(self, text: str, answer: str | None) -> None:
        assert answer_about(text, is_anonymous=False, is_secret=False) == answer


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("耳朵不好,听不到电话,你们莫打电话", "耳朵不好，听不到电话，你们莫打电话"),
        ("只能发短信 13880002211", "只能发短信"),
        ("我姓王，晚上六点以后打", "晚上六点以后打"),
        ("And call me after 6pm please", "And call me after 6pm please"),
        ("Sarah, sarah.m@example.com, no phone", "sarah.m@example.com"),
        ("不用联系我", None),
        ("老板不接电话", None),
        ("上午打过你们电话", None),
        ("每天晚上打麻将", None),
        ("他打女儿", None),
        ("微信转账付的", None),
    ],
)
def test_how_somebody_wants_to_be_reached(text: str, kept: str | None) -> None:
    assert how_to_reach(text) == kept


def asked_for_the_contact(city: City) -> Draft:
    """A matter whose place is known, so that the contact is asked for."""
    heard = Understood(
        f"{PLACE}路灯坏了", "state_matter", category=LIGHT, category_sure=True, request_type="help", places=(PLACE,)
    )
    return begin(heard, city, None)


def after(city: City, text: str, intent: str = "inform", phones: Sequence[str] = (), **heard: Any) -> Draft:
    """The draft after an answer to the question for the contact."""
    before = asked_for_the_contact(city)
    changed = take(before, Understood(text, intent, phones=tuple(phones), **heard), "contact", city)
    assert changed is not None
    return changed


def asks(draft: Draft, city: City) -> str:
    """The kind of the next question."""
    question = next_question(draft, city)
    assert question is not None
    return question.kind


class TestTheContact:
    @pytest.mark.parametrize(
        "text", ["名字不用了嘛,电话13800001234", "不留名字,13800001234", "不用写名字,打我电话就行13800001234"]
    )
    def test_a_phone_that_comes_without_a_name_is_kept(self, city: City, text: str) -> None:
        draft = after(city, text, "stay_anonymous", [PHONE])
        assert (draft.phone, draft.name, draft.anonymous) == (PHONE, None, False)

    def test_a_name_refused_later_leaves_the_phone(self, city: City) -> None:
        known = after(city, PHONE, phones=[PHONE])
        draft = take(known, Understood("名字就不留了", "stay_anonymous"), "confirm", city)
        assert draft is not None
        assert draft.phone == PHONE
        draft = take(known, Understood("那就匿名", "stay_anonymous"), "confirm", city)
        assert draft is not None
        assert (draft.phone, draft.anonymous) == (None, True)

    @pytest.mark.parametrize(
        "text", ["受伤倒没有", "我没得事,就是气", "没得具体的", "不准点", "没受伤", "你搞错了,我问的是读书"]
    )
    def test_a_no_to_something_else_is_told_besides_and_the_contact_still_asked(self, city: City, text: str) -> None:
        draft = after(city, text, "deny")
        assert not draft.anonymous
        assert text in draft.description
        assert asks(draft, city) == "contact"

    @pytest.mark.parametrize(
        "text", ["不", "不用了", "没有", "没得", "不想留", "电话就算了", "不用谢谢", "no", "不给你电话"]
    )
    def test_a_no_to_the_contact_is_one(self, city: City, text: str) -> None:
        assert after(city, text, "deny").anonymous

    def test_who_has_no_phone_is_not_asked_again(self, city: City) -> None:
        assert after(city, "我没得电话", "nlu_fallback").anonymous

    def test_the_number_of_an_account_is_no_phone_with_a_slip(self, city: City) -> None:
        draft = after(city, "户号3001288712")
        assert "phone" not in draft.asked
        assert "3001288712" in draft.description

    def test_how_to_be_reached_is_kept_on_the_ticket(self, city: City) -> None:
        draft = after(city, "耳朵不好，只发短信13800001234", phones=[PHONE])
        assert (draft.phone, asks(draft, city)) == (PHONE, "confirm")
        intake = as_intake(draft, city, "m1", Citizen("rest", "anna"), "c1")
        assert ("联系要求", "耳朵不好，只发短信") in intake.details

    def test_who_cannot_be_called_is_still_asked_where_to_write(self, city: City) -> None:
        draft = after(city, "耳朵不好，莫打电话", "nlu_fallback")
        assert (draft.reach, asks(draft, city)) == (("耳朵不好，莫打电话",), "contact")

    def test_an_e_mail_address_is_a_contact(self, city: City) -> None:
        draft = after(city, "Sarah Miller, sarah.m@example.com")
        assert (draft.name, asks(draft, city)) == ("Sarah Miller", "confirm")


class TestSecrecyInAnIntake:
    def test_a_question_about_it_at_the_read_back_is_no_consent(self, city: City) -> None:
        known = after(city, "不留", "stay_anonymous")
        draft = take(known, Understood("你们真的不会告诉学校?", "keep_confidential"), "confirm", city)
        assert draft is not None
        assert (draft.confidential, draft.confirmed) == (True, False)
        wished = take(known, Understood("不要让店里知道是我反映的", "keep_confidential"), "confirm", city)
        assert wished is not None
        assert (wished.confidential, wished.confirmed) == (True, False)

    @pytest.mark.parametrize("intent", ["no_confidential", "stop_intake", "deny", "withdraw_ticket"])
    def test_not_calling_the_police_neither_submits_nor_ends_nor_makes_public(self, city: City, intent: str) -> None:
        known = after(city, "不留", "stay_anonymous")
        draft = take(known, Understood("我不想报警", intent), "confirm", city)
        assert draft is not None
        assert (draft.confidential, draft.confirmed) == (None, False)
        assert "我不想报警" in draft.description

    def test_wishes_told_before_the_matter_count(self, city: City) -> None:
        draft = with_wishes(asked_for_the_contact(city), ["可不可以不说我是谁", "我怕被老板晓得"])
        assert (draft.anonymous, draft.confidential) == (True, True)

    def test_who_is_called_back_loses_nothing(self, city: City) -> None:
        told = [f"{PLACE}路灯坏了", "她工牌上写的王丽", "不要跟她说我是谁", PHONE]
        known = after(city, PHONE, phones=[PHONE])
        draft = with_all_told(known, told)
        assert draft.description.split("\n") == [f"{PLACE}路灯坏了", "她工牌上写的王丽", "不要跟她说我是谁"]
        assert draft.confidential

    def test_a_wish_to_be_written_to_told_before_the_matter_counts(self, city: City) -> None:
        draft = with_wishes(asked_for_the_contact(city), ["我耳朵听不到，有啥子发短信给我，莫打电话"])
        assert draft.reach == ("我耳朵听不到，有啥子发短信给我，莫打电话",)

    def test_a_name_without_a_phone_stays_the_name(self, city: City) -> None:
        for text in ("你是不是要问我名字嘛，我叫曾国华", "我没说匿名，我叫曾国华", "我叫曾国华啊，电话没有"):
            for intent in ("stay_anonymous", "inform", "deny"):
                draft = after(city, text, intent, names=("曾国华",))
                assert (draft.name, draft.anonymous, draft.phone) == ("曾国华", False, None), (text, intent)
                question = next_question(draft, city)
                assert question is not None
                assert question.kind == "confirm"

    def test_no_phone_after_a_name_is_not_anonymous(self, city: City) -> None:
        known = after(city, "我叫曾国华", names=("曾国华",))
        draft = take(known, Understood("没得电话", "deny"), "contact", city)
        assert draft is not None
        assert (draft.name, draft.anonymous) == ("曾国华", False)

    def test_who_gives_a_name_and_wants_none_told_stays_unnamed(self, city: City) -> None:
        draft = after(city, "我叫曾国华，但是要匿名", "stay_anonymous", names=("曾国华",))
        assert (draft.name, draft.anonymous) == (None, True)


class TestMessagesOrCalls:
    @pytest.mark.parametrize("text", ["有啥子发短信给我，莫打电话", "text me, do not call", "莫打我电话，发短信"])
    def test_who_wants_to_be_written_to_unsubscribes_from_nothing(self, text: str) -> None:
        assert chooses_messages(text)

    @pytest.mark.parametrize("text", ["别给我发短信了", "不要再发消息了", "stop texting me", "退订", "路灯不亮"])
    def test_who_wants_no_messages_does(self, text: str) -> None:
        assert not chooses_messages(text)


class TestTheContactOfATicketThatIsThere:
    @pytest.mark.parametrize(
        ("heard", "contact"),
        [
            (Understood("我姓唐，电话换成13800001313", "inform", names=("唐",), phones=(PHONE,)), ("唐", PHONE)),
            (Understood("Tom Baker tom@mail.com", "inform"), ("Tom Baker", None)),
            (Understood("老板的电话是13900001414", "inform", phones=("13900001414",)), None),
            (Understood("灯杆也歪了", "add_to_ticket"), None),
        ],
    )
    def test_it_is_the_citizens_own(self, heard: Understood, contact: tuple[str | None, str | None] | None) -> None:
        assert contact_told(heard) == contact


class TestWhoSpeaks:
    @pytest.mark.parametrize(
        ("text", "names", "name", "address"),
        [
            ("我妈姓冷,我姓贾", ["冷"], "贾", None),
            ("我媽媽姓吳", ["吳"], None, None),
            ("姓王的医生", ["王"], None, None),
            ("我姓王", ["王"], "王", None),
            ("我是他妈妈，姓王", ["王"], "王", "女士"),
            ("陈女士 13800001234", ["陈"], "陈", "女士"),
            ("许大爷,八十了", ["许"], "许", "大爷"),
            ("我是女的,姓陈", ["陈"], "陈", "女士"),
            ("我姓杜,她女儿", ["杜"], "杜", "女士"),
            ("我姓杜,是她女儿的老师", ["杜"], "杜", None),
        ],
    )
    def test_it_is_the_speakers_name_and_address(
        self, city: City, text: str, names: list[str], name: str | None, address: str | None
    ) -> None:
        draft = after(city, text, names=tuple(names))
        assert (draft.name, draft.address) == (name, address)

    def test_being_told_so_at_the_read_back_is_no_consent(self, city: City) -> None:
        known = after(city, "我姓李", names=("李",))
        draft = take(known, Understood("对了我是女的", "affirm"), "confirm", city)
        assert draft is not None
        assert (draft.address, draft.confirmed) == ("女士", False)
