"""The weekly bulletin: made once, on Monday, by worker or command, kept as it was, and opened again."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pytest
from click.testing import CliRunner

from bench.month import REPLY
from hotline.bootstrap import Hotline, build
from hotline.cli import main
from hotline.clock import ZONE
from hotline.processes import worker
from hotline.settings import Settings
from hotline.staff.model import SYSTEM, Actor, Role
from hotline.statistics.bulletin import WeekNotOver
from hotline.statistics.period import Period
from hotline.tickets.model import Contact
from tests.conftest import SetClock
from tests.integration.conftest import Citizen
from tests.integration.console import BUREAU, Console

WEEK = Period.week("2026-W47")
MONDAY = datetime(2026, 11, 23, 6, 0, tzinfo=ZONE)


def made(hotline: Hotline) -> list[str]:
    """The weeks whose bulletins were made, by the audit, oldest first."""
    return [row.act.subject for row in reversed(hotline.audit.latest(100)) if row.act.action == "bulletin.made"]


def test_the_bulletin_is_made_on_monday_morning_and_not_before(
    hotline: Hotline, citizen: Citizen, clock: SetClock
) -> None:
    citizen.opens_ticket()
    assert hotline.bulletins.make_due() == ["2026-W46"]  # the last whole week, on a new hotline's first day
    clock.at = MONDAY.replace(hour=5, minute=59)
    assert hotline.bulletins.make_due() == []
    clock.at = MONDAY
    assert hotline.bulletins.make_due() == ["2026-W47"]
    assert hotline.bulletins.make_due() == []
    assert hotline.bulletins.of(WEEK).total.received == 1


def test_several_workers_make_it_once(hotline: Hotline, clock: SetClock) -> None:
    clock.at = MONDAY
    others = [build(Settings(data=hotline.settings.data, database_url=hotline.database.url), clock) for _ in range(3)]
    with ThreadPoolExecutor(4) as pool:
        weeks = list(pool.map(lambda each: each.bulletins.make_due(), [hotline, *others]))
    for other in others:
        other.database.close()
    assert sorted(weeks, key=len) == [[], [], [], ["2026-W47"]]
    assert made(hotline) == ["2026-W47"]


def test_missed_mondays_are_made_up_for(hotline: Hotline, clock: SetClock) -> None:
    clock.at = MONDAY
    hotline.bulletins.make_due()
    clock.advance(days=24)
    assert hotline.bulletins.make_due() == ["2026-W48", "2026-W49", "2026-W50"]
    assert [week.week_name for week, _ in hotline.bulletins.kept(2)] == ["2026-W50", "2026-W49"]


def test_a_kept_bulletin_reads_the_same_whatever_happens_later(
    hotline: Hotline, citizen: Citizen, clock: SetClock
) -> None:
    ticket = citizen.opens_ticket(contact=Contact("王秀英", "13800001234"))
    hotline.ticket_desk.dispatch(ticket.number, SYSTEM)
    late = citizen.opens_ticket("late")
    clock.at = datetime(2027, 1, 4, 6, tzinfo=ZONE)
    first, is_new = hotline.bulletins.make(WEEK, SYSTEM)
    assert is_new and first.is_kept and first.at == clock.at
    assert first.total.dispatched == 1 and first.total.overdue == 2
    assert {each.number for each in first.stuck} == {ticket.number, late.number}
    hotline.handling.accept(ticket.number, Actor("handler", "h", ticket.lead))
    hotline.handling.reply(ticket.number, Actor("handler", "h", ticket.lead), REPLY)
    clock.advance(days=1)
    assert hotline.bulletins.make(WEEK, SYSTEM) == (first, False)
    again, is_new = hotline.bulletins.make(WEEK, SYSTEM, again=True)
    assert is_new and again.at == clock.at and again.total.replied == 1 and again.total.overdue == 1
    assert made(hotline) == ["2026-W47", "2026-W47"]


def test_a_week_that_is_not_over_is_shown_but_not_kept(hotline: Hotline, citizen: Citizen) -> None:
    citizen.opens_ticket()
    with pytest.raises(WeekNotOver, match="2026-W47"):
        hotline.bulletins.make(WEEK, SYSTEM)
    assert not hotline.bulletins.of(WEEK).is_kept and hotline.bulletins.kept(9) == []


async def test_the_worker_makes_what_is_due(hotline: Hotline, clock: SetClock) -> None:
    clock.at = MONDAY
    working = asyncio.create_task(worker.bulletins(hotline))
    async with asyncio.timeout(20):
        while not made(hotline):
            await asyncio.sleep(0.05)
    working.cancel()
    assert made(hotline) == ["2026-W47"]


async def test_past_weeks_are_listed_and_open_again(console: Console, clock: SetClock) -> None:
    console.ticket(contact=Contact("王秀英", "13800001234"))
    supervisor = await console.signed_in(Role.SUPERVISOR)
    page = (await supervisor.open("/console/bulletin/2026-W47")).text
    assert "2026-11-16 至 2026-11-22" in page and BUREAU in page and "本周尚未结束" in page
    clock.at = MONDAY
    supervisor = await console.signed_in(Role.SUPERVISOR, "monday")
    assert "没有保存的通报" in (await supervisor.open("/console/bulletin/2026-W47")).text
    console.hotline.bulletins.make_due()
    assert "/console/bulletin/2026-W47" in (await supervisor.open("/console/bulletin")).text
    page = (await supervisor.open("/console/bulletin/2026-W47")).text
    assert BUREAU in page and "没有保存的通报" not in page and "2026-11-23 06:00" in page
    assert not [word for word in ("王秀英", "13800001234", "望平街") if word in page]
    assert (await supervisor.get("/console/bulletin/2026-W54")).status == 404


def test_the_command_makes_it_once_and_again_when_asked(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YHT_DATABASE_URL", sqlite_url)
    for more, says in (([], "; made;"), ([], "kept since"), (["--again"], "; made;")):
        done = CliRunner().invoke(main, ["bulletin", "--week", "2026-W40", *more])
        assert done.exit_code == 0 and done.output.startswith("2026-W40: 0 tickets received") and says in done.output
    assert CliRunner().invoke(main, ["bulletin"]).exit_code == 0
    for week in ("2999-W01", "2026-W54", "last"):
        done = CliRunner().invoke(main, ["bulletin", "--week", week])
        assert done.exit_code == 1 and len(done.output.splitlines()) == 1
