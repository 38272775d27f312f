"""Deferred writes: none is lost, none becomes visible too late, and a failure undoes all of them."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from hotline.bootstrap import Hotline, build
from hotline.city import City
from hotline.settings import Settings
from hotline.tickets import service
from hotline.tickets.lifecycle import Stage
from hotline.tickets.timeline import step
from hotline.transaction import StorageError, StorageUnavailable
from tests.conftest import SetClock
from tests.integration.conftest import Citizen


def waiting_events(hotline: Hotline) -> int:
    """The number of events that wait to be published."""
    with hotline.transactions.reading() as unit:
        return unit.events.count()


def test_what_is_read_has_what_was_written_before(citizen: Citizen, clock: SetClock) -> None:
    ticket = citizen.opens_ticket()
    with citizen.hotline.transactions() as unit:
        for _ in range(2):
            unit.handling.add_deadline(ticket.number, Stage.ACCEPT, "x", clock.at, clock.at, False, None)
        assert [d.stage for d in unit.handling.deadlines(ticket.number)].count(Stage.ACCEPT) == 2


def test_what_was_prepared_outlasts_what_is_read(
    postgresql_url: str, clock: SetClock, city: City, tmp_path: object
) -> None:
    hotline = build(Settings(data=tmp_path, database_url=postgresql_url), clock, city)
    ticket = Citizen(hotline).opens_ticket()
    for _ in range(20):
        hotline.tickets.for_trusted_system(ticket.number)
        with hotline.transactions.snapshot() as unit:
            unit.audit.end()
    with hotline.database.reading() as connection:
        prepared = connection.execute(text("SELECT statement FROM pg_prepared_statements")).scalars().all()
    hotline.database.close()
    assert any("FROM timeline" in statement for statement in prepared)


def test_one_write_that_fails_undoes_all(citizen: Citizen, clock: SetClock) -> None:
    ticket, before = citizen.opens_ticket(), waiting_events(citizen.hotline)
    with pytest.raises(StorageError), citizen.hotline.transactions() as unit:
        unit.events.add("ticket.changed", ticket.number, {}, clock.at)
        unit.tickets.append("000000000000", step(clock.at, "closed"))  # there is no such ticket
        unit.tickets.change(ticket.number, escalation=2)
    assert waiting_events(citizen.hotline) == before
    assert citizen.hotline.tickets.for_trusted_system(ticket.number) == ticket


def test_a_server_that_goes_away_meanwhile_is_said_and_the_next_transaction_works(
    postgresql_url: str, clock: SetClock, city: City, tmp_path: object
) -> None:
    hotline = build(Settings(data=tmp_path, database_url=postgresql_url), clock, city)
    ticket, before = Citizen(hotline).opens_ticket(), waiting_events(hotline)
    with pytest.raises(StorageUnavailable), hotline.transactions() as unit:
        own = unit.events._statements.execute(text("SELECT pg_backend_pid()")).scalar_one()
        with hotline.database.transaction() as other:
            other.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": own})
        for _ in range(3):
            unit.events.add("ticket.changed", ticket.number, {}, clock.at)
    assert waiting_events(hotline) == before
    hotline.tickets.dispatch(ticket.number)
    assert waiting_events(hotline) > before
    hotline.database.close()


def test_an_old_ticket_is_swept_up_however_many_newer_ones_cannot_be_sorted(
    citizen: Citizen, clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "MAX_LISTED", 2)
    old = citizen.opens_ticket("m1")
    for n in range(3):
        citizen.opens_ticket(f"n{n}", category=None)
    clock.advance(minutes=5)
    assert citizen.hotline.tickets.undispatched(60) == [old.number]
