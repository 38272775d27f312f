"""Staff passwords at their real hashing cost, which the other tests avoid."""

from __future__ import annotations

import pytest
from argon2 import Type, extract_parameters
from argon2.profiles import RFC_9106_LOW_MEMORY

from hotline.staff import passwords
from tests.conftest import true_hasher


@pytest.fixture(autouse=True)
def _in_earnest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "_hasher", true_hasher)


def test_a_password_is_hashed_as_dear_as_rfc_9106_recommends() -> None:
    parameters = extract_parameters(passwords.hash_password("correct-horse-battery"))
    assert parameters.type is Type.ID
    assert (parameters.time_cost, parameters.memory_cost, parameters.parallelism) == (
        RFC_9106_LOW_MEMORY.time_cost,
        RFC_9106_LOW_MEMORY.memory_cost,
        RFC_9106_LOW_MEMORY.parallelism,
    )


def test_the_right_password_matches_and_no_other() -> None:
    hashed = passwords.hash_password("correct-horse-battery")
    assert passwords.matches(hashed, "correct-horse-battery")
    assert not passwords.matches(hashed, "correct-horse-batterY")
    assert not passwords.matches(None, "correct-horse-battery")
