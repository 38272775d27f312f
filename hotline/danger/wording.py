"""A citizen's message as the rules read it: normalised spelling, and the boundaries of its clauses."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from functools import cached_property, lru_cache

from opencc import OpenCC

PAUSE = ","
STOP = "。"
REACH = 100  # most characters on either side of a sign that still belong to its clause
WINDOW = 240  # characters that are searched together
OVERLAP = 60  # characters that neighbouring windows share; no sign is longer
STORY = 100  # characters above which a message tells a story
ENDING = 50  # characters at the end of a story, where the urgent part comes
WEIGHED = 200  # characters at the end of a letter that are weighed
NOTE = 45  # characters up to which a message is weighed as one

_HAN = "\u3400-\u9fff〇"
_INVISIBLE = re.compile(r"[\u00ad\u200b-\u200f\u202a-\u202e\u2060\ufe0e\ufe0f\ufeff]")
_APOSTROPHE = re.compile(r"(?<=[a-z])['’‘`´](?=[a-z])")
_SOS = re.compile("[🆘]")
_MASKING = re.compile(rf"(?<=[{_HAN}])[~*_·^+#|\-]+(?=[{_HAN}])")  # 自*杀, 着~火
_REPEATED = re.compile(r"([\u3400-\u9fff])\1{2,}")  # 快快快快
_GASPED = re.compile(rf"(?<![{_HAN}0-9a-z])[{_HAN}](?:[^{_HAN}0-9a-z]{{1,4}}[{_HAN}](?![{_HAN}0-9a-z]))+")  # 着…火…了
_TRAILED = re.compile(rf"(?<![{_HAN}0-9a-z])([{_HAN}])(?:\.{{2,}}|…+|~+|-+)(?=[{_HAN}])")  # 救…命啊
_STOPS = re.compile(r"\s*+[。.!?;\n\r]+(?![0-9])[\s,、:。.!?;~…]*")
_PAUSES = re.compile(rf"\s*[^\w\s。{_HAN}]+\s*|(?<=[{_HAN}])\s+|\s+(?=[{_HAN}])")
_SPACED = re.compile(rf"(?<![{_HAN}])[{_HAN}]++(?: ++[{_HAN}]++){{3,}}")


@lru_cache
def _simplified() -> OpenCC:
    return OpenCC("t2s")


def _unspaced(found: re.Match[str]) -> str:
    """The word-by-word output of a speech recogniser (我家 着火 了 快 来) without its blanks; blanks between whole
    clauses stay."""
    words = found.group().split()
    return "".join(words) if sum(map(len, words)) <= 2.2 * len(words) else found.group()


def plain(text: str) -> str:
    """The normalised text: half-width, lower case, simplified characters, PAUSE between clauses, STOP between
    sentences, blanks only in English."""
    text = _INVISIBLE.sub("", unicodedata.normalize("NFKC", text)).lower()
    text = _simplified().convert(_SOS.sub("救命", text))
    text = _APOSTROPHE.sub("", text)
    text = _MASKING.sub("", text)
    text = _GASPED.sub(lambda found: "".join(re.findall(rf"[{_HAN}]", found.group())), text)
    text = _TRAILED.sub(r"\1", text)
    text = _SPACED.sub(_unspaced, text)
    text = _REPEATED.sub(r"\1", text)
    text = re.sub(r"\.{2,}|…+", PAUSE, text)
    text = _STOPS.sub(STOP, text)
    return _PAUSES.sub(PAUSE, re.sub(r"\s+", " ", text)).strip(PAUSE + STOP + " ")


class Message:
    """A normalised text and its clauses. Spans are half-open character ranges of `text`."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.weighed: dict[tuple[int, int], float] = {}  # evidence of spans, computed once

    @cached_property
    def borders(self) -> list[int]:
        """The position of the first character of each clause, ascending."""
        return [0, *(i + 1 for i, char in enumerate(self.text) if char in (PAUSE, STOP))]

    def clauses(self, start: int, end: int, around: int = 0) -> tuple[int, int]:
        """The span of the clauses that contain [start, end), and of `around` more on either side, but at most REACH
        characters beyond [start, end)."""
        first = max(bisect_right(self.borders, start) - 1 - around, 0)
        last = bisect_right(self.borders, max(end - 1, start)) + around
        to = self.borders[last] - 1 if last < len(self.borders) else len(self.text)
        return max(self.borders[first], start - REACH), min(to, end + REACH)

    def sentence_start(self, position: int) -> int:
        """Where the sentence that contains a position begins."""
        return self.text.rfind(STOP, 0, position) + 1

    def surroundings(self, start: int, end: int, around: int = 2) -> tuple[int, int]:
        """The whole of a short message; in a longer one the sentence of [start, end), limited to `around` clauses on
        either side."""
        if len(self.text) <= NOTE:
            return 0, len(self.text)
        first, last = self.clauses(start, end, around)
        stop = self.text.find(STOP, end)
        return max(first, self.sentence_start(start)), min(last, stop) if stop >= 0 else last

    def thoughts(self) -> list[tuple[int, int]]:
        """The spans that are weighed as a unit: the last WEIGHED characters, each sentence in them, and the ending of a
        longer message."""
        size = len(self.text)
        start = max(size - WEIGHED, 0)
        stops = [i for i in range(start, size) if self.text[i] == STOP]
        spans = [(start, size), *zip([start, *(stop + 1 for stop in stops)], [*stops, size], strict=True)]
        if size > NOTE:
            spans.append((next((border for border in self.borders if 0 < size - border <= NOTE), size - NOTE), size))
        return list(dict.fromkeys(spans))

    def buries(self, position: int) -> bool:
        """Whether a position is in the body of a story; danger that is present comes at its end."""
        return len(self.text) > STORY and position < len(self.text) - ENDING

    def windows(self) -> list[tuple[int, int]]:
        """The spans to search: the whole of a short text, overlapping parts of a long one, cut between clauses where
        possible."""
        parts = []
        start = 0
        while len(self.text) - start > WINDOW:
            cut = self.borders[bisect_right(self.borders, start + WINDOW) - 1]
            end = cut - 1 if cut > start + 2 * OVERLAP else start + WINDOW
            parts.append((start, end))
            start = end - OVERLAP
        return [*parts, (start, len(self.text))]
