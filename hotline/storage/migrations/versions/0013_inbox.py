"""An index for a unit's inbox in the order of due dates."""

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    op.create_index("ix_tickets_lead_status_due_at", "tickets", ["lead", "status", "due_at"])
    op.drop_index("ix_tickets_lead_status", "tickets")


def downgrade() -> None:
    """Back."""
    op.create_index("ix_tickets_lead_status", "tickets", ["lead", "status", "number"])
    op.drop_index("ix_tickets_lead_status_due_at", "tickets")
