"""A second bit field of an item: of all that is in it, also what renditions leave out."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; what was kept before is seen whole, so the two are equal there."""
    column = sa.Column("whole_mask", sa.BigInteger, nullable=False, server_default="0")
    with op.batch_alter_table("item") as item:
        item.add_column(column)
    table = sa.table("item", sa.column("mask"), sa.column("whole_mask"))
    op.execute(sa.update(table).values(whole_mask=table.c.mask))
    with op.batch_alter_table("item") as item:
        item.alter_column("whole_mask", server_default=None)
