"""Tickets are found by phone through a blind index; no other index holds a phone."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from hotline.bootstrap import Hotline, build
from hotline.cli import main
from hotline.personal_data.phones import BlindIndex
from hotline.staff.model import Actor
from hotline.storage import phones as stored
from hotline.storage.database import Database
from hotline.storage.migrations import upgrade
from hotline.tickets import access
from hotline.tickets.model import Contact
from hotline.tickets.register import RegisterQuery
from tests.conftest import SetClock
from tests.integration.conftest import Citizen

AGENT = Actor("agent", "p-a")
PHONE = "13800001234"
KEY = BlindIndex("a-secret-key-of-the-tests")
NEW_KEY = BlindIndex("another-key-of-the-tests")


def found(hotline: Hotline, said: str) -> list[str]:
    """The tickets that an agent's search finds."""
    return [each.number for each in hotline.register.found(RegisterQuery(text=said), 50, AGENT)]


def indexes(hotline: Hotline) -> list[str | None]:
    """The stored blind index of every ticket, oldest first."""
    with hotline.database.reading() as connection:
        return list(connection.execute(text("SELECT phone_index FROM tickets ORDER BY number")).scalars())


@pytest.mark.parametrize("said", [PHONE, "138 0000 1234", "138-0000-1234", "+86 13800001234", "008613800001234", "１３８００００１２３４"])  # fmt: skip
def test_a_search_finds_a_phone_in_any_spelling_and_no_other(citizen: Citizen, said: str) -> None:
    wanted = citizen.opens_ticket("m1", contact=Contact("王", PHONE))
    citizen.opens_ticket("m2", contact=Contact("李", "13800001235"))
    citizen.opens_ticket("m3")
    assert found(citizen.hotline, said) == [wanted.number]


def test_a_landline_is_found_with_its_dash_and_with_the_country_code(citizen: Citizen) -> None:
    wanted = citizen.opens_ticket("m1", contact=Contact("王", "028-86781234"))
    assert found(citizen.hotline, "02886781234") == found(citizen.hotline, "+862886781234") == [wanted.number]


def test_a_caller_sees_tickets_of_their_number_from_other_channels(citizen: Citizen) -> None:
    wanted = citizen.opens_ticket("m1", contact=Contact("王", "138 0000 1234"))
    caller = access.Citizen("voice", "+8613800001234", PHONE)
    assert [t.number for t in citizen.hotline.tickets.own(caller)] == [wanted.number]
    assert caller.owns(wanted)


def test_the_index_is_a_keyed_hash_and_none_without_a_phone(citizen: Citizen) -> None:
    citizen.opens_ticket("m1", contact=Contact("王", PHONE))
    citizen.opens_ticket("m2")
    assert indexes(citizen.hotline) == [KEY(PHONE), None]
    assert KEY(PHONE) != NEW_KEY(PHONE)
    assert PHONE not in KEY(PHONE)


def test_no_index_holds_the_phone_itself(database: Database) -> None:
    catalogue = "SELECT sql FROM sqlite_master WHERE type = 'index'" if database.is_sqlite else "SELECT indexdef FROM pg_indexes"  # fmt: skip
    with database.reading() as connection:
        made = [said for said in connection.execute(text(catalogue)).scalars() if said]
    assert any("phone_index" in said for said in made)
    assert not [said for said in made if "contact_phone" in said]


def test_tickets_from_before_get_their_index(citizen: Citizen, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stored, "AT_ONCE", 2)
    for n in range(5):
        citizen.opens_ticket(f"m{n}", contact=Contact("王", f"1380000000{n}"))
    citizen.opens_ticket("nameless")
    with citizen.hotline.database.transaction() as connection:
        connection.execute(text("UPDATE tickets SET phone_index = NULL"))
    assert found(citizen.hotline, "13800000003") == []
    upgrade(citizen.hotline.database.url, phones=KEY)
    assert indexes(citizen.hotline) == [*(KEY(f"1380000000{n}") for n in range(5)), None]


@pytest.mark.parametrize("empty", [0, 1])
def test_a_changed_key_computes_all_anew_and_the_same_key_none(citizen: Citizen, clock: SetClock, empty: int) -> None:
    hotline = citizen.hotline
    wanted = [citizen.opens_ticket(f"m{n}", contact=Contact("王", PHONE)).number for n in range(3)]
    with hotline.database.transaction() as connection:
        assert stored.bring_to(connection, KEY) == 0
        connection.execute(text("UPDATE tickets SET phone_index = NULL WHERE number = :n"), {"n": wanted[empty]})
        assert stored.bring_to(connection, NEW_KEY) == 3
    assert found(hotline, PHONE) == []
    changed = build(hotline.settings.model_copy(update={"phone_key": "another-key-of-the-tests"}), clock, hotline.city)
    assert found(changed, PHONE) == wanted[::-1]
    changed.database.close()


def test_the_command_brings_the_index_to_its_key(
    citizen: Citizen, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    citizen.opens_ticket("m1", contact=Contact("王", PHONE))
    url = citizen.hotline.database.url.replace("+psycopg", "")
    monkeypatch.setenv("YHT_DATABASE_URL", url)
    monkeypatch.setenv("YHT_PHONE_KEY", "another-key-of-the-tests")
    main(["migrate"], standalone_mode=False)
    assert indexes(citizen.hotline) == [NEW_KEY(PHONE)]
