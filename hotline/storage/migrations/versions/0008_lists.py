"""Indexes for the lists of overdue tickets and of a district's tickets."""

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    op.create_index("ix_tickets_status_due_at", "tickets", ["status", "due_at"])
    op.create_index("ix_tickets_district", "tickets", ["district", "number"])


def downgrade() -> None:
    """Back."""
    op.drop_index("ix_tickets_district", "tickets")
    op.drop_index("ix_tickets_status_due_at", "tickets")
