"""Masks names and numbers: hides the part that would identify a person."""

from __future__ import annotations

import re

_SPOKEN = "[零〇一二三四五六七八九幺两]"
_PERSONAL = (
    r"(?<!\d)(?:\+?86[ -]?)?[1１][3-9３-９]\d(?:[ -]?\d){8}(?!\d)"  # 138 0000 1234
    r"|(?<!\d)\d{15,19}[Xx]?(?!\d)"  # identity card or bank card
    rf"|[一幺][三五六七八九]{_SPOKEN}{{9}}"
)
_LANDLINE = r"(?<!\d)[0０]\d{2,3}[ -]?\d{3,4}[ -]?\d{4}(?!\d)|(?<!\d)[2-8２-８]\d{6,7}(?!\d)"  # 028-87654321
PERSONAL_NUMBERS = re.compile(_PERSONAL)
"""Mobile phone and identity numbers as people write or say them; a ticket number, with 12 digits, does not match."""
NUMBERS = re.compile(f"{_PERSONAL}|{_LANDLINE}")
"""PERSONAL_NUMBERS and landlines."""


def mask_phone(phone: str) -> str:
    """A phone number with its middle hidden: 138****1234."""
    if len(phone) >= 11:
        return f"{phone[:3]}****{phone[-4:]}"
    return f"****{phone[-2:]}" if len(phone) >= 8 else "****"


def mask_numbers(text: str, offices_stay: bool = False) -> str:
    """A text with all phone and identity numbers masked. `offices_stay`: landlines stay, for the words of a unit that
    says where to call back."""
    numbers = PERSONAL_NUMBERS if offices_stay else NUMBERS
    return numbers.sub(lambda found: mask_phone(found.group().replace(" ", "").replace("-", "")), text)


def mask_name(name: str) -> str:
    """A name with all but its first character hidden: 王**."""
    return f"{name[:1]}**"
