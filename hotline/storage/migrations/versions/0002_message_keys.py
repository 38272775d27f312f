"""A system message's key cannot meet a citizen's message id; an outbox id is never used twice."""

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
    if op.get_context().dialect.name == "sqlite":
        with op.batch_alter_table("outbox", recreate="always", table_kwargs={"sqlite_autoincrement": True}):
            pass


def downgrade() -> None:
    """Back."""
    with op.batch_alter_table("messages") as batch_op:
        batch_op.drop_constraint(op.f(NEW), type_="unique")
        batch_op.create_unique_constraint(op.f(OLD), ["conversation_id", "provider_id"])
    if op.get_context().dialect.name == "sqlite":
        with op.batch_alter_table("outbox", recreate="always"):
            pass
