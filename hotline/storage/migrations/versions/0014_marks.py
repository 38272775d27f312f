"""Marks of key tickets, and the guidance given on them."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "ticket_marks",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("number", sa.String(12), nullable=False),
        sa.Column("key_class", sa.String(16), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("marked_by", sa.String(64), nullable=False),
        sa.Column("marked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("guidance", sa.Text()),
        sa.Column("guided_by", sa.String(64)),
        sa.Column("guided_at", sa.DateTime(timezone=True)),
        sa.ForeignKeyConstraint(["number"], ["tickets.number"], name=op.f("fk_ticket_marks_number")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket_marks")),
    )
    op.create_index("ix_ticket_marks_number", "ticket_marks", ["number", "id"])
    op.create_index("ix_ticket_marks_guided_at", "ticket_marks", ["guided_at", "id"])


def downgrade() -> None:
    """Back."""
    op.drop_table("ticket_marks")
