"""Phone numbers as networks write them (E.164) and as people in China do; and the key by which a number is found."""

from __future__ import annotations

import hmac
import re
import unicodedata

SEPARATORS = re.compile(r"[\s()-]")
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


def normalised(phone: str) -> str:
    """One way of writing for all ways in which a number is written: no blanks, dashes or full-width digits, no +86."""
    plain = SEPARATORS.sub("", unicodedata.normalize("NFKC", phone))
    plain = f"+{plain[2:]}" if plain.startswith("00") else plain
    return as_written(plain) or plain


class BlindIndex:
    """What stands in the database's index in place of a phone number: its HMAC-SHA256 (RFC 2104) under a secret key.

    The same number always gives the same 32 hexadecimal digits; without the key nobody can compute them for a number,
    nor try all numbers until one fits.
    """

    def __init__(self, secret: str) -> None:
        self._key = hmac.digest(secret.encode(), b"the blind index of phones", "sha256")  # no key is used twice

    def __call__(self, phone: str) -> str:
        """The index of a number, however it is written."""
        return hmac.digest(self._key, normalised(phone).encode(), "sha256").hex()[:32]
