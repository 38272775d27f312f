"""The rules of a ticket's life, without a database: the table, replies, what a department reads, repeats, parties."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.calendar import is_working_day
from hotline.city import City
from hotline.clock import ZONE
from hotline.events.event import TYPES
from hotline.staff.model import Actor, Role
from hotline.texts import LANGUAGES, texts
from hotline.tickets import lifecycle, repeats
from hotline.tickets.deadlines import OfficeHours
from hotline.tickets.lifecycle import RULES, Action, Incomplete, NotAllowed, Stage, Who, WrongStatus
from hotline.tickets.model import ENDED, Contact, Intake, RequestType, Status, Ticket, Urgency
from hotline.tickets.repeats import unknown_meaning
from hotline.tickets.replies import check_reply
from hotline.tickets.timing import Timing
from hotline.tickets.units import Units

UNIT = "成华区综合行政执法局"
LEAD = Actor("handler", "p-1", UNIT)


def at(month: int, day: int, hour: int = 9, minute: int = 0, year: int = 2026) -> datetime:
    """A moment in Chengdu."""
    return datetime(year, month, day, hour, minute, tzinfo=ZONE)


TICKET = Ticket(
    number="261122000436", code="5821", request_type=RequestType.COMPLAINT, category="0604", title="油烟",
    description="楼下烧烤店每天烤到凌晨", location="望平街15号", district="成华区", lead=UNIT, co=(),
    urgency=Urgency.NORMAL, confidential=False, channel="rest", sender="anna", conversation_id="c" * 32,
    contact=Contact("王小丽", "13800001234"), status=Status.ACCEPTED, created_at=at(11, 22), due_at=at(12, 11, 18),
)  # fmt: skip


class TestTheTable:
    def ways(self) -> Iterator[tuple[Status, Status]]:
        """Every move from one status to another."""
        for rule in RULES.values():
            yield from ((origin, rule.becomes) for origin in rule.origins if rule.becomes)

    def reached(self, start: Status, ways: set[tuple[Status, Status]]) -> set[Status]:
        """All statuses that can be reached from a status."""
        found, waiting = {start}, [start]
        while waiting:
            here = waiting.pop()
            for origin, end in ways:
                if origin is here and end not in found:
                    found.add(end)
                    waiting.append(end)
        return found

    def test_every_action_has_its_rule(self) -> None:
        assert set(RULES) == set(Action)

    def test_every_status_can_be_reached(self) -> None:
        assert self.reached(Status.RECEIVED, set(self.ways())) == set(Status)

    @pytest.mark.parametrize("status", set(Status))
    def test_from_every_status_the_archive_can_be_reached(self, status: Status) -> None:
        assert Status.ARCHIVED in self.reached(status, set(self.ways()))

    def test_nothing_but_the_archive_waits_for_nobody(self) -> None:
        for status in set(Status) - {Status.ARCHIVED}:
            movers = {who for rule in RULES.values() if status in rule.origins and rule.becomes for who in rule.by}
            assert movers, status

    def test_a_status_that_has_not_ended_is_always_left_by_somebody_of_the_hotline_or_its_unit(self) -> None:
        for status in set(Status) - ENDED:
            movers = {who for rule in RULES.values() if status in rule.origins and rule.becomes for who in rule.by}
            assert movers & {Who.AGENT, Who.SUPERVISOR, Who.LEAD, Who.TIMER}, status

    def test_what_ends_a_ticket_waits_for_the_archive(self) -> None:
        for action, rule in RULES.items():
            if rule.becomes in ENDED - {Status.ARCHIVED, Status.MERGED}:
                assert Stage.ARCHIVE in rule.opens, action

    @pytest.mark.parametrize("status", set(Status))
    def test_a_key_ticket_is_marked_by_the_desk_and_guided_by_a_supervisor_until_it_has_ended(
        self, status: Status
    ) -> None:
        ticket = replace(TICKET, status=status)
        marking = {role for role in Role if Action.MARK in lifecycle.possible(ticket, Actor(role, "p", UNIT))}
        guiding = {role for role in Role if Action.GUIDE in lifecycle.possible(ticket, Actor(role, "p", UNIT))}
        assert marking == (set() if status in ENDED else {Role.AGENT, Role.SUPERVISOR})
        assert guiding == (set() if status in ENDED else {Role.SUPERVISOR})

    @pytest.mark.parametrize("action", [Action.MARK, Action.GUIDE])
    def test_the_citizen_is_never_told_of_a_mark_or_of_guidance(self, action: Action) -> None:
        rule = RULES[action]
        assert (rule.node, rule.tells, rule.becomes, rule.meets, rule.opens) == (None, False, None, frozenset(), ())

    def test_every_event_is_known(self) -> None:
        assert {rule.event for rule in RULES.values()} <= set(TYPES)

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_everything_people_read_has_its_words(self, language: str) -> None:
        say = texts(language)
        assert {rule.node for rule in RULES.values() if rule.node} <= set(say.group("node"))
        assert {need for rule in RULES.values() for need in rule.needs} <= set(say.group("missing"))
        assert set(Status) <= set(say.group("status"))

    @pytest.mark.parametrize("role", set(Role))
    def test_nobody_but_a_supervisor_judges(self, role: Role) -> None:
        judging = {
            Action.ACCEPT_RETURN,
            Action.REFUSE_RETURN,
            Action.EXTEND,
            Action.END,
            Action.SHELVE,
            Action.REDIRECT,
        }
        actor = Actor(role, "p-2", UNIT)
        for status in Status:
            may = set(lifecycle.possible(replace(TICKET, status=status), actor))
            assert role is Role.SUPERVISOR or not may & judging

    def test_refusals_say_why(self) -> None:
        with pytest.raises(NotAllowed):
            lifecycle.check(TICKET, Action.REPLY, Actor("handler", "p-1", "成都市水务局"), {"reply": "x"})
        with pytest.raises(WrongStatus):
            lifecycle.check(TICKET, Action.ACCEPT, LEAD, {})
        with pytest.raises(Incomplete) as lacking:
            lifecycle.check(TICKET, Action.ASK_EXTENSION, LEAD, {"reason": " ", "days": 0})
        assert lacking.value.missing == ("reason", "days")

    def test_a_confidential_ticket_knows_only_who_is_named(self) -> None:
        secret = replace(TICKET, confidential=True, named=("p-1",))
        assert lifecycle.possible(secret, LEAD)
        assert not lifecycle.possible(secret, Actor("handler", "p-9", UNIT))


class TestWorkingTime:
    """The notices for 2026: Spring Festival 15 to 23 February (work on 14 and 28), National Day 1 to 7 October
    (work on 20 September and 10 October), New Year 1 to 3 January (work on 4)."""

    office = OfficeHours(time(9), time(18))

    @pytest.mark.parametrize(
        ("start", "hours", "end"),
        [
            (at(11, 23, 10), 2, at(11, 23, 12)),
            (at(11, 23, 17), 2, at(11, 24, 10)),
            (at(11, 27, 17), 2, at(11, 30, 10)),  # over a weekend
            (at(2, 14, 17), 2, at(2, 24, 10)),  # a make-up Saturday, then the Spring Festival
            (at(2, 28, 16), 1, at(2, 28, 17)),  # a make-up Saturday after it
            (at(9, 30, 17), 2, at(10, 8, 10)),  # over National Day
            (at(10, 9, 17), 2, at(10, 10, 10)),  # into the make-up Saturday
            (at(12, 31, 17, year=2025), 2, at(1, 4, 10)),  # over the turn of the year, into a make-up Sunday
            (at(11, 22, 3), 0, at(11, 23, 9)),  # at night on a Sunday
        ],
    )
    def test_hours_of_work(self, start: datetime, hours: int, end: datetime) -> None:
        assert self.office.add(start, timedelta(hours=hours)) == end

    moments = st.datetimes(datetime(2026, 1, 5), datetime(2026, 10, 31)).map(lambda naive: naive.replace(tzinfo=ZONE))
    spans = st.integers(0, 60 * 60).map(lambda minutes: timedelta(minutes=minutes))

    @given(moments, spans)
    def test_what_is_added_lies_between(self, start: datetime, span: timedelta) -> None:
        end = self.office.add(start, span)
        assert self.office.between(start, end) == span
        assert is_working_day(end.date())

    @given(moments, spans, spans)
    def test_pieces_add_up(self, start: datetime, one: timedelta, other: timedelta) -> None:
        assert self.office.add(self.office.add(start, one), other) == self.office.add(start, one + other)

    @given(moments, moments)
    def test_time_never_runs_backwards(self, one: datetime, other: datetime) -> None:
        early, late = sorted((one, other))
        assert self.office.between(late, early) in (timedelta(), self.office.between(late, early))
        assert timedelta() <= self.office.between(early, late) <= late - early


class TestTiming:
    @pytest.fixture
    def timing(self, city: City) -> Timing:
        return Timing(city.deadlines)

    def test_warnings_lie_at_half_and_four_fifths_of_the_working_time(self, timing: Timing) -> None:
        start, due = at(9, 28), at(10, 9, 18)  # 28 to 30 September, 8 and 9 October: five days of work
        looks = [timing.next_look(Stage.REPLY, TICKET, start, due, level) for level in range(5)]
        assert looks == [at(9, 30, 13, 30), at(10, 8, 18), due, at(10, 10, 18), None]

    def test_the_clock_of_an_urgent_ticket_does_not_stop_at_night(self, timing: Timing) -> None:
        urgent, start = replace(TICKET, urgency=Urgency.CRITICAL), at(10, 1, 22)
        looks = [timing.next_look(Stage.REPLY, urgent, start, start + timedelta(hours=24), n) for n in range(4)]
        assert looks == [start + timedelta(hours=h) for h in (12, 19.2, 24, 24.5)]

    def test_a_pause_over_the_holidays_gives_only_working_time(self, timing: Timing) -> None:
        due = timing.moved_by_pause(TICKET, at(10, 9, 18), at(9, 30, 9), at(10, 8, 9))
        assert due == at(10, 10, 18)

    @pytest.mark.parametrize(
        ("moment", "asked"),
        [(at(11, 22, 23), at(11, 23, 9)), (at(11, 22, 7), at(11, 22, 9)), (at(11, 22, 12), at(11, 22, 12))],
    )
    def test_citizens_are_asked_at_decent_hours(self, timing: Timing, moment: datetime, asked: datetime) -> None:
        assert timing.decent(moment) == asked

    def test_an_extension_counts_from_the_old_date(self, timing: Timing) -> None:
        assert timing.extended(at(9, 30, 18), 3) == at(10, 10, 18)

    @pytest.mark.parametrize("stage", set(Stage) - {Stage.TASK, Stage.SUPERVISE, Stage.REVIEW})
    @pytest.mark.parametrize("urgency", set(Urgency))
    def test_every_stage_lies_ahead(self, timing: Timing, stage: Stage, urgency: Urgency) -> None:
        for start in (at(2, 14, 23, 59), at(9, 30, 12), at(12, 31, 8)):
            due = timing.due(stage, replace(TICKET, urgency=urgency), start)
            assert due is None or due >= start


class TestReplies:
    @pytest.mark.parametrize(
        ("reply", "missing"),
        [
            ("  ", {"reply"}),
            ("已收悉。", {"reply_content", "reply_result"}),
            ("您好，您反映的问题我局已收悉，将尽快核实处理，感谢您的理解与支持！", {"reply_content"}),
            ("已整改完毕。", {"reply_length"}),
            ("您好，经【核查方式和时间】，情况属实，已责令该店三日内整改到位。", {"reply_gaps"}),
            ("经现场核查,王小丽女士反映的油烟净化器损坏属实,已责令整改。", {"reply_identity"}),
            ("经现场核查,净化器损坏属实,已责令整改,已电话 138-0000-1234 告知。", {"reply_identity"}),
        ],
    )
    def test_what_is_missing_is_named(self, reply: str, missing: set[str]) -> None:
        with pytest.raises(Incomplete) as refused:
            check_reply(reply, TICKET)
        assert missing <= set(refused.value.missing)

    @pytest.mark.parametrize(
        "reply",
        [
            "经现场核查,该店油烟净化器损坏,已责令三日内整改,夜间十点后不再露天经营。",
            "您好,我局已于11月23日前往查看,路灯线路老化,计划12月5日前更换完毕。",
            "由于该地块属规划道路,暂不具备安装条件,依据《城市道路管理条例》暂缓实施。",
        ],
    )
    def test_a_reply_with_substance_passes(self, reply: str) -> None:
        check_reply(reply, TICKET)

    def test_every_template_has_substance_once_it_is_filled_in(self, city: City) -> None:
        for template in (t for templates in city.replies.values() for t in templates):
            with pytest.raises(Incomplete):
                check_reply(template.text, TICKET)
            check_reply(re.sub("【.*?】", "现场核查的具体情况", template.text), TICKET)

    def test_a_departments_own_templates_come_before_those_for_all(self, city: City) -> None:
        names = [template.name for template in city.reply_templates("urban_management")]
        assert names[0] == "油烟噪声"
        assert "已办结" in names

    def test_an_enquiry_is_answered_by_what_to_do(self) -> None:
        enquiry = replace(TICKET, request_type=RequestType.CONSULTATION)
        check_reply("可以在线办理,也可携带身份证和户口本到就近的便民服务中心办理。", enquiry)


class TestRepeats:
    def intake(self, **changes: object) -> Intake:
        """The intake of the same matter once more."""
        values: dict[str, object] = {
            "key": "m2", "request_type": RequestType.COMPLAINT, "category": "0604", "location": "望平街15号",
            "description": "烧烤店又烤到凌晨", "channel": "rest", "sender": "anna", "conversation_id": "c" * 32,
        }  # fmt: skip
        return Intake(**values | changes)  # type: ignore[arg-type]

    def test_the_same_place_and_like_words_are_a_repeat(self) -> None:
        assert repeats.repeated(self.intake(), "成华区", [TICKET], unknown_meaning) is TICKET

    @pytest.mark.parametrize(
        "changes",
        [
            {"category": "0101"},
            {"location": "望平街99号"},
            {"description": "停车场乱收费"},
            {"danger": "fire"},
            {"category": None},
        ],
        ids=str,
    )
    def test_anything_else_is_a_matter_of_its_own(self, changes: dict[str, object]) -> None:
        assert repeats.repeated(self.intake(**changes), "成华区", [TICKET], unknown_meaning) is None

    def test_another_district_is_another_place(self) -> None:
        assert repeats.repeated(self.intake(), "锦江区", [TICKET], unknown_meaning) is None

    def test_an_ended_ticket_is_not_repeated(self) -> None:
        closed = replace(TICKET, status=Status.CLOSED)
        assert repeats.repeated(self.intake(), "成华区", [closed], unknown_meaning) is None

    @given(st.text(max_size=40), st.text(max_size=40))
    def test_similarity_is_a_share_and_knows_no_order(self, one: str, other: str) -> None:
        assert 0 <= repeats.likeness(one, other) <= 1.0000001
        assert repeats.likeness(one, other) == pytest.approx(repeats.likeness(other, one))


class TestTheParty:
    @pytest.fixture(scope="class")
    def units(self, city: City) -> Units:
        return Units(city)

    @pytest.mark.parametrize(
        "said",
        [f"{UNIT}的人收了钱不管", "成华区城管态度恶劣,当街骂人", "烧烤店扰民,城管委推诿扯皮", "城管执法队暴力执法"],
    )
    def test_a_complaint_about_the_conduct_of_a_unit_does_not_go_to_it(self, units: Units, said: str) -> None:
        assert units.is_party(UNIT, RequestType.COMPLAINT, "0604", said)
        assert units.above(UNIT, RequestType.COMPLAINT, "0604", said) != UNIT

    def test_nor_does_a_cry_for_help_that_complains_of_it(self, units: Units) -> None:
        assert units.is_party(UNIT, RequestType.HELP, "0604", f"求助无门,{UNIT}推诿扯皮")

    @pytest.mark.parametrize("said", ["烧烤店扰民,希望城管来管一下", "打过电话给城管,还是没人来", "物业态度恶劣"])
    def test_who_only_calls_for_it_does_not_complain_about_it(self, units: Units, said: str) -> None:
        assert not units.is_party(UNIT, RequestType.COMPLAINT, "0604", said)

    def test_an_enquiry_accuses_nobody(self, units: Units) -> None:
        assert not units.is_party(UNIT, RequestType.CONSULTATION, "1701", f"{UNIT}态度恶劣")

    def test_above_the_city_there_is_the_hotlines_supervision(self, units: Units) -> None:
        said = "成都市城市管理委员会和市城管委的人受贿"
        assert units.above("成都市城市管理委员会", RequestType.REPORT, "0604", said) == units.supervision


def test_day_of_the_test_data_is_a_working_day() -> None:
    assert is_working_day(date(2026, 11, 23))
