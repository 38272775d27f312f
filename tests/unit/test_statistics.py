"""The rules of the managers' numbers: periods, rates, hot spots, tables as files, the geometry of bars."""

from __future__ import annotations

import csv
from datetime import UTC, date, datetime, timedelta
from io import BytesIO, StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from console import charts
from hotline.clock import ZONE
from hotline.statistics.bulletin import MOST_MISSED, weeks_due
from hotline.statistics.hot_spots import FEWEST, MOST_SHOWN, hot_spots
from hotline.statistics.model import RATES, Counts, total
from hotline.statistics.period import Period, WrongPeriod
from hotline.statistics.sheets import csv_text, write_xlsx

DAYS = st.dates(date(2020, 1, 1), date(2035, 12, 31))
COUNTS = st.builds(Counts, **dict.fromkeys(Counts.__slots__, st.integers(0, 1000)))


# --- periods ----------------------------------------------------------------------------------------------------------


@given(DAYS)
def test_a_week_has_seven_days_and_finds_itself_by_its_name(day: date) -> None:
    week = Period.week_of(day)
    assert week.first <= day <= week.last and week.days == 7
    assert Period.week(week.week_name) == week


@given(DAYS)
def test_what_lies_before_ends_where_this_begins(day: date) -> None:
    month = Period.month_of(day)
    before = month.before(4)
    assert before.end == month.first and before.days == 4 * month.days


def test_the_last_week_of_a_year_may_begin_in_the_year_before() -> None:
    assert Period.week("2027-W01").first == date(2027, 1, 4)
    assert Period.week("2026-W53") == Period(date(2026, 12, 28), date(2027, 1, 3))


@pytest.mark.parametrize("name", ["", "2026", "2026-W00", "2026-W54", "2026-47", "2026-W47x", "0000-W01", "9999-W53"])
def test_what_is_no_week_is_refused(name: str) -> None:
    with pytest.raises(WrongPeriod):
        Period.week(name)


def test_a_period_runs_forward_and_at_most_a_year() -> None:
    day = date(2026, 1, 1)
    assert Period(day, day).days == 1 and Period(day, day + timedelta(days=365)).days == 366
    for last in (day - timedelta(days=1), day + timedelta(days=366)):
        with pytest.raises(WrongPeriod):
            Period(day, last)


# --- rates ------------------------------------------------------------------------------------------------------------


def test_a_rate_without_anything_to_divide_by_is_none() -> None:
    assert set(Counts().rates.values()) == {None}


@given(st.lists(COUNTS, max_size=5))
def test_parts_add_up_to_the_whole(parts: list[Counts]) -> None:
    whole = total(parts)
    for name in Counts.__slots__:
        assert getattr(whole, name) == sum(getattr(part, name) for part in parts)


def test_each_rate_is_one_count_over_another() -> None:
    counts = Counts(
        received=10, direct=4, dispatched=6, rerouted=2, returned=3, repeats=2, merged=1, confirmed=3, objected=1
    )
    assert counts.rate("direct") == 0.4
    assert counts.rate("first_dispatch") == pytest.approx(4 / 6)
    assert counts.rate("return") == 0.5
    assert counts.rate("repeat") == 0.25
    assert counts.rate("satisfied") == 0.75
    assert list(counts.rates) == list(RATES)


# --- hot spots --------------------------------------------------------------------------------------------------------

NOISE = ("0604", "锦江区")


@pytest.mark.parametrize(
    ("now", "before", "is_hot"),
    [
        (4, 0, False),  # too few to count
        (5, 0, True),  # none before
        (5, 4, True),  # one is usual
        (5, 8, False),  # two are usual: chance
        (110, 400, False),  # a tenth more of many: chance
        (130, 400, True),
        (3, 400, False),
    ],
)
def test_a_hot_spot_is_more_than_chance_explains(now: int, before: int, is_hot: bool) -> None:
    assert bool(hot_spots({NOISE: now}, {NOISE: before})) is is_hot


def test_the_most_unusual_comes_first_and_the_list_is_short() -> None:
    many = {("0604", f"{n}区"): FEWEST + n for n in range(MOST_SHOWN + 10)}
    found = hot_spots(many, {})
    assert len(found) == MOST_SHOWN and found[0].count == max(many.values())
    assert found[0].growth is None


def test_growth_tells_how_much_more_than_usual() -> None:
    (spot,) = hot_spots({NOISE: 20}, {NOISE: 40})
    assert (spot.usual, spot.growth) == (10.0, 1.0)


# --- files and charts -------------------------------------------------------------------------------------------------


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=40))
def test_any_word_can_stand_in_a_table(word: str) -> None:
    book = BytesIO()
    write_xlsx("表", ["列"], [[word]], book)
    assert load_workbook(book).active["A2"].data_type != "f"


def test_times_are_those_of_the_city() -> None:
    book = BytesIO()
    write_xlsx("表", ["时间"], [[datetime(2026, 11, 22, 9, 30, tzinfo=ZONE)]], book)
    assert load_workbook(book).active["A2"].value == datetime(2026, 11, 22, 9, 30)


@pytest.mark.parametrize("word", ["=1+1", "+86", "-1", "@SUM(A1)", "\t=1"])
def test_no_cell_of_a_csv_is_a_formula(word: str) -> None:
    rows = list(csv.reader(StringIO(csv_text(["a"], [[word]]).removeprefix("\ufeff"))))
    assert rows[1][0].startswith("'")


@given(st.lists(st.integers(0, 10_000), max_size=60))
def test_bars_stay_inside_their_picture(values: list[int]) -> None:
    for bar in charts.bars([(str(n), value) for n, value in enumerate(values)]):
        assert bar.x + bar.width <= charts.WIDTH + 0.01 and bar.y >= 0
        assert bar.y + bar.height == pytest.approx(charts.HEIGHT, abs=0.02)


# --- weekly bulletins -------------------------------------------------------------------------------------------------

MONDAY = datetime(2026, 11, 23, 6, 0, tzinfo=ZONE)


def due_weeks(now: datetime, newest: date | None = None) -> list[str]:
    """The names of the weeks whose bulletins are due."""
    return [week.week_name for week in weeks_due(now, newest)]


def test_the_first_bulletin_is_that_of_the_week_before() -> None:
    assert due_weeks(MONDAY) == ["2026-W47"]
    assert due_weeks(MONDAY - timedelta(minutes=1)) == ["2026-W46"]


def test_monday_morning_is_that_of_the_city_whatever_zone_the_clock_is_in() -> None:
    assert due_weeks(datetime(2026, 11, 22, 22, 0, tzinfo=UTC)) == ["2026-W47"]
    assert due_weeks(datetime(2026, 11, 22, 21, 59, tzinfo=UTC)) == ["2026-W46"]


def test_a_kept_week_is_not_due_again_and_missed_ones_are() -> None:
    assert due_weeks(MONDAY, date(2026, 11, 16)) == []
    assert due_weeks(MONDAY, date(2026, 11, 9)) == ["2026-W47"]
    assert due_weeks(MONDAY + timedelta(days=3), date(2026, 10, 26)) == ["2026-W45", "2026-W46", "2026-W47"]


def test_after_years_of_silence_the_missed_weeks_are_bounded() -> None:
    assert len(due_weeks(MONDAY, date(2020, 1, 6))) == MOST_MISSED + 1


def test_over_the_end_of_a_year_no_week_is_left_out() -> None:
    assert due_weeks(datetime(2027, 1, 11, 8, tzinfo=ZONE), date(2026, 12, 21)) == ["2026-W53", "2027-W01"]
