"""Columns for people's words lose their length limit, so that the database refuses none; tickets are found only by
their present words; facts that were read from a ticket's words get columns."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

SAID = {
    "title": 200,
    "location": 300,
    "contact_name": 60,
    "contact_phone": 20,
    "contact_concerned": 60,
    "contact_relation": 60,
}


MEANT = {
    "doubted": ("description", ["%市民对承办单位有异议：%", "%市民更正事项：%"]),
    "asks_for_person": ("title", ["请求人工回电"]),
}

FOUND_BY = """
INSERT INTO ticket_words (number, pairs)
SELECT number, ARRAY(
    SELECT DISTINCT substr(said, i, 2)::varchar(2) FROM generate_series(1, length(said) - 1) AS i
)
FROM (SELECT number, lower(concat_ws(E'\\n', title, description, location)) AS said FROM tickets) AS known
"""


def upgrade() -> None:
    """Forward. Reads all existing tickets once, which takes minutes for a million."""
    with op.batch_alter_table("tickets") as batch_op:
        for name, length in SAID.items():
            batch_op.alter_column(name, existing_type=sa.String(length), type_=sa.Text())
        for name in MEANT:
            batch_op.add_column(sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false()))
    tickets = sa.table("tickets", sa.column("title"), sa.column("description"), *map(sa.column, MEANT))
    for name, (column, words) in MEANT.items():
        said = sa.or_(*(tickets.c[column].like(each) for each in words))
        op.execute(sa.update(tickets).where(said).values({name: sa.true()}))
    if op.get_bind().dialect.name == "postgresql":
        op.drop_index("ix_ticket_words_pairs", "ticket_words")
        op.execute("DELETE FROM ticket_words")
        op.execute(FOUND_BY)
        op.create_index("ix_ticket_words_pairs", "ticket_words", ["pairs"], postgresql_using="gin")


def downgrade() -> None:
    """Back. Cuts values that are too long for the former columns."""
    if op.get_bind().dialect.name == "postgresql":
        for name, length in SAID.items():
            op.execute(f"UPDATE tickets SET {name} = left({name}, {length}) WHERE length({name}) > {length}")
    with op.batch_alter_table("tickets") as batch_op:
        for name in MEANT:
            batch_op.drop_column(name)
        for name, length in SAID.items():
            batch_op.alter_column(name, existing_type=sa.Text(), type_=sa.String(length))
