"""Numbers, times and names in what citizens write and say."""

from __future__ import annotations

import pytest

from bot.nlu.names import find_concerned, find_names
from bot.nlu.numbers import find_numbers, only_digits
from bot.nlu.times import find_times


def found(text: str) -> list[tuple[str, str]]:
    return [(one.entity, one.value) for one in find_numbers(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("261122000437", [("ticket_number", "261122000437")]),
        ("2611-2200-0437", [("ticket_number", "261122000437")]),
        ("261122 00043 7", [("ticket_number", "261122000437")]),
        ("单号是二六一一二二零零零四三七", [("ticket_number", "261122000437")]),
        ("二六幺幺二二零零零四三七 帮我看看", [("ticket_number", "261122000437")]),
        ("二、六、幺、幺、二、二、零、零、零、四、三、七", [("ticket_number", "261122000437")]),
        ("26112200O437 查一下", [("ticket_number", "261122000437")]),
        ("工单261122 00043 7,查询码 5821", [("ticket_number", "261122000437"), ("lookup_code", "5821")]),
    ],
)
def test_a_ticket_number_is_read_in_any_spelling(text: str, expected: list[tuple[str, str]]) -> None:
    assert found(text) == expected


@pytest.mark.parametrize("digits", ["26112200043", "2611220004371"])
def test_a_number_that_misses_a_digit_is_still_a_ticket_number_after_the_word_for_it(digits: str) -> None:
    assert found(f"工单号{digits}") == [("ticket_number", digits)]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("我电话是幺五八 零零零零 三三四一", "15800003341"),
        ("137-0000-6658", "13700006658"),
        ("+86 138 0000 1234", "13800001234"),
        ("13800001234", "13800001234"),
        ("幺三八四个零幺二三四", "13800001234"),
        ("028-8660 0017", "02886600017"),
        ("联系我儿子,135 0000 2094,他姓黄", "13500002094"),
        ("锦江区望平街15号楼下烧烤店每天烤到凌晨两点,我姓王,电话13800001234", "13800001234"),
        ("我手机138 0000 1234 15栋", "13800001234"),
        ("陆 13551117788", "13551117788"),
        ("伍13551117788", "13551117788"),
        ("柒，13551117788", "13551117788"),
        ("壹叁捌零零零零壹贰叁肆", "13800001234"),
        ("+447700900123, my name is Anna", "+447700900123"),
        ("call +44 7700 900123 please", "+447700900123"),
        ("0049 30 901820", "+4930901820"),
        ("0086 13800001234", "13800001234"),
        ("电话 28866001", "28866001"),
    ],
)
def test_a_phone_is_read_as_digits_and_is_no_ticket(text: str, value: str) -> None:
    assert found(text) == [("phone", value)]


@pytest.mark.parametrize(("text", "value"), [("5821", "5821"), ("五八二一", "5821"), ("查询码是5821", "5821")])
def test_four_digits_alone_or_after_the_word_are_a_lookup_code(text: str, value: str) -> None:
    assert found(text) == [("lookup_code", value)]


@pytest.mark.parametrize(
    "text",
    [
        "302",
        "3栋1204",
        "卡号6222021234567890123",
        "欠我三万二千",
        "一环路北三段",
        "Order 20261128",
        "订单号88661234",
        "1 + 2000 元",
    ],
)
def test_other_numbers_are_left_alone(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(
    ("text", "value"),
    [("川A12345挡门", "川A12345"), ("车牌川ad12345", "川AD12345"), ("川A幺二三四五", "川A12345")],
)
def test_a_plate_is_read_in_capitals(text: str, value: str) -> None:
    assert found(text) == [("plate", value)]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("川A·8K3F2一直停在消防通道", "川A8K3F2"),
        ("渝B12345六点钟就堵在门口", "渝B12345"),
        ("川A12345两个月没动", "川A12345"),
        ("川A D12345一直停着", "川AD12345"),
        ("川A幺二三四五一直停在那里", "川A12345"),
        ("川A D一二三四五一直停着", "川AD12345"),
        ("川A一二三四五D", "川A12345D"),
        ("川A8K3F二", "川A8K3F2"),
    ],
)
def test_a_digit_that_begins_the_next_word_is_no_part_of_a_plate(text: str, value: str) -> None:
    assert found(text) == [("plate", value)]


def test_digits_alone_are_told_from_a_sentence() -> None:
    assert only_digits("138 0000 1234") and only_digits("五八二一")
    assert not only_digits("三个人") and not only_digits("你好")


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("每天凌晨两点", ["每天凌晨两点"]),
        ("昨天晚上吵", ["昨天晚上"]),
        ("11月3号停水", ["11月3号"]),
        ("三天了", ["三天了"]),
        ("每天晚上10点到12点", ["每天晚上10点到12点"]),
        ("十一月八号上午十点二十", ["十一月八号上午十点二十"]),
        ("it started last night", ["last night"]),
        ("锦江区15号楼", []),
        ("一点都不好", []),
        ("提三点建议", []),
    ],
)
def test_a_time_is_the_span_as_said(text: str, spans: list[str]) -> None:
    assert [one.value for one in find_times(text)] == spans


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("我姓王", "王"),
        ("免贵姓李", "李"),
        ("我叫王建国", "王建国"),
        ("要名字嗦？我叫代小梅", "代小梅"),
        ("我叫代静怡啊，电话没有", "代静怡"),
        ("王建国", "王建国"),
        ("王女士,电话13800001234", "王"),
        ("姓欧阳", "欧阳"),
        ("My name is Anna Kowalski", "Anna Kowalski"),
        ("+447700900123, my name is Anna", "Anna"),
        ("我妈姓冷,我姓贾", "贾"),
        ("电话 13688882211,我姓方娟,不对,我叫方娟", "方娟"),
        ("我姓方，叫方娟", "方娟"),
        ("我姓王，老板叫李建国", "王"),
        ("您好,本人罗德全,彭州人", "罗德全"),
    ],
)
def test_the_speakers_own_name_is_found(text: str, name: str) -> None:
    assert [one.value for one in find_names(text)] == [name]


@pytest.mark.parametrize(
    ("text", "concerned", "relation", "own"),
    [
        ("她叫王素芬，我是她女儿", "王素芬", "我是她女儿", None),
        ("病人是我爸，叫陈国富", "陈国富", "我爸", None),
        ("我邻居老张叫张德贵，不会用手机", "张德贵", "我邻居", None),
        ("我是帮我妈妈反映的，她叫李桂芳，我姓赵", "李桂芳", "我妈妈", "赵"),
        ("替老伴问一下高龄补贴", None, "老伴", None),
        ("我叫王建国", None, None, "王建国"),
        ("我妈腿脚不好，楼道灯坏了", None, None, None),
        ("小区叫王家花园", None, None, None),
    ],
)
def test_whom_the_speaker_speaks_for_is_found_and_is_not_taken_for_the_speaker(
    text: str, concerned: str | None, relation: str | None, own: str | None
) -> None:
    found = {one.entity: one.value for one in find_concerned(text)}
    assert (found.get("concerned"), found.get("relation")) == (concerned, relation)
    assert [one.value for one in find_names(text)] == ([own] if own else [])


@pytest.mark.parametrize(
    "text",
    [
        "谢谢",
        "老百姓看不懂",
        "熊猫",
        "姓什么不知道",
        "我在双流",
        "白白",
        "I am from Germany",
        "姓王的医生开错药",
        "我媽媽姓吳",
        "她姓方",
        "I am Chinese",
    ],
)
def test_words_are_no_names(text: str) -> None:
    assert find_names(text) == []


def test_the_place_of_everything_found_is_exact() -> None:
    text = "我姓王,電話 138 0000 1234,昨天晚上打的"
    for one in [*find_numbers(text), *find_times(text), *find_names(text)]:
        said = text[one.start : one.end]
        assert said and (one.entity == "phone" or said == one.value)
