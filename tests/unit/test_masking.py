"""What is masked in names and numbers where nobody needs them in full."""

from __future__ import annotations

import pytest

from hotline.personal_data.masking import mask_numbers


@pytest.mark.parametrize(
    ("said", "read"),
    [
        ("电话13800001234，姓王", "电话138****1234，姓王"),
        ("打138 0000 1234或138-0000-1234", "打138****1234或138****1234"),
        ("打+86 13800001234", "打+86****1234"),
        ("单位电话028-87654321", "单位电话028****4321"),
        ("座机87654321没人接", "座机****21没人接"),
        ("幺三八零零零零幺二三四", "幺三八****幺二三四"),
        ("身份证51010119900101123X", "身份证510****123X"),
        ("电话１３８００００１２３４", "电话１３８****１２３４"),
        ("打+8613800001234", "打+86****1234"),
        ("13800 001234找我", "138****1234找我"),
        ("座机028 8765 4321", "座机028****4321"),
    ],
)
def test_phones_and_identity_numbers_in_a_text_are_masked(said: str, read: str) -> None:
    assert mask_numbers(said) == read


@pytest.mark.parametrize(
    "said",
    [
        "望平街15号3楼，2026年11月22日凌晨2点",
        "工单号 261122 00043 7，查询码 5821",
        "工单261122000437",
        "公交车牌川A12345，12345打不通",
        "罚了200000元",
    ],
)
def test_other_numbers_stay(said: str) -> None:
    assert mask_numbers(said) == said


def test_the_office_that_says_where_to_call_back_keeps_its_landline() -> None:
    said = "请拨028-87654321或87654321，或找李工１３８０００１２３４５"
    assert mask_numbers(said, offices_stay=True) == "请拨028-87654321或87654321，或找李工１３８****２３４５"
