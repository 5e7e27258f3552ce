"""The tables. ``patient_id`` leads every key but that of the index of identifiers.

Nothing here can be read without the keys: contents are sealed, what must be compared
is an HMAC under a key of the record, times are shifted by a secret of the record, and
the mask is a permuted bit field (see crypt.py and mask.py). No column that a policy
rule can name is nullable.
"""

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    UniqueConstraint,
)

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(referred_table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    }
)

UUID_LENGTH = 32
TOKEN_LENGTH = 64


def _patient() -> Column[str]:
    return Column("patient_id", String(UUID_LENGTH), nullable=False)


def _uuid(name: str) -> Column[str]:
    return Column(name, String(UUID_LENGTH), nullable=False)


def _token(name: str) -> Column[str]:
    return Column(name, String(TOKEN_LENGTH), nullable=False)


def _of_record() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(["patient_id"], ["record.patient_id"])


def _of_item(column: str, name: str | None = None) -> ForeignKeyConstraint:
    return ForeignKeyConstraint(
        ["patient_id", column], ["item.patient_id", "item.id"], name=name
    )


identifier_index = Table(
    "identifier_index",
    metadata,
    _token("token"),
    _patient(),
    PrimaryKeyConstraint("token"),
)
"""Patient identifier (HMAC under a key of the deployment) to record."""

record = Table(
    "record",
    metadata,
    _patient(),
    Column("state", String(16), nullable=False),
    Column("wrapped_key", LargeBinary, nullable=False),
    Column("sealed_identity", LargeBinary, nullable=False),
    PrimaryKeyConstraint("patient_id"),
)
"""One person's record: its key, wrapped; its identity and settings, sealed."""

item = Table(
    "item",
    metadata,
    _patient(),
    _uuid("id"),
    Column("kind", String(32), nullable=False),
    Column("mask", BigInteger, nullable=False),
    Column("whole_mask", BigInteger, nullable=False),
    _token("type_token"),
    _token("author_token"),
    _token("organization_token"),
    _token("unique_token"),
    _token("digest_token"),
    Column("dated", BigInteger, nullable=False),
    Column("recorded", BigInteger, nullable=False),
    Column("announced", BigInteger, nullable=False),
    Column("sealed_content", LargeBinary, nullable=False),
    Column("sealed_label", LargeBinary, nullable=False),
    PrimaryKeyConstraint("patient_id", "id"),
    UniqueConstraint("patient_id", "organization_token", "kind", "unique_token"),
    _of_record(),
    Index(None, "patient_id", "kind", "dated", "id"),
)
"""Documents and submission sets: what policy asks about, and the sealed rest."""

blob = Table(
    "blob",
    metadata,
    _patient(),
    _uuid("item_id"),
    Column("sealed", LargeBinary, nullable=False),
    PrimaryKeyConstraint("patient_id", "item_id"),
    _of_item("item_id"),
)
"""The original of a document, byte for byte as received, sealed."""

place_label = Table(
    "place_label",
    metadata,
    _patient(),
    _uuid("item_id"),
    Column("sealed", LargeBinary, nullable=False),
    PrimaryKeyConstraint("patient_id", "item_id"),
    _of_item("item_id"),
)
"""The labels of the places that a rendition can leave out, sealed; one row an item."""

rendition = Table(
    "rendition",
    metadata,
    _patient(),
    _uuid("item_id"),
    _token("key"),
    Column("sealed_about", LargeBinary, nullable=False),
    Column("sealed_body", LargeBinary, nullable=False),
    PrimaryKeyConstraint("patient_id", "item_id", "key"),
    _of_item("item_id"),
)
"""Renditions made once: ``key`` is an HMAC of what is left out, and for which identity."""

search_token = Table(
    "search_token",
    metadata,
    _patient(),
    _uuid("item_id"),
    Column("param", String(32), nullable=False),
    _token("token"),
    PrimaryKeyConstraint("patient_id", "param", "token", "item_id"),
    _of_item("item_id"),
)
"""The values a search parameter may match, as HMACs under a key of the record."""

link = Table(
    "link",
    metadata,
    _patient(),
    _uuid("item_id"),
    _uuid("target_id"),
    Column("code", String(16), nullable=False),
    PrimaryKeyConstraint("patient_id", "item_id", "code", "target_id"),
    _of_item("item_id"),
    _of_item("target_id", "fk_link_target"),
    Index(None, "patient_id", "target_id", "code"),
)
"""Which item replaces which (``replaces``), which set holds which (``member``)."""

entry = Table(
    "entry",
    metadata,
    _patient(),
    Column("kind", String(32), nullable=False),
    _uuid("id"),
    Column("sealed", LargeBinary, nullable=False),
    PrimaryKeyConstraint("patient_id", "kind", "id"),
    _of_record(),
)
"""What is kept of a record beside its items, sealed: decisions, words, relations, codes,
cases; ended, never deleted."""

outbox = Table(
    "outbox",
    metadata,
    _patient(),
    _uuid("id"),
    Column("due", BigInteger, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    PrimaryKeyConstraint("patient_id", "id"),
    _of_record(),
    Index(None, "due"),
)
"""What must leave: written with what caused it, gone once it has left. ``due`` is in
milliseconds since 1970, rounded down to the hour, so that it tells no moment; the moment
itself is sealed."""

audit_event = Table(
    "audit_event",
    metadata,
    _patient(),
    _uuid("id"),
    Column("recorded", BigInteger, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    PrimaryKeyConstraint("patient_id", "id"),
    _of_record(),
    Index(None, "patient_id", "recorded", "id"),
)
"""Every access and refusal, as a sealed FHIR AuditEvent."""

ticket = Table(
    "ticket",
    metadata,
    _patient(),
    _token("token"),
    Column("expires", BigInteger, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    PrimaryKeyConstraint("patient_id", "token"),
    _of_record(),
)
"""Codes, tokens and used assertions of applications: the HMAC of what was given out, and,
sealed, for whom it is good. ``expires``: from when it may be forgotten, in seconds since
1970, rounded up to the hour."""
