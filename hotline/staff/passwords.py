"""Passwords of the staff: Argon2id hashes, one-time passwords for the first sign-in, and the rules for new ones."""

from __future__ import annotations

import secrets
from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

SHORTEST, LONGEST = 10, 128
MIN_DIFFERENT = 5
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"  # without characters that are easily confused
GROUPS, GROUP = 4, 4


class WeakPassword(Exception):
    """The password is not accepted; `why` is short, long, simple, like_login or same."""

    def __init__(self, why: str) -> None:
        super().__init__(f"the password is not accepted: {why}")
        self.why = why


def hash_password(password: str) -> str:
    """The Argon2id hash with its salt and costs, at the library's defaults (RFC 9106, low memory)."""
    return _hasher().hash(password)


def matches(hashed: str | None, password: str) -> bool:
    """True for the right password. A missing hash (None) takes as long as a wrong password, so that logins cannot be
    probed."""
    try:
        return _hasher().verify(hashed or _nobodys_hash(), password) and hashed is not None
    except (VerificationError, InvalidHashError):
        return False


def one_time_password() -> str:
    """A fresh password for a first sign-in, 79 bits, easy to read out: `kx7m-2pqd-…`."""
    letters = (secrets.choice(ALPHABET) for _ in range(GROUPS * GROUP))
    return "-".join("".join(next(letters) for _ in range(GROUP)) for _ in range(GROUPS))


def check_new(password: str, login: str, old: str) -> None:
    """Check a new password, by length and not by symbols (NIST SP 800-63B, 3.1.1). Raises WeakPassword."""
    if len(password) < SHORTEST:
        raise WeakPassword("short")
    if len(password) > LONGEST:
        raise WeakPassword("long")
    if password == old:
        raise WeakPassword("same")
    if login.casefold() in password.casefold():
        raise WeakPassword("like_login")
    if len(set(password)) < MIN_DIFFERENT:
        raise WeakPassword("simple")


@lru_cache
def _hasher() -> PasswordHasher:
    return PasswordHasher()


@lru_cache
def _nobodys_hash() -> str:
    return hash_password(secrets.token_urlsafe())
