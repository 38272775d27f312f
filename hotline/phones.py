"""Phone numbers as networks write them (E.164) and as people in China do."""

from __future__ import annotations

import re

E164 = re.compile(r"\+[1-9]\d{6,14}")
CHINESE_MOBILE = re.compile(r"\+86(1[3-9]\d{9})")
CHINESE_LANDLINE = re.compile(r"\+86([2-9]\d{8,10})")


def as_written(address: str) -> str | None:
    """A caller's or texter's address as the number that tickets keep; None for what is no number.

    Chinese numbers lose +86 (a landline gets its 0), others keep their country code.
    """
    if mobile := CHINESE_MOBILE.fullmatch(address):
        return mobile[1]
    if landline := CHINESE_LANDLINE.fullmatch(address):
        return f"0{landline[1]}"
    return address if E164.fullmatch(address) else None


def mobile_address(phone: str) -> str | None:
    """The address at which a Chinese mobile, written either way, gets texts; None for any other number."""
    for address in (phone, f"+86{phone}"):
        if CHINESE_MOBILE.fullmatch(address):
            return address
    return None
