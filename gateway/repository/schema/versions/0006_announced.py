"""From when a document may wait for its announcement: the patient sees it after a month."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; what was kept before waits from when it came."""
    column = sa.Column("announced", sa.BigInteger, nullable=False, server_default="0")
    with op.batch_alter_table("item") as item:
        item.add_column(column)
    table = sa.table("item", sa.column("announced"), sa.column("recorded"))
    op.execute(sa.update(table).values(announced=table.c.recorded))
    with op.batch_alter_table("item") as item:
        item.alter_column("announced", server_default=None)
