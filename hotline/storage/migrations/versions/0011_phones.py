"""Phones are found by a blind index, which `migrate` fills with the key that it is given."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    op.add_column("tickets", sa.Column("phone_index", sa.String(32)))
    op.drop_index("ix_tickets_contact_phone", "tickets")
    op.create_index("ix_tickets_phone_index", "tickets", ["phone_index", "number"])


def downgrade() -> None:
    """Back."""
    op.drop_index("ix_tickets_phone_index", "tickets")
    op.create_index("ix_tickets_contact_phone", "tickets", ["contact_phone", "number"])
    op.drop_column("tickets", "phone_index")
