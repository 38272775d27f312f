"""All tables of the hotline. Alembic migrations create them; docs/architecture.md says what each index is for."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    false,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY

from hotline.clock import ZONE
from hotline.statistics.model import Counts

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

OPEN = text("stage <> 'ended'")  # a conversation has one hand-over at a time
Serial = BigInteger().with_variant(Integer, "sqlite")


class Moment(TypeDecorator[datetime]):
    """An aware time: stored in UTC, read in the hotline's zone (SQLite drops the zone, so it is added again)."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        """Convert to UTC. Raises ValueError for a time without zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a stored time needs its zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:
        """Convert to the hotline's zone."""
        if value is None:
            return None
        return (value if value.tzinfo else value.replace(tzinfo=UTC)).astimezone(ZONE)


conversations = Table(
    "conversations",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("channel", String(20), nullable=False),
    Column("sender", String(200), nullable=False),
    Column("verified_phone", String(20)),
    Column("created_at", Moment, nullable=False),
    Column("last_seq", Integer, nullable=False, default=0),
    Column("pending", Integer, nullable=False, default=0),
    Column("pending_since", Moment),
    Column("lease_owner", String(64)),
    Column("lease_until", Moment),
    Column("retry_at", Moment),
    Column("failures", Integer, nullable=False, default=0),
    Column("noticed", Boolean, nullable=False, default=False),
    Column("muted_at", Moment),
    Column("attendant", String(12), nullable=False, server_default="assistant"),
    UniqueConstraint("channel", "sender"),
    Index("ix_conversations_waiting", "pending_since"),
)

messages = Table(
    "messages",
    metadata,
    Column("conversation_id", ForeignKey("conversations.id"), primary_key=True),
    Column("seq", Integer, primary_key=True),
    Column("id", String(32), nullable=False, unique=True),
    Column("author", String(12), nullable=False),
    Column("text", Text, nullable=False),
    Column("data", JSON),
    Column("at", Moment, nullable=False),
    Column("provider_id", String(200)),
    Column("answers", Integer),
    Column("state", String(12), nullable=False),
    UniqueConstraint("conversation_id", "author", "provider_id"),
    Index("ix_messages_answers", "conversation_id", "answers"),
    Index("ix_messages_state", "conversation_id", "state", "seq"),
)

tickets = Table(
    "tickets",
    metadata,
    Column("number", String(12), primary_key=True),
    Column("key", String(64), nullable=False, unique=True),
    Column("code", String(8), nullable=False),
    Column("danger", String(16)),
    Column("request_type", String(16), nullable=False),
    Column("category", String(4)),
    Column("title", Text, nullable=False),
    Column("description", Text, nullable=False),
    Column("location", Text),
    Column("district", String(32)),
    Column("lead", String(100), nullable=False),
    Column("co", JSON, nullable=False),
    Column("urgency", String(10), nullable=False),
    Column("confidential", Boolean, nullable=False),
    Column("channel", String(20), nullable=False),
    Column("sender", String(200), nullable=False),
    Column("conversation_id", ForeignKey("conversations.id"), nullable=False),
    Column("contact_name", Text),
    Column("contact_phone", Text),
    Column("contact_concerned", Text),
    Column("contact_relation", Text),
    Column("phone_index", String(32)),
    Column("status", String(16), nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("due_at", Moment, nullable=False),
    Column("reply", Text),
    Column("satisfaction", String(16)),
    Column("version", Integer, nullable=False, default=1, server_default="1"),
    Column("outcome", String(16)),
    Column("escalation", Integer, nullable=False, default=0, server_default="0"),
    Column("reopened", Integer, nullable=False, default=0, server_default="0"),
    Column("forced", Boolean, nullable=False, default=False, server_default=false()),
    Column("paused_at", Moment),
    Column("merged_into", ForeignKey("tickets.number")),
    Column("language", String(2), nullable=False, default="zh", server_default="zh"),
    Column("doubted", Boolean, nullable=False, default=False, server_default=false()),
    Column("asks_for_person", Boolean, nullable=False, default=False, server_default=false()),
    Index("ix_tickets_sender", "channel", "sender", "number"),
    Index("ix_tickets_phone_index", "phone_index", "number"),
    Index("ix_tickets_status", "status", "number"),
    Index("ix_tickets_category", "category", "number"),
    Index("ix_tickets_lead", "lead", "number"),
    Index("ix_tickets_merged_into", "merged_into"),
    Index("ix_tickets_lead_status_due_at", "lead", "status", "due_at"),
    Index("ix_tickets_alike", "category", "district", "created_at"),
    Index("ix_tickets_status_due_at", "status", "due_at"),
    Index("ix_tickets_district", "district", "number"),
)

words = Table(
    "ticket_words",
    metadata,
    Column("number", ForeignKey("tickets.number"), primary_key=True),
    Column("pairs", ARRAY(String(2)).with_variant(JSON(), "sqlite"), nullable=False),
    Index("ix_ticket_words_pairs", "pairs", postgresql_using="gin"),
)

named = Table(
    "ticket_named",
    metadata,
    Column("number", ForeignKey("tickets.number"), primary_key=True),
    Column("person", String(64), primary_key=True),
    Column("at", Moment, nullable=False),
)

helpers = Table(
    "ticket_helpers",
    metadata,
    Column("unit", String(100), primary_key=True),
    Column("number", ForeignKey("tickets.number"), primary_key=True),
)

steps = Table(
    "ticket_steps",
    metadata,
    Column("id", Serial, primary_key=True, autoincrement=True),
    Column("number", ForeignKey("tickets.number"), nullable=False),
    Column("at", Moment, nullable=False),
    Column("actor", String(64), nullable=False),
    Column("role", String(16), nullable=False),
    Column("unit", String(100)),
    Column("action", String(24), nullable=False),
    Column("was", String(16), nullable=False),
    Column("becomes", String(16), nullable=False),
    Column("note", Text),
    Column("data", JSON, nullable=False),
    Index("ix_ticket_steps_number", "number", "id"),
)

deadlines = Table(
    "ticket_deadlines",
    metadata,
    Column("id", Serial, primary_key=True, autoincrement=True),
    Column("number", ForeignKey("tickets.number"), nullable=False),
    Column("stage", String(16), nullable=False),
    Column("unit", String(100), nullable=False),
    Column("started_at", Moment, nullable=False),
    Column("due_at", Moment, nullable=False),
    Column("by_clock", Boolean, nullable=False),
    Column("level", Integer, nullable=False),
    Column("next_at", Moment),
    Column("met_at", Moment),
    Column("about", Integer),
    Index("ix_ticket_deadlines_number", "number", "met_at"),
    Index("ix_ticket_deadlines_next_at", "next_at"),
)

requests = Table(
    "ticket_requests",
    metadata,
    Column("id", Serial, primary_key=True, autoincrement=True),
    Column("number", ForeignKey("tickets.number"), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("unit", String(100), nullable=False),
    Column("asked_by", String(64), nullable=False),
    Column("asked_at", Moment, nullable=False),
    Column("reason", Text, nullable=False),
    Column("data", JSON, nullable=False),
    Column("outcome", String(16)),
    Column("decided_by", String(64)),
    Column("decided_at", Moment),
    Column("decision", Text),
    Index("ix_ticket_requests_number", "number", "id"),
    Index("ix_ticket_requests_outcome", "outcome", "id"),
)

tasks = Table(
    "ticket_tasks",
    metadata,
    Column("id", Serial, primary_key=True, autoincrement=True),
    Column("number", ForeignKey("tickets.number"), nullable=False),
    Column("unit", String(100), nullable=False),
    Column("what", Text, nullable=False),
    Column("due_at", Moment, nullable=False),
    Column("given_at", Moment, nullable=False),
    Column("answer", Text),
    Column("answered_at", Moment),
    Column("raised", Boolean, nullable=False),
    Index("ix_ticket_tasks_number", "number", "id"),
)

marks = Table(
    "ticket_marks",
    metadata,
    Column("id", Serial, primary_key=True, autoincrement=True),
    Column("number", ForeignKey("tickets.number"), nullable=False),
    Column("key_class", String(16), nullable=False),
    Column("reason", Text, nullable=False),
    Column("marked_by", String(64), nullable=False),
    Column("marked_at", Moment, nullable=False),
    Column("guidance", Text),
    Column("guided_by", String(64)),
    Column("guided_at", Moment),
    Index("ix_ticket_marks_number", "number", "id"),
    Index("ix_ticket_marks_guided_at", "guided_at", "id"),
)

household_notes = Table(
    "household_notes",
    metadata,
    Column("id", Serial, primary_key=True, autoincrement=True),
    Column("number", ForeignKey("tickets.number"), nullable=False),
    Column("at", Moment, nullable=False),
    Column("author", String(64), nullable=False),
    Column("author_name", String(60), nullable=False),
    Column("text", Text, nullable=False),
    Index("ix_household_notes_number", "number", "id"),
)

timeline = Table(
    "timeline",
    metadata,
    Column("id", Serial, primary_key=True, autoincrement=True),
    Column("number", ForeignKey("tickets.number"), nullable=False),
    Column("at", Moment, nullable=False),
    Column("node", String(16), nullable=False),
    Column("text", Text, nullable=False),
    Column("key", String(80), unique=True),
    Column("words", JSON(none_as_null=True)),
    Index("ix_timeline_number", "number", "id"),
)

serials = Table(
    "serials",
    metadata,
    Column("day", String(10), primary_key=True),
    Column("last", Integer, nullable=False),
)

guesses = Table(
    "code_guesses",
    metadata,
    Column("number", String(12), primary_key=True, key="key"),  # a number or another key of hotline.tickets.askers
    Column("wrong", Integer, nullable=False),
    Column("last_at", Moment),
    Column("locked_until", Moment),
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", Serial, primary_key=True, autoincrement=True),
    Column("event", String(32), nullable=False, unique=True),
    Column("type", String(40), nullable=False),
    Column("subject", String(64), nullable=False),
    Column("data", JSON, nullable=False),
    Column("at", Moment, nullable=False),
    sqlite_autoincrement=True,  # an id is never reused, so that a relay cannot delete another event by its id
)

trackers = Table(
    "trackers",
    metadata,
    Column("conversation_id", String(64), primary_key=True),
    Column("turn", Integer, primary_key=True),
    Column("message_ids", Text, nullable=False),
    Column("events", Text, nullable=False),
    Column("snapshot", Text),
    Column("at", Moment, nullable=False),
    Index("ix_trackers_at", "at"),
)

audit = Table(
    "audit",
    metadata,
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("at", Moment, nullable=False),
    Column("actor", String(64), nullable=False),
    Column("role", String(16), nullable=False),
    Column("action", String(40), nullable=False),
    Column("subject", String(64), nullable=False),
    Column("reason", Text),
    Column("data", JSON, nullable=False),
    Column("hash", String(64), nullable=False),
    Index("ix_audit_subject", "subject", "seq"),
    Index("ix_audit_actor", "actor", "seq"),
)

audit_end = Table(
    "audit_end",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("seq", BigInteger, nullable=False),
    Column("hash", String(64), nullable=False),
)

deliveries = Table(
    "deliveries",
    metadata,
    Column("message_id", ForeignKey("messages.id"), primary_key=True),
    Column("conversation_id", String(32), nullable=False),
    Column("seq", Integer, nullable=False),
    Column("channel", String(20), nullable=False),
    Column("at", Moment, nullable=False),
    Column("due_at", Moment),
    Column("attempts", Integer, nullable=False, default=0),
    Column("unsure_since", Moment),
    Column("claim", String(32)),
    Column("provider_id", String(64)),
    Column("problem", String(60)),
    Index("ix_deliveries_due", "due_at"),
    Index("ix_deliveries_conversation", "conversation_id", "seq"),
    Index("ix_deliveries_provider", "provider_id"),
)

attachments = Table(
    "attachments",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("conversation_id", ForeignKey("conversations.id"), nullable=False),
    Column("seq", Integer, nullable=False),
    Column("channel", String(20), nullable=False),
    Column("at", Moment, nullable=False),
    Column("source", Text, nullable=False),
    Column("state", String(12), nullable=False),
    Column("due_at", Moment),
    Column("attempts", Integer, nullable=False, default=0),
    Column("type", String(40)),
    Column("size", Integer),
    Column("problem", String(60)),
    Index("ix_attachments_due", "due_at"),
    Index("ix_attachments_conversation", "conversation_id", "at"),
)

files = Table(
    "ticket_files",
    metadata,
    Column("seq", Serial, primary_key=True, autoincrement=True),
    Column("id", String(32), nullable=False, unique=True),
    Column("number", ForeignKey("tickets.number"), nullable=False),
    Column("at", Moment, nullable=False),
    Column("actor", String(64), nullable=False),
    Column("unit", String(100), nullable=False),
    Column("for_citizen", Boolean, nullable=False),
    Column("type", String(40), nullable=False),
    Column("size", Integer, nullable=False),
    Index("ix_ticket_files_number", "number", "seq"),
)

staff = Table(
    "staff",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("login", String(32), nullable=False, unique=True),
    Column("name", String(40), nullable=False),
    Column("role", String(16), nullable=False),
    Column("skills", JSON, nullable=False),
    Column("department", String(100)),
    Column("active", Boolean, nullable=False),
    Column("password", String(200), nullable=False),
    Column("one_time", Boolean, nullable=False),
    Column("password_at", Moment, nullable=False),
)

sessions = Table(
    "sessions",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("person_id", ForeignKey("staff.id"), nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("seen_at", Moment, nullable=False),
    Index("ix_sessions_person_id", "person_id"),
    Index("ix_sessions_seen_at", "seen_at"),
)

handoffs = Table(
    "handoffs",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("conversation_id", ForeignKey("conversations.id"), nullable=False),
    Column("reason", String(16), nullable=False),
    Column("skill", String(32), nullable=False),
    Column("stage", String(8), nullable=False),
    Column("rank", String(12), nullable=False),
    Column("since", Moment, nullable=False),
    Column("offered_to", String(64)),
    Column("offered_until", Moment),
    Column("passed", JSON, nullable=False),
    Column("agent", String(64)),
    Column("claimed_at", Moment),
    Column("answered", Integer, nullable=False),
    Column("agent_read", Integer, nullable=False),
    Column("citizen_read", Integer, nullable=False),
    Column("told", String(16)),
    Column("told_at", Moment),
    Column("ended_at", Moment),
    Column("result", String(32)),
    Column("ended_by", String(64)),
    Index("ix_handoffs_open", "conversation_id", unique=True, sqlite_where=OPEN, postgresql_where=OPEN),
    Index("ix_handoffs_stage", "stage"),
    Index("ix_handoffs_claimed_at", "claimed_at"),
    Index("ix_handoffs_ended_by", "ended_by"),
)

handoff_notes = Table(
    "handoff_notes",
    metadata,
    Column("id", Serial, primary_key=True, autoincrement=True),
    Column("handoff_id", ForeignKey("handoffs.id"), nullable=False),
    Column("at", Moment, nullable=False),
    Column("author", String(64), nullable=False),
    Column("author_name", String(60), nullable=False),
    Column("kind", String(12), nullable=False),
    Column("text", Text, nullable=False),
    Index("ix_handoff_notes_handoff_id", "handoff_id", "id"),
)

seats = Table(
    "seats",
    metadata,
    Column("person_id", String(64), primary_key=True),
    Column("name", String(60), nullable=False),
    Column("role", String(16), nullable=False),
    Column("skills", JSON, nullable=False),
    Column("presence", String(12), nullable=False),
    Column("capacity", Integer, nullable=False),
    Column("seen_at", Moment, nullable=False),
    Column("idle_since", Moment, nullable=False),
)

counted_days = Table(
    "counted_days",
    metadata,
    Column("day", String(6), primary_key=True),
    Column("events", Integer, nullable=False),
    Column("counted", Integer),
)

day_counts = Table(
    "day_counts",
    metadata,
    Column("by", String(16), primary_key=True),
    Column("day", String(6), primary_key=True),
    Column("part", String(100), primary_key=True),
    *(Column(name, Integer, nullable=False) for name in Counts.__slots__),
    Index("ix_day_counts_day", "day"),
)

day_states = Table(
    "day_states",
    metadata,
    Column("day", String(6), primary_key=True),
    Column("status", String(16), primary_key=True),
    Column("seconds", Float, nullable=False),
    Column("stays", Integer, nullable=False),
)

ledger_orders = Table(
    "ledger_orders",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("ordered_by", String(64), nullable=False),
    Column("ordered_at", Moment, nullable=False),
    Column("first", String(10), nullable=False),
    Column("last", String(10), nullable=False),
    Column("party", String(10)),
    Column("purpose", String(16), nullable=False),
    Column("state", String(10), nullable=False),
    Column("done", Integer, nullable=False),
    Column("total", Integer, nullable=False),
    Column("rows", Integer),
    Column("attempts", Integer, nullable=False),
    Column("claim", String(32)),
    Column("due_at", Moment),
    Column("expires_at", Moment),
    Index("ix_ledger_orders_due_at", "due_at"),
    Index("ix_ledger_orders_ordered_by", "ordered_by", "ordered_at"),
)

bulletins = Table(
    "bulletins",
    metadata,
    Column("week", String(8), primary_key=True),
    Column("at", Moment, nullable=False),
    Column("numbers", JSON, nullable=False),
)
