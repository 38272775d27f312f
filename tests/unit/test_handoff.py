"""The rules of the queue: whom it serves first, which agent it asks, its estimate, and a citizen's choices."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from hotline.calendar import Day
from hotline.city import City, OpeningHours
from hotline.clock import ZONE
from hotline.conversations.handoff import rules
from hotline.conversations.handoff.choices import choice_of
from hotline.conversations.handoff.model import (
    Choice,
    Handoff,
    HandoffReason,
    Opens,
    Presence,
    Rank,
    Seat,
    Stage,
    Standing,
    Taken,
    Waits,
)
from hotline.conversations.handoff.opening import in_words
from hotline.conversations.handoff.steps import standing_line
from hotline.staff.model import Role
from hotline.texts import texts

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=ZONE)
FULL = dict.fromkeys(("li", "zhou", "sun", "wu"), 3)


def waiting(id: str, minutes: float = 0, **changes: Any) -> Handoff:
    """A hand-over that has waited for some minutes."""
    values: dict[str, Any] = {
        "id": id,
        "conversation_id": f"conversation-{id}",
        "channel": "webchat",
        "reason": HandoffReason.ASKED,
        "skill": "general",
        "stage": Stage.WAITING,
        "rank": Rank.NORMAL,
        "since": NOW - timedelta(minutes=minutes),
    }
    return Handoff(**values | changes)


def seat(id: str, *skills: str, idle_minutes: float = 0, **changes: Any) -> Seat:
    """A free agent."""
    seat = Seat(
        id,
        id,
        Role.AGENT,
        skills or ("general",),
        Presence.AVAILABLE,
        3,
        seen_at=NOW,
        idle_since=NOW - timedelta(minutes=idle_minutes),
    )
    return replace(seat, **changes)


def asked(city: City, handoff: Handoff, *seats: Seat, loads: dict[str, int] | None = None) -> list[str]:
    """The agents who are asked, in order."""
    return [s.person_id for s in rules.candidates(handoff, seats, loads or {}, city.handoff, NOW)]


class TestTheQueue:
    def test_serves_the_oldest_first(self) -> None:
        assert [h.id for h in rules.in_order([waiting("new", 1), waiting("old", 9)])] == ["old", "new"]

    def test_serves_danger_ahead_of_all_and_then_what_a_lost_agent_left(self) -> None:
        queue = [waiting("old", 60), waiting("left", 2, rank=Rank.RETURNED), waiting("danger", 0, rank=Rank.DANGER)]
        assert [h.id for h in rules.in_order(queue)] == ["danger", "left", "old"]

    def test_leaves_out_what_is_held_or_ended(self) -> None:
        assert not rules.in_order([waiting("a", stage=Stage.HELD), waiting("b", stage=Stage.ENDED)])

    def test_counts_the_place_among_those_who_wait_for_the_same_agents(self, city: City) -> None:
        queue = [waiting("tax", 9, skill="tax"), waiting("general", 5), waiting("me", 1, skill="social_security")]
        general = [seat("li"), seat("zhou", "social_security")]
        assert rules.place(queue[2], queue, general, city.handoff) == 3  # a general agent may serve all three
        assert rules.place(queue[0], queue, general, city.handoff) == 1
        expert = [seat("zhou", "social_security")]
        assert rules.place(queue[2], queue, expert, city.handoff) == 1  # none of those ahead is for the only agent

    def test_has_no_place_for_calls(self, city: City) -> None:
        queue = [waiting("call", 9, channel="voice"), waiting("me", 1)]
        assert rules.place(queue[1], queue, [seat("li")], city.handoff) == 1
        assert asked(city, queue[0], seat("li")) == []


class TestAnAgent:
    def test_who_is_idle_for_longest_is_asked_first(self, city: City) -> None:
        assert asked(city, waiting("a"), seat("li", idle_minutes=1), seat("zhou", idle_minutes=5)) == ["zhou", "li"]

    def test_of_the_group_is_asked_before_those_who_stand_in(self, city: City) -> None:
        general, expert = seat("li", idle_minutes=9), seat("zhou", "social_security")
        assert asked(city, waiting("a", skill="social_security"), general, expert) == ["zhou", "li"]

    def test_of_another_field_is_not_asked(self, city: City) -> None:
        assert asked(city, waiting("a"), seat("li", "tax")) == []

    @pytest.mark.parametrize(
        "changes",
        [
            {"presence": Presence.BUSY},
            {"presence": Presence.AWAY},
            {"seen_at": NOW - rules.ALIVE - timedelta(seconds=1)},
            {"capacity": 2},
        ],
        ids=["busy", "away", "browser gone", "full"],
    )
    def test_who_cannot_answer_is_not_asked(self, city: City, changes: dict[str, Any]) -> None:
        assert asked(city, waiting("a"), seat("li", **changes), loads={"li": 2}) == []

    def test_who_let_it_go_by_is_asked_again_only_after_a_while(self, city: City) -> None:
        let_go = waiting("a", passed=("li",), offered_until=NOW)
        assert asked(city, let_go, seat("li", idle_minutes=9), seat("zhou")) == ["zhou"]
        assert asked(city, replace(let_go, offered_until=NOW - rules.ASK_AGAIN), seat("li")) == ["li"]


class TestTheEstimate:
    def test_is_computed_from_what_was_taken_in_the_last_hour(self) -> None:
        assert rules.minutes(2, 0, 12) == 10
        assert rules.minutes(1, 0, 7) == 9  # rounded up

    def test_is_not_made_up(self) -> None:
        assert rules.minutes(1, 0, 0) is None

    def test_is_a_minute_for_whom_there_is_room_and_counts_the_others_from_there(self) -> None:
        assert [rules.minutes(place, 2, 12) for place in (1, 2, 3, 4)] == [1, 1, 5, 10]

    def test_takes_no_room_where_nobody_may_or_wants_to(self, city: City) -> None:
        me = waiting("me", passed=("wu",))
        seats = [seat("li"), seat("sun", "tax"), seat("wu"), seat("zhou", presence=Presence.BUSY)]
        floor = rules.Floor(seats, [me], [Taken("general", "li")], {"li": 3})
        assert rules.standing(me, floor, city.handoff, NOW).minutes == 60
        assert rules.standing(me, replace(floor, held={"li": 2}), city.handoff, NOW).minutes == 1

    def test_counts_what_the_agents_took_who_are_there_and_may_answer_also_standing_in(self, city: City) -> None:
        me = waiting("me", skill="tax")
        expert, standing_in, other = seat("li", "tax"), seat("zhou", "general"), seat("sun", "labour")
        gone = seat("wu", "tax", presence=Presence.AWAY)
        taken = [Taken("tax", "li"), Taken("labour", "zhou"), Taken("general", "zhou"), Taken("labour", "sun")]
        floor = rules.Floor([expert, standing_in, other, gone], [me], [*taken, Taken("tax", "wu")], FULL)
        assert rules.standing(me, floor, city.handoff, NOW).minutes == 20  # three in an hour: li one, zhou two
        assert rules.standing(me, replace(floor, seats=[expert, other]), city.handoff, NOW).minutes == 60

    def test_on_the_board_is_what_the_next_citizen_would_be_told(self, city: City) -> None:
        ahead = [waiting("a", 5, skill="tax"), waiting("b", 3, skill="labour"), waiting("call", 9, channel="voice")]
        floor = rules.Floor(
            [seat("li"), seat("zhou", "tax")], ahead, [Taken("tax", "zhou"), Taken("general", "li")], FULL
        )
        me = waiting("me", skill="tax")
        told = rules.standing(me, replace(floor, waiting=[*ahead, me]), city.handoff, NOW)
        board = rules.standing_of_next("tax", floor, city.handoff, NOW)
        assert (board.place, board.minutes) == (told.place, told.minutes) == (3, 90)


class TestNobody:
    def test_there_is_said(self, city: City) -> None:
        floor = rules.Floor([seat("li", presence=Presence.AWAY)], [], [], {})
        assert rules.standing(waiting("me"), floor, city.handoff, NOW).waits is Waits.NOBODY

    def test_out_of_hours_is_said_as_such(self, city: City) -> None:
        hours = (OpeningHours((1, 2, 3, 4, 5), 9 * 60, 18 * 60),)
        weekdays = replace(city.handoff, hours=hours)  # NOW is a Sunday
        floor = rules.Floor([], [], [], {})
        assert rules.standing(waiting("me"), floor, weekdays, NOW).waits is Waits.CLOSED
        assert rules.standing(waiting("me"), floor, weekdays, NOW + timedelta(days=1)).waits is Waits.NOBODY
        assert rules.standing(waiting("me"), floor, weekdays, NOW + timedelta(hours=8.5)).waits is Waits.CLOSED


class TestOutOfHours:
    WEEKDAYS = OpeningHours((1, 2, 3, 4, 5), 9 * 60, 12 * 60), OpeningHours((1, 2, 3, 4, 5), 13 * 60 + 30, 18 * 60)

    @pytest.mark.parametrize(
        ("day", "time", "zh", "en"),
        [
            (23, "08:59", "今天上午9点", "today at 9 am"),
            (23, "12:00", "今天下午1点半", "today at 1:30 pm"),
            (23, "18:00", "明天上午9点", "tomorrow at 9 am"),
            (22, "00:00", "明天上午9点", "tomorrow at 9 am"),
            (27, "18:00", "11月30日（星期一）上午9点", "on Monday, 30 Nov, at 9 am"),
        ],
    )
    def test_it_is_said_when_people_are_back(self, city: City, day: int, time: str, zh: str, en: str) -> None:
        hour, minute = map(int, time.split(":"))
        now = NOW.replace(day=day, hour=hour, minute=minute, second=0)
        standing = rules.standing(
            waiting("me"), rules.Floor([], [], [], {}), replace(city.handoff, hours=self.WEEKDAYS), now
        )
        assert standing_line(standing, texts("zh")) == f"现在不是人工服务时间，人工坐席{zh}上班。"
        assert standing_line(standing, texts("en")) == f"Agents are not at work at this time; they are back {en}."

    @pytest.mark.parametrize(
        ("begins", "zh", "en"),
        [
            (0, "零点", "midnight"),
            (30, "凌晨12点半", "12:30 am"),
            (7 * 60 + 5, "上午7点5分", "7:05 am"),
            (12 * 60, "中午12点", "12 pm"),
            (20 * 60, "晚上8点", "8 pm"),
        ],
    )
    def test_a_time_is_said_as_people_say_it(self, begins: int, zh: str, en: str) -> None:
        at = NOW.replace(hour=begins // 60, minute=begins % 60)
        said = [in_words(Opens(at, 1), texts(language)) for language in ("zh", "en")]
        assert said == [f"明天{zh}", f"tomorrow at {en}"]

    @pytest.mark.parametrize(
        ("now", "back"),
        [
            ("2026-02-13 18:00", "明天上午9点"),  # to the make-up Saturday
            ("2026-02-14 12:00", None),  # and agents work on it
            ("2026-02-14 18:00", "2月24日（星期二）上午9点"),  # over Spring Festival
            ("2026-02-17 10:00", "2月24日（星期二）上午9点"),
            ("2026-02-23 20:00", "明天上午9点"),
            ("2026-02-27 18:00", "明天上午9点"),  # to the other make-up Saturday
            ("2026-02-28 18:00", "3月2日（星期一）上午9点"),
            ("2026-09-19 10:00", "明天上午9点"),  # to the make-up Sunday
            ("2026-10-01 10:00", "10月8日（星期四）上午9点"),
            ("2026-10-10 10:00", None),
            ("2026-11-21 10:00", "11月23日（星期一）上午9点"),  # an ordinary weekend
        ],
    )
    def test_a_desk_that_works_by_the_calendar_rests_on_holidays(self, city: City, now: str, back: str | None) -> None:
        offices = (OpeningHours((), 9 * 60, 18 * 60, (Day.WORKING,)),)
        assert self._back(city, offices, now) == back

    @pytest.mark.parametrize(
        ("now", "back"),
        [
            ("2026-10-01 08:00", "今天上午10点"),  # short hours on holidays
            ("2026-10-01 16:30", "明天上午10点"),
            ("2026-10-07 17:00", "明天上午9点"),
            ("2026-10-10 17:00", None),
            ("2026-10-11 10:00", "明天上午9点"),  # nobody works on weekends
        ],
    )
    def test_holidays_may_have_hours_of_their_own(self, city: City, now: str, back: str | None) -> None:
        hours = OpeningHours((), 9 * 60, 18 * 60, (Day.WORKING,)), OpeningHours((), 10 * 60, 16 * 60, (Day.HOLIDAY,))
        assert self._back(city, hours, now) == back

    def test_weekdays_and_day_and_night_know_no_holidays(self, city: City) -> None:
        weekdays = (OpeningHours((1, 2, 3, 4, 5), 9 * 60, 18 * 60),)
        assert self._back(city, weekdays, "2026-10-01 10:00") is None
        assert self._back(city, weekdays, "2026-10-10 10:00") == "10月12日（星期一）上午9点"
        assert self._back(city, city.handoff.hours, "2026-02-17 03:00") is None

    def _back(self, city: City, hours: tuple[OpeningHours, ...], now: str) -> str | None:
        """When agents are said to be back; None while they are there."""
        at = datetime.fromisoformat(now).replace(tzinfo=ZONE)
        standing = rules.nobody(replace(city.handoff, hours=hours), at)
        return in_words(standing.opens, texts("zh")) if standing.opens else None

    def test_one_day_a_week_is_a_week_ahead_once_it_is_over(self, city: City) -> None:
        sundays = replace(city.handoff, hours=(OpeningHours((7,), 0, 60),))  # NOW is a Sunday, and later than one
        back = rules.nobody(sundays, NOW).opens
        assert back is not None and (back.days, back.at.date()) == (7, NOW.date() + timedelta(days=7))

    def test_nothing_is_promised_where_nobody_ever_sits_and_day_and_night_none_is_needed(self, city: City) -> None:
        never = rules.nobody(replace(city.handoff, hours=()), NOW)
        assert standing_line(never, texts("zh")) == "现在不是人工服务时间。"
        assert rules.nobody(city.handoff, NOW) == Standing(Waits.NOBODY)
        assert city.handoff.next_opening(NOW) is None


class TestWhileWaiting:
    @pytest.mark.parametrize(
        "text", ["回电话吧", "给我回个电话", "你们打给我", "电话联系我", "不等了，给我回电", "call me back please"]
    )
    def test_a_call_back_is_chosen(self, text: str) -> None:
        assert choice_of(text) is Choice.CALLBACK

    @pytest.mark.parametrize("text", ["留个工单", "帮我记下来", "留言吧", "提个单", "leave a ticket", "那就建个单子"])
    def test_a_ticket_is_chosen(self, text: str) -> None:
        assert choice_of(text) is Choice.TICKET

    @pytest.mark.parametrize(
        "text", ["不等了", "算了", "不用转人工了", "等不及了", "取消排队", "不想等了", "stop waiting", "never mind"]
    )
    def test_leaving_is_chosen(self, text: str) -> None:
        assert choice_of(text) is Choice.LEAVE

    @pytest.mark.parametrize(
        "text", ["我等着", "等一下", "继续等", "还要等多久", "等", "排到第几了", "how long", "I'll wait"]
    )
    def test_waiting_is_chosen(self, text: str) -> None:
        assert choice_of(text) is Choice.WAIT

    @pytest.mark.parametrize(
        "text",
        [
            "锦江区望平街路灯不亮",
            "13800001234",
            "我姓王",
            "不要打电话给我",
            "有人天天给我打电话骚扰",
            "骗子打给我",
            "污水排到河里",
            "红绿灯要等多久才修好",
            "他们一直打电话骚扰我，等了三天还没有人处理，太过分了吧",
            "公交车等了一个小时都不来",
            "对",
            "",
            "👍",
        ],
    )
    def test_anything_else_is_for_the_assistant(self, text: str) -> None:
        assert choice_of(text) is None
