"""Every index serves the query that docs/architecture.md names: PostgreSQL uses it, over a year of tickets."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import psycopg
import pytest
from sqlalchemy import event, text

from bench.seed import seed
from hotline.bootstrap import Hotline, build
from hotline.city import City
from hotline.clock import ZONE
from hotline.personal_data.phones import BlindIndex
from hotline.settings import Settings
from hotline.staff.model import Actor
from hotline.statistics.period import Period
from hotline.storage.statements import Statements
from hotline.storage.tables import metadata
from hotline.storage.trackers import TurnLog
from hotline.storage.unit import Unit
from hotline.tickets.households import NEWEST
from hotline.tickets.inbox import InboxQuery
from hotline.tickets.model import Status, Ticket
from hotline.tickets.register import RegisterQuery
from tests.conftest import SetClock
from tests.docs.test_docs import first_cells

TICKETS = 4_000
SECRET = "a-secret-key-of-the-tests"
NOW = datetime(2026, 11, 22, 9, 30, tzinfo=ZONE)
AGENT = Actor("agent", "p-a")
MONTH = Period(date(2026, 10, 1), date(2026, 10, 31))
ON = "2026-10-15"
RARE, RARE_DISTRICT = "9999", "远郊县"
FILLED = f"""
UPDATE conversations SET pending_since = '{ON}', pending = 1 WHERE id IN (SELECT id FROM conversations LIMIT 5);
INSERT INTO messages (conversation_id, seq, id, author, text, at, state, answers)
    SELECT c.id, n, md5(c.id || n), 'assistant', '好的', '{ON}', 'sent', n - 1
    FROM conversations c, generate_series(1, 8) n;
INSERT INTO deliveries (message_id, conversation_id, seq, channel, at, attempts, due_at, provider_id)
    SELECT id, conversation_id, seq, 'sms', at, 0, CASE WHEN seq = 1 THEN at END, id FROM messages WHERE seq < 3;
INSERT INTO attachments (id, conversation_id, seq, channel, at, source, state, attempts, due_at)
    SELECT id, conversation_id, seq, 'sms', at, 'x', 'kept', 0, CASE WHEN seq = 0 THEN at END FROM messages WHERE seq < 3;
INSERT INTO trackers (conversation_id, turn, message_ids, events, snapshot, at)
    SELECT conversation_id, seq, '[]', '[]', '{{}}', date '2026-01-01' + seq * 40 FROM messages;
INSERT INTO handoffs (id, conversation_id, reason, skill, stage, rank, since, passed, answered, agent_read, citizen_read, claimed_at, ended_by)
    SELECT id, id, 'asked', 'general', CASE WHEN n % 500 = 0 THEN 'waiting' ELSE 'ended' END, '2_normal', '{ON}', '[]', 0, 0, 0,
    date '2026-01-01' + (n % 300)::int, 'key-' || n FROM (SELECT id, row_number() OVER () AS n FROM conversations) c;
INSERT INTO handoff_notes (handoff_id, at, author, author_name, kind, text)
    SELECT id, '{ON}', 'p', 'p', 'note', 'x' FROM handoffs;
INSERT INTO ticket_requests (number, kind, unit, asked_by, asked_at, reason, data, outcome)
    SELECT number, 'return', lead, 'p', '{ON}', 'x', '{{}}', CASE WHEN random() < 0.99 THEN 'approved' END FROM tickets;
INSERT INTO ticket_tasks (number, unit, what, due_at, given_at, raised) SELECT number, lead, 'x', '{ON}', '{ON}', false FROM tickets;
INSERT INTO ticket_marks (number, key_class, reason, marked_by, marked_at, guided_at)
    SELECT number, 'common', 'x', 'p', '{ON}', CASE WHEN random() < 0.99 THEN timestamptz '{ON}' END FROM tickets;
INSERT INTO household_notes (number, at, author, author_name, text)
    SELECT number, '{ON}', 'p', 'p', 'x' FROM tickets WHERE number LIKE '%7_';
INSERT INTO ticket_files (id, number, at, actor, unit, for_citizen, type, size)
    SELECT md5(number), number, '{ON}', 'p', lead, true, 'image/jpeg', 1 FROM tickets;
UPDATE tickets SET category = '{RARE}', district = '{RARE_DISTRICT}' WHERE number LIKE '%3_';
UPDATE tickets SET merged_into = (SELECT max(number) FROM tickets) WHERE right(number, 3) = '007';
INSERT INTO audit (seq, at, actor, role, action, subject, data, hash)
    SELECT row_number() OVER (), '{ON}', 'p' || right(number, 2), 'agent', 'ticket.viewed', number, '{{}}', 'x' FROM tickets;
INSERT INTO staff (id, login, name, role, skills, active, password, one_time, password_at)
    SELECT 'p' || n, 'p' || n, 'p', 'agent', '[]', true, 'x', false, '{ON}' FROM generate_series(1, 300) n;
INSERT INTO sessions (token_hash, person_id, created_at, seen_at)
    SELECT md5(n::text), 'p' || (1 + n % 300), '{ON}', timestamptz '{ON}' + n * interval '1 minute' FROM generate_series(1, 3000) n;
INSERT INTO ledger_orders (id, ordered_by, ordered_at, first, last, purpose, state, done, total, attempts, due_at)
    SELECT md5(n::text), 'p' || n % 300, '{ON}', '{ON}', '{ON}', 'summary', 'ready', 0, 0, 0, CASE WHEN n < 5 THEN timestamptz '{ON}' END
    FROM generate_series(1, 3000) n;
ANALYZE
"""


@pytest.fixture(scope="module")
def year(postgresql_server: str, _migrated_postgresql: str, city: City, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hotline]:  # fmt: skip
    """A hotline with a year of tickets and something in every other table."""
    with psycopg.connect(postgresql_server, autocommit=True) as connection:
        connection.execute("DROP DATABASE IF EXISTS year WITH (FORCE)")
        connection.execute(f"CREATE DATABASE year TEMPLATE {_migrated_postgresql}")  # type: ignore[arg-type]
    url = postgresql_server.replace("postgresql://", "postgresql+psycopg://", 1).replace("/postgres?", "/year?", 1)
    seed(url, city, TICKETS, BlindIndex(SECRET), now=NOW)
    with psycopg.connect(url.replace("+psycopg", "", 1), autocommit=True) as connection:
        for statement in FILLED.split(";\n"):
            connection.execute(statement)  # type: ignore[arg-type]
    folder = tmp_path_factory.mktemp("year")
    built = build(Settings(data=folder, database_url=url, secret_key=SECRET), SetClock(NOW), city)
    yield built
    built.database.close()


ANSWERED: Any = SimpleNamespace(conversation_id="seed-261117000083", message_id="x")
"""A message that is being sent, with the fields that its query uses."""

Query = Callable[[Hotline, Unit, Ticket], Any]
QUERIES: dict[str, Query] = {
    "ix_conversations_waiting": lambda h, u, t: u.conversations.due(NOW, 10),
    "ix_messages_answers": lambda h, u, t: u.conversations.answers_to(t.conversation_id, 3),
    "ix_messages_state": lambda h, u, t: u.conversations.queued(t.conversation_id),
    "ix_deliveries_due": lambda h, u, t: u.deliveries.is_due(["sms"], NOW),
    "ix_deliveries_conversation": lambda h, u, t: u.deliveries.others(ANSWERED),
    "ix_deliveries_provider": lambda h, u, t: u.deliveries.by_provider_id("x"),
    "ix_attachments_due": lambda h, u, t: u.attachments.is_due(["sms"], NOW),
    "ix_attachments_conversation": lambda h, u, t: u.attachments.of_ticket(t, t.created_at),
    "ix_ticket_files_number": lambda h, u, t: u.files.of_tickets([t.number]),
    "ix_tickets_sender": lambda h, u, t: u.tickets.of_citizen(t.channel, t.sender, None, 5),
    "ix_tickets_phone_index": lambda h, u, t: u.register.found(RegisterQuery(text=str(t.contact.phone)), NOW, 50),
    "ix_tickets_status": lambda h, u, t: u.register.found(RegisterQuery(status=Status.ACCEPTED), NOW, 50),
    "ix_tickets_category": lambda h, u, t: u.register.found(RegisterQuery(category=RARE), NOW, 50),
    "ix_tickets_lead": lambda h, u, t: u.register.found(RegisterQuery(department=t.lead), NOW, 50),
    "ix_tickets_merged_into": lambda h, u, t: u.tickets.parts(t.number),
    "ix_tickets_lead_status_due_at": lambda h, u, t: u.inbox.numbers(t.lead, "p", InboxQuery(), NOW, 50),
    "ix_tickets_alike": lambda h, u, t: u.tickets.open_like(str(t.category), t.district, NOW - timedelta(14), 200),
    "ix_tickets_status_due_at": lambda h, u, t: u.register.overdue(NOW, 20),
    "ix_tickets_district": lambda h, u, t: u.register.found(RegisterQuery(district=RARE_DISTRICT), NOW, 50),
    "ix_ticket_words_pairs": lambda h, u, t: u.register.found(RegisterQuery(text="没有这句话"), NOW, 50),
    "ix_ticket_steps_number": lambda h, u, t: u.handling.steps(t.number),
    "ix_ticket_deadlines_number": lambda h, u, t: u.handling.deadlines(t.number),
    "ix_ticket_deadlines_next_at": lambda h, u, t: u.handling.due_numbers(NOW - timedelta(days=300), 50),
    "ix_ticket_requests_number": lambda h, u, t: u.handling.requests(t.number),
    "ix_ticket_requests_outcome": lambda h, u, t: u.handling.open_requests(100),
    "ix_ticket_tasks_number": lambda h, u, t: u.handling.tasks(t.number),
    "ix_ticket_marks_number": lambda h, u, t: u.handling.marks(t.number),
    "ix_ticket_marks_guided_at": lambda h, u, t: u.handling.waiting_marks(100),
    "ix_household_notes_number": lambda h, u, t: u.households.notes(t.channel, t.sender, str(t.contact.phone)),
    "ix_timeline_number": lambda h, u, t: u.tickets.by_number(t.number),
    "ix_day_counts_day": lambda h, u, t: h.statistics.count_days(1),
    "ix_ledger_orders_due_at": lambda h, u, t: u.orders.is_due(NOW),
    "ix_ledger_orders_ordered_by": lambda h, u, t: u.orders.of("p7", 20),
    "ix_trackers_at": lambda h, u, t: list(TurnLog(h.database, h.now).since(NOW - timedelta(days=10))),
    "ix_handoffs_open": lambda h, u, t: u.handoffs.find_open(t.conversation_id),
    "ix_handoffs_stage": lambda h, u, t: u.handoffs.waiting(),
    "ix_handoffs_claimed_at": lambda h, u, t: u.handoffs.taken_since(NOW),
    "ix_handoffs_ended_by": lambda h, u, t: u.handoffs.ended_by("key-7"),
    "ix_handoff_notes_handoff_id": lambda h, u, t: u.handoffs.notes(t.conversation_id),
    "ix_audit_subject": lambda h, u, t: u.audit.latest(20, None, t.number, None),
    "ix_audit_actor": lambda h, u, t: u.audit.latest(20, None, None, "p07"),
    "ix_sessions_person_id": lambda h, u, t: u.staff.end_sessions("p7"),
    "ix_sessions_seen_at": lambda h, u, t: u.staff.end_idle_sessions(datetime(2026, 10, 15, 1, tzinfo=ZONE)),
}  # fmt: skip
"""For each index the query that the documentation names, as the hotline runs it."""


def test_there_is_a_query_and_a_line_in_the_documentation_for_every_index() -> None:
    there = sorted(index.name for table in metadata.tables.values() for index in table.indexes if index.name)
    assert sorted(QUERIES) == there
    explained = [cell.split("`")[0] for cell in first_cells("docs/architecture.md") if cell.startswith("ix_")]
    assert sorted(explained) == there


@pytest.mark.parametrize("name", QUERIES)
def test_the_query_is_planned_with_the_index(year: Hotline, name: str) -> None:
    plans = plans_of(year, QUERIES[name])
    assert any(name in plan for plan in plans), "\n\n".join(plans)


def test_the_tickets_of_a_household_are_found_by_both_indexes_at_once(year: Hotline) -> None:
    (plan,) = plans_of(year, lambda h, u, t: u.tickets.of_citizen(t.channel, t.sender, t.contact.phone, NEWEST + 1))
    assert "BitmapOr" in plan and "ix_tickets_sender" in plan and "ix_tickets_phone_index" in plan, plan


def plans_of(year: Hotline, query: Query) -> list[str]:
    """PostgreSQL's plan of every statement of a query."""
    asked: list[tuple[str, Any]] = []

    def note(connection: Any, cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        asked.append((statement, parameters))

    some = year.register.found(RegisterQuery(), 50, AGENT)[-1]
    ticket = year.tickets.for_trusted_system(some.number)
    event.listen(year.database.engine, "before_cursor_execute", note)
    try:
        with year.database.transaction() as connection:
            query(year, Unit(Statements(connection), BlindIndex(SECRET)), ticket)
            connection.rollback()
    finally:
        event.remove(year.database.engine, "before_cursor_execute", note)
    plans = []
    with year.database.engine.connect() as connection:
        connection.execute(text("SET enable_seqscan = off"))  # PostgreSQL would scan small tables, but not large ones
        connection.execute(text("SET random_page_cost = 1.1"))
        for statement, parameters in asked:
            if statement.split()[0] in ("SELECT", "UPDATE", "DELETE", "INSERT", "WITH"):
                first = parameters[0] if isinstance(parameters, list) else parameters
                rows = connection.exec_driver_sql(f"EXPLAIN {statement}", first)
                plans.append("\n".join(row[0] for row in rows))
    return plans
