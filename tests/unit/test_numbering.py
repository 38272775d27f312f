"""Ticket numbers: one per ticket of a day, in order; a typo never leads to somebody else's ticket."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from hotline.tickets import numbering

DAYS = st.dates(date(2020, 1, 1), date(2099, 12, 31))
SERIALS = st.integers(1, numbering.MAX_SERIAL)
NUMBERS = st.builds(numbering.make_number, DAYS, SERIALS)


@given(DAYS, SERIALS)
def test_a_number_is_the_day_the_serial_and_a_check_digit(day: date, serial: int) -> None:
    number = numbering.make_number(day, serial)
    assert numbering.is_number(number)
    assert (number[:6], number[6:11]) == (day.strftime("%y%m%d"), f"{serial:05d}")
    assert len(number) == numbering.NUMBER_LENGTH == 12


def test_the_first_and_the_last_ticket_of_a_day() -> None:
    day = date(2026, 11, 22)
    assert numbering.make_number(day, 1)[:11] == "26112200001"
    assert numbering.make_number(day, 99_999)[:11] == "26112299999"


@pytest.mark.parametrize("serial", [-1, 0, 100_000, 1_000_000])
def test_a_serial_that_no_number_has_room_for_is_refused(serial: int) -> None:
    with pytest.raises(numbering.SerialsExhausted):
        numbering.make_number(date(2026, 11, 22), serial)


@given(st.tuples(DAYS, SERIALS), st.tuples(DAYS, SERIALS))
def test_later_tickets_have_greater_numbers(one: tuple[date, int], other: tuple[date, int]) -> None:
    numbers = [numbering.make_number(*ticket) for ticket in sorted({one, other})]
    assert numbers == sorted(numbers)
    assert len(numbers) == len(set(numbers))


@given(NUMBERS)
def test_every_single_wrong_digit_is_caught(number: str) -> None:
    for place, right in enumerate(number):
        for wrong in set("0123456789") - {right}:
            assert not numbering.is_number(number[:place] + wrong + number[place + 1 :])


@given(NUMBERS)
def test_every_swap_of_two_neighbours_is_caught(number: str) -> None:
    for place in range(len(number) - 1):
        swapped = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
        assert numbering.is_number(swapped) == (swapped == number)


@given(NUMBERS)
def test_a_digit_too_few_or_too_many_is_caught(number: str) -> None:
    for place in range(len(number)):
        assert not numbering.is_number(number[:place] + number[place + 1 :])
        assert not numbering.is_number(number[:place] + number[place] + number[place:])


@given(st.text(max_size=20))
@example("")
@example("２６１１２２０００４３６")
@example("٢٦١١٢٢٠٠٠٤٣٦")
@example("261122000436\n")
@example("-61122000436")
@example("26112200043x")
def test_what_is_not_twelve_ascii_digits_is_no_number(text: str) -> None:
    """The tests above cover texts that happen to be twelve right digits."""
    if not (len(text) == 12 and text.isascii() and text.isdigit()):
        assert not numbering.is_number(text)


@given(NUMBERS)
def test_a_number_read_aloud_in_groups_is_the_same_number(number: str) -> None:
    assert numbering.spell(number).split(" ") == [number[:6], number[6:11], number[11:]]
    assert numbering.clean_number(numbering.spell(number)) == number


@given(NUMBERS, st.sampled_from(["", " ", "-", "　", "–", ".", "/", "#", "\n"]))
def test_the_ways_people_write_a_number_are_forgiven(number: str, between: str) -> None:
    wide = "".join(chr(ord("０") + int(digit)) for digit in number)
    for written in (number, wide):
        assert numbering.clean_number(f" 工单号：{between.join(written)} ") == number


@given(st.text())
@example("①²½〇零")
def test_cleaning_leaves_ascii_digits_only(text: str) -> None:
    cleaned = numbering.clean_number(text)
    assert set(cleaned) <= set("0123456789")
    assert numbering.clean_number(cleaned) == cleaned


def test_a_lookup_code_is_four_digits_and_may_begin_with_zero(monkeypatch: pytest.MonkeyPatch) -> None:
    assert all(
        len(code) == 4 and code.isascii() and code.isdigit() for code in (numbering.make_code() for _ in range(50))
    )
    monkeypatch.setattr("secrets.choice", lambda digits: digits[0])
    assert numbering.make_code() == "0000"


def test_lookup_codes_are_not_all_the_same() -> None:
    assert len({numbering.make_code() for _ in range(50)}) > 10
