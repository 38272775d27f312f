"""What a message asks of an existing ticket."""

from __future__ import annotations

import pytest

from hotline.intake import (
    Asked,
    anonymity,
    asks_about_withdrawing,
    asks_how_to_hurry,
    asks_whether_added,
    belongs_to_it,
    has_proof,
    leaves_contact,
    lets_one_go,
    may_be_closed,
    orders_something,
    taken_wrongly,
    tells_of_a_leak,
    told_anew,
    urges,
    wants_no_person,
    withdrawal,
)


@pytest.mark.parametrize(
    "text", ["我交的单子是匿名的，你们怎么打电话给物业了", "到底哪个泄露的", "老板咋个晓得是我举报的"]
)
def test_it_became_known_who_reported_it(text: str) -> None:
    assert tells_of_a_leak(text)


@pytest.mark.parametrize("text", ["会不会泄露我的信息", "天然气泄漏了", "你们怎么没告诉物业一声"])
def test_nobody_was_told_on(text: str) -> None:
    assert not tells_of_a_leak(text)


@pytest.mark.parametrize("text", ["第一个不要了，已经通了", "第二件算了嘛", "第三个撤了", "cancel 第二个"])
def test_one_of_several_is_let_go(text: str) -> None:
    assert lets_one_go(text)


@pytest.mark.parametrize("text", ["第二个怎么样了", "不要了", "第二个能不能撤了", "第二个路口的灯不要了"])
def test_none_of_several_is_let_go(text: str) -> None:
    assert not lets_one_go(text)


@pytest.mark.parametrize("text", ["有照片", "我这里有视频的", "有收据哈"])
def test_there_is_proof(text: str) -> None:
    assert has_proof(text)


@pytest.mark.parametrize("text", ["有照片怎么发", "没得水", "店家拿假发票糊弄我，投诉了也没人管，气人得很"])
def test_no_proof_is_announced(text: str) -> None:
    assert not has_proof(text)


@pytest.mark.parametrize(
    ("text", "leaves"),
    [
        ("我想留个电话，13900002441", True),
        ("打这个号码联系我13900002441", True),
        ("这个电话13900002441查得到不", False),
    ],
)
def test_a_phone_is_left(text: str, leaves: bool) -> None:
    assert leaves_contact(text) is leaves


@pytest.mark.parametrize(
    ("text", "hurries"),
    [
        ("我不是新的，就是催我儿子那个单子", True),
        ("催一哈嘛", True),
        ("物业天天催缴费", False),
        ("要是没人来我再催", False),
    ],
)
def test_what_hurries(text: str, hurries: bool) -> None:
    assert urges(text) is hurries


@pytest.mark.parametrize("text", ["今天垃圾收了，谢谢，可以结了", "可以结单", "可以销单了"])
def test_it_may_be_closed(text: str) -> None:
    assert may_be_closed(text)


@pytest.mark.parametrize(
    "text", ["撤单吧", "不用办了，撤了吧", "不投诉了", "我要撤单", "撤吧，门已经修好了", "please cancel it"]
)
def test_a_clear_order_withdraws(text: str) -> None:
    assert withdrawal(text) is Asked.ORDER


@pytest.mark.parametrize(
    "text",
    ["咋个撤嘛", "可以撤不", "修好了的话是不是可以撤", "撤单需要什么手续", "单子撤销了没有", "can I withdraw it later"],
)
def test_who_asks_about_withdrawing_withdraws_nothing(text: str) -> None:
    assert withdrawal(text) is Asked.QUESTION


@pytest.mark.parametrize("text", ["能不能帮我撤了", "车挪走了", "发错了", "把那句删了"])
def test_what_is_no_clear_order_is_asked_back(text: str) -> None:
    assert withdrawal(text) is Asked.UNSURE


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("那还是匿名好了", Asked.ORDER),
        ("名字就不留了", Asked.ORDER),
        ("帮我把电话删掉可以吗", Asked.ORDER),
        ("我的电话号码能不能删了", Asked.QUESTION),
        ("可以改成匿名吗", Asked.QUESTION),
        ("物业把业主电话删了", None),
        ("我要匿名举报另外一家", None),
        ("姓名写错了，应该是王丽", None),
    ],
)
def test_name_and_phone_are_taken_out_at_an_order_alone(text: str, asked: Asked | None) -> None:
    assert anonymity(text) is asked


@pytest.mark.parametrize(
    ("text", "asks"),
    [("以后可以打来催不", True), ("怎么催", True), ("麻烦催一下可以吗", False), ("怎么还没来，催一下", False)],
)
def test_who_asks_how_to_hurry_hurries_nobody(text: str, asks: bool) -> None:
    assert asks_how_to_hurry(text) is asks


def test_a_question_about_withdrawing_is_one_whatever_it_is_taken_for() -> None:
    assert asks_about_withdrawing("万一修好了没通知我，能不能撤")
    assert not asks_about_withdrawing("撤单吧")
    assert not asks_about_withdrawing("公交站撤了怎么办")


@pytest.mark.parametrize(
    "text", ["麻烦把这个也写上：司机姓张", "再补一句，他们凌晨还在施工", "你没写上我姓徐", "不是新的事，是刚才那个"]
)
def test_what_is_to_be_added_is_no_new_matter(text: str) -> None:
    assert belongs_to_it(text)


def test_who_asks_whether_it_was_added_adds_nothing() -> None:
    assert not belongs_to_it("我刚说的你写进去没有")
    assert asks_whether_added("我刚说的你写进去没有")


@pytest.mark.parametrize(
    ("text", "is_so"),
    [
        ("不是噪音，是油烟，改一下", True),
        ("不对，我说的是路灯，怎么成养老了", True),
        ("你们搞错了，不是社保的事", True),
        ("医院把我名字写错了", False),
        ("他们不是没来，是来了没处理", False),
        ("不是新的，是刚才那个补充一下", False),
    ],
)
def test_a_matter_taken_wrongly_is_told_from_a_matter_of_something_wrong(text: str, is_so: bool) -> None:
    assert taken_wrongly(text) is is_so


def test_who_wants_no_person_calls_for_none() -> None:
    assert wants_no_person("不用转人工了，就这样")
    assert not wants_no_person("帮我转人工")


@pytest.mark.parametrize(
    ("text", "is_so"),
    [("上个月反映过漏水，到现在还在漏", True), ("之前投诉过这家，他们还是占道", True), ("之前反映的路灯修好了", False)],
)
def test_a_matter_of_before_that_is_as_it_was_is_told_anew(text: str, is_so: bool) -> None:
    assert told_anew(text) is is_so


def test_an_order_is_told_from_a_question_of_how_it_stands() -> None:
    assert orders_something("261130003601 撤吧，门修好了")
    assert not orders_something("261130003601 到哪一步了")


@pytest.mark.parametrize(
    "text",
    [
        "我不撤哈", "居委会的人让我撤了算了，我没理他", "我又没喊撤", "老板说给我两百块钱叫我把举报撤了", "社区劝我撤诉，我不同意",
        "他威胁我不准投诉", "学校求我撤了，我还没想好", "they told me to cancel it but I won't",
    ],
)  # fmt: skip
def test_who_refuses_or_is_pressed_withdraws_nothing(text: str) -> None:
    assert withdrawal(text) is Asked.REFUSED


@pytest.mark.parametrize(
    "text",
    [
        "公交站撤了",
        "人工回电取消了",
        "他们说撤了就给我修",
        "我在想要不要撤单",
        "要是我撤单他们会不会报复",
        "他们不管了",
    ],
)
def test_only_an_explicit_wish_is_an_order(text: str) -> None:
    assert withdrawal(text) is not Asked.ORDER


@pytest.mark.parametrize(
    "text",
    [
        "好嘛，那就撤了",
        "这个投诉我撤了",
        "停车那个撤了，路灯那个留着",
        "261201002279撤了",
        "麻烦您把我的投诉撤回",
        "这个单子不用管了",
    ],
)
def test_an_explicit_wish_is_an_order(text: str) -> None:
    assert withdrawal(text) is Asked.ORDER
