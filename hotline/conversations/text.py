"""Cleaning and checks of a message's text, before anything tries to understand it."""

from __future__ import annotations

import unicodedata

from hotline.conversations.model import MAX_TEXT

KEPT_CONTROLS = {"\n", "\t"}


def clean(text: str) -> str:
    """The text in a form that every store accepts: no NUL or other control characters, no lone surrogates."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = text.encode("utf-8", "replace").decode("utf-8")
    return "".join(c for c in text if c in KEPT_CONTROLS or unicodedata.category(c) != "Cc").strip()


def is_readable(text: str) -> bool:
    """True when the text has a letter, a digit or a Chinese character; blanks, emoji and punctuation do not count."""
    return any(unicodedata.category(c)[0] in "LN" for c in text)


def is_too_long(text: str) -> bool:
    """True beyond MAX_TEXT characters."""
    return len(text) > MAX_TEXT
