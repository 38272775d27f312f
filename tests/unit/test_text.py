"""What a message may contain: everything a citizen can mean is kept, nothing that breaks a database or a page."""

from __future__ import annotations

import json
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from hotline.conversations.model import MAX_TEXT
from hotline.conversations.text import clean, is_readable, is_too_long

ANYTHING = st.text(st.characters())  # includes NUL, other controls and half surrogates
VISIBLE = st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]))


@given(ANYTHING)
@example("\ud83d")
@example("a\x00b\x1b[2Jc\x7f\x85\u2028")
def test_a_clean_text_can_be_stored_everywhere(text: str) -> None:
    cleaned = clean(text)
    assert cleaned.encode("utf-8").decode("utf-8") == cleaned
    assert {c for c in cleaned if unicodedata.category(c) == "Cc"} <= {"\n", "\t"}
    assert json.loads(json.dumps(cleaned)) == cleaned


@given(ANYTHING)
@example("\x00 a")
@example("\r\x00\n a")
def test_cleaning_twice_changes_nothing_more(text: str) -> None:
    assert clean(clean(text)) == clean(text)


@given(VISIBLE)
@example("望平街15号👨‍👩‍👧‍👦，“吵”！")
@example("e\u0301𠮷﷽")
def test_what_a_citizen_can_see_is_kept(text: str) -> None:
    assert clean(text) == text.strip()


@given(ANYTHING)
def test_cleaning_adds_nothing(text: str) -> None:
    assert len(clean(text)) <= len(text)


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("  你好\n", "你好"),
        ("一\r\n二\r三\n四", "一\n二\n三\n四"),
        ("甲\t乙", "甲\t乙"),
        ("a\u0000b", "ab"),
        ("\u0000/affirm", "/affirm"),
        ("路灯\u0007坏了\u001b[31m", "路灯坏了[31m"),
        ("半个\ud83d字", "半个?字"),
        ("　全角空格　", "全角空格"),
        ("", ""),
        (" \t\r\n ", ""),
    ],
)
def test_how_a_text_is_cleaned(written: str, kept: str) -> None:
    assert clean(written) == kept


@pytest.mark.parametrize("text", ["好", "a", "7", "０", "Ω", "ど", "한", "½", "〇", "。。好", "😀a"])
def test_one_letter_digit_or_character_is_readable(text: str) -> None:
    assert is_readable(text)


@pytest.mark.parametrize(
    "text",
    ["", " ", "\n\t", "。", "？？？", "!!!", "……", "😀", "👍🏽👨‍👩‍👧", "🇨🇳", "❤️", "~ ~", "\u200b\ufeff", "——", "￥%"],
)
def test_blanks_emoji_and_punctuation_are_not(text: str) -> None:
    assert not is_readable(text)


@given(ANYTHING, st.sampled_from("好a7"))
def test_a_letter_makes_any_text_readable(text: str, letter: str) -> None:
    assert is_readable(text + letter)


def test_a_text_is_too_long_from_the_first_character_beyond() -> None:
    assert not is_too_long("路" * MAX_TEXT)
    assert is_too_long("路" * (MAX_TEXT + 1))
