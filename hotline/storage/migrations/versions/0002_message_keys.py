"""Keys of system messages cannot clash with citizens' message ids; outbox ids are never reused; turns have an index by
time."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

OLD = "uq_messages_conversation_id_provider_id"
NEW = "uq_messages_conversation_id_author_provider_id"


def upgrade() -> None:
    """Forward."""
    with op.batch_alter_table("messages") as batch_op:
        batch_op.drop_constraint(op.f(OLD), type_="unique")
        batch_op.create_unique_constraint(op.f(NEW), ["conversation_id", "author", "provider_id"])
    op.create_index("ix_trackers_at", "trackers", ["at"])
    if op.get_context().dialect.name == "sqlite":
        with op.batch_alter_table("outbox", recreate="always", table_kwargs={"sqlite_autoincrement": True}):
            pass


def downgrade() -> None:
    """Back."""
    with op.batch_alter_table("messages") as batch_op:
        batch_op.drop_constraint(op.f(NEW), type_="unique")
        batch_op.create_unique_constraint(op.f(OLD), ["conversation_id", "provider_id"])
    op.drop_index("ix_trackers_at", "trackers")
    if op.get_context().dialect.name == "sqlite":
        with op.batch_alter_table("outbox", recreate="always"):
            pass
