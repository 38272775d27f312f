"""Normalises text for every component: full-width, traditional and upper-case characters become plain, length stays."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

import opencc

_SIMPLIFY = opencc.OpenCC("t2s")
_FILLERS = re.compile(
    r"(?:(?<=^)|(?<=[\s,,。.、…]))(?:嗯+|呃+|额+|唔+|那个|就是说|就是那个|喂+|哎+|啊+)(?=[\s,,。.、…])[\s,,。.、…]*"
)
_CANTONESE_NOT = re.compile(r"唔(?=[需使要系得识知想可会见好准肯敢用同])")
_REPEATED = re.compile(r"([^\w\s])\1+")
_LONG_REPEAT = re.compile(r"(\w)\1{3,}")
_BLANKS = re.compile(r"\s+")


@lru_cache(maxsize=16_384)
def _plain_character(character: str) -> str:
    """One character in its plain form; itself if the plain form would not be one character."""
    compatible = unicodedata.normalize("NFKC", character)
    if len(compatible) != 1:
        compatible = character
    simple = _SIMPLIFY.convert(compatible)
    if len(simple) != 1:
        simple = compatible
    lower = simple.lower()
    return lower if len(lower) == 1 else simple


@lru_cache(maxsize=4_096)
def plain(text: str) -> str:
    """The text with NFKC, simplified characters and lower case, character by character.

    Has exactly as many characters as `text`, so that the offsets of entities hold for both.
    """
    return "".join(map(_plain_character, text))


@lru_cache(maxsize=4_096)
def canonical(text: str) -> str:
    """The text as classifiers read it: `plain`, without hesitations, repeated punctuation and needless blanks; 唔
    becomes 不.

    The length may change; never use it for offsets.
    """
    shorter = _FILLERS.sub("", plain(text).strip())
    shorter = _CANTONESE_NOT.sub("不", shorter.replace("唔使", "不用"))
    shorter = _REPEATED.sub(r"\1", shorter)
    shorter = _LONG_REPEAT.sub(r"\1\1\1", shorter) if not any(c.isdigit() for c in shorter) else shorter
    shorter = _BLANKS.sub(" ", shorter).strip()
    return shorter or plain(text).strip()
