"""Who tries lookup codes: the mark of an address, and mistakes of different people, which must not add up."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from hotline.clock import ZONE
from hotline.tickets import access
from hotline.tickets.access import Guesses
from hotline.tickets.askers import FROM_A_CLIENT, Asker, ClientMarks, counted
from hotline.tickets.numbering import NUMBER_LENGTH, is_number, make_number
from tests.conftest import SetClock

NOON = datetime(2026, 11, 30, 12, tzinfo=ZONE)
NUMBER = make_number(NOON.date(), 43)


def test_a_mark_tells_no_address_and_nothing_the_next_day() -> None:
    clock = SetClock(NOON)
    mark = ClientMarks("secret-of-the-tests", clock)
    today = mark("203.0.113.7")
    assert "203" not in today
    assert today == mark("203.0.113.7") != mark("203.0.113.8")
    assert today != ClientMarks("another-secret", clock)("203.0.113.7")
    clock.advance(days=1)
    assert mark("203.0.113.7") != today


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("fe80::1%eth0", "fe80::2", True),
        ("::ffff:203.0.113.7", "203.0.113.7", True),
        ("::ffff:203.0.113.7", "203.0.113.8", False),
        ("", "unknown", False),
    ],
)
def test_one_line_has_one_mark(one: str, other: str, same: bool) -> None:
    mark = ClientMarks("secret-of-the-tests", lambda: NOON)
    assert (mark(one) == mark(other)) is same


def test_what_is_counted_fits_beside_the_numbers_and_is_none() -> None:
    counts = counted(NUMBER, Asker("c0ffee", "a-mark"))
    assert len(counts) == 4
    assert all(len(key) == NUMBER_LENGTH for key in counts)
    assert [key for key in counts if is_number(key)] == [NUMBER]


def test_an_offices_few_mistakes_all_day_long_never_add_up() -> None:
    guesses = Guesses()
    for mistake in range(500):
        now = NOON + mistake * timedelta(seconds=20)
        guesses.check_open(now)
        guesses = guesses.after_wrong(now, FROM_A_CLIENT)


def test_whoever_guesses_fast_has_to_wait_and_gets_no_more_than_the_limit_over_time() -> None:
    guesses, tried = Guesses(), 0
    for second in range(3600):
        now = NOON + timedelta(seconds=second)
        try:
            guesses.check_open(now)
        except access.Locked:
            continue
        tried += 1
        guesses = guesses.after_wrong(now, FROM_A_CLIENT)
    assert tried <= FROM_A_CLIENT.most * 4
