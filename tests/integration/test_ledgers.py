"""Ledgers: their contents, by command, and as orders that a worker makes and their owner fetches."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from openpyxl import load_workbook

from hotline.bootstrap import Hotline, build
from hotline.city import Party
from hotline.cli import main
from hotline.processes import worker
from hotline.settings import Settings
from hotline.staff.model import Actor, Role
from hotline.statistics import ledger, sheets
from hotline.statistics.orders import AT_ONCE, KEPT, LEASE, MOST_ATTEMPTS, Order, OrderState, Purpose, TooManyOrders
from hotline.statistics.period import Period
from hotline.tickets.model import Contact
from tests.conftest import SetClock
from tests.integration.conftest import Citizen
from tests.integration.console import Console

TODAY = Period(date(2026, 11, 22), date(2026, 11, 22))
CLERK = Actor("supervisor", "clerk")
FIRM = {"category": "1601", "description": "稳岗补贴什么时候兑现"}
PARTY = 2
MATTER = 7


def rows_of(file: Any) -> list[tuple[Any, ...]]:
    """The rows of a ledger, its header first."""
    return list(load_workbook(file).active.iter_rows(values_only=True))


def written(hotline: Hotline, party: Party | None = None) -> Sequence[tuple[Any, ...]]:
    """The rows of today's ledger without the header."""
    book = BytesIO()
    count = hotline.ledger.write(TODAY, party, book, lambda _: None)
    rows = rows_of(book)[1:]
    assert count == len(rows)
    return rows


def goes_on() -> bool:
    """A worker that keeps running."""
    return False


def acts(hotline: Hotline, action: str) -> list[tuple[str, str | None, dict[str, Any]]]:
    """Who did something, for what reason, and with what data, newest first."""
    found = [row.act for row in hotline.audit.latest(100) if row.act.action == action]
    return [(act.actor, act.reason, dict(act.data)) for act in found]


# --- what stands in it ------------------------------------------------------------------------------------------------


def test_a_ledger_tells_nobody_who_the_citizens_are(hotline: Hotline, citizen: Citizen) -> None:
    contact = Contact("王秀英", "13800001234")
    citizen.opens_ticket("open", description="我叫王秀英，电话13800001234，楼下烧烤店每天烤到凌晨", contact=contact)
    citizen.opens_ticket("secret", description="老板姓钱，后门偷排", contact=contact, confidential=True)
    first, second = written(hotline)
    assert "烤到凌晨" in first[MATTER] and second[MATTER] == "（保密）" and second[MATTER - 1] == "（保密）"
    assert not [word for word in ("王秀英", "13800001234", "anna", "偷排") if word in str((first, second))]


def test_residents_and_firms_have_a_ledger_each(hotline: Hotline, citizen: Citizen) -> None:
    citizen.opens_ticket("resident")
    citizen.opens_ticket("employee", category="0801", description="我们公司拖欠我三个月工资")
    citizen.opens_ticket("policy", **FIRM)
    citizen.opens_ticket("firm", description="我司门口路灯坏了，影响货车夜间进出")
    assert [row[PARTY] for row in written(hotline)] == ["居民", "居民", "企业", "企业"]
    assert [row[PARTY] for row in written(hotline, Party.RESIDENT)] == ["居民", "居民"]
    assert [row[MATTER] for row in written(hotline, Party.FIRM)] == [
        FIRM["description"],
        "我司门口路灯坏了，影响货车夜间进出",
    ]


def test_words_are_never_read_as_formulas(hotline: Hotline, citizen: Citizen) -> None:
    citizen.opens_ticket(description='=HYPERLINK("http://example.com")')
    book = BytesIO()
    hotline.ledger.write(TODAY, None, book, lambda _: None)
    assert load_workbook(book).active["H2"].data_type == "s"


def test_a_table_that_is_given_up_leaves_no_rows_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))

    def rows() -> Iterator[list[int]]:
        yield [1]
        assert list(tmp_path.iterdir())
        raise InterruptedError

    with pytest.raises(InterruptedError):
        sheets.write_xlsx("台账", ["n"], rows(), BytesIO())
    assert not list(tmp_path.iterdir())


def test_what_does_not_fit_on_a_sheet_goes_on_on_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "ROWS_OF_A_SHEET", 2)
    book = BytesIO()
    assert sheets.write_xlsx("台账", ["n"], [[n] for n in range(5)], book) == 5
    found = [[cell[0] for cell in sheet.iter_rows(values_only=True)] for sheet in load_workbook(book)]
    assert found == [["n", 0, 1], ["n", 2, 3], ["n", 4]]


# --- the command ------------------------------------------------------------------------------------------------------


def exported(*more: str) -> Any:
    """The command's result for today's ledger."""
    return CliRunner().invoke(main, ["export", "ledger", "--from", "2026-11-22", "--to", "2026-11-22", *more])


def test_the_command_writes_a_ledger_and_leaves_a_record(
    hotline: Hotline, citizen: Citizen, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    citizen.opens_ticket("resident")
    citizen.opens_ticket("firm", **FIRM)
    monkeypatch.setenv("YHT_DATABASE_URL", hotline.database.url)
    for more, count in (((), 2), (("--of", "firm", "--why", "filing"), 1), (("--of", "resident"), 1)):
        done = exported("--out", str(tmp_path / "ledger.xlsx"), *more)
        assert done.exit_code == 0 and f"{count} tickets in " in done.output, done.output
        assert len(rows_of(tmp_path / "ledger.xlsx")) == 1 + count
    asked = [data["party"] for _, _, data in acts(hotline, "ledger.exported")]
    assert asked == ["resident", "firm", "all"]
    why = [row.act.reason for row in hotline.audit.latest() if row.act.action == "ledger.exported"]
    assert why == ["command", "filing", "command"]


def test_the_command_says_in_one_line_what_is_wrong(
    sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("YHT_DATABASE_URL", sqlite_url)
    (tmp_path / "file").write_text("in the way")
    done = exported("--out", str(tmp_path / "file" / "ledger.xlsx"))
    assert done.exit_code == 1 and "cannot be written" in done.output.splitlines()[-1]
    backwards = ["export", "ledger", "--from", "2026-11-22", "--to", "2026-11-01", "--out", str(tmp_path / "l.xlsx")]
    done = CliRunner().invoke(main, backwards)
    assert done.exit_code == 1 and "is no period" in done.output
    assert not (tmp_path / "l.xlsx").exists()


# --- orders -----------------------------------------------------------------------------------------------------------


def ordered(hotline: Hotline, party: Party | None = None, by: Actor = CLERK) -> Order:
    """Order today's ledger."""
    return hotline.orders.order(TODAY, party, Purpose.INSPECTION, by)


def newest(hotline: Hotline) -> Order:
    """The clerk's latest order."""
    return hotline.orders.of(CLERK)[0]


def files(hotline: Hotline) -> list[str]:
    """The names of all existing files."""
    return [path.name for path in (hotline.settings.data / "ledgers").glob("*")]


def test_an_order_is_made_and_fetched_on_record(hotline: Hotline, citizen: Citizen) -> None:
    citizen.opens_ticket("resident")
    citizen.opens_ticket("firm", **FIRM)
    order = ordered(hotline, Party.FIRM)
    with pytest.raises(KeyError):
        hotline.orders.fetch(order.id, CLERK)
    assert hotline.orders.make_next(goes_on) and not hotline.orders.make_next(goes_on)
    ready = newest(hotline)
    assert (ready.state, ready.rows, ready.done, ready.total) == (OrderState.READY, 1, 2, 2)
    found, path = hotline.orders.fetch(order.id, CLERK)
    assert found.file_name == "ledger-firm-2026-11-22-2026-11-22.xlsx" and len(rows_of(path)) == 2
    facts = {"from": "2026-11-22", "to": "2026-11-22", "party": "firm"}
    assert acts(hotline, "ledger.ordered") == acts(hotline, "ledger.fetched") == [("clerk", "inspection", facts)]
    assert path.stat().st_mode & 0o077 == 0


def test_nobody_else_fetches_it(hotline: Hotline) -> None:
    order = ordered(hotline)
    hotline.orders.make_next(goes_on)
    with pytest.raises(KeyError):
        hotline.orders.fetch(order.id, Actor("supervisor", "colleague"))
    assert acts(hotline, "ledger.fetched") == []


def test_a_file_that_has_gone_is_not_fetched(hotline: Hotline) -> None:
    order = ordered(hotline)
    hotline.orders.make_next(goes_on)
    (hotline.settings.data / "ledgers" / f"{order.id}.xlsx").unlink()
    with pytest.raises(KeyError):
        hotline.orders.fetch(order.id, CLERK)
    assert acts(hotline, "ledger.fetched") == []


def test_how_far_it_is_shows_while_it_is_made(
    hotline: Hotline, citizen: Citizen, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ledger, "TOLD_EVERY", 1)
    for n in range(3):
        citizen.opens_ticket(f"m{n}")
    ordered(hotline)
    seen: list[tuple[OrderState, int]] = []

    def looks() -> bool:
        seen.append((newest(hotline).state, newest(hotline).done))
        return False

    hotline.orders.make_next(looks)
    assert seen[:3] == [(OrderState.MAKING, 0), (OrderState.MAKING, 1), (OrderState.MAKING, 2)]


def test_several_workers_make_it_once(hotline: Hotline, citizen: Citizen) -> None:
    citizen.opens_ticket()
    ordered(hotline)
    others = [build(Settings(data=hotline.settings.data, database_url=hotline.database.url), hotline.now) for _ in "ab"]
    with ThreadPoolExecutor(3) as pool:
        done = list(pool.map(lambda each: each.orders.make_next(goes_on), [hotline, *others]))
    for other in others:
        other.database.close()
    assert sorted(done) == [False, False, True] and len(files(hotline)) == 1


def test_a_worker_that_ends_leaves_it_to_another(hotline: Hotline, citizen: Citizen) -> None:
    citizen.opens_ticket()
    ordered(hotline)
    hotline.orders.make_next(lambda: True)
    assert (newest(hotline).state, newest(hotline).attempts, files(hotline)) == (OrderState.WAITING, 0, [])
    hotline.orders.make_next(goes_on)
    assert newest(hotline).state is OrderState.READY


def test_a_worker_that_died_is_waited_for_as_long_as_its_lease(
    hotline: Hotline, clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Died(BaseException):
        """The process has died."""

    def dies() -> bool:
        raise Died

    order = ordered(hotline)
    for attempt in range(1, MOST_ATTEMPTS + 1):
        with pytest.raises(Died):
            hotline.orders.make_next(dies)
        assert newest(hotline).attempts == attempt
        assert not hotline.orders.make_next(goes_on)
        clock.at += LEASE
    assert hotline.orders.make_next(goes_on)  # it has failed too often and is given up
    assert newest(hotline).state is OrderState.FAILED
    with pytest.raises(KeyError):
        hotline.orders.fetch(order.id, CLERK)


def test_a_folder_that_cannot_be_written_fails_the_order_and_not_the_worker(hotline: Hotline) -> None:
    (hotline.settings.data / "ledgers").write_text("in the way")
    ordered(hotline)
    assert hotline.orders.make_next(goes_on)
    assert newest(hotline).state is OrderState.FAILED


def test_files_are_kept_for_a_week(hotline: Hotline, clock: SetClock) -> None:
    order = ordered(hotline)
    hotline.orders.make_next(goes_on)
    clock.at += KEPT
    with pytest.raises(KeyError):
        hotline.orders.fetch(order.id, CLERK)
    later = ordered(hotline)
    hotline.orders.make_next(goes_on)
    (hotline.settings.data / "ledgers" / "nobody-knows-it.xlsx").write_text("left behind")
    assert hotline.orders.clear() == 2 and hotline.orders.clear() == 0
    assert files(hotline) == [f"{later.id}.xlsx"] and [each.id for each in hotline.orders.of(CLERK)] == [later.id]


def test_one_person_has_a_few_open_orders_at_most(hotline: Hotline) -> None:
    for _ in range(AT_ONCE):
        ordered(hotline)
    with pytest.raises(TooManyOrders):
        ordered(hotline)
    ordered(hotline, by=Actor("supervisor", "colleague"))
    hotline.orders.make_next(goes_on)
    ordered(hotline)


async def test_the_worker_makes_what_is_ordered(hotline: Hotline) -> None:
    ordered(hotline)
    working = asyncio.create_task(worker.ledgers(hotline))
    async with asyncio.timeout(20):
        while newest(hotline).is_open:
            await asyncio.sleep(0.05)
    working.cancel()
    assert newest(hotline).state is OrderState.READY


# --- the page ---------------------------------------------------------------------------------------------------------


async def test_a_supervisor_orders_watches_and_downloads(console: Console) -> None:
    console.ticket()
    console.ticket("m2", **FIRM)
    supervisor, colleague = await console.signed_in(Role.SUPERVISOR), await console.signed_in(Role.SUPERVISOR, "other")
    await supervisor.open("/console/ledgers")
    asked = {"from": "2026-11-01", "to": "2026-11-22", "party": "firm"}
    assert (await supervisor.post("/console/ledgers", **asked, purpose="")).status == 422
    assert (await supervisor.post("/console/ledgers", **asked | {"to": "2026-10-01"}, purpose="summary")).status == 422
    assert (await supervisor.post("/console/ledgers", **asked, purpose="summary")).place == "/console/ledgers"
    page = (await supervisor.open("/console/ledgers")).text
    assert "排队中" in page and 'data-refresh="orders"' in page and "汇总上报" in page
    assert console.hotline.orders.make_next(goes_on)
    page = (await supervisor.open("/console/ledgers")).text
    assert "已生成" in page and "1 件" in page and "data-refresh" not in page.partition('id="orders"')[2]
    (order,) = console.hotline.orders.of(Actor.of(console.hotline.staff.with_login("supervisor")))
    async with supervisor.session.get(f"{console.url}/console/ledgers/{order.id}/file") as answer:
        assert answer.status == 200 and "ledger-firm-2026-11-01" in answer.headers["Content-Disposition"]
        assert answer.headers["Cache-Control"] == "no-store"
        assert [row[PARTY] for row in rows_of(BytesIO(await answer.read()))] == ["诉求主体", "企业"]
    assert (await colleague.get(f"/console/ledgers/{order.id}/file")).status == 404
    assert len(acts(console.hotline, "ledger.fetched")) == 1
