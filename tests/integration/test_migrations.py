"""Migrations bring every database to the tables that the code expects, from nothing and from every earlier version."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text

from hotline.storage.database import Database
from hotline.storage.migrations import MigrationFailed, config, upgrade
from hotline.storage.tables import metadata

REVISIONS = [s.revision for s in ScriptDirectory.from_config(config()).walk_revisions()][::-1]


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database without any table."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.db'}"
        return
    server = request.getfixturevalue("postgresql_server")
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute("DROP DATABASE IF EXISTS empty WITH (FORCE)")
        connection.execute("CREATE DATABASE empty")
    yield server.replace("postgresql://", "postgresql+psycopg://").replace("/postgres?", "/empty?")


def differences(url: str) -> list[object]:
    """The changes that Alembic would still make."""
    database = Database(url)
    try:
        with database.engine.connect() as connection:
            return list(compare_metadata(MigrationContext.configure(connection), metadata))
    finally:
        database.close()


def test_an_empty_database_gets_exactly_the_tables_of_the_code(empty_url: str) -> None:
    assert upgrade(empty_url) == (None, REVISIONS[-1])
    assert differences(empty_url) == []


@pytest.mark.parametrize("start", REVISIONS)
def test_every_earlier_version_comes_forward(empty_url: str, start: str) -> None:
    assert upgrade(empty_url, start) == (None, start)
    assert upgrade(empty_url) == (start, REVISIONS[-1])
    assert differences(empty_url) == []


def test_what_was_read_off_the_words_of_a_ticket_is_said_of_it(empty_url: str) -> None:
    upgrade(empty_url, "0015")
    database = Database(empty_url)
    said = {
        "1": ("噪音", "太吵\n市民对承办单位有异议：不是城管的事"),
        "2": ("请求人工回电", "请回电"),
        "3": ("噪音", "太吵"),
    }
    with database.transaction() as connection:
        connection.execute(text("INSERT INTO conversations (id, channel, sender, created_at, last_seq, pending, failures, noticed) VALUES ('c', 'rest', 'a', '2026-11-22', 0, 0, 0, false)"))  # fmt: skip
        for number, (title, description) in said.items():
            connection.execute(text("INSERT INTO tickets (number, key, code, request_type, title, description, lead, co, urgency, confidential, channel, sender, conversation_id, status, created_at, due_at) VALUES (:number, :number, '1', 'help', :title, :description, 'x', '[]', 'normal', false, 'rest', 'a', 'c', 'received', '2026-11-22', '2026-11-22')"), {"number": number, "title": title, "description": description})  # fmt: skip
    upgrade(empty_url)
    with database.reading() as connection:
        rows = connection.execute(text("SELECT doubted, asks_for_person FROM tickets ORDER BY number")).all()
    database.close()
    assert [tuple(map(bool, row)) for row in rows] == [(True, False), (False, True), (False, False)]


def test_upgrading_twice_changes_nothing_and_keeps_the_rows(empty_url: str) -> None:
    upgrade(empty_url)
    database = Database(empty_url)
    with database.transaction() as connection:
        connection.execute(text("INSERT INTO serials VALUES ('2026-11-22', 41)"))
    assert upgrade(empty_url) == (REVISIONS[-1], REVISIONS[-1])
    with database.reading() as connection:
        assert connection.execute(text("SELECT last FROM serials")).scalar_one() == 41
    database.close()


def test_a_migration_that_fails_leaves_the_database_as_it_was(empty_url: str) -> None:
    database = Database(empty_url)
    with database.transaction() as connection:
        connection.execute(text("CREATE TABLE tickets (surprise INTEGER)"))
    with pytest.raises(MigrationFailed, match="tickets"):
        upgrade(empty_url)
    with database.transaction() as connection:
        connection.execute(text("DROP TABLE tickets"))
    database.close()
    assert upgrade(empty_url) == (None, REVISIONS[-1])


def test_a_database_of_a_newer_program_is_refused_in_one_line(empty_url: str) -> None:
    upgrade(empty_url)
    database = Database(empty_url)
    with database.transaction() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = 'future'"))
    database.close()
    with pytest.raises(MigrationFailed, match="another version"):
        upgrade(empty_url)


def test_a_database_that_does_not_answer_is_named_without_its_password() -> None:
    with pytest.raises(MigrationFailed, match="could not be upgraded: .*refused") as raised:
        upgrade("postgresql+psycopg://hotline:geheim@127.0.0.1:1/hotline")
    assert "geheim" not in str(raised.value)
