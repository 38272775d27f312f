"""Hand-overs: who attends a conversation, the hand-overs, the staff's notes, the agents' seats."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

OPEN = sa.text("stage <> 'ended'")


def upgrade() -> None:
    """Forward."""
    op.add_column("conversations", sa.Column("attendant", sa.String(12), nullable=False, server_default="assistant"))
    op.create_table(
        "handoffs",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("conversation_id", sa.String(32), nullable=False),
        sa.Column("reason", sa.String(16), nullable=False),
        sa.Column("skill", sa.String(32), nullable=False),
        sa.Column("stage", sa.String(8), nullable=False),
        sa.Column("rank", sa.String(12), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("offered_to", sa.String(64)),
        sa.Column("offered_until", sa.DateTime(timezone=True)),
        sa.Column("passed", sa.JSON(), nullable=False),
        sa.Column("agent", sa.String(64)),
        sa.Column("claimed_at", sa.DateTime(timezone=True)),
        sa.Column("answered", sa.Integer(), nullable=False),
        sa.Column("agent_read", sa.Integer(), nullable=False),
        sa.Column("citizen_read", sa.Integer(), nullable=False),
        sa.Column("told", sa.String(16)),
        sa.Column("told_at", sa.DateTime(timezone=True)),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.Column("result", sa.String(32)),
        sa.Column("ended_by", sa.String(64)),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handoffs")),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name=op.f("fk_handoffs_conversation_id_conversations")
        ),
    )
    op.create_index(
        "ix_handoffs_open", "handoffs", ["conversation_id"], unique=True, sqlite_where=OPEN, postgresql_where=OPEN
    )
    for column in ("stage", "claimed_at", "ended_by"):
        op.create_index(f"ix_handoffs_{column}", "handoffs", [column])
    op.create_table(
        "handoff_notes",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("handoff_id", sa.String(32), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("author", sa.String(64), nullable=False),
        sa.Column("author_name", sa.String(60), nullable=False),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handoff_notes")),
        sa.ForeignKeyConstraint(["handoff_id"], ["handoffs.id"], name=op.f("fk_handoff_notes_handoff_id_handoffs")),
    )
    op.create_index("ix_handoff_notes_handoff_id", "handoff_notes", ["handoff_id", "id"])
    op.create_table(
        "seats",
        sa.Column("person_id", sa.String(64), nullable=False),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("skills", sa.JSON(), nullable=False),
        sa.Column("presence", sa.String(12), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("idle_since", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_seats")),
    )


def downgrade() -> None:
    """Back."""
    op.drop_table("seats")
    op.drop_table("handoff_notes")
    op.drop_table("handoffs")
    with op.batch_alter_table("conversations") as batch_op:
        batch_op.drop_column("attendant")
