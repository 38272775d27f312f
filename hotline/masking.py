"""Names and numbers with the part hidden that would tell who it is."""

from __future__ import annotations

import re

_SPOKEN = "[零〇一二三四五六七八九幺两]"
NUMBERS = re.compile(
    r"(?<!\d)(?:\+?86[ -]?)?[1１][3-9３-９]\d(?:[ -]?\d){8}(?!\d)"  # 138 0000 1234
    r"|(?<!\d)[0０]\d{2,3}[ -]?\d{7,8}(?!\d)"  # 028-87654321
    r"|(?<!\d)[2-8２-８]\d{6,7}(?!\d)"
    r"|(?<!\d)\d{15,19}[Xx]?(?!\d)"  # of a person or a bank card
    rf"|[一幺][三五六七八九]{_SPOKEN}{{9}}"
)
"""What people write or say as a phone or identity number; a ticket's number, with 12 digits, is none."""


def mask_phone(phone: str) -> str:
    """A phone number with its middle hidden: 138****1234."""
    if len(phone) >= 11:
        return f"{phone[:3]}****{phone[-4:]}"
    return f"****{phone[-2:]}" if len(phone) >= 8 else "****"


def mask_numbers(text: str) -> str:
    """A text with every phone and identity number in it masked."""
    return NUMBERS.sub(lambda found: mask_phone(found.group().replace(" ", "").replace("-", "")), text)


def mask_name(name: str) -> str:
    """A name of which only the first character is left: 王**."""
    return f"{name[:1]}**"
