"""Statistics: the bulletins of past weeks, ordered ledgers, the numbers of each day."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

COUNTS = (
    "received", "direct", "dispatched", "returned", "rerouted", "response_due", "response_on_time", "reply_due",
    "reply_on_time", "replied", "reopened", "judged", "solved", "confirmed", "objected", "repeats", "merged", "ended",
    "overdue",
)  # fmt: skip


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "bulletins",
        sa.Column("week", sa.String(8), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("numbers", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("week", name=op.f("pk_bulletins")),
    )
    op.create_table(
        "counted_days",
        sa.Column("day", sa.String(6), nullable=False),
        sa.Column("events", sa.Integer(), nullable=False),
        sa.Column("counted", sa.Integer()),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_counted_days")),
    )
    op.create_table(
        "day_counts",
        sa.Column("by", sa.String(16), nullable=False),
        sa.Column("day", sa.String(6), nullable=False),
        sa.Column("part", sa.String(100), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in COUNTS),
        sa.PrimaryKeyConstraint("by", "day", "part", name=op.f("pk_day_counts")),
    )
    op.create_index("ix_day_counts_day", "day_counts", ["day"])
    op.create_table(
        "day_states",
        sa.Column("day", sa.String(6), nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("seconds", sa.Float(), nullable=False),
        sa.Column("stays", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("day", "status", name=op.f("pk_day_states")),
    )
    op.create_table(
        "ledger_orders",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("ordered_by", sa.String(64), nullable=False),
        sa.Column("ordered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("first", sa.String(10), nullable=False),
        sa.Column("last", sa.String(10), nullable=False),
        sa.Column("party", sa.String(10)),
        sa.Column("purpose", sa.String(16), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("rows", sa.Integer()),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("claim", sa.String(32)),
        sa.Column("due_at", sa.DateTime(timezone=True)),
        sa.Column("expires_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_orders")),
    )
    op.create_index("ix_ledger_orders_due_at", "ledger_orders", ["due_at"])
    op.create_index("ix_ledger_orders_ordered_by", "ledger_orders", ["ordered_by", "ordered_at"])


def downgrade() -> None:
    """Back."""
    for table in ("ledger_orders", "day_states", "day_counts", "counted_days"):
        op.drop_table(table)
    op.drop_table("bulletins")
