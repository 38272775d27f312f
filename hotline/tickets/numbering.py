"""Ticket numbers: YYMMDD, a five-digit serial of the day and a check digit; and the lookup code (查询码) for strangers.

The check digit is Verhoeff's: it catches every single wrong digit and every swap of two neighbours.
"""

from __future__ import annotations

import re
import secrets
from datetime import date

from stdnum import verhoeff

NUMBER_LENGTH = 12
MAX_SERIAL = 99_999
CODE_LENGTH = 4


class SerialsExhausted(Exception):
    """More than 99,999 tickets were opened on one day."""


def make_number(day: date, serial: int) -> str:
    """The 12-digit number of the day's `serial`-th ticket (1 to 99,999). Raises SerialsExhausted beyond."""
    if not 1 <= serial <= MAX_SERIAL:
        raise SerialsExhausted(f"serial {serial} of {day}")
    body = f"{day:%y%m%d}{serial:05d}"
    return body + str(verhoeff.calc_check_digit(body))


def is_number(digits: str) -> bool:
    """True for 12 digits whose check digit is right."""
    return bool(re.fullmatch(r"[0-9]{12}", digits)) and bool(verhoeff.is_valid(digits))


def clean_number(text: str) -> str:
    """The ASCII digits of a number as people write it, with spaces, dashes or full-width digits."""
    return "".join(str(int(c)) for c in text if c.isdecimal())


def spell(number: str) -> str:
    """The number in groups, for reading: `261122 00043 7`."""
    return f"{number[:6]} {number[6:11]} {number[11:]}"


def make_code() -> str:
    """A fresh lookup code: four digits."""
    return "".join(secrets.choice("0123456789") for _ in range(CODE_LENGTH))
