"""The managers' numbers: those counted from the tables equal those of the events; each department sees its own."""

from __future__ import annotations

import asyncio
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from io import BytesIO

import pytest
from click.testing import CliRunner
from openpyxl import load_workbook
from sqlalchemy import update

from bench.month import REPLY, Month, goes_on
from hotline.bootstrap import Hotline
from hotline.cli import main
from hotline.clock import ZONE
from hotline.events.event import Event
from hotline.processes import worker
from hotline.staff.model import SYSTEM, Actor, Role
from hotline.statistics.model import By, Counts, total
from hotline.statistics.period import Period
from hotline.storage.tables import day_counts
from hotline.tickets import access
from hotline.tickets.model import ENDED, Rating, Urgency
from tests.conftest import SetClock
from tests.integration.conftest import Citizen
from tests.integration.console import BUREAU, OTHER_BUREAU, Console

MONTH = Period(date(2026, 9, 21), date(2026, 10, 21))
TODAY = Period(date(2026, 11, 22), date(2026, 11, 22))
NOT_FOR_A_UNIT = {"withdrawn", "merged", "transferred", "informed"}
SATISFIED = {"confirm", "confirm_part"}
SAID = SATISFIED | {"object", "object_again", "object_part"}
ENDS_REPLY = {"reply", "answer", "end", "shelve"}


# --- a month ----------------------------------------------------------------------------------------------------------


def lives(events: list[Event]) -> Iterator[list[Event]]:
    """The events of each ticket."""
    of_ticket: dict[str, list[Event]] = defaultdict(list)
    for event in events:
        if event.type.startswith("ticket."):
            of_ticket[event.subject].append(event)
    yield from of_ticket.values()


def counted(life: list[Event], now: datetime) -> Counts:
    """What one ticket counts for, by its events alone; numbers from deadlines of single stages are left out."""
    acts = [event for event in life if event.data.get("action") not in (None, "warn", "escalate", "archive")]
    done = [event.data["action"] for event in acts]
    moved = [e for e in life if "outcome" in e.data or goes_on(e)]
    outcome = moved[-1].data.get("outcome") if moved else None
    last = next((e.data["status"] for e in reversed(life) if "status" in e.data), "received")
    due = datetime.fromisoformat(life[-1].data["due_at"])
    answers = [e for e in acts if e.data["action"] in ENDS_REPLY]
    late = [e for e in answers if e.at > datetime.fromisoformat(e.data["due_at"])]
    waiting = last not in ENDED | {"replied", "follow_up", "shelved"}
    if waiting and due < now:
        late.append(life[-1])
    reply_due = outcome not in NOT_FOR_A_UNIT and bool(answers or late)
    said = [e.data["action"] in SATISFIED for e in acts if e.data["action"] in SAID and e.data["by"] != SYSTEM.kind]
    confirmed, objected = said.count(True), said.count(False)
    return Counts(
        received=1,
        direct=int(outcome == "answered"),
        dispatched=int(any(e.data.get("status") in ("dispatched", "reopened") for e in acts)),
        returned=int("return" in done),
        rerouted=int("accept_return" in done or "redirect" in done),
        reply_due=int(reply_due),
        reply_on_time=int(reply_due and not late),
        replied=int("reply" in done or "answer" in done),
        reopened=int("object" in done or "reopen" in done),
        judged=int(confirmed + objected > 0),
        solved=int(said[-1:] == [True]),
        confirmed=confirmed,
        objected=objected,
        repeats=sum(1 for e in acts if e.data.get("repeated")),
        merged=int(outcome == "merged"),
        ended=int(last in ENDED),
    )


@pytest.fixture
def month(hotline: Hotline, clock: SetClock) -> Month:
    """A small simulated month that includes National Day."""
    clock.at = datetime(2026, 9, 21, tzinfo=ZONE)
    played = Month(hotline, clock, 60, seed=7)  # type: ignore[arg-type]
    played.run()
    return played


def check_against_events(month: Month, hotline: Hotline) -> None:
    """Check that the month's report, by every grouping, equals what its events tell."""
    told = [(life[0], counted(life, hotline.now())) for life in lives(month.events)]
    unknown = {"response_due": 0, "response_on_time": 0, "overdue": 0}  # of other stages than the reply
    for by in By:
        report = hotline.statistics.report(MONTH, by)
        seen = Counts(**{name: getattr(report.total, name) for name in Counts.__slots__} | unknown)
        assert seen == total(counts for _, counts in told), by
    for row in hotline.statistics.report(MONTH, By.REQUEST_TYPE).rows:
        mine = total(counts for opened, counts in told if opened.data["request_type"] == row.key)
        assert (row.counts.received, row.counts.solved, row.counts.reply_on_time) == (
            mine.received,
            mine.solved,
            mine.reply_on_time,
        )
    stays: dict[str, list[timedelta]] = defaultdict(list)
    for life in lives(month.events):
        since = life[0].at
        for event in life[1:]:
            if event.data.get("was", event.data.get("status")) != event.data.get("status"):
                stays[event.data["was"]].append(event.at - since)
                since = event.at
    for state in hotline.statistics.report(MONTH).states:
        mine = stays[state.status]
        assert len(mine) == state.stays
        assert sum(mine, timedelta()).total_seconds() / 3600 / len(mine) == pytest.approx(state.hours, abs=0.01)
    for by in By:
        for row in hotline.statistics.report(MONTH, by).rows:
            assert not [name for name, rate in row.counts.rates.items() if rate is not None and not 0 <= rate <= 1], row
    received = Counter(life[0].at.date() for life in lives(month.events))
    assert {day: count for day, count in hotline.statistics.report(MONTH).days if count} == received


@pytest.mark.slow
def test_the_months_report_equals_what_the_events_tell(month: Month, hotline: Hotline) -> None:
    check_against_events(month, hotline)
    counted_one_by_one = {by: hotline.statistics.report(MONTH, by) for by in By}
    largest = max(counted_one_by_one[By.DEPARTMENT].rows, key=lambda row: row.counts.received).key
    of_a_unit = {by: hotline.statistics.report(MONTH, by, largest) for by in By}
    while hotline.statistics.count_days(10):
        pass
    with hotline.transactions.reading() as unit:
        assert all(unit.statistics.kept_day(day) for day, count in counted_one_by_one[By.DAY].days if count)
    check_against_events(month, hotline)
    assert {by: hotline.statistics.report(MONTH, by).rows for by in By} == {
        by: report.rows for by, report in counted_one_by_one.items()
    }
    assert {by: hotline.statistics.report(MONTH, by, largest) for by in By} == of_a_unit
    assert hotline.statistics.recount(MONTH, lambda _: None) == []


# --- the numbers of days ----------------------------------------------------------------------------------------------


def publish(hotline: Hotline) -> None:
    """Take every event out of the outbox, as the relay does."""
    with hotline.transactions() as unit:
        unit.events.forget([row for row, _ in unit.events.waiting(1000)])


def holds(hotline: Hotline) -> bool:
    """Whether today's numbers are stored and nothing has happened since."""
    with hotline.transactions.reading() as unit:
        return unit.statistics.kept_day(TODAY.first) is not None


def ended_and_solved(hotline: Hotline) -> tuple[int, int]:
    """Today's report: tickets that have ended, and those whose citizen was satisfied."""
    counts = hotline.statistics.report(TODAY).total
    return counts.ended, counts.solved


def test_a_report_is_right_at_every_moment_of_the_kept_numbers(hotline: Hotline, citizen: Citizen) -> None:
    ticket = citizen.opens_ticket()
    lead, who = Actor("handler", "h", ticket.lead), access.Citizen("rest", "anna")
    publish(hotline)
    assert hotline.statistics.count_days(9) == 1 and holds(hotline)
    hotline.ticket_desk.dispatch(ticket.number, SYSTEM)
    hotline.handling.accept(ticket.number, lead)
    hotline.handling.reply(ticket.number, lead, REPLY)
    publish(hotline)
    assert holds(hotline)  # open tickets are in no stored number
    assert hotline.statistics.report(TODAY).total.replied == 1

    def seen_all_the_way() -> list[tuple[int, int]]:
        waiting = ended_and_solved(hotline)
        assert not holds(hotline)
        publish(hotline)
        published = ended_and_solved(hotline)
        assert not holds(hotline)
        hotline.statistics.count_days(9)
        assert holds(hotline)
        return [waiting, published, ended_and_solved(hotline)]

    hotline.tickets.rate(ticket.number, who, Rating.SATISFIED, "", "one")
    assert seen_all_the_way() == [(1, 1)] * 3
    hotline.tickets.rate(ticket.number, who, Rating.DISSATISFIED, "还是很吵", "two")
    assert seen_all_the_way() == [(0, 0)] * 3
    counts = hotline.statistics.report(TODAY).total
    assert (counts.received, counts.reopened, counts.rate("satisfied")) == (1, 1, 0.5)


def test_reports_are_made_of_the_kept_numbers_and_recounting_finds_wrong_ones(
    hotline: Hotline, citizen: Citizen, monkeypatch: pytest.MonkeyPatch
) -> None:
    citizen.opens_ticket()
    ended = citizen.opens_ticket("two")
    hotline.ticket_desk.answer(ended.number, Actor("agent", "a"), "可以在线办理,请携带身份证到就近便民服务中心。")
    publish(hotline)
    hotline.statistics.count_days(9)
    with hotline.database.transaction() as connection:
        connection.execute(update(day_counts).values(direct=7))
    assert hotline.statistics.report(TODAY).total.direct == 7
    assert {by: hotline.statistics.report(TODAY, by, ended.lead).total.direct for by in By} == {
        by: 7 if by in (By.DEPARTMENT, By.DAY) else 1 for by in By
    }
    monkeypatch.setenv("YHT_DATABASE_URL", hotline.database.url)
    command = ["recount", "--from", "2026-11-21", "--to", "2026-11-22"]
    done = CliRunner().invoke(main, command)
    assert done.exit_code == 1 and "2026-11-22 were wrong" in done.output
    assert hotline.statistics.report(TODAY).total.direct == 1
    done = CliRunner().invoke(main, command)
    assert done.exit_code == 0 and "2 days counted anew" in done.output


def test_of_two_workers_the_one_that_counted_later_stays(hotline: Hotline, citizen: Citizen) -> None:
    ticket = citizen.opens_ticket()
    with hotline.transactions.reading() as unit:
        slow = unit.statistics.count_day(TODAY.first, hotline.now())
    hotline.tickets.withdraw(ticket.number, access.Citizen("rest", "anna"), "w")
    publish(hotline)
    hotline.statistics.count_days(9)
    with hotline.transactions() as unit:
        unit.statistics.keep_day(TODAY.first, slow)
    assert holds(hotline) and hotline.statistics.report(TODAY).total.ended == 1


def test_many_workers_at_once_keep_one_count(hotline: Hotline, citizen: Citizen) -> None:
    ticket = citizen.opens_ticket()
    hotline.tickets.withdraw(ticket.number, access.Citizen("rest", "anna"), "w")
    publish(hotline)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(hotline.statistics.count_days, [9] * 4))
    assert holds(hotline) and hotline.statistics.report(TODAY).total.ended == 1


async def test_the_worker_keeps_the_numbers(hotline: Hotline, citizen: Citizen) -> None:
    citizen.opens_ticket()
    publish(hotline)
    working = asyncio.create_task(worker.day_numbers(hotline))
    async with asyncio.timeout(20):
        while not holds(hotline):
            await asyncio.sleep(0.05)
    working.cancel()


# --- single tickets ---------------------------------------------------------------------------------------------------


def test_a_unit_that_signs_late_has_not_responded_in_time(hotline: Hotline, citizen: Citizen, clock: SetClock) -> None:
    prompt, slow = citizen.opens_ticket("one"), citizen.opens_ticket("two")
    for ticket in (prompt, slow):
        hotline.ticket_desk.dispatch(ticket.number, SYSTEM)
    lead = Actor("handler", "h", prompt.lead)
    hotline.handling.accept(prompt.number, lead)
    assert hotline.statistics.report(TODAY).total.rate("response") == 1.0
    clock.advance(days=4)
    hotline.handling.accept(slow.number, lead)
    counts = hotline.statistics.report(TODAY).total
    assert (counts.response_due, counts.response_on_time) == (2, 1)


def test_nothing_gets_late_while_the_citizen_is_asked(hotline: Hotline, citizen: Citizen, clock: SetClock) -> None:
    ticket = citizen.opens_ticket(urgency=Urgency.URGENT)
    lead = Actor("handler", "h", ticket.lead)
    hotline.ticket_desk.dispatch(ticket.number, SYSTEM)
    hotline.handling.accept(ticket.number, lead)
    hotline.handling.ask_citizen(ticket.number, lead, "哪一处?")
    clock.advance(days=2)
    counts = hotline.statistics.report(TODAY).total
    assert (counts.reply_due, counts.overdue) == (0, 0)


def test_a_ticket_that_was_withdrawn_before_anybody_signed_is_no_response(hotline: Hotline, citizen: Citizen) -> None:
    ticket = citizen.opens_ticket()
    hotline.ticket_desk.dispatch(ticket.number, SYSTEM)
    hotline.tickets.withdraw(ticket.number, access.Citizen("rest", "anna"), "w")
    counts = hotline.statistics.report(TODAY).total
    assert (counts.dispatched, counts.response_due, counts.reply_due) == (1, 0, 0)


def test_an_answer_at_once_that_is_not_accepted_makes_no_rate_more_than_whole(
    hotline: Hotline, citizen: Citizen
) -> None:
    ticket = citizen.opens_ticket()
    lead, who = Actor("handler", "h", ticket.lead), access.Citizen("rest", "anna")
    hotline.ticket_desk.answer(ticket.number, Actor("agent", "a"), REPLY)
    hotline.tickets.rate(ticket.number, who, Rating.DISSATISFIED, "没有解决", "r")
    hotline.handling.accept(ticket.number, lead)
    hotline.handling.ask_return(ticket.number, lead, "不属于本单位职责")
    counts = hotline.statistics.report(TODAY).total
    assert (counts.direct, counts.dispatched, counts.returned, counts.replied, counts.reopened) == (0, 1, 1, 1, 1)


def test_a_shelved_matter_is_not_overdue(hotline: Hotline, citizen: Citizen, clock: SetClock) -> None:
    ticket = citizen.opens_ticket()
    lead, supervisor = Actor("handler", "h", ticket.lead), Actor("supervisor", "s")
    hotline.ticket_desk.dispatch(ticket.number, SYSTEM)
    hotline.handling.accept(ticket.number, lead)
    hotline.handling.ask_shelve(ticket.number, lead, "需列入年度计划", date(2027, 3, 1))
    (asked,) = hotline.ticket_desk.dossier(ticket.number, supervisor).requests
    hotline.ticket_desk.decide(ticket.number, supervisor, asked.id, True, "已核实")
    clock.advance(days=40)
    assert hotline.statistics.report(TODAY).total.overdue == 0


def test_a_matter_told_again_is_a_repeat(hotline: Hotline, citizen: Citizen) -> None:
    who = access.Citizen("rest", "anna")
    hotline.tickets.take(citizen.intake("one"), who)
    assert hotline.tickets.take(citizen.intake("two"), who).repeated
    counts = hotline.statistics.report(TODAY).total
    assert (counts.received, counts.repeats, counts.rate("repeat")) == (1, 1, 0.5)


def test_each_word_of_the_citizen_counts_and_the_last_says_whether_it_is_solved(
    hotline: Hotline, citizen: Citizen
) -> None:
    ticket = citizen.opens_ticket()
    lead, who = Actor("handler", "h", ticket.lead), access.Citizen("rest", "anna")
    hotline.ticket_desk.dispatch(ticket.number, SYSTEM)
    for rating in (Rating.DISSATISFIED, Rating.SATISFIED):
        hotline.handling.accept(ticket.number, lead)
        hotline.handling.reply(ticket.number, lead, REPLY)
        hotline.tickets.rate(ticket.number, who, rating, "还是很吵", f"rating {rating}")
    counts = hotline.statistics.report(TODAY).total
    assert (counts.rate("satisfied"), counts.rate("solved"), counts.rate("reopen")) == (0.5, 1.0, 1.0)


def test_an_empty_period_has_no_rates(hotline: Hotline) -> None:
    report = hotline.statistics.report(TODAY)
    assert report.total == Counts() and set(report.total.rates.values()) == {None} and report.rows == ()


def test_an_emergency_counts_under_its_danger(hotline: Hotline, citizen: Citizen) -> None:
    citizen.opens_ticket("m1", danger="gas", category=None)
    citizen.opens_ticket("m2", danger="fire", category="1302")
    report = hotline.statistics.report(Period.week_of(hotline.now().date()), By.CATEGORY)
    assert {row.key: row.counts.received for row in report.rows} == {"gas": 1, "1302": 1}


def test_a_sudden_cluster_is_a_hot_spot(hotline: Hotline, citizen: Citizen, clock: SetClock) -> None:
    for days, tickets in ((3, 1), (2, 2), (1, 1)):
        clock.at -= timedelta(days=days)
        for each in range(tickets):
            citizen.opens_ticket(f"{days}-{each}")
        clock.at += timedelta(days=days)
    for each in range(8):
        citizen.opens_ticket(f"today-{each}")
    citizen.opens_ticket("elsewhere", district="wuhou")
    (spot,) = hotline.statistics.report(TODAY).hot_spots
    assert (spot.category, spot.district, spot.count, spot.usual, spot.growth) == ("0604", "成华区", 8, 1.0, 7.0)


# --- the page ---------------------------------------------------------------------------------------------------------


async def test_a_supervisor_sees_all_and_a_department_its_own(console: Console) -> None:
    console.ticket()
    console.ticket("m2", district="wuhou")
    supervisor, handler = await console.signed_in(Role.SUPERVISOR), await console.signed_in(Role.HANDLER)
    page = (await supervisor.open("/console/statistics?by=department")).text
    assert BUREAU in page and OTHER_BUREAU in page and "响应率" in page and "<svg" in page
    page = (await handler.open("/console/statistics?by=district")).text
    assert BUREAU in page and "锦江区" in page and "武侯区" not in page


async def test_the_table_is_there_as_a_file(console: Console) -> None:
    console.ticket()
    supervisor = await console.signed_in(Role.SUPERVISOR)
    text = (await supervisor.get("/console/statistics/file?as=csv&by=category")).text
    assert text.startswith("\ufeff事项,受理量") and "餐饮" in text
    async with supervisor.session.get(f"{console.url}/console/statistics/file?as=xlsx") as response:
        sheet = load_workbook(BytesIO(await response.read())).active
    assert [cell.value for cell in sheet["B"]] == ["受理量", 1, 1]


@pytest.mark.parametrize("days", ["from=2026-13-01", "from=x&to=y", "from=2026-11-02&to=2026-11-01", "from=2020-01-01"])
async def test_days_that_are_no_period_are_refused(console: Console, days: str) -> None:
    supervisor = await console.signed_in(Role.SUPERVISOR)
    assert (await supervisor.get(f"/console/statistics?{days}")).status == 422


# --- on paper and as a file -------------------------------------------------------------------------------------------


async def test_an_assignment_notice_says_nothing_of_the_citizen_and_is_on_record(console: Console) -> None:
    ticket = console.ticket(description="我叫王秀英，住望平街15号3单元502，电话13800001234，楼下烧烤店太吵")
    agent = await console.signed_in(Role.AGENT)
    page = (await agent.open(f"/console/tickets/{ticket.number}/notice")).text
    assert BUREAU in page and "烧烤店太吵" in page
    assert not [word for word in ("王秀英", "13800001234", r"\b502\b") if re.search(word, page)]
    assert [row.act.action for row in console.hotline.audit.latest(50)].count("notice.printed") == 1
