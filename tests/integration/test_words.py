"""Tickets are found by words, on both databases, however many newer tickets there are."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import text

from hotline.bootstrap import Hotline, build
from hotline.city import City
from hotline.settings import Settings
from hotline.staff.model import Actor
from hotline.storage import words
from hotline.storage.database import Database
from hotline.storage.migrations import upgrade
from hotline.tickets import access
from hotline.tickets.model import Contact
from hotline.tickets.register import RegisterQuery
from tests.conftest import SetClock
from tests.integration.conftest import Citizen

AGENT = Actor("agent", "p-a")
SAID = "望平街15号楼下烧烤店油烟很大，50%的窗户开不了，店名是Old_Chengdu"


def numbers(hotline: Hotline, said: str, **wanted: str) -> list[str]:
    """The numbers that a search finds, newest first."""
    return [found.number for found in hotline.register.found(RegisterQuery(text=said, **wanted), 50, AGENT)]  # type: ignore[arg-type]


@pytest.fixture(params=[1, words.NEWEST])
def newest(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> int:
    """How many tickets are read before the index is used."""
    monkeypatch.setattr(words, "NEWEST", request.param)
    return int(request.param)


@pytest.mark.usefixtures("newest")
@pytest.mark.parametrize("said", ["烧烤店", "油烟很大，50%的", "old_chengdu", "OLD", "15号楼", "烟"])
def test_an_old_ticket_is_found_by_any_part_of_what_was_said(citizen: Citizen, said: str) -> None:
    wanted = citizen.opens_ticket("m1", description=SAID)
    for n in range(3):
        citizen.opens_ticket(f"n{n}", description="路灯坏了", location="春熙路1号", category="0201")
    assert numbers(citizen.hotline, said) == [wanted.number]


@pytest.mark.usefixtures("newest")
@pytest.mark.parametrize("said", ["", "烧烤店"])
def test_what_is_overdue_comes_newest_first_and_page_by_page(citizen: Citizen, clock: SetClock, said: str) -> None:
    late = [citizen.opens_ticket(f"m{n}", description=SAID).number for n in range(3)]
    clock.advance(days=60)
    citizen.opens_ticket("in-time", description=SAID)

    def page(before: str | None) -> list[str]:
        found = citizen.hotline.register.found(RegisterQuery(text=said, overdue=True, before=before), 2, AGENT)
        return [ticket.number for ticket in found]

    assert page(None) == [late[2], late[1]]
    assert page(late[1]) == [late[0]]


@pytest.mark.usefixtures("newest")
@pytest.mark.parametrize("said", ["烤烧", "oldxchengdu", "没有这个词", "50%窗户"])
def test_what_nobody_said_is_not_found(citizen: Citizen, said: str) -> None:
    citizen.opens_ticket("m1", description=SAID)
    citizen.opens_ticket("m2", description="路灯坏了")
    assert numbers(citizen.hotline, said) == []


@pytest.mark.usefixtures("newest")
def test_what_the_citizen_adds_is_found_and_pages_go_on(citizen: Citizen) -> None:
    first, second, third = (citizen.opens_ticket(f"m{n}", description=SAID) for n in range(3))
    owner = access.Citizen(first.channel, first.sender)
    citizen.hotline.tickets.add(first.number, owner, "还有异味", "a1")
    assert numbers(citizen.hotline, "异味") == [first.number]
    assert numbers(citizen.hotline, "烧烤店") == [third.number, second.number, first.number]
    assert numbers(citizen.hotline, "烧烤店", before=third.number) == [second.number, first.number]


def kept(url: str, number: str) -> list[str]:
    """The character pairs by which PostgreSQL finds a ticket."""
    database = Database(url)
    with database.reading() as connection:
        found = connection.execute(text("SELECT pairs FROM ticket_words WHERE number = :number"), {"number": number})
        pairs = list(found.scalar_one())
    database.close()
    return pairs


def test_the_index_holds_what_a_ticket_says_now_and_nothing_else(
    postgresql_url: str, clock: SetClock, city: City, tmp_path: Path
) -> None:
    hotline = build(Settings(data=tmp_path, database_url=postgresql_url, secret_key="k" * 32), clock, city)
    tickets, owner = hotline.tickets, access.Citizen("rest", "anna")
    opened = Citizen(hotline).opens_ticket(description="我叫王小丽，楼下很吵", contact=Contact("王小丽", "13800001234"))
    for n in range(3):
        tickets.add(opened.number, owner, "再补充一句", f"a{n}")
    tickets.become_anonymous(opened.number, owner, "a3")
    tickets.correct_place(opened.number, owner, "望平街51号", "写错了", "a4")
    now = tickets.for_trusted_system(opened.number)
    assert kept(postgresql_url, opened.number) == words.pairs(now.title, now.description, now.location)
    assert {"51", "充一"} <= set(kept(postgresql_url, opened.number))
    assert not {"小丽", "15"} & set(kept(postgresql_url, opened.number))
    hotline.database.close()


def test_tickets_from_before_are_found_too(postgresql_server: str) -> None:
    url = postgresql_server.replace("postgresql://", "postgresql+psycopg://").replace("/postgres?", "/words?")
    server = Database(postgresql_server.replace("postgresql://", "postgresql+psycopg://"))
    with server.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("DROP DATABASE IF EXISTS words WITH (FORCE)"))
        connection.execute(text("CREATE DATABASE words"))
    server.close()
    upgrade(url, "0008")
    database = Database(url)
    with database.transaction() as connection:
        connection.execute(text("INSERT INTO conversations (id, channel, sender, created_at, last_seq, pending, failures, noticed) VALUES ('c', 'rest', 'a', now(), 0, 0, 0, false)"))  # fmt: skip
        connection.execute(text("INSERT INTO tickets (number, key, code, request_type, title, description, lead, co, urgency, confidential, channel, sender, conversation_id, status, created_at, due_at) VALUES ('261122000436', 'k', '1', 'help', :title, :said, 'x', '[]', 'normal', false, 'rest', 'a', 'c', 'received', now(), now())"), {"title": "油烟", "said": SAID})  # fmt: skip
    upgrade(url)
    database.close()
    assert sorted(kept(url, "261122000436")) == words.pairs("油烟", SAID)
