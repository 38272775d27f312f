"""The person a citizen speaks for, and their relation."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    op.add_column("tickets", sa.Column("contact_concerned", sa.String(60)))
    op.add_column("tickets", sa.Column("contact_relation", sa.String(60)))


def downgrade() -> None:
    """Back."""
    op.drop_column("tickets", "contact_relation")
    op.drop_column("tickets", "contact_concerned")
