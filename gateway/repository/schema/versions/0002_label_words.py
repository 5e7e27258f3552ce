"""The patient's words about labels: sealed rows of a record."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table of words."""
    op.create_table(
        "label_word",
        sa.Column("patient_id", sa.String(32), nullable=False),
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("patient_id", "id", name="pk_label_word"),
        sa.ForeignKeyConstraint(
            ["patient_id"], ["record.patient_id"], name="fk_label_word_record"
        ),
    )
