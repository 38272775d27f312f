"""What is written for the eye, made for the ear: short sentences, numbers in groups, 幺 for 1. No I/O."""

from __future__ import annotations

import re
from collections.abc import Callable

DIGITS = str.maketrans("0123456789", "零幺二三四五六七八九")
GROUP = 4
LONGEST = 300

HAN = re.compile(r"[\u3400-\u9fff]")
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
NUMBERS = (
    (re.compile(r"(?<!\d)\d{3}\*{4}(\d{4})(?!\d)"), (4,), "尾号"),  # a masked phone
    (re.compile(r"\*{4}(\d{2})(?!\d)"), (2,), "尾号"),
    (re.compile(r"(?<!\d)(\d{6}) ?(\d{5}) ?(\d)(?!\d)"), (3, 3, 3, 3), ""),  # a ticket
    (re.compile(r"(?<!\d)(1[3-9]\d{9})(?!\d)"), (3, 4, 4), ""),
    (re.compile(r"(?<!\d)(0(?:10|2\d|[3-9]\d\d))[ -]?(\d{5,8})(?!\d)"), (), ""),
    (re.compile(r"(?<=查询码)\s?(\d{4})(?!\d)"), (4,), ""),
    (re.compile(rf"(?<![\d.])(\d{{5,}}){COUNTS_NOTHING}"), (), ""),
    (re.compile(rf"(?<![\d.])(11[0-49]|12[02]){COUNTS_NOTHING}"), (3,), ""),  # lines to dial
)
"""Numbers that are said digit by digit: what they look like, the sizes of their groups, what is said before them."""


def spoken(text: str) -> str:
    """A text as it is said. Numbers that count something (三天, 15号) stay, for the voice reads them right."""
    if not is_chinese(text):
        return text.strip()
    text = GREETING.sub("", QUOTES.sub("", text.strip()))
    for look, sizes, before in NUMBERS:
        text = look.sub(_saying(sizes, before), text)
    for mark, instead in MARKS:
        text = mark.sub(instead, text)
    return shortened(text.strip("，, "))


def is_chinese(text: str) -> bool:
    """True when there is a Chinese character in it; else it is spoken as English."""
    return bool(HAN.search(text))


def by_digits(digits: str) -> str:
    """Digits one by one, in groups with a pause between: 幺三八，零零零零，幺二三四."""
    return _in_groups(digits, (3, 4, 4) if len(digits) == 11 else ())


def shortened(text: str, longest: int = LONGEST) -> str:
    """As many whole sentences as a listener can bear, at least one."""
    kept = ""
    for sentence in SENTENCE.findall(text):
        if kept and len(kept) + len(sentence) > longest:
            break
        kept += sentence
    return kept[: 2 * longest]


def _saying(sizes: tuple[int, ...], before: str) -> Callable[[re.Match[str]], str]:
    def say(found: re.Match[str]) -> str:
        parts = [digits for digits in found.groups() if digits]
        joined = ["".join(parts)] if sizes else parts
        return before + "，".join(_in_groups(digits, sizes) for digits in joined)

    return say


def _in_groups(digits: str, sizes: tuple[int, ...]) -> str:
    groups: list[str] = []
    if not sizes:
        first = len(digits) % GROUP if len(digits) > GROUP + 1 else len(digits)
        sizes = (*((first,) if first else ()), *(GROUP,) * ((len(digits) - first) // GROUP))
    for size in sizes:
        groups.append(digits[:size])
        digits = digits[size:]
    return "，".join(group.translate(DIGITS) for group in groups)
