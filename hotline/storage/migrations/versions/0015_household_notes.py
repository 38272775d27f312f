"""Notes of the staff about a household, kept with one of its tickets."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "household_notes",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("number", sa.String(12), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("author", sa.String(64), nullable=False),
        sa.Column("author_name", sa.String(60), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["number"], ["tickets.number"], name=op.f("fk_household_notes_number")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_household_notes")),
    )
    op.create_index("ix_household_notes_number", "household_notes", ["number", "id"])


def downgrade() -> None:
    """Back."""
    op.drop_table("household_notes")
