"""The audit: its records stay, and any change to them is detected."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace

import pytest
from click.testing import CliRunner
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from hotline.audit.model import START, Broken, Kept, chained
from hotline.bootstrap import Hotline
from hotline.cli import main
from hotline.processes.worker import audit_ends
from hotline.staff.model import SYSTEM, Actor

LI = Actor("agent", "p1")


@contextmanager
def writable(hotline: Hotline) -> Iterator[Connection]:
    """A connection that circumvents what makes the audit append-only."""
    with hotline.database.engine.begin() as connection:
        if hotline.database.is_sqlite:
            connection.execute(text("DROP TRIGGER audit_is_append_only_UPDATE"))
            connection.execute(text("DROP TRIGGER audit_is_append_only_DELETE"))
        else:
            connection.execute(text("ALTER TABLE audit DISABLE TRIGGER ALL"))
        yield connection


def test_an_empty_audit_holds(hotline: Hotline) -> None:
    assert hotline.audit.verify()[0] == 0


def test_recorded_acts_are_read_newest_first_by_subject_and_by_actor(hotline: Hotline) -> None:
    hotline.audit.record(LI, "contact.viewed", "261122000001", "callback")
    hotline.audit.record(SYSTEM, "ticket.dispatched", "261122000001")
    hotline.audit.record(LI, "ticket.viewed", "261122000002")
    assert [row.act.action for row in hotline.audit.latest()] == [
        "ticket.viewed",
        "ticket.dispatched",
        "contact.viewed",
    ]
    assert [row.seq for row in hotline.audit.latest(subject="261122000001")] == [2, 1]
    assert [row.seq for row in hotline.audit.latest(actor="p1", before=3)] == [1]
    assert hotline.audit.verify()[0] == 3


def test_an_undone_transaction_leaves_no_row(hotline: Hotline) -> None:
    with pytest.raises(RuntimeError), hotline.transactions() as unit:
        unit.audit.add(LI, "ticket.viewed", "x", hotline.now())
        raise RuntimeError
    assert hotline.audit.verify()[0] == 0


@pytest.mark.parametrize("statement", ["UPDATE audit SET actor = 'other'", "DELETE FROM audit"])
def test_the_database_refuses_to_change_the_record(hotline: Hotline, statement: str) -> None:
    hotline.audit.record(LI, "ticket.viewed", "x")
    with pytest.raises(DBAPIError, match="append-only"), hotline.database.engine.begin() as connection:
        connection.execute(text(statement))


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit SET actor = 'other' WHERE seq = 2",
        "DELETE FROM audit WHERE seq = 2",
        "DELETE FROM audit WHERE seq = 3",
        "UPDATE audit_end SET seq = 2",
    ],
)
def test_whoever_gets_round_that_is_found_out(
    hotline: Hotline, statement: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("YHT_DATABASE_URL", hotline.database.url)
    for subject in ("a", "b", "c"):
        hotline.audit.record(LI, "ticket.viewed", subject)
    proved = CliRunner().invoke(main, ["audit", "verify"])
    assert (proved.exit_code, hotline.audit.verify()[1] in proved.output) == (0, True)
    with writable(hotline) as connection:
        connection.execute(text(statement))
    with pytest.raises(Broken):
        hotline.audit.verify()
    found = CliRunner().invoke(main, ["audit", "verify"])
    assert found.exit_code != 0 and "Traceback" not in found.output


@pytest.mark.parametrize("left", [2, 3], ids=["cut off", "computed anew"])
def test_a_chain_that_was_made_anew_is_found_out_by_an_end_that_was_kept(
    hotline: Hotline, left: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("YHT_DATABASE_URL", hotline.database.url)
    for subject in ("a", "b", "c"):
        hotline.audit.record(LI, "ticket.viewed", subject)
    kept = str(hotline.audit.end())
    hotline.audit.record(LI, "ticket.viewed", "later")
    assert CliRunner().invoke(main, ["audit", "verify", "--kept", kept]).exit_code == 0
    rows = [*hotline.audit.latest()][::-1]
    with writable(hotline) as connection:
        before = START
        for row in rows:
            before = chained(before, row.seq, replace(row.act, actor="other"))
            changed = {"seq": row.seq, "hash": before}
            connection.execute(text("UPDATE audit SET actor = 'other', hash = :hash WHERE seq = :seq"), changed)
            if row.seq == left:
                break
        connection.execute(text("DELETE FROM audit WHERE seq > :seq"), changed)
        connection.execute(text("UPDATE audit_end SET seq = :seq, hash = :hash"), changed)
    assert hotline.audit.verify()[0] == left  # the chain alone does not show it
    with pytest.raises(Broken):
        hotline.audit.verify(Kept.parse(kept))
    found = CliRunner().invoke(main, ["audit", "verify", "--kept", kept])
    assert found.exit_code != 0 and "Traceback" not in found.output


@pytest.mark.parametrize("kept", ["", "3", "3:abc", f"x:{START}"])
def test_what_is_no_end_of_the_audit_is_said_to_be_none(kept: str) -> None:
    with pytest.raises(ValueError, match="number|int"):
        Kept.parse(kept)


async def test_the_worker_writes_the_end_into_its_log(hotline: Hotline, caplog: pytest.LogCaptureFixture) -> None:
    hotline.audit.record(LI, "ticket.viewed", "a")
    with caplog.at_level("INFO"), suppress(TimeoutError):
        async with asyncio.timeout(1):
            await audit_ends(hotline)
    assert f"the audit ends at {hotline.audit.end()}" in caplog.text


def test_many_at_once_make_one_chain(hotline: Hotline) -> None:
    threads = [threading.Thread(target=hotline.audit.record, args=(LI, "ticket.viewed", str(i))) for i in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert hotline.audit.verify()[0] == 12
