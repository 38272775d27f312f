"""Deadlines: working days by the State Council's notices, and the city's handling times."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline import calendar
from hotline.city import City
from hotline.clock import ZONE
from hotline.tickets import deadlines
from hotline.tickets.model import RequestType, Urgency
from hotline.tickets.timing import Timing

CLOSES = time(18)
WORKING_DAYS = {"consultation": 3, "help": 7, "suggestion": 7, "praise": 7, "complaint": 15, "report": 15}
PLANNED = st.dates(date(2025, 1, 1), date(2026, 11, 15))  # their deadlines are within the years of the notices
COUNTS = st.integers(0, 15)


@pytest.fixture
def forgotten() -> Iterator[None]:
    """Clears the cache of days before a test."""
    calendar._has_notice.cache_clear()
    yield
    calendar._has_notice.cache_clear()
    calendar._by_notice.cache_clear()


@pytest.fixture
def timing(city: City) -> Timing:
    """Chengdu's rules for due dates."""
    return Timing(city.deadlines)


def at(day: date, hour: int = 9, minute: int = 30) -> datetime:
    """A moment in Chengdu."""
    return datetime.combine(day, time(hour, minute), ZONE)


class TestHolidays:
    """The notice for 2026: Spring Festival from 15 to 23 February, National Day from 1 to 7 October."""

    @pytest.mark.parametrize(
        ("first", "last"),
        [
            (date(2026, 1, 1), date(2026, 1, 3)),
            (date(2026, 2, 15), date(2026, 2, 23)),
            (date(2026, 4, 4), date(2026, 4, 6)),
            (date(2026, 5, 1), date(2026, 5, 5)),
            (date(2026, 6, 19), date(2026, 6, 21)),
            (date(2026, 9, 25), date(2026, 9, 27)),
            (date(2026, 10, 1), date(2026, 10, 7)),
        ],
        ids=lambda day: f"{day:%m-%d}",
    )
    def test_offices_rest_on_holidays(self, first: date, last: date) -> None:
        days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
        assert not [day for day in days if deadlines.is_working_day(day)]

    @pytest.mark.parametrize(
        "day",
        [
            date(2026, 1, 4),
            date(2026, 2, 14),
            date(2026, 2, 28),
            date(2026, 5, 9),
            date(2026, 9, 20),
            date(2026, 10, 10),
        ],
        ids=str,
    )
    def test_offices_work_on_make_up_days_though_they_are_weekends(self, day: date) -> None:
        assert day.weekday() >= 5
        assert deadlines.is_working_day(day)

    def test_before_spring_festival_the_make_up_saturday_counts_and_nine_days_do_not(self) -> None:
        friday = date(2026, 2, 13)
        counted = [deadlines.add_working_days(friday, n) for n in range(1, 8)]
        assert counted == [date(2026, 2, 14), *(date(2026, 2, d) for d in (24, 25, 26, 27, 28)), date(2026, 3, 2)]

    def test_what_comes_in_during_spring_festival_counts_from_the_first_day_after_it(self) -> None:
        assert {deadlines.add_working_days(date(2026, 2, d), 1) for d in range(15, 24)} == {date(2026, 2, 24)}

    def test_around_national_day_both_make_up_days_count(self) -> None:
        assert deadlines.add_working_days(date(2026, 9, 18), 1) == date(2026, 9, 20)
        counted = [deadlines.add_working_days(date(2026, 9, 30), n) for n in range(1, 5)]
        assert counted == [date(2026, 10, d) for d in (8, 9, 10, 12)]

    def test_each_day_is_one_of_three_kinds(self) -> None:
        kinds = {day: calendar.kind_of(date(2026, 2, day)) for day in (12, 14, 15, 21, 23, 24, 28)}
        rests = dict.fromkeys((15, 21, 23), calendar.Day.HOLIDAY)
        assert kinds == dict.fromkeys((12, 14, 24, 28), calendar.Day.WORKING) | rests
        assert calendar.kind_of(date(2026, 11, 28)) is calendar.Day.WEEKEND

    def test_an_ordinary_week_is_monday_to_friday(self) -> None:
        monday = date(2026, 11, 16)
        assert [deadlines.is_working_day(monday + timedelta(days=n)) for n in range(7)] == [True] * 5 + [False] * 2


@pytest.mark.usefixtures("forgotten")
class TestYearWithoutNotice:
    """The notice for 2027 comes in November 2026 or later, and reaches the calendar package later still."""

    @pytest.fixture(autouse=True)
    def _no_notice_for_2027(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Removes 2027 even if the installed calendar already has it."""
        known = calendar.chinese_calendar.get_holiday_detail

        def get_holiday_detail(day: date) -> tuple[bool, str | None]:
            if day.year >= 2027:
                raise NotImplementedError(f"no available data for year {day.year}")
            is_free, holiday = known(day)
            return bool(is_free), holiday

        monkeypatch.setattr(calendar.chinese_calendar, "get_holiday_detail", get_holiday_detail)
        calendar._by_notice.cache_clear()
        calendar._has_notice.cache_clear()

    def test_the_installed_calendar_says_so_in_the_same_way(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.undo()
        with pytest.raises(NotImplementedError):
            calendar.chinese_calendar.get_holiday_detail(date(2099, 1, 4))

    def test_monday_to_friday_count(self) -> None:
        monday = date(2027, 3, 1)
        assert [deadlines.is_working_day(monday + timedelta(days=n)) for n in range(7)] == [True] * 5 + [False] * 2

    def test_holidays_of_a_fixed_date_are_known(self) -> None:
        assert deadlines.add_working_days(date(2026, 12, 31), 1) == date(2027, 1, 4)
        assert deadlines.add_working_days(date(2027, 9, 30), 1) == date(2027, 10, 4)

    def test_a_deadline_goes_on_over_the_end_of_the_year(self) -> None:
        thursday = date(2026, 12, 31)
        counted = [deadlines.add_working_days(date(2026, 12, 30), n) for n in range(1, 4)]
        assert counted[0] == thursday
        assert counted == sorted(counted)
        assert all(day.weekday() < 5 for day in counted)
        assert deadlines.add_working_days(date(2026, 12, 28), 15) >= date(2027, 1, 18)

    def test_one_warning_names_the_year(self, caplog: pytest.LogCaptureFixture) -> None:
        """One for the year, not one for every counted day: people read the log."""
        with caplog.at_level(logging.WARNING, logger=calendar.__name__):
            deadlines.add_working_days(date(2026, 12, 28), 15)
            deadlines.add_working_days(date(2026, 12, 29), 15)
        assert len(caplog.messages) == 1, caplog.messages
        assert "2027" in caplog.messages[0]

    def test_a_year_without_one_is_asked_for_once(self, monkeypatch: pytest.MonkeyPatch) -> None:
        asked, known = [], calendar.chinese_calendar.get_holiday_detail
        monkeypatch.setattr(
            calendar.chinese_calendar, "get_holiday_detail", lambda day: [asked.append(day), known(day)][1]
        )
        deadlines.add_working_days(date(2027, 1, 1), 200)
        assert len(asked) == 1

    def test_a_year_with_a_notice_warns_of_nothing(self, caplog: pytest.LogCaptureFixture) -> None:
        deadlines.add_working_days(date(2026, 11, 22), 15)
        assert caplog.messages == []


class TestCounting:
    @given(PLANNED, COUNTS)
    def test_exactly_so_many_working_days_lie_between(self, start: date, days: int) -> None:
        end = deadlines.add_working_days(start, days)
        between = [start + timedelta(days=n) for n in range(1, (end - start).days + 1)]
        assert sum(map(deadlines.is_working_day, between)) == days
        assert days == 0 or deadlines.is_working_day(end)

    @given(PLANNED)
    def test_no_days_is_the_day_itself(self, start: date) -> None:
        assert deadlines.add_working_days(start, 0) == start

    @given(PLANNED, COUNTS)
    def test_more_days_are_always_later(self, start: date, days: int) -> None:
        assert deadlines.add_working_days(start, days) < deadlines.add_working_days(start, days + 1)

    @given(PLANNED, st.integers(0, 30), COUNTS)
    def test_who_comes_later_is_never_due_earlier(self, start: date, later: int, days: int) -> None:
        end = deadlines.add_working_days(start, days)
        assert end <= deadlines.add_working_days(start + timedelta(days=later), days)

    @given(PLANNED, st.times(), COUNTS)
    def test_the_hour_of_the_day_does_not_matter(self, day: date, hour: time, days: int) -> None:
        start = datetime.combine(day, hour, ZONE)
        due = deadlines.due_after_working_days(start, days, CLOSES)
        assert due == at(deadlines.add_working_days(day, days), 18, 0)
        assert due.tzinfo is ZONE


class TestTickets:
    def test_the_products_example(self, timing: Timing) -> None:
        due = timing.reply(at(date(2026, 11, 22)), RequestType.COMPLAINT, Urgency.NORMAL)
        assert due.isoformat() == "2026-12-11T18:00:00+08:00"

    @pytest.mark.parametrize("request_type", RequestType)
    def test_a_normal_ticket_is_due_when_the_citys_office_closes(
        self, timing: Timing, request_type: RequestType
    ) -> None:
        start = date(2026, 11, 20)
        due = timing.reply(at(start, 23, 59), request_type, Urgency.NORMAL)
        assert due == at(deadlines.add_working_days(start, WORKING_DAYS[request_type]), 18, 0)

    @pytest.mark.parametrize("urgency", [Urgency.URGENT, Urgency.CRITICAL])
    @pytest.mark.parametrize("request_type", RequestType)
    def test_an_urgent_ticket_is_due_in_a_day_also_on_holidays(
        self, timing: Timing, request_type: RequestType, urgency: Urgency
    ) -> None:
        new_years_eve = at(date(2026, 2, 16), 23, 15)
        assert timing.reply(new_years_eve, request_type, urgency) == new_years_eve + timedelta(hours=24)

    @pytest.mark.parametrize("request_type", RequestType)
    def test_the_more_urgent_is_never_due_later(self, timing: Timing, request_type: RequestType) -> None:
        start = at(date(2026, 9, 30))
        due = [timing.reply(start, request_type, urgency) for urgency in reversed(Urgency)]
        assert due == sorted(due)

    def test_the_earlier_counts_where_a_city_gives_urgent_matters_longer_than_working_days(self, city: City) -> None:
        """As cities/chengdu/deadlines.yml says: "It applies beside the working days; the earlier one counts"."""
        rules = city.deadlines
        slow = replace(rules.by_urgency["urgent"], final=timedelta(days=30))
        patient = Timing(replace(rules, by_urgency={**rules.by_urgency, "urgent": slow}))
        start = at(date(2026, 11, 23))
        normal = patient.reply(start, RequestType.CONSULTATION, Urgency.NORMAL)
        assert patient.reply(start, RequestType.CONSULTATION, Urgency.URGENT) == normal

    def test_every_deadline_is_in_the_future(self, timing: Timing) -> None:
        for day in (date(2026, 2, 14), date(2026, 10, 1), date(2026, 11, 22)):
            for request_type in RequestType:
                for urgency in Urgency:
                    assert timing.reply(at(day, 23, 59), request_type, urgency) > at(day, 23, 59)
