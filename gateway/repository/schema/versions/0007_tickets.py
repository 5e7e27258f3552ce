"""One table for the codes and tokens of applications, and for used assertions."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "ticket",
        sa.Column("patient_id", sa.String(32), nullable=False),
        sa.Column("token", sa.String(64), nullable=False),
        sa.Column("expires", sa.BigInteger, nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("patient_id", "token", name="pk_ticket"),
        sa.ForeignKeyConstraint(
            ["patient_id"], ["record.patient_id"], name="fk_ticket_record"
        ),
    )
