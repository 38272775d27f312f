"""What managers keep: the bulletins of past weeks."""

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


def downgrade() -> None:
    """Back."""
    op.drop_table("bulletins")
