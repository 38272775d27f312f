"""What managers keep: the bulletins of past weeks, the ledgers that they order."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


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
    op.drop_table("ledger_orders")
    op.drop_table("bulletins")
