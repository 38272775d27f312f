"""What a step of the timeline says, so that it can be said in another language too."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    op.add_column("timeline", sa.Column("words", sa.JSON()))


def downgrade() -> None:
    """Back."""
    op.drop_column("timeline", "words")
