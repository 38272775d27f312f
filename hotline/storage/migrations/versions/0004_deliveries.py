"""Deliveries of messages, pictures that citizens send, and citizens who want no notifications."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    op.add_column("conversations", sa.Column("muted_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "deliveries",
        sa.Column("message_id", sa.String(32), nullable=False),
        sa.Column("conversation_id", sa.String(32), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(20), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True)),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("unsure_since", sa.DateTime(timezone=True)),
        sa.Column("claim", sa.String(32)),
        sa.Column("provider_id", sa.String(64)),
        sa.Column("problem", sa.String(60)),
        sa.ForeignKeyConstraint(["message_id"], ["messages.id"], name=op.f("fk_deliveries_message_id")),
        sa.PrimaryKeyConstraint("message_id", name=op.f("pk_deliveries")),
    )
    op.create_index("ix_deliveries_due", "deliveries", ["due_at"])
    op.create_index("ix_deliveries_conversation", "deliveries", ["conversation_id", "seq"])
    op.create_index("ix_deliveries_provider", "deliveries", ["provider_id"])
    op.create_table(
        "attachments",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("conversation_id", sa.String(32), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(20), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True)),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("type", sa.String(40)),
        sa.Column("size", sa.Integer()),
        sa.Column("problem", sa.String(60)),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversations.id"], name=op.f("fk_attachments_conversation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachments")),
    )
    op.create_index("ix_attachments_due", "attachments", ["due_at"])
    op.create_index("ix_attachments_conversation", "attachments", ["conversation_id", "at"])


def downgrade() -> None:
    """Back."""
    op.drop_table("attachments")
    op.drop_table("deliveries")
    with op.batch_alter_table("conversations") as batch_op:
        batch_op.drop_column("muted_at")
