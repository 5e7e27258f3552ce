"""The labels of places, and the renditions made from them."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the two tables; documents kept before are seen whole or not at all."""
    _of_item("place_label", [], ["sealed"])
    _of_item("rendition", ["key"], ["sealed_about", "sealed_body"])


def _of_item(name: str, tokens: list[str], sealed: list[str]) -> None:
    op.create_table(
        name,
        sa.Column("patient_id", sa.String(32), nullable=False),
        sa.Column("item_id", sa.String(32), nullable=False),
        *(sa.Column(each, sa.String(64), nullable=False) for each in tokens),
        *(sa.Column(each, sa.LargeBinary, nullable=False) for each in sealed),
        sa.PrimaryKeyConstraint("patient_id", "item_id", *tokens, name=f"pk_{name}"),
        sa.ForeignKeyConstraint(
            ["patient_id", "item_id"],
            ["item.patient_id", "item.id"],
            name=f"fk_{name}_item",
        ),
    )
