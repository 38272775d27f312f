"""The life cycle of tickets: steps, deadlines, requests of units, parts given to other units."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

TICKETS = (
    sa.Column("version", sa.Integer(), nullable=False, server_default="1"),
    sa.Column("outcome", sa.String(16)),
    sa.Column("escalation", sa.Integer(), nullable=False, server_default="0"),
    sa.Column("reopened", sa.Integer(), nullable=False, server_default="0"),
    sa.Column("forced", sa.Boolean(), nullable=False, server_default=sa.false()),
    sa.Column("paused_at", sa.DateTime(timezone=True)),
    sa.Column("merged_into", sa.String(12)),
)
INDEXES = {
    "ix_tickets_merged_into": ["merged_into"],
    "ix_tickets_lead_status": ["lead", "status", "number"],
    "ix_tickets_alike": ["category", "district", "created_at"],
}
ENDED = ("closed", "merged", "transferred", "informed", "withdrawn")
SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Forward. Every ticket that has not ended gets the deadline of its reply."""
    with op.batch_alter_table("tickets") as batch_op:
        for column in TICKETS:
            batch_op.add_column(column.copy())
        batch_op.create_foreign_key(op.f("fk_tickets_merged_into_tickets"), "tickets", ["merged_into"], ["number"])
    for name, columns in INDEXES.items():
        op.create_index(name, "tickets", columns)
    op.create_table(
        "ticket_named",
        _number(),
        sa.Column("person", sa.String(64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        _of_ticket("ticket_named"),
        sa.PrimaryKeyConstraint("number", "person", name=op.f("pk_ticket_named")),
    )
    helpers = op.create_table(
        "ticket_helpers",
        sa.Column("unit", sa.String(100), nullable=False),
        _number(),
        _of_ticket("ticket_helpers"),
        sa.PrimaryKeyConstraint("unit", "number", name=op.f("pk_ticket_helpers")),
    )
    _create(
        "ticket_steps",
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(64), nullable=False),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("unit", sa.String(100)),
        sa.Column("action", sa.String(24), nullable=False),
        sa.Column("was", sa.String(16), nullable=False),
        sa.Column("becomes", sa.String(16), nullable=False),
        sa.Column("note", sa.Text()),
        sa.Column("data", sa.JSON(), nullable=False),
    )
    op.create_index("ix_ticket_steps_number", "ticket_steps", ["number", "id"])
    op.create_index("ix_ticket_steps_action", "ticket_steps", ["action", "at"])
    deadlines = _create(
        "ticket_deadlines",
        sa.Column("stage", sa.String(16), nullable=False),
        sa.Column("unit", sa.String(100), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_clock", sa.Boolean(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True)),
        sa.Column("met_at", sa.DateTime(timezone=True)),
        sa.Column("about", sa.Integer()),
    )
    op.create_index("ix_ticket_deadlines_number", "ticket_deadlines", ["number", "met_at"])
    op.create_index("ix_ticket_deadlines_next_at", "ticket_deadlines", ["next_at"])
    _create(
        "ticket_requests",
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("unit", sa.String(100), nullable=False),
        sa.Column("asked_by", sa.String(64), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("outcome", sa.String(16)),
        sa.Column("decided_by", sa.String(64)),
        sa.Column("decided_at", sa.DateTime(timezone=True)),
        sa.Column("decision", sa.Text()),
    )
    op.create_index("ix_ticket_requests_number", "ticket_requests", ["number", "id"])
    op.create_index("ix_ticket_requests_outcome", "ticket_requests", ["outcome", "id"])
    _create(
        "ticket_tasks",
        sa.Column("unit", sa.String(100), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer", sa.Text()),
        sa.Column("answered_at", sa.DateTime(timezone=True)),
        sa.Column("raised", sa.Boolean(), nullable=False),
    )
    op.create_index("ix_ticket_tasks_number", "ticket_tasks", ["number", "id"])
    _carry_over(helpers, deadlines)


def downgrade() -> None:
    """Back."""
    for table in ("tasks", "requests", "deadlines", "steps", "helpers", "named"):
        op.drop_table(f"ticket_{table}")
    for name in INDEXES:
        op.drop_index(name, "tickets")
    with op.batch_alter_table("tickets") as batch_op:
        batch_op.drop_constraint(op.f("fk_tickets_merged_into_tickets"), type_="foreignkey")
        for column in TICKETS:
            batch_op.drop_column(column.name)


def _number() -> sa.Column[str]:
    return sa.Column("number", sa.String(12), nullable=False)


def _of_ticket(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["number"], ["tickets.number"], name=op.f(f"fk_{table}_number_tickets"))


def _create(table: str, *columns: sa.Column) -> sa.Table:
    return op.create_table(
        table,
        sa.Column("id", SERIAL, autoincrement=True, nullable=False),
        _number(),
        *columns,
        _of_ticket(table),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )


def _carry_over(helpers: sa.Table, deadlines: sa.Table) -> None:
    connection = op.get_bind()
    moment = sa.DateTime(timezone=True)
    tickets = sa.table(
        "tickets",
        sa.column("number", sa.String),
        sa.column("lead", sa.String),
        sa.column("co", sa.JSON),
        sa.column("status", sa.String),
        sa.column("urgency", sa.String),
        sa.column("created_at", moment),
        sa.column("due_at", moment),
    )
    rows = connection.execute(sa.select(tickets)).all()
    if involved := [{"unit": unit, "number": row.number} for row in rows for unit in dict.fromkeys(row.co)]:
        connection.execute(helpers.insert(), involved)
    if waiting := [
        {
            "number": row.number,
            "stage": "reply",
            "unit": row.lead,
            "started_at": row.created_at,
            "due_at": row.due_at,
            "by_clock": row.urgency != "normal",
            "level": 0,
            "next_at": row.created_at,
        }
        for row in rows
        if row.status not in ENDED
    ]:
        connection.execute(deadlines.insert(), waiting)
