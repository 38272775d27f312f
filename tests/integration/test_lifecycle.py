"""The life of a ticket, driven through the use cases on both databases."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import date, timedelta

import pytest
from sqlalchemy import text

from hotline.bootstrap import Hotline
from hotline.staff.model import Actor
from hotline.statistics.model import Guidance
from hotline.statistics.period import Period
from hotline.tickets import access
from hotline.tickets.department import without_citizen
from hotline.tickets.desk import TicketDesk
from hotline.tickets.lifecycle import (
    Action,
    AgainstRule,
    ChangedMeanwhile,
    Incomplete,
    NotAllowed,
    NotPossible,
    Stage,
    WrongStatus,
)
from hotline.tickets.model import MAX_DESCRIPTION, Contact, Rating, RequestType, Status, Ticket, Urgency
from hotline.tickets.records import KeyClass
from hotline.tickets.service import TicketEnded
from tests.conftest import SetClock
from tests.integration.conftest import Citizen

AGENT = Actor("agent", "p-agent")
SUPERVISOR = Actor("supervisor", "p-supervisor")
REPLY = "经现场核查,该店油烟净化器损坏,已责令三日内整改,夜间十点后不再露天经营。"
ANNA = access.Citizen("rest", "anna")


def handler(unit: str, person: str = "p-handler") -> Actor:
    """A handler of a unit."""
    return Actor("handler", person, unit)


class Walk:
    """A ticket and everybody who works on it."""

    def __init__(self, hotline: Hotline, ticket: Ticket) -> None:
        self.hotline, self.number = hotline, ticket.number
        self.lead = handler(ticket.lead)

    @property
    def ticket(self) -> Ticket:
        """The ticket as it is now."""
        return self.hotline.tickets.for_trusted_system(self.number)

    def stages(self) -> set[Stage]:
        """The stages with an open deadline."""
        return {d.stage for d in self.hotline.ticket_desk.dossier(self.number, SUPERVISOR).deadlines}

    def nodes(self) -> list[str]:
        """The nodes of the timeline that the citizen reads."""
        return [entry.node for entry in self.ticket.timeline]

    def to(self, status: Status) -> Walk:
        """Move the ticket the usual way up to a status."""
        way = [
            (Status.DISPATCHED, lambda: self.hotline.tickets.dispatch(self.number)),
            (Status.ACCEPTED, lambda: self.hotline.handling.accept(self.number, self.lead)),
            (Status.IN_PROGRESS, lambda: self.hotline.handling.start(self.number, self.lead)),
            (Status.REPLIED, lambda: self.hotline.handling.reply(self.number, self.lead, REPLY)),
            (Status.FOLLOW_UP, self.hotline.timers.run_due),
        ]
        for reached, step in way:
            step()
            if reached is status:
                break
        assert self.ticket.status is status
        return self

    def decide(self, approve: bool, unit: str | None = None) -> Ticket:
        """A supervisor decides the open request."""
        asked = [r for r in self.hotline.ticket_desk.waiting() if r.number == self.number]
        return self.hotline.ticket_desk.decide(self.number, SUPERVISOR, asked[0].id, approve, "情况属实", unit)


@pytest.fixture
def walk(citizen: Citizen) -> Walk:
    """A fresh ticket."""
    return Walk(citizen.hotline, citizen.opens_ticket())


class TestTheUsualWay:
    def test_from_the_first_word_to_the_archive(self, walk: Walk, clock: SetClock) -> None:
        assert walk.stages() == {Stage.DISPATCH, Stage.REPLY}
        walk.to(Status.FOLLOW_UP)
        assert walk.ticket.reply == REPLY
        walk.hotline.tickets.rate(walk.number, ANNA, Rating.SATISFIED, "解决了", "m9")
        assert (walk.ticket.status, walk.ticket.outcome) == (Status.CLOSED, "solved")
        clock.advance(days=40)
        walk.hotline.timers.run_due()
        assert walk.ticket.status is Status.ARCHIVED
        assert walk.stages() == set()
        assert walk.nodes() == [
            "received", "dispatched", "accepted", "in_progress", "replied", "follow_up", "closed",
        ]  # fmt: skip

    def test_every_action_is_a_step_an_event_and_an_audit_row(self, walk: Walk) -> None:
        walk.to(Status.REPLIED)
        steps = walk.hotline.ticket_desk.dossier(walk.number, AGENT).steps
        assert [step.action for step in steps] == ["dispatch", "accept", "start", "reply"]
        rows = walk.hotline.audit.latest(subject=walk.number)
        assert [row.act.action for row in reversed(rows)] == ["ticket.open", *(f"ticket.{s.action}" for s in steps)]
        with walk.hotline.transactions.reading() as unit:
            events = [e for _, e in unit.events.waiting(100) if e.subject == walk.number]
        assert [e.data.get("action") for e in events] == [None, "dispatch", "accept", "start", "reply"]
        walk.hotline.audit.verify()

    def test_answered_at_once_it_is_closed(self, walk: Walk) -> None:
        ticket = walk.hotline.ticket_desk.answer(walk.number, AGENT, REPLY)
        assert (ticket.status, ticket.outcome, ticket.reply) == (Status.CLOSED, "answered", REPLY)

    def test_passed_on_to_another_line_the_citizen_is_told_its_number(self, walk: Walk) -> None:
        ticket = walk.hotline.ticket_desk.transfer(walk.number, AGENT, "police_emergency")
        assert ticket.status is Status.TRANSFERRED
        assert "110" in ticket.timeline[-1].text
        assert ticket.reply

    def test_informed_of_the_way_that_the_law_provides(self, walk: Walk) -> None:
        ticket = walk.hotline.ticket_desk.inform(walk.number, AGENT, "legal_advice")
        assert (ticket.status, ticket.outcome) == (Status.INFORMED, "informed")

    def test_withdrawn_it_waits_for_nothing_but_the_archive(self, walk: Walk) -> None:
        walk.to(Status.ACCEPTED)
        walk.hotline.tickets.withdraw(walk.number, ANNA, "m5")
        assert walk.hotline.tickets.withdraw(walk.number, ANNA, "m5").status is Status.WITHDRAWN  # a replay
        assert walk.stages() == {Stage.ARCHIVE}

    def test_a_withdrawal_is_taken_back_by_its_citizen(self, walk: Walk) -> None:
        walk.to(Status.ACCEPTED)
        due = walk.hotline.tickets.for_trusted_system(walk.number).due_at
        walk.hotline.tickets.withdraw(walk.number, ANNA, "m5")
        for _ in range(2):  # the second time it is a replay
            ticket = walk.hotline.tickets.restore(walk.number, ANNA, "m6")
            assert (ticket.status, ticket.outcome, ticket.due_at) == (Status.RECEIVED, None, due)
        assert ticket.timeline[-1].node == "restored"
        assert walk.stages() == {Stage.DISPATCH, Stage.REPLY}
        walk.hotline.ticket_desk.answer(walk.number, AGENT, REPLY)
        with pytest.raises(TicketEnded):
            walk.hotline.tickets.restore(walk.number, ANNA, "m7")


class TestWhoMayDoWhat:
    def test_a_stranger_department_does_not_learn_that_the_ticket_is_there(self, walk: Walk) -> None:
        walk.to(Status.DISPATCHED)
        for version in (None, 1, 99):
            with pytest.raises(access.NotFound):
                walk.hotline.handling.accept(walk.number, handler("成都市水务局"), version)

    def test_a_handler_does_not_judge(self, walk: Walk) -> None:
        walk.to(Status.ACCEPTED)
        with pytest.raises(NotAllowed):
            walk.hotline.ticket_desk.redirect(walk.number, walk.lead, "成都市水务局", "理由")

    def test_an_action_out_of_turn_is_refused_and_says_where_the_ticket_is(self, walk: Walk) -> None:
        walk.to(Status.DISPATCHED)
        with pytest.raises(WrongStatus) as refused:
            walk.hotline.handling.reply(walk.number, walk.lead, REPLY)
        assert refused.value.ticket.status is Status.DISPATCHED

    def test_a_form_filled_in_on_an_older_version_is_refused(self, walk: Walk) -> None:
        seen = walk.to(Status.ACCEPTED).ticket.version
        walk.hotline.handling.start(walk.number, walk.lead, seen)
        with pytest.raises(ChangedMeanwhile):
            walk.hotline.handling.reply(walk.number, walk.lead, REPLY, version=seen)

    def test_of_many_who_accept_at_the_same_moment_one_does(self, walk: Walk) -> None:
        walk.to(Status.DISPATCHED)

        def accept(_: int) -> bool:
            try:
                walk.hotline.handling.accept(walk.number, walk.lead)
            except NotPossible:
                return False
            return True

        with ThreadPoolExecutor(6) as pool:
            assert sum(pool.map(accept, range(6))) == 1
        assert walk.nodes().count("accepted") == 1

    def test_a_reply_needs_more_than_received(self, walk: Walk) -> None:
        walk.to(Status.IN_PROGRESS)
        with pytest.raises(Incomplete) as refused:
            walk.hotline.handling.reply(walk.number, walk.lead, "您好,您反映的问题已收悉,我局将尽快处理。")
        assert "reply_content" in refused.value.missing


class TestReturns:
    def test_a_return_that_is_right_goes_to_the_unit_that_is(self, walk: Walk) -> None:
        walk.to(Status.DISPATCHED)
        walk.hotline.handling.ask_return(walk.number, walk.lead, "不是我局职责", "成都市生态环境局")
        assert walk.stages() == {Stage.REPLY, Stage.JUDGE}
        ticket = walk.decide(True, "成都市生态环境局")
        assert (ticket.status, ticket.lead) == (Status.DISPATCHED, "成都市生态环境局")
        assert walk.stages() == {Stage.REPLY, Stage.ACCEPT}
        assert "成都市生态环境局" in ticket.timeline[-1].text

    def test_a_refused_return_is_final(self, walk: Walk) -> None:
        walk.to(Status.DISPATCHED)
        walk.hotline.handling.ask_return(walk.number, walk.lead, "不是我局职责")
        assert walk.decide(False).forced
        walk.hotline.handling.accept(walk.number, walk.lead)
        with pytest.raises(AgainstRule, match="return_final"):
            walk.hotline.handling.ask_return(walk.number, walk.lead, "真的不是")

    def test_a_unit_returns_a_ticket_once(self, walk: Walk) -> None:
        walk.to(Status.DISPATCHED)
        walk.hotline.handling.ask_return(walk.number, walk.lead, "不是我局职责")
        walk.decide(True, "成都市生态环境局")
        walk.hotline.ticket_desk.redirect(walk.number, SUPERVISOR, walk.lead.department or "", "核实后仍由该局办理")
        with pytest.raises(AgainstRule, match="returned_before"):
            walk.hotline.handling.ask_return(walk.number, walk.lead, "还是不是")

    def test_two_working_days_after_it_was_sent_it_is_too_late(self, walk: Walk, clock: SetClock) -> None:
        walk.to(Status.DISPATCHED)
        clock.advance(days=4)
        with pytest.raises(AgainstRule, match="return_too_late"):
            walk.hotline.handling.ask_return(walk.number, walk.lead, "不是我局职责")


class TestACallBack:
    def test_it_is_the_hotlines_and_due_the_same_day_whatever_was_told(self, citizen: Citizen, clock: SetClock) -> None:
        walk = Walk(citizen.hotline, citizen.opens_ticket(asks_for_person=True))
        walk.to(Status.DISPATCHED)
        ticket = walk.ticket
        assert (ticket.lead, ticket.co) == ("成都市12345热线中心", ())
        assert ticket.due_at.date() == clock.at.date()
        [reply] = [d for d in walk.hotline.ticket_desk.dossier(walk.number, AGENT).deadlines if d.stage is Stage.REPLY]
        assert reply.due_at == ticket.due_at
        assert ticket.description == "楼下烧烤店每天烤到凌晨两点"

    def test_the_unit_that_gets_the_matter_then_has_its_usual_time(self, citizen: Citizen, walk: Walk) -> None:
        usual = walk.ticket.due_at
        called = Walk(citizen.hotline, citizen.opens_ticket("message-2", asks_for_person=True)).to(Status.DISPATCHED)
        called.hotline.ticket_desk.redirect(called.number, SUPERVISOR, "成都市水务局", "已回电")
        assert called.ticket.due_at == usual


class TestLeavingAUnit:
    def test_redirected_it_waits_for_the_new_unit_only(self, walk: Walk, clock: SetClock) -> None:
        walk.to(Status.DISPATCHED)
        clock.advance(hours=30)
        walk.hotline.ticket_desk.redirect(walk.number, SUPERVISOR, "成都市水务局", "职责所在")
        file = walk.hotline.ticket_desk.dossier(walk.number, AGENT)
        accept = [d for d in file.deadlines if d.stage is Stage.ACCEPT]
        assert [(d.unit, d.started_at) for d in accept] == [("成都市水务局", clock.at)]

    def test_what_is_still_due_is_the_new_units_to_do(self, walk: Walk, clock: SetClock) -> None:
        desk = walk.to(Status.ACCEPTED).hotline.ticket_desk
        desk.supervise(walk.number, SUPERVISOR, "三日内办结", clock.at + timedelta(days=3))
        desk.redirect(walk.number, SUPERVISOR, "成都市水务局", "职责所在")
        waiting = desk.dossier(walk.number, AGENT).deadlines
        assert {d.stage for d in waiting} == {Stage.ACCEPT, Stage.REPLY, Stage.SUPERVISE}
        assert {d.unit for d in waiting} == {"成都市水务局"}

    def test_what_was_given_to_others_by_the_old_lead_does_not_hold_up_the_new_one(
        self, walk: Walk, clock: SetClock
    ) -> None:
        walk.to(Status.IN_PROGRESS)
        walk.hotline.handling.delegate(walk.number, walk.lead, "成都市生态环境局", "监测", clock.at + timedelta(days=1))
        walk.hotline.ticket_desk.redirect(walk.number, SUPERVISOR, "成都市水务局", "职责所在", co=())
        lead = handler("成都市水务局")
        walk.hotline.handling.accept(walk.number, lead)
        assert walk.hotline.handling.reply(walk.number, lead, REPLY).status is Status.REPLIED

    def test_returned_while_it_waits_for_the_citizen_the_clock_goes_on(self, walk: Walk, clock: SetClock) -> None:
        walk.to(Status.ACCEPTED)
        walk.hotline.handling.ask_citizen(walk.number, walk.lead, "哪一家?")
        clock.advance(hours=26)
        walk.hotline.handling.ask_return(walk.number, walk.lead, "不是我局职责")
        assert walk.stages() == {Stage.REPLY, Stage.JUDGE}
        assert walk.ticket.paused_at is None


class TestExtensions:
    def test_an_approved_one_moves_the_date_and_the_citizen_is_told(self, walk: Walk) -> None:
        before = walk.to(Status.IN_PROGRESS).ticket.due_at
        walk.hotline.handling.ask_extension(walk.number, walk.lead, "需要停电施工", 5)
        ticket = walk.decide(True)
        assert ticket.status is Status.EXTENDED
        assert (before, ticket.due_at) == (
            before.replace(month=12, day=11),
            before.replace(month=12, day=18),
        )
        assert "12月18日" in ticket.timeline[-1].text
        deadlines = walk.hotline.ticket_desk.dossier(walk.number, AGENT).deadlines
        assert [d.due_at for d in deadlines if d.stage is Stage.REPLY] == [ticket.due_at]

    def test_a_refused_one_changes_nothing(self, walk: Walk) -> None:
        before = walk.to(Status.IN_PROGRESS).ticket.due_at
        walk.hotline.handling.ask_extension(walk.number, walk.lead, "忙", 5)
        assert (walk.decide(False).status, walk.ticket.due_at) == (Status.IN_PROGRESS, before)

    @pytest.mark.parametrize(("days", "wait", "rule"), [(11, 0, "too_long"), (0, 0, "too_long"), (3, 30, "too_late")])
    def test_limits(self, walk: Walk, clock: SetClock, days: int, wait: int, rule: str) -> None:
        walk.to(Status.IN_PROGRESS)
        clock.advance(days=wait)
        with pytest.raises(AgainstRule, match=rule):
            walk.hotline.handling.ask_extension(walk.number, walk.lead, "需要停电施工", days)


class TestEndingAndShelving:
    def test_a_ticket_ends_without_handling_only_with_reason_basis_and_a_second_person(self, walk: Walk) -> None:
        walk.hotline.ticket_desk.ask_end(walk.number, SUPERVISOR, "市民拒绝提供必要信息", "《热线管理办法》第十二条")
        with pytest.raises(NotAllowed):
            walk.decide(True)
        other = Actor("supervisor", "p-other")
        request = walk.hotline.ticket_desk.waiting()[0].id
        ticket = walk.hotline.ticket_desk.decide(walk.number, other, request, True, "已核实")
        assert ticket.status is Status.TERMINATED
        assert ticket.reply
        assert "第十二条" in ticket.reply

    def test_what_nobody_decided_lapses_when_the_ticket_moves_on(self, walk: Walk) -> None:
        walk.hotline.ticket_desk.ask_end(walk.number, AGENT, "市民拒绝提供必要信息", "《热线管理办法》第十二条")
        walk.to(Status.DISPATCHED)
        assert not walk.hotline.ticket_desk.waiting()
        assert Stage.DECIDE not in walk.stages()

    def test_a_return_is_nobodys_to_decide_when_the_matter_went_to_another_line(self, walk: Walk) -> None:
        walk.to(Status.DISPATCHED)
        walk.hotline.handling.ask_return(walk.number, walk.lead, "不是我局职责", "成都市水务局")
        walk.hotline.ticket_desk.inform(walk.number, AGENT, "legal_advice")
        assert not walk.hotline.ticket_desk.waiting()

    def test_a_shelved_ticket_comes_back_for_review(self, walk: Walk, clock: SetClock) -> None:
        walk.to(Status.IN_PROGRESS)
        walk.hotline.handling.ask_shelve(walk.number, walk.lead, "道路改造列入明年计划", date(2027, 1, 15))
        assert walk.decide(True).status is Status.SHELVED
        assert walk.stages() == {Stage.REVIEW}
        assert "1月15日" in walk.ticket.timeline[-1].text
        clock.advance(days=57)
        while walk.hotline.timers.run_due():
            pass
        assert walk.ticket.escalation > 0
        walk.hotline.ticket_desk.take_up(walk.number, SUPERVISOR, "计划已下达")
        assert walk.ticket.status is Status.DISPATCHED
        assert walk.ticket.due_at > clock.at
        assert walk.ticket.escalation == 0


class TestThePauseForTheCitizen:
    def test_time_stands_still_until_the_citizen_answers(self, walk: Walk, clock: SetClock) -> None:
        due = walk.to(Status.IN_PROGRESS).ticket.due_at
        clock.advance(days=1)  # Monday morning
        walk.hotline.handling.ask_citizen(walk.number, walk.lead, "具体是哪一家店?")
        clock.advance(days=2)
        walk.hotline.tickets.add(walk.number, ANNA, "是第二家", "m3")
        assert walk.ticket.paused_at is None
        assert walk.ticket.due_at == due + timedelta(days=4)  # from Friday to Tuesday: two working days more
        assert walk.nodes()[-2:] == ["added", "resumed"]

    def test_it_does_not_stand_still_for_ever(self, walk: Walk, clock: SetClock) -> None:
        walk.to(Status.IN_PROGRESS)
        walk.hotline.handling.ask_citizen(walk.number, walk.lead, "具体是哪一家店?")
        clock.advance(days=9)
        walk.hotline.timers.run_due()
        assert walk.ticket.paused_at is None
        assert Stage.REPLY in walk.stages()


class TestParts:
    def test_the_lead_collects_the_answers_before_it_replies(self, walk: Walk, clock: SetClock) -> None:
        walk.to(Status.IN_PROGRESS)
        unit = "成都市生态环境局"
        due = clock.at + timedelta(days=5)
        walk.hotline.handling.delegate(walk.number, walk.lead, unit, "监测夜间噪声", due)
        with pytest.raises(AgainstRule, match="parts_open"):
            walk.hotline.handling.reply(walk.number, walk.lead, REPLY)
        grid = Actor("grid", "p-grid", unit)
        task = walk.hotline.department.one(walk.number, grid).tasks[0].id
        walk.hotline.handling.finish_task(walk.number, grid, task, "昼间58分贝,夜间51分贝")
        assert Stage.TASK not in walk.stages()
        walk.hotline.handling.reply(walk.number, walk.lead, REPLY)

    def test_a_part_that_cannot_be_done_goes_back_up(self, walk: Walk, clock: SetClock) -> None:
        walk.to(Status.IN_PROGRESS)
        unit = "成都市生态环境局"
        walk.hotline.handling.delegate(walk.number, walk.lead, unit, "监测夜间噪声", clock.at + timedelta(days=5))
        helper = handler(unit, "p-helper")
        task = walk.hotline.department.one(walk.number, helper).tasks[0].id
        walk.hotline.handling.raise_task(walk.number, helper, task, "设备在检定")
        assert walk.hotline.department.one(walk.number, walk.lead).tasks[0].raised


class TestWhatTheCitizenAdds:
    """A description has a maximum length; additions have none."""

    @pytest.fixture
    def full(self, citizen: Citizen) -> Walk:
        """A ticket whose description is full."""
        contact = Contact("欧阳晓明", "13812345678")
        return Walk(citizen.hotline, citizen.opens_ticket(description="吵" * MAX_DESCRIPTION, contact=contact))

    @pytest.mark.parametrize("said", ["孩子住院了，请快来", "孩子住院了，" + "请快来" * 3_000])
    def test_its_unit_reads_all_of_it_although_the_description_is_full(self, full: Walk, said: str) -> None:
        tickets = full.hotline.tickets
        full.to(Status.DISPATCHED)
        tickets.add(full.number, ANNA, said, "a1")
        tickets.add(full.number, ANNA, said, "a1")
        tickets.add(full.number, ANNA, "不是噪音，是油烟", "a2", "matter_doubted")
        tickets.correct_place(full.number, ANNA, "望平街51号", "是51号", "a3")
        tickets.keep_contact(full.number, ANNA, ("欧阳晓明", None), "打电话前先发短信", "a4")
        full.to(Status.REPLIED)
        tickets.rate(full.number, ANNA, Rating.DISSATISFIED, "昨晚又烤到三点", "a5")
        assert full.ticket.description == "吵" * MAX_DESCRIPTION
        read = [
            note.text for note in full.hotline.department.one(full.number, full.lead).notes if note.action is Action.ADD
        ]
        assert read == [
            said,
            "市民更正事项：不是噪音，是油烟",
            "市民更正地点：是51号",
            "联系要求：打电话前先发短信",
            "昨晚又烤到三点",
        ]

    def test_what_fits_stands_in_the_description_and_nowhere_else(self, walk: Walk) -> None:
        walk.hotline.tickets.add(walk.number, ANNA, "孩子住院了", "a1")
        assert walk.ticket.description.endswith("\n孩子住院了")
        assert walk.hotline.department.one(walk.number, walk.lead).notes == ()

    def test_who_becomes_anonymous_is_so_there_too(self, full: Walk) -> None:
        full.hotline.tickets.add(full.number, ANNA, "我是欧阳晓明，电话13812345678，还有异味", "a1")
        full.hotline.tickets.become_anonymous(full.number, ANNA, "a2")
        (step,) = [step for step in full.hotline.ticket_desk.dossier(full.number, AGENT).steps if step.note]
        assert "异味" in (step.note or "") and "晓明" not in (step.note or "") and "138" not in (step.note or "")

    def test_the_same_matter_told_again_keeps_its_answers_too(self, citizen: Citizen) -> None:
        first = citizen.opens_ticket("m1")
        again = citizen.intake("m2", details=(("每天几点到几点", "晚上十点到三点"),))
        taken = citizen.hotline.tickets.take(again, ANNA)
        assert taken.repeated and taken.ticket.number == first.number
        assert taken.ticket.description.endswith("每天几点到几点：晚上十点到三点")


class TestFollowUp:
    def test_dissatisfied_reopens_once_then_a_supervisor_looks(self, walk: Walk) -> None:
        walk.to(Status.FOLLOW_UP)
        rate = walk.hotline.tickets.rate
        rate(walk.number, ANNA, Rating.DISSATISFIED, "还是很吵", "m7")
        rate(walk.number, ANNA, Rating.DISSATISFIED, "还是很吵", "m7")  # a replay
        assert (walk.ticket.status, walk.ticket.reopened) == (Status.REOPENED, 1)
        assert walk.stages() == {Stage.ACCEPT, Stage.REPLY}
        walk.hotline.handling.accept(walk.number, walk.lead)
        walk.hotline.handling.reply(walk.number, walk.lead, REPLY)
        rate(walk.number, ANNA, Rating.DISSATISFIED, "又开始了", "m8")
        assert (walk.ticket.status, walk.stages()) == (Status.FOLLOW_UP, {Stage.OBJECTION})
        walk.hotline.ticket_desk.close(walk.number, SUPERVISOR, "复核:已按规定整改到位")
        rate(walk.number, ANNA, Rating.DISSATISFIED, "不同意", "m9")
        assert (walk.ticket.status, walk.ticket.outcome) == (Status.CLOSED, "upheld")

    def test_asked_three_times_at_decent_hours_then_no_longer_waited_for(self, walk: Walk, clock: SetClock) -> None:
        walk.to(Status.IN_PROGRESS)
        clock.at = clock.at.replace(hour=23)
        walk.hotline.handling.reply(walk.number, walk.lead, REPLY)
        for _ in range(24 * 9):
            walk.hotline.timers.run_due()
            clock.advance(hours=1)
        asked = [entry.at for entry in walk.ticket.timeline if entry.node == "follow_up"]
        assert len(asked) == 3
        assert all(9 <= moment.hour < 20 for moment in asked)
        assert (walk.ticket.status, walk.ticket.outcome) == (Status.CLOSED, "unreached")

    def test_a_unit_does_not_rate_itself(self, walk: Walk) -> None:
        walk.to(Status.FOLLOW_UP)
        with pytest.raises(NotAllowed):
            walk.hotline.follow_ups.record_call(walk.number, walk.lead, Rating.SATISFIED, "都说好")
        closed = walk.hotline.follow_ups.record_call(walk.number, AGENT, Rating.SATISFIED, "都说好")
        assert (closed.status, closed.outcome) == (Status.CLOSED, "solved")

    def test_two_citizens_who_say_the_same_on_the_phone_both_read_that_it_is_done_again(
        self, walk: Walk, citizen: Citizen
    ) -> None:
        other = Walk(citizen.hotline, Citizen(citizen.hotline, "eva").opens_ticket("m7"))
        for each in (walk, other):
            each.to(Status.REPLIED)
            each.hotline.follow_ups.record_call(each.number, AGENT, Rating.DISSATISFIED, "还是很吵")
        assert walk.ticket.version == other.ticket.version
        assert walk.nodes()[-1] == other.nodes()[-1] == "reopened"

    def test_a_timer_that_comes_late_does_not_ask_at_night(self, walk: Walk, clock: SetClock) -> None:
        walk.to(Status.REPLIED)
        clock.at = clock.at.replace(hour=23)
        walk.hotline.timers.run_due()
        assert walk.ticket.status is Status.REPLIED
        clock.advance(hours=10)
        walk.hotline.timers.run_due()
        assert walk.ticket.status is Status.FOLLOW_UP

    def test_days_after_the_end_it_can_still_be_reopened(self, walk: Walk, clock: SetClock) -> None:
        walk.to(Status.FOLLOW_UP)
        walk.hotline.tickets.rate(walk.number, ANNA, Rating.SATISFIED, "好了", "m7")
        clock.advance(days=5)
        walk.hotline.tickets.rate(walk.number, ANNA, Rating.DISSATISFIED, "又坏了", "m8")
        assert walk.ticket.status is Status.REOPENED


class TestOverdue:
    def test_warned_at_half_and_four_fifths_then_up_to_supervisor_and_leader(self, walk: Walk, clock: SetClock) -> None:
        walk.to(Status.IN_PROGRESS)
        seen: list[tuple[str, object]] = []
        for _ in range(30):
            clock.advance(days=1)
            while walk.hotline.timers.run_due():
                pass
        for step in walk.hotline.ticket_desk.dossier(walk.number, AGENT).steps:
            if step.action in (Action.WARN, Action.ESCALATE):
                seen.append((step.action, step.data.get("level") or step.data.get("to")))
        assert seen == [("warn", 1), ("warn", 2), ("escalate", "supervisor"), ("escalate", "leader")]
        assert walk.ticket.escalation == 2
        assert walk.nodes()[-1] == "overdue"

    def test_a_ticket_that_the_timer_cannot_deal_with_keeps_no_other_waiting(
        self, citizen: Citizen, clock: SetClock
    ) -> None:
        broken, other = (citizen.opens_ticket(key, location=f"望平街{key}号") for key in ("1", "2"))
        with citizen.hotline.database.transaction() as connection:
            change = "UPDATE ticket_deadlines SET stage = 'unheard_of' WHERE number = :number"
            connection.execute(text(change), {"number": broken.number})
        clock.advance(days=60)
        for _ in range(20):
            if not citizen.hotline.timers.run_due():
                break
        else:
            pytest.fail("it never ends")
        assert citizen.hotline.tickets.for_trusted_system(other.number).escalation == 2

    def test_two_workers_do_nothing_twice(self, walk: Walk, clock: SetClock) -> None:
        walk.to(Status.IN_PROGRESS)
        clock.advance(days=30)
        with ThreadPoolExecutor(4) as pool:
            for _ in range(5):
                list(pool.map(lambda _: walk.hotline.timers.run_due(), range(4)))
        steps = walk.hotline.ticket_desk.dossier(walk.number, AGENT).steps
        assert [s.action for s in steps if s.action in ("warn", "escalate")] == ["warn"] * 2 + ["escalate"] * 2

    def test_a_critical_ticket_has_minutes(self, citizen: Citizen, clock: SetClock) -> None:
        walk = Walk(citizen.hotline, citizen.opens_ticket("m2", urgency=Urgency.CRITICAL)).to(Status.DISPATCHED)
        found = {d.stage: d.due_at - clock.at for d in walk.hotline.ticket_desk.dossier(walk.number, AGENT).deadlines}
        assert found == {
            Stage.ACCEPT: timedelta(minutes=30),
            Stage.CONTACT: timedelta(minutes=30),
            Stage.PRELIMINARY: timedelta(hours=2),
            Stage.REPLY: timedelta(hours=24),
        }

    def test_a_corrected_urgency_moves_the_dates_with_the_reason(self, walk: Walk, clock: SetClock) -> None:
        walk.to(Status.ACCEPTED)
        walk.hotline.ticket_desk.correct(walk.number, AGENT, "井盖缺失,有危险", Urgency.URGENT)
        assert walk.ticket.due_at == clock.at + timedelta(hours=24)
        moved = [
            r.act.data for r in walk.hotline.audit.latest(subject=walk.number) if r.act.action == "ticket.deadline"
        ]
        assert [m["why"] for m in moved] == ["corrected"]
        assert walk.stages() == {Stage.REPLY, Stage.CONTACT}
        walk.hotline.ticket_desk.correct(walk.number, AGENT, "已围挡", Urgency.NORMAL)
        assert walk.stages() == {Stage.REPLY}

    def test_an_unsorted_ticket_gets_the_unit_of_its_category_and_can_be_sent(self, citizen: Citizen) -> None:
        walk = Walk(citizen.hotline, citizen.opens_ticket("m2", category=None))
        assert not walk.hotline.tickets.dispatch(walk.number)
        with pytest.raises(Incomplete, match="unit"):
            walk.hotline.ticket_desk.dispatch(walk.number, AGENT)
        walk.hotline.ticket_desk.correct(walk.number, AGENT, "核实", category="0604", request_type=RequestType.HELP)
        assert walk.ticket.due_at.isoformat() == "2026-12-01T18:00:00+08:00"
        assert walk.hotline.ticket_desk.dispatch(walk.number, AGENT).lead == citizen.opens_ticket("m3").lead

    @pytest.mark.parametrize("year", [2027, 2062, 9999])
    def test_no_date_lies_more_than_a_year_ahead(self, walk: Walk, clock: SetClock, year: int) -> None:
        walk.to(Status.IN_PROGRESS)
        desk, far = walk.hotline.ticket_desk, clock.at.replace(year=year, month=12)
        with pytest.raises(AgainstRule, match="date_too_far"):
            desk.supervise(walk.number, SUPERVISOR, "限期办结", far)
        with pytest.raises(AgainstRule, match="date_too_far"):
            walk.hotline.handling.ask_shelve(walk.number, walk.lead, "道路改造列入计划", far.date())
        walk.hotline.handling.ask_shelve(walk.number, walk.lead, "道路改造列入明年计划", date(2027, 1, 15))
        walk.decide(True)
        with pytest.raises(AgainstRule, match="date_too_far"):
            desk.prolong(walk.number, SUPERVISOR, "计划推迟", far.date())
        desk.prolong(walk.number, SUPERVISOR, "计划推迟", date(2027, 11, 20))

    def test_supervised_with_an_order_and_a_date(self, walk: Walk, clock: SetClock) -> None:
        walk.to(Status.ACCEPTED)
        walk.hotline.ticket_desk.supervise(walk.number, SUPERVISOR, "三日内办结", clock.at + timedelta(days=3))
        assert Stage.SUPERVISE in walk.stages()
        assert "三日内办结" in [n.text for n in walk.hotline.department.one(walk.number, walk.lead).notes]


class TestMerging:
    def test_all_reporters_are_kept_and_told(self, citizen: Citizen, walk: Walk) -> None:
        other = Citizen(citizen.hotline, "ben").opens_ticket("b1")
        walk.hotline.ticket_desk.merge(other.number, AGENT, walk.number)
        walk.to(Status.REPLIED)
        part = walk.hotline.tickets.for_trusted_system(other.number)
        assert (part.status, part.reply) == (Status.MERGED, REPLY)
        assert part.timeline[-1].node == "replied"
        assert [t.number for t in walk.hotline.ticket_desk.dossier(walk.number, AGENT).parts] == [other.number]

    def test_a_merge_can_be_undone(self, citizen: Citizen, walk: Walk) -> None:
        other = Citizen(citizen.hotline, "ben").opens_ticket("b1")
        walk.hotline.ticket_desk.merge(other.number, AGENT, walk.number)
        walk.hotline.ticket_desk.undo_merge(other.number, AGENT, "不是同一家店")
        part = Walk(walk.hotline, other)
        assert (part.ticket.status, part.ticket.due_at) == (Status.RECEIVED, other.due_at)
        assert part.stages() == {Stage.DISPATCH, Stage.REPLY}
        part.to(Status.REPLIED)

    @pytest.mark.parametrize(
        ("way", "node"),
        [
            (lambda desk, number: desk.answer(number, AGENT, REPLY), "answered"),
            (lambda desk, number: desk.transfer(number, AGENT, "police_emergency"), "transferred"),
            (lambda desk, number: desk.inform(number, AGENT, "legal_advice"), "informed"),
        ],
        ids=["answered", "transferred", "informed"],
    )
    def test_however_the_main_one_ends_each_reporter_gets_its_reply(
        self, citizen: Citizen, walk: Walk, way: Callable[[TicketDesk, str], Ticket], node: str
    ) -> None:
        other = Citizen(citizen.hotline, "ben").opens_ticket("b1")
        walk.hotline.ticket_desk.merge(other.number, AGENT, walk.number)
        main = way(walk.hotline.ticket_desk, walk.number)
        part = Walk(walk.hotline, other)
        assert main.reply
        assert (part.ticket.reply, part.nodes()[-1]) == (main.reply, node)

    def test_merged_into_one_that_is_answered_the_reply_is_there_at_once(self, citizen: Citizen, walk: Walk) -> None:
        other = Citizen(citizen.hotline, "ben").opens_ticket("b1")
        walk.to(Status.REPLIED)
        part = walk.hotline.ticket_desk.merge(other.number, AGENT, walk.number)
        assert part.reply == REPLY
        assert "已经答复" in part.timeline[-1].text

    def test_what_others_reported_goes_on_when_the_main_one_is_withdrawn(self, citizen: Citizen, walk: Walk) -> None:
        other = Citizen(citizen.hotline, "ben").opens_ticket("b1")
        walk.to(Status.DISPATCHED)
        walk.hotline.ticket_desk.merge(other.number, AGENT, walk.number)
        walk.hotline.tickets.withdraw(walk.number, ANNA, "w")
        part = Walk(walk.hotline, other)
        assert (part.ticket.status, part.ticket.merged_into, part.ticket.due_at) == (
            Status.RECEIVED,
            None,
            other.due_at,
        )
        assert "已被其反映人撤回" in part.ticket.timeline[-1].text
        part.to(Status.REPLIED)

    def test_what_a_merged_citizen_adds_and_that_they_urge_reaches_the_unit_without_who_they_are(
        self, citizen: Citizen, walk: Walk
    ) -> None:
        walk.to(Status.ACCEPTED)
        contact = Contact("欧阳晓明", "13812345678")
        other = Citizen(citizen.hotline, "ben").opens_ticket("b1", contact=contact)
        walk.hotline.ticket_desk.merge(other.number, AGENT, walk.number)
        ben, tickets = access.Citizen("rest", "ben"), walk.hotline.tickets
        for _ in range(2):
            tickets.add(other.number, ben, "我是欧阳晓明,昨晚又烤到三点", "b2")
        assert "可以看到" in tickets.urge(other.number, ben, "b3").timeline[-1].text
        notes = [note.text for note in walk.hotline.department.one(walk.number, walk.lead).notes]
        assert ["昨晚又烤到三点" in notes[0], "催办" in notes[1], len(notes)] == [True, True, 2]
        assert "欧阳晓明" not in notes[0]
        assert "烤到三点" not in walk.ticket.description
        walk.hotline.handling.reply(walk.number, walk.lead, REPLY)
        walk.hotline.ticket_desk.close(walk.number, SUPERVISOR, "复核:已办到位")
        with pytest.raises(TicketEnded):
            tickets.add(other.number, ben, "还是很吵", "b4")

    def test_of_two_that_are_merged_into_each_other_at_the_same_moment_one_stays(self, citizen: Citizen) -> None:
        desk, ben = citizen.hotline.ticket_desk, Citizen(citizen.hotline, "ben")

        def merge(pair: tuple[str, str]) -> None:
            with suppress(NotPossible):
                desk.merge(pair[0], AGENT, pair[1])

        for n in range(8):
            one, other = citizen.opens_ticket(f"a{n}").number, ben.opens_ticket(f"b{n}").number
            with ThreadPoolExecutor(2) as agents:
                list(agents.map(merge, [(one, other), (other, one)]))
            merged = [desk.dossier(number, AGENT).ticket.status is Status.MERGED for number in (one, other)]
            assert sorted(merged) == [False, True]

    def test_others_about_the_same_place_are_suggested(self, citizen: Citizen, walk: Walk) -> None:
        same = Citizen(citizen.hotline, "ben").opens_ticket("b1", description="望平街15号烧烤店天天烤到凌晨,太吵了")
        Citizen(citizen.hotline, "eva").opens_ticket("e1", location="望平街99号", description="烧烤店烤到凌晨")
        assert [s.ticket.number for s in walk.hotline.ticket_desk.suggestions(walk.number)] == [same.number]

    def test_the_same_citizen_about_the_same_matter_gets_a_note_not_a_ticket(self, citizen: Citizen) -> None:
        first = citizen.opens_ticket("m1")
        again = citizen.intake("m2", description="那家烧烤店昨晚又烤到凌晨三点")
        taken = [citizen.hotline.tickets.take(again, ANNA) for _ in range(2)]
        assert [(t.ticket.number, t.repeated) for t in taken] == [(first.number, True)] * 2
        ticket = citizen.hotline.tickets.for_trusted_system(first.number)
        assert [e.node for e in ticket.timeline] == ["received", "repeated"]
        assert ticket.description.count("凌晨三点") == 1

    def test_another_place_is_another_matter(self, citizen: Citizen) -> None:
        citizen.opens_ticket("m1")
        other = citizen.hotline.tickets.take(citizen.intake("m2", location="望平街99号"), ANNA)
        assert not other.repeated

    def test_a_phone_that_somebody_typed_does_not_make_them_the_citizen(self, citizen: Citizen) -> None:
        first = citizen.opens_ticket("m1", contact=Contact("王", "13800001234"))
        eva = Citizen(citizen.hotline, "eva").intake("m2", contact=Contact("王", "13800001234"))
        taken = citizen.hotline.tickets.take(eva, access.Citizen("rest", "eva"))
        assert taken.ticket.number != first.number


class TestTheDepartmentsView:
    def test_it_never_tells_who_the_citizen_is(self, citizen: Citizen) -> None:
        words = "我是15号楼3单元302的王小丽,我姓王,电话13800001234,微信wxl_8899,楼下烧烤店很吵"
        ticket = citizen.opens_ticket("m1", description=words, contact=Contact("王小丽", "13800001234"))
        walk = Walk(citizen.hotline, ticket).to(Status.ACCEPTED)
        shown = repr(walk.hotline.department.one(walk.number, walk.lead))
        for secret in ("王小丽", "13800001234", "302", "anna", "wxl_8899", ticket.conversation_id, "姓王", ticket.code):
            assert secret not in shown
        assert "烧烤店很吵" in shown

    def test_the_contact_comes_with_a_reason_on_record(self, citizen: Citizen) -> None:
        ticket = citizen.opens_ticket("m1", contact=Contact("王小丽", "13800001234"))
        walk = Walk(citizen.hotline, ticket).to(Status.ACCEPTED)
        with pytest.raises(Incomplete):
            walk.hotline.handling.contact(walk.number, walk.lead, " ")
        assert walk.hotline.handling.contact(walk.number, walk.lead, "约上门时间").contact.phone == "13800001234"
        act = walk.hotline.audit.latest(subject=walk.number, limit=1)[0].act
        assert (act.action, act.actor, act.reason) == ("ticket.see_contact", "p-handler", "约上门时间")

    def test_a_confidential_ticket_is_there_only_for_who_is_named(self, citizen: Citizen) -> None:
        ticket = citizen.opens_ticket("m1", request_type=RequestType.REPORT)
        assert ticket.confidential
        walk = Walk(citizen.hotline, ticket).to(Status.DISPATCHED)
        assert Stage.NAME in walk.stages()
        assert not walk.hotline.department.listed(walk.lead)
        with pytest.raises(access.NotFound):
            walk.hotline.department.one(walk.number, walk.lead)
        walk.hotline.ticket_desk.name(walk.number, SUPERVISOR, ["p-handler"])
        assert Stage.NAME not in walk.stages()
        assert [t.number for t in walk.hotline.department.listed(walk.lead)] == [walk.number]
        with pytest.raises(access.NotFound):
            walk.hotline.handling.accept(walk.number, handler(ticket.lead, "p-curious"))
        walk.hotline.handling.accept(walk.number, walk.lead)

    def test_the_list_has_the_units_own_tickets_and_those_it_helps_with(
        self, citizen: Citizen, clock: SetClock
    ) -> None:
        walk = Walk(citizen.hotline, citizen.opens_ticket("m1")).to(Status.IN_PROGRESS)
        unit = "成都市生态环境局"
        walk.hotline.handling.delegate(walk.number, walk.lead, unit, "监测", clock.at + timedelta(days=3))
        assert [t.number for t in walk.hotline.department.listed(handler(unit))] == [walk.number]
        assert [t.number for t in walk.hotline.department.listed(walk.lead)] == [walk.number]
        assert not walk.hotline.department.listed(handler("成都市水务局"))


class TestWhatIsToldLater:
    def test_a_contact_told_later_is_not_in_what_the_unit_reads(self, citizen: Citizen) -> None:
        ticket = citizen.opens_ticket()
        known, words = ("Tom Baker", "13800005555"), "Tom Baker tom@mail.com 13800005555"
        for _ in range(2):
            changed = citizen.hotline.tickets.keep_contact(ticket.number, ANNA, known, words, "m-contact")
        assert (changed.contact.name, changed.contact.phone) == known
        assert changed.description.count("tom@mail.com") == 1
        read = without_citizen(changed)
        assert not any(word in read.description for word in ("Tom", "tom@", "13800005555"))
        assert changed.timeline[-1].node == "contact_kept"

    def test_who_wants_to_be_unknown_after_all_is_nowhere_in_the_ticket(self, citizen: Citizen) -> None:
        words = "我叫王小丽,13800001234,15号楼下烧烤店很吵"
        ticket = citizen.opens_ticket(description=words, contact=Contact("王小丽", "13800001234"))
        for _ in range(2):
            changed = citizen.hotline.tickets.become_anonymous(ticket.number, ANNA, "m-unknown")
        stored = citizen.hotline.tickets.for_trusted_system(ticket.number)
        assert stored == changed
        assert stored.contact == Contact()
        assert "烧烤店很吵" in stored.description
        assert not any(word in repr(stored) for word in ("王小丽", "13800001234"))
        assert [entry.node for entry in stored.timeline].count("anonymous") == 1
        assert citizen.hotline.audit.latest(subject=ticket.number, limit=1)[0].act.action == "ticket.add"

    def test_who_wants_only_the_name_out_can_still_be_called(self, citizen: Citizen) -> None:
        words = "我叫王小丽,13800001234,15号楼下烧烤店很吵"
        ticket = citizen.opens_ticket(description=words, contact=Contact("王小丽", "13800001234"))
        citizen.hotline.tickets.become_anonymous(ticket.number, ANNA, "m-nameless", keeps_phone=True)
        stored = citizen.hotline.tickets.for_trusted_system(ticket.number)
        assert stored.contact == Contact(phone="13800001234")
        assert "王小丽" not in repr(stored)

    def test_nobody_else_makes_a_ticket_anonymous(self, citizen: Citizen) -> None:
        ticket = citizen.opens_ticket(contact=Contact("王小丽", "13800001234"))
        with pytest.raises(access.NotFound):
            citizen.hotline.tickets.become_anonymous(ticket.number, access.Citizen("rest", "berta"), "m-unknown")
        assert citizen.hotline.tickets.for_trusted_system(ticket.number).contact.phone == "13800001234"

    def test_another_place_is_where_the_ticket_is_from_now_on(self, citizen: Citizen) -> None:
        ticket = citizen.opens_ticket()
        text = "地址改成望平街51号，不是15号"
        changed = citizen.hotline.tickets.correct_place(ticket.number, ANNA, "望平街51号", text, "m-place")
        assert changed.location == "望平街51号"
        assert text in changed.description
        assert changed.timeline[-1].node == "place_corrected"

    def test_what_was_added_and_is_another_matter_is_taken_out(self, citizen: Citizen) -> None:
        ticket = citizen.opens_ticket()
        citizen.hotline.tickets.add(ticket.number, ANNA, "楼道灯也不亮", "m-add")
        without = citizen.hotline.tickets.take_out(ticket.number, ANNA, "楼道灯也不亮", "m-out")
        again = citizen.hotline.tickets.take_out(ticket.number, ANNA, "楼道灯也不亮", "m-out")
        assert without.description == again.description == f"{ticket.description}\n市民说这句是另一件事：楼道灯也不亮"
        assert [entry.node for entry in again.timeline].count("taken_out") == 1

    def test_what_stands_in_the_middle_is_only_marked(self, citizen: Citizen) -> None:
        ticket = citizen.opens_ticket()
        for words, key in (("楼道灯也不亮", "m-add"), ("还是吵", "m-more")):
            citizen.hotline.tickets.add(ticket.number, ANNA, words, key)
        marked = citizen.hotline.tickets.take_out(ticket.number, ANNA, "楼道灯也不亮", "m-out")
        assert marked.description.endswith("市民说这句是另一件事：楼道灯也不亮")

    def test_a_place_in_another_district_is_for_those_who_dispatch(self, citizen: Citizen) -> None:
        ticket = citizen.opens_ticket()
        text = "地址改成武侯区科华北路1号"
        changed = citizen.hotline.tickets.correct_place(ticket.number, ANNA, "武侯区科华北路1号", text, "m-far")
        assert changed.location == ticket.location
        assert text in changed.description


class TestThePartyComplainedAbout:
    def test_it_does_not_get_the_ticket(self, citizen: Citizen) -> None:
        usual = citizen.opens_ticket("m1").lead
        about = citizen.opens_ticket("m2", description=f"{usual}的人收了钱不作为,包庇烧烤店")
        assert about.lead != usual
        assert usual not in about.co

    def test_nobody_can_send_it_there_by_hand(self, citizen: Citizen) -> None:
        usual = citizen.opens_ticket("m1").lead
        about = citizen.opens_ticket("m2", description=f"{usual}的人收了钱不作为,包庇烧烤店")
        with pytest.raises(AgainstRule, match="party"):
            citizen.hotline.ticket_desk.dispatch(about.number, AGENT, usual)

    def test_nor_as_a_unit_that_helps(self, citizen: Citizen) -> None:
        usual = citizen.opens_ticket("m1").lead
        about = citizen.opens_ticket("m2", description=f"{usual}的人收了钱不作为,包庇烧烤店")
        desk = citizen.hotline.ticket_desk
        with pytest.raises(AgainstRule, match="party"):
            desk.dispatch(about.number, AGENT, "成都市水务局", co=[usual])
        with pytest.raises(AgainstRule, match="unknown_unit"):
            desk.dispatch(about.number, AGENT, "成都市水务局", co=["月球局"])
        assert desk.dispatch(about.number, AGENT, "成都市水务局", co=["成都市生态环境局"]).co == ("成都市生态环境局",)

    def test_what_the_citizen_adds_before_it_is_sent_counts(self, citizen: Citizen) -> None:
        usual = citizen.opens_ticket("m1")
        citizen.hotline.tickets.add(usual.number, ANNA, f"{usual.lead}的人收了钱不作为,包庇烧烤店", "m2")
        assert citizen.hotline.tickets.dispatch(usual.number)
        sent = citizen.hotline.tickets.for_trusted_system(usual.number)
        assert usual.lead not in (sent.lead, *sent.co)


@pytest.mark.parametrize(
    ("danger", "alarms", "alerts"), [("violence", True, 2), ("violence", False, 1), (None, True, 0)]
)
def test_staff_are_alerted_again_once_when_a_danger_gets_worse(
    citizen: Citizen, danger: str | None, alarms: bool, alerts: int
) -> None:
    red = citizen.opens_ticket("m1", danger=danger)
    for _ in range(2):  # the same message, answered twice
        citizen.hotline.tickets.add(red.number, ANNA, "他回来了在敲门", "m2", alarms=alarms)
    with citizen.hotline.transactions.reading() as unit:
        told = [event for _, event in unit.events.waiting(100) if event.type == "danger.detected"]
    assert len(told) == alerts
    assert all(event.data["danger"] == danger for event in told)


class TestKeyTickets:
    def test_a_key_ticket_waits_for_guidance_which_its_unit_reads_and_its_citizen_does_not(
        self, walk: Walk, clock: SetClock
    ) -> None:
        walk.to(Status.ACCEPTED)
        desk, told, waits_for = walk.hotline.ticket_desk, walk.nodes(), walk.stages()
        desk.mark(walk.number, AGENT, KeyClass.CROSS_DEPARTMENT, "城管和环保都说不归自己")
        [waiting] = desk.marked()
        assert (waiting.number, waiting.key_class, waiting.marked_by) == (walk.number, "cross_department", AGENT.id)
        clock.advance(hours=3)
        desk.guide(walk.number, SUPERVISOR, "由综合执法局牵头，环保配合监测")
        assert desk.marked() == []
        notes = [(n.action, n.text) for n in walk.hotline.department.one(walk.number, walk.lead).notes]
        assert notes[-1] == (Action.GUIDE, "由综合执法局牵头，环保配合监测")
        assert (walk.nodes(), walk.stages(), walk.ticket.status) == (told, waits_for, Status.ACCEPTED)
        rows = walk.hotline.audit.latest(subject=walk.number)
        assert [row.act.action for row in rows[:2]] == ["ticket.guide", "ticket.mark"]
        assert rows[0].act.data["waited"] == 3 * 3600

    def test_the_time_from_the_mark_to_the_guidance_counts_on_the_day_of_the_guidance(
        self, citizen: Citizen, clock: SetClock
    ) -> None:
        desk, numbers = citizen.hotline.ticket_desk, []
        for key, place in (("m1", "望平街15号"), ("m2", "建设路8号"), ("m3", "科华路20号")):
            numbers.append(citizen.opens_ticket(key, location=place).number)
            desk.mark(numbers[-1], AGENT, KeyClass.LEGACY, "多年未决")
        marked_on = clock.at.date()
        for hours, number in ((1, numbers[0]), (2, numbers[1])):
            clock.advance(hours=hours)
            desk.guide(number, SUPERVISOR, "专题研究")
        guided_on = clock.at.date()
        report = citizen.hotline.statistics.report(Period(marked_on, guided_on))
        assert report.guidance is not None and report.guidance.given == 2
        assert report.guidance.hours == pytest.approx(2)
        later = Period(guided_on + timedelta(days=1), guided_on + timedelta(days=1))
        assert citizen.hotline.statistics.report(later).guidance == Guidance()
        assert citizen.hotline.statistics.report(later, department="成都市水务局").guidance is None

    def test_what_waits_longest_for_guidance_is_first_and_what_has_ended_waits_no_more(
        self, citizen: Citizen, clock: SetClock
    ) -> None:
        desk, numbers = citizen.hotline.ticket_desk, []
        for key, place in (("m1", "望平街15号"), ("m2", "建设路8号"), ("m3", "科华路20号")):
            numbers.append(citizen.opens_ticket(key, location=place).number)
        for number in reversed(numbers):
            clock.advance(minutes=5)
            desk.mark(number, AGENT, KeyClass.COMMON, "多人反映")
        assert [mark.number for mark in desk.marked()] == numbers[::-1]
        desk.transfer(numbers[1], AGENT, "police_emergency")
        assert [mark.number for mark in desk.marked()] == [numbers[2], numbers[0]]

    def test_one_mark_is_guided_at_a_time_and_a_second_may_name_another_class(self, walk: Walk) -> None:
        desk = walk.hotline.ticket_desk
        with pytest.raises(AgainstRule, match="not_marked"):
            desk.guide(walk.number, SUPERVISOR, "先核实")
        assert walk.ticket.version == 1
        desk.mark(walk.number, AGENT, KeyClass.LEGACY, "多年未决")
        with pytest.raises(AgainstRule, match="marked_already"):
            desk.mark(walk.number, AGENT, KeyClass.SENSITIVE, "媒体关注")
        assert len(desk.dossier(walk.number, AGENT).steps) == 1
        desk.guide(walk.number, SUPERVISOR, "先核实")
        desk.mark(walk.number, AGENT, KeyClass.SENSITIVE, "媒体关注")
        assert desk.dossier(walk.number, AGENT).key_classes == (KeyClass.LEGACY, KeyClass.SENSITIVE)

    def test_only_what_can_be_done_with_a_mark_is_offered(self, walk: Walk) -> None:
        desk, both = walk.hotline.ticket_desk, {Action.MARK, Action.GUIDE}
        assert both & set(desk.dossier(walk.number, SUPERVISOR).actions) == {Action.MARK}
        desk.mark(walk.number, AGENT, KeyClass.LEGACY, "多年未决")
        assert both & set(desk.dossier(walk.number, SUPERVISOR).actions) == {Action.GUIDE}
        assert not both & set(desk.dossier(walk.number, AGENT).actions)

    def test_a_mark_says_why_and_nobody_but_a_supervisor_guides(self, walk: Walk) -> None:
        walk.to(Status.ACCEPTED)
        desk = walk.hotline.ticket_desk
        with pytest.raises(Incomplete, match="reason"):
            desk.mark(walk.number, AGENT, KeyClass.LEGACY, " ")
        with pytest.raises(NotAllowed):
            desk.mark(walk.number, walk.lead, KeyClass.LEGACY, "多年未决")
        desk.mark(walk.number, AGENT, KeyClass.LEGACY, "多年未决")
        for actor in (AGENT, walk.lead):
            with pytest.raises(NotAllowed):
                desk.guide(walk.number, actor, "先核实")
        with pytest.raises(Incomplete, match="guidance"):
            desk.guide(walk.number, SUPERVISOR, "")
        assert len(desk.marked()) == 1

    def test_of_two_who_guide_at_once_the_second_is_told(self, walk: Walk) -> None:
        desk = walk.hotline.ticket_desk
        seen = desk.mark(walk.number, AGENT, KeyClass.LEGACY, "多年未决").version
        desk.guide(walk.number, SUPERVISOR, "先核实", version=seen)
        with pytest.raises(ChangedMeanwhile):
            desk.guide(walk.number, SUPERVISOR, "另一个意见", version=seen)
