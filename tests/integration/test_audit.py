"""The audit: what is recorded stays, and any change of it shows."""

from __future__ import annotations

import threading

import pytest
from click.testing import CliRunner
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from hotline.audit.model import Broken
from hotline.bootstrap import Hotline
from hotline.cli import main
from hotline.staff.model import SYSTEM, Actor

LI = Actor("agent", "p1")


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
    with pytest.raises(RuntimeError), hotline.units() as unit:
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
    with hotline.database.engine.begin() as connection:
        if hotline.database.is_sqlite:
            connection.execute(text("DROP TRIGGER audit_is_append_only_UPDATE"))
            connection.execute(text("DROP TRIGGER audit_is_append_only_DELETE"))
        else:
            connection.execute(text("ALTER TABLE audit DISABLE TRIGGER ALL"))
        connection.execute(text(statement))
    with pytest.raises(Broken):
        hotline.audit.verify()
    found = CliRunner().invoke(main, ["audit", "verify"])
    assert found.exit_code != 0 and "Traceback" not in found.output


def test_many_at_once_make_one_chain(hotline: Hotline) -> None:
    threads = [threading.Thread(target=hotline.audit.record, args=(LI, "ticket.viewed", str(i))) for i in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert hotline.audit.verify()[0] == 12
