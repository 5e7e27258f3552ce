"""One table for the sealed rows of a record, and the outbox."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

MOVED = ("directive", "label_word", "relation")


def upgrade() -> None:
    """Make the tables; move directives, words and relations, sealed as they are."""
    op.create_table(
        "entry",
        sa.Column("patient_id", sa.String(32), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("patient_id", "kind", "id", name="pk_entry"),
        _of_record("entry"),
    )
    entry = _rows("entry", "kind")
    for name in MOVED:
        old = _rows(name)
        moved = sa.select(old.c.patient_id, sa.literal(name), old.c.id, old.c.sealed)
        into = [entry.c.patient_id, entry.c.kind, entry.c.id, entry.c.sealed]
        op.execute(sa.insert(entry).from_select(into, moved))
        op.drop_table(name)
    op.create_table(
        "outbox",
        sa.Column("patient_id", sa.String(32), nullable=False),
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("due", sa.BigInteger, nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("patient_id", "id", name="pk_outbox"),
        _of_record("outbox"),
    )
    op.create_index("ix_outbox_due", "outbox", ["due"])


def _of_record(table: str) -> sa.ForeignKeyConstraint:
    name = f"fk_{table}_record"
    return sa.ForeignKeyConstraint(["patient_id"], ["record.patient_id"], name=name)


def _rows(name: str, *more: str) -> sa.TableClause:
    columns = ("patient_id", "id", "sealed", *more)
    return sa.table(name, *(sa.column(each) for each in columns))
