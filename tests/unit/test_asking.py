"""Plain questions beside what a message tells, and questions for whoever handles the matter."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hotline.intake import (
    Acknowledgement,
    Draft,
    acknowledgement,
    asks_when_back,
    is_of_the_matter,
    may_be_of_the_hotline,
    parted,
)
from hotline.intake.asking import asks_only_when, asks_something, asks_to_come, asks_which_unit, only_asks


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("我姓章 13700001166 啥时候来电嘛", ("我姓章 13700001166", "啥时候来电嘛")),
        ("对，顺便问一句，打这个电话要钱不", ("对， 顺便问一句", "打这个电话要钱不")),
        ("要钱不，我叫宋刚", ("我叫宋刚", "要钱不")),
    ],
)
def test_a_question_is_told_from_what_it_stands_with(text: str, part: tuple[str, str]) -> None:
    assert part in list(parted(text))


@pytest.mark.parametrize("text", ["打这个电话要钱不", "我姓章，电话13700001166", "对"])
def test_one_thing_is_not_parted(text: str) -> None:
    assert list(parted(text)) == []


@pytest.mark.parametrize(("text", "is_so"), [("好久来水嘛", True), ("来水了，谢谢", False), ("水好久没来了", False)])
def test_when_it_comes_back(text: str, is_so: bool) -> None:
    assert asks_when_back(text) is is_so


@pytest.mark.parametrize(
    ("question", "text", "is_so"),
    [
        ("cost", "办一张要多少钱", True),
        ("cost", "打这个电话要钱不", False),
        ("how_long", "要多久", True),
        ("how_long", "多久给我答复", False),
        ("files", "照片咋个发", False),
        ("files", "要带照片不", True),
    ],
)
def test_who_asks_on_asks_of_the_matter(question: str, text: str, is_so: bool) -> None:
    assert is_of_the_matter(question, text) is is_so


@pytest.mark.parametrize(
    ("question", "text", "is_so"),
    [
        ("cost", "打这个电话要钱不", True),
        ("cost", "收不收费", True),
        ("cost", "你们12345要不要收费哦", True),
        ("cost", "在这里反映问题免费吗", True),
        ("cost", "人工服务另外收钱吗", True),
        ("cost", "打过来收不收费", True),
        ("cost", "接你们回电要不要钱", True),
        ("cost", "你说换个表要不要钱嘛", False),
        ("cost", "打120要不要钱", False),
        ("cost", "办身份证要好多钱", False),
        ("must_name", "非要留电话吗", True),
        ("must_name", "我有合同和付款截图，需要提供吗", False),
        ("hours", "你们几点下班", True),
        ("scam", "你们记的手机是不是尾号0024", False),
        ("scam", "喊我给验证码是不是骗人", True),
        ("help_lines", "哪里还有疫苗", False),
        ("help_lines", "妇联电话是多少", True),
        ("code", "那我头晕要去医院吗", False),
    ],
)
def test_a_ready_answer_is_only_for_what_asks_about_the_hotline(question: str, text: str, is_so: bool) -> None:
    assert may_be_of_the_hotline(question, text) is is_so


@pytest.mark.parametrize(
    ("added", "answer"),
    [
        ("我们几十家人都遇到了，能不能一起处理", Acknowledgement.FOR_THE_UNIT),
        ("哪个赔我修车的钱嘛", Acknowledgement.FOR_THE_UNIT),
        ("can they come on Sunday", Acknowledgement.FOR_THE_UNIT),
        ("主要是晚上吵", Acknowledgement.NOTED),
        ("有几十个人都遇到了", Acknowledgement.NOTED),
    ],
)
def test_what_nobody_here_can_answer_is_said_to_be_for_the_unit(added: str, answer: Acknowledgement) -> None:
    before = Draft(description="路面塌了", request_type="complaint", asked=("place",))
    after = Draft(description=f"路面塌了\n{added}", request_type="complaint", asked=("place", "besides"))
    assert acknowledgement(before, after, "contact", "contact") is answer
    assert asks_something(added) is (answer is Acknowledgement.FOR_THE_UNIT)


def test_a_question_with_the_yes_or_the_contact_is_said_to_be_for_the_unit() -> None:
    before = Draft(description="水是黄的", request_type="complaint")
    after = replace(before, description="水是黄的\n换表要不要钱嘛", phone="13800001234")
    assert acknowledgement(before, after, "contact", "confirm") is Acknowledgement.FOR_THE_UNIT
    assert acknowledgement(before, replace(after, confirmed=True), "confirm", None) is Acknowledgement.FOR_THE_UNIT
    told = replace(before, description="水是黄的\n主要是早上", phone="13800001234")
    assert acknowledgement(before, told, "contact", "confirm") is None
    assert acknowledgement(before, replace(told, confirmed=True), "confirm", None) is None


@pytest.mark.parametrize(
    "text",
    [
        "他们会不会来测一下",
        "是警告还是罚款",
        "你们不得把我名字说出去吧",
        "到底改没改嘛",
        "店名记对没有",
        "我该咋个回他",
        "他们来问你们说不说",
        "民警什么时候来巡逻嘛",
        "那对门的呢",
    ],
)
def test_a_bare_question_tells_nothing(text: str) -> None:
    assert only_asks(text)


@pytest.mark.parametrize(
    "text",
    ["我们小区有八百多户呢，都很生气", "打了好多次，没得用", "接娃娃的时候路口堵死", "喊了人还是没来", "好久没人扫了"],
)
def test_what_is_told_is_no_question(text: str) -> None:
    assert not asks_something(text)


@pytest.mark.parametrize(
    ("text", "is_urging", "is_so"),
    [
        ("到底什么时候来看嘛", True, True),
        ("我没催你们，问的是哪天来", False, True),
        ("还要等好久嘛，搞快点", True, False),
        ("好久能修好", False, False),  # a plain question already
    ],
)
def test_who_asks_only_when_presses_nobody(text: str, is_urging: bool, is_so: bool) -> None:
    assert asks_only_when(text, is_urging) is is_so


@pytest.mark.parametrize(
    ("text", "is_so"),
    [("是不是水务局在管", True), ("归街道还是归城管", True), ("转给哪个单位了", True), ("居委会不管这个", False)],
)
def test_which_unit_has_it(text: str, is_so: bool) -> None:
    assert asks_which_unit(text) is is_so


@pytest.mark.parametrize(("text", "is_so"), [("今晚能不能派人来", True), ("几天能有答复", False)])
def test_who_asks_for_somebody_to_come(text: str, is_so: bool) -> None:
    assert asks_to_come(text) is is_so
