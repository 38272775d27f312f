"""Telephone numbers hidden in texts that are shown to whoever holds a lookup code."""

from __future__ import annotations

import re

MOBILE = re.compile(r"(?<!\d)(1[3-9]\d)[ -]?\d{4}[ -]?(\d{4})(?!\d)")
LANDLINE = re.compile(r"(?<!\d)(0\d{2,3}[ -]?)\d{3,4}[ -]?(\d{4})(?!\d)")


def mask_phones(text: str) -> str:
    """What a citizen said, with the middle of every telephone number hidden: `138****1234`."""
    return LANDLINE.sub(r"\1****\2", mask_mobiles(text))


def mask_mobiles(text: str) -> str:
    """What a department said: a person's number is hidden, the office's number to call back stays."""
    return MOBILE.sub(r"\1****\2", text)
