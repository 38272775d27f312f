"""Adapts written text for the ear: short sentences, numbers in groups, 幺 for 1. No I/O."""

from __future__ import annotations

import re
from collections.abc import Callable

ENDING = {True: "尾号", False: "ending in "}
DIGITS = str.maketrans("0123456789", "零幺二三四五六七八九")
GROUP = 4
LONGEST = 300

HAN = re.compile(r"[\u3400-\u9fff]")
LATIN = re.compile(r"[A-Za-z]")
SENTENCE = re.compile(r"[^。！？!?\n]*[。！？!?\n]?")
GREETING = re.compile(r"^\S{1,8}先生/女士[，,]")

QUOTES = re.compile(r"[“”\"「」『』《》]")
MARKS = (
    (re.compile(r"\s*[·（(【\[]\s*"), "，"),
    (re.compile(r"[）)】\]]\s*(?=[，。；：:！？])"), ""),
    (re.compile(r"[）)】\]]\s*"), "，"),
    (re.compile(r"(?<=[。！？!?])\s*\n\s*"), ""),
    (re.compile(r"\s*[；;\n]\s*"), "。"),
    (re.compile(r"[，,]+(?=[，,。])|(?<=[。])[，,。]+"), ""),
)
COUNTS_NOTHING = r"(?![\d.]|\s?[号路元块万天年米平个户人次分秒]|小时)"
MASKED = re.compile(r"(?<!\d)\d{0,3}\*{4}(\d{2,4})(?!\d)")
NUMBERS = (
    (MASKED, (4,)),
    (re.compile(r"(?<!\d)(\d{6}) ?(\d{5}) ?(\d)(?!\d)"), (3, 3, 3, 3)),  # a ticket
    (re.compile(r"(?<!\d)(1[3-9]\d{9})(?!\d)"), (3, 4, 4)),
    (re.compile(r"(?<!\d)(0(?:10|2\d|[3-9]\d\d))[ -]?(\d{5,8})(?!\d)"), ()),
    (re.compile(r"(?:(?<=查询码)|(?<=code))\s?(\d{4})(?!\d)"), (4,)),
    (re.compile(rf"(?<![\d.])(\d{{5,}}){COUNTS_NOTHING}"), ()),
    (re.compile(rf"(?<![\d.])(11[0-49]|12[02]){COUNTS_NOTHING}"), (3,)),  # lines to dial
)
"""Numbers that are read digit by digit: their pattern, and the sizes of their groups."""


def spoken(text: str) -> str:
    """A text as it is spoken. Numbers that count something (三天, 15号) stay, because the voice reads them
    correctly."""
    chinese = not is_english(text)
    text = GREETING.sub("", QUOTES.sub("", text.strip()))
    for look, sizes in NUMBERS:
        ending = ENDING[chinese] if look is MASKED else ""
        text = look.sub(_saying(sizes, ending, chinese), text)
    for mark, instead in MARKS if chinese else ():
        text = mark.sub(instead, text)
    return shortened(text.strip("，, "))


def has_chinese(text: str) -> bool:
    """Whether the text has a Chinese character, which an English voice leaves out."""
    return bool(HAN.search(text))


def is_english(text: str) -> bool:
    """Whether a sentence is English, with or without Chinese names."""
    return len(LATIN.findall(text)) > len(HAN.findall(text))


def shortened(text: str, longest: int = LONGEST) -> str:
    """As many whole sentences as a listener can follow, at least one."""
    kept = ""
    for sentence in SENTENCE.findall(text):
        if kept and len(kept) + len(sentence) > longest:
            break
        kept += sentence
    return kept[: 2 * longest]


def _saying(sizes: tuple[int, ...], before: str, chinese: bool) -> Callable[[re.Match[str]], str]:
    def say(found: re.Match[str]) -> str:
        parts = [digits for digits in found.groups() if digits]
        groups = [group for digits in (["".join(parts)] if sizes else parts) for group in _grouped(digits, sizes)]
        if chinese:
            return before + "，".join(group.translate(DIGITS) for group in groups)
        blank = " " if found[0].startswith(" ") else ""
        return blank + before + ", ".join(" ".join(group) for group in groups)

    return say


def _grouped(digits: str, sizes: tuple[int, ...]) -> list[str]:
    """Digits in groups of these sizes. Without sizes: groups of four, the shorter group first; five digits together."""
    if not sizes:
        first = len(digits) % GROUP if len(digits) > GROUP + 1 else len(digits)
        sizes = (first, *(GROUP,) * ((len(digits) - first) // GROUP))
    groups: list[str] = []
    for size in sizes:
        groups.append(digits[:size])
        digits = digits[size:]
    return [group for group in groups if group]
