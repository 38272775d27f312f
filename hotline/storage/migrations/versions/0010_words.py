"""Values to show a timeline step in another language; the words by which tickets are found."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

FILL = """
INSERT INTO ticket_words (number, pairs)
SELECT number, ARRAY(
    SELECT DISTINCT substr(said, i, 2)::varchar(2) FROM generate_series(1, length(said) - 1) AS i
)
FROM (SELECT number, lower(concat_ws(E'\\n', title, description, location)) AS said FROM tickets) AS known
"""


def upgrade() -> None:
    """Forward. Reads all existing tickets once, which takes minutes for a million."""
    op.add_column("timeline", sa.Column("words", sa.JSON()))
    op.create_table(
        "ticket_words",
        sa.Column("number", sa.String(12), nullable=False),
        sa.Column("pairs", sa.ARRAY(sa.String(2)).with_variant(sa.JSON(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["number"], ["tickets.number"], name=op.f("fk_ticket_words_number")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_ticket_words")),
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute(FILL)
    op.create_index("ix_ticket_words_pairs", "ticket_words", ["pairs"], postgresql_using="gin")


def downgrade() -> None:
    """Back."""
    op.drop_table("ticket_words")
    op.drop_column("timeline", "words")
