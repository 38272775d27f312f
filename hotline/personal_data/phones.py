"""Phone numbers as networks (E.164) and as people in China write them, and the blind index by which they are found."""

from __future__ import annotations

import hmac
import re
import unicodedata

SEPARATORS = re.compile(r"[\s()-]")
E164 = re.compile(r"\+[1-9]\d{6,14}")
NUMBER = re.compile(r"1[3-9]\d{9}|0\d{9,11}|\+\d{7,15}")
"""A normalised phone number."""

CHINESE_MOBILE = re.compile(r"\+86(1[3-9]\d{9})")
CHINESE_LANDLINE = re.compile(r"\+86([2-9]\d{8,10})")


def as_written(address: str) -> str | None:
    """The phone number, as tickets keep it, of a caller's or SMS sender's address; None if it is no number.

    Chinese numbers lose +86 (a landline gets its 0), others keep their country code.
    """
    if mobile := CHINESE_MOBILE.fullmatch(address):
        return mobile[1]
    if landline := CHINESE_LANDLINE.fullmatch(address):
        return f"0{landline[1]}"
    return address if E164.fullmatch(address) else None


def mobile_address(phone: str) -> str | None:
    """The SMS address of a Chinese mobile number, given with or without +86; None for any other number."""
    for address in (phone, f"+86{phone}"):
        if CHINESE_MOBILE.fullmatch(address):
            return address
    return None


def normalised(phone: str) -> str:
    """A number in one normal form: without blanks, dashes or full-width digits, Chinese numbers without +86."""
    plain = SEPARATORS.sub("", unicodedata.normalize("NFKC", phone))
    plain = f"+{plain[2:]}" if plain.startswith("00") else plain
    return as_written(plain) or plain


class BlindIndex:
    """The blind index: its HMAC-SHA256 (RFC 2104) under a secret key stands for a phone number in the database's index.

    The same number always gives the same 32 hexadecimal digits. Without the key nobody can compute them for a number,
    or find the number by trying all.
    """

    def __init__(self, secret: str) -> None:
        self._key = hmac.digest(secret.encode(), b"the blind index of phones", "sha256")  # no key is used twice

    def __call__(self, phone: str) -> str:
        """The index of a number, in whatever form it is written."""
        return hmac.digest(self._key, normalised(phone).encode(), "sha256").hex()[:32]
