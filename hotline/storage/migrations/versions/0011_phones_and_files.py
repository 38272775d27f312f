"""A blind index of phones, which `migrate` fills with its key; files that units attach to tickets; the citizen's
language."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

UNUSED = {
    "ix_tickets_created_at": ("tickets", ["created_at"]),
    "ix_ticket_steps_action": ("ticket_steps", ["action", "at"]),
    "ix_conversations_leased": ("conversations", ["lease_owner"]),
}


def upgrade() -> None:
    """Forward."""
    op.add_column("tickets", sa.Column("phone_index", sa.String(32)))
    op.add_column("tickets", sa.Column("language", sa.String(2), nullable=False, server_default="zh"))
    op.drop_index("ix_tickets_contact_phone", "tickets")
    for name, (table, _) in UNUSED.items():
        op.drop_index(name, table)
    op.create_index("ix_tickets_phone_index", "tickets", ["phone_index", "number"])
    op.create_table(
        "ticket_files",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("number", sa.String(12), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(64), nullable=False),
        sa.Column("unit", sa.String(100), nullable=False),
        sa.Column("for_citizen", sa.Boolean(), nullable=False),
        sa.Column("type", sa.String(40), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["number"], ["tickets.number"], name=op.f("fk_ticket_files_number")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_ticket_files")),
        sa.UniqueConstraint("id", name=op.f("uq_ticket_files_id")),
    )
    op.create_index("ix_ticket_files_number", "ticket_files", ["number", "seq"])


def downgrade() -> None:
    """Back."""
    op.drop_table("ticket_files")
    for name, (table, columns) in UNUSED.items():
        op.create_index(name, table, columns)
    op.drop_index("ix_tickets_phone_index", "tickets")
    op.create_index("ix_tickets_contact_phone", "tickets", ["contact_phone", "number"])
    op.drop_column("tickets", "language")
    op.drop_column("tickets", "phone_index")
