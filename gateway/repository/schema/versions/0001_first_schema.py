"""The first schema: records, items, blobs, tokens, links, directives, audit.

The tables are written out again here, not imported: a migration must not change when
the code does. A test compares the outcome with tables.py.
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def _text(name: str, length: int) -> sa.Column[str]:
    return sa.Column(name, sa.String(length), nullable=False)


def _bytes(name: str) -> sa.Column[bytes]:
    return sa.Column(name, sa.LargeBinary, nullable=False)


def _number(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger, nullable=False)


def _of_record(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["patient_id"], ["record.patient_id"], name=f"fk_{table}_record"
    )


def _of_item(table: str, column: str, name: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["patient_id", column],
        ["item.patient_id", "item.id"],
        name=f"fk_{table}_{name}",
    )


def _key(table: str, *columns: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint(*columns, name=f"pk_{table}")


def upgrade() -> None:
    """Make the tables."""
    _records()
    _items()
    _parts_of_items()
    for table in ("directive", "relation"):
        _sealed_rows(table)
    _audit()


def _records() -> None:
    op.create_table(
        "identifier_index",
        _text("token", 64),
        _text("patient_id", 32),
        _key("identifier_index", "token"),
    )
    op.create_table(
        "record",
        _text("patient_id", 32),
        _text("state", 16),
        _bytes("wrapped_key"),
        _bytes("sealed_identity"),
        _key("record", "patient_id"),
    )


def _items() -> None:
    tokens = ("type", "author", "organization", "unique", "digest")
    op.create_table(
        "item",
        _text("patient_id", 32),
        _text("id", 32),
        _text("kind", 32),
        _number("mask"),
        *(_text(f"{name}_token", 64) for name in tokens),
        _number("dated"),
        _number("recorded"),
        _bytes("sealed_content"),
        _bytes("sealed_label"),
        _key("item", "patient_id", "id"),
        sa.UniqueConstraint(
            "patient_id",
            "organization_token",
            "kind",
            "unique_token",
            name="uq_item_patient_id_organization_token_kind_unique_token",
        ),
        _of_record("item"),
    )
    columns = ["patient_id", "kind", "dated", "id"]
    op.create_index("ix_item_patient_id_kind_dated_id", "item", columns)


def _parts_of_items() -> None:
    op.create_table(
        "blob",
        _text("patient_id", 32),
        _text("item_id", 32),
        _bytes("sealed"),
        _key("blob", "patient_id", "item_id"),
        _of_item("blob", "item_id", "item"),
    )
    op.create_table(
        "search_token",
        _text("patient_id", 32),
        _text("item_id", 32),
        _text("param", 32),
        _text("token", 64),
        _key("search_token", "patient_id", "param", "token", "item_id"),
        _of_item("search_token", "item_id", "item"),
    )
    op.create_table(
        "link",
        _text("patient_id", 32),
        _text("item_id", 32),
        _text("target_id", 32),
        _text("code", 16),
        _key("link", "patient_id", "item_id", "code", "target_id"),
        _of_item("link", "item_id", "item"),
        _of_item("link", "target_id", "target"),
    )
    columns = ["patient_id", "target_id", "code"]
    op.create_index("ix_link_patient_id_target_id_code", "link", columns)


def _sealed_rows(table: str) -> None:
    op.create_table(
        table,
        _text("patient_id", 32),
        _text("id", 32),
        _bytes("sealed"),
        _key(table, "patient_id", "id"),
        _of_record(table),
    )


def _audit() -> None:
    op.create_table(
        "audit_event",
        _text("patient_id", 32),
        _text("id", 32),
        _number("recorded"),
        _bytes("sealed"),
        _key("audit_event", "patient_id", "id"),
        _of_record("audit_event"),
    )
    columns = ["patient_id", "recorded", "id"]
    op.create_index("ix_audit_event_patient_id_recorded_id", "audit_event", columns)
