"""Renditions made once: sealed, found again by what they leave out, gone with a decision.

The key of a rendition is an HMAC of the places left out, so a new mask never finds an old
rendition; whoever changes what may be seen forgets them all the same.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, Table, and_, delete, or_, select
from sqlalchemy.dialects import postgresql, sqlite

from gateway.repository.records import Record
from gateway.repository.tables import rendition

Inserting = Callable[[Table], postgresql.Insert | sqlite.Insert]
INSERTS: Mapping[str, Inserting] = {
    "postgresql": postgresql.insert,
    "sqlite": sqlite.insert,
}
ABOUT, BODY = "rendition-about", "rendition-body"


@dataclass(frozen=True, slots=True)
class Made:
    """What is kept of a rendition: how it is described (JSON), and its bytes."""

    about: bytes
    body: bytes


def keep(
    connection: Connection, record: Record, item_id: str, key: str, made: Made
) -> None:
    """Keep a rendition under the token of its key.

    Two readers may make the same one at the same moment: the first is kept.
    """
    values = {
        "patient_id": record.patient_id,
        "item_id": item_id,
        "key": record.keys.token(BODY, key),
        "sealed_about": record.keys.seal(made.about, ABOUT, item_id),
        "sealed_body": record.keys.seal(made.body, BODY, item_id),
    }
    adding = INSERTS[connection.dialect.name](rendition).values(values)
    connection.execute(adding.on_conflict_do_nothing())


def about(
    connection: Connection, record: Record, wanted: Iterable[tuple[str, str]]
) -> dict[str, bytes]:
    """Return how each (item id, key) that was made before is described, by item id."""
    named = [
        and_(
            rendition.c.item_id == item_id,
            rendition.c.key == record.keys.token(BODY, key),
        )
        for item_id, key in sorted(wanted)
    ]
    rows = connection.execute(
        select(rendition.c.item_id, rendition.c.sealed_about).where(
            rendition.c.patient_id == record.patient_id,
            or_(*named) if named else rendition.c.item_id == "",
        )
    )
    return {
        row.item_id: record.keys.unseal(row.sealed_about, ABOUT, row.item_id)
        for row in rows
    }


def body(
    connection: Connection, record: Record, item_id: str, key: str
) -> bytes | None:
    """Return the bytes of a rendition that was made before, or None."""
    sealed = connection.execute(
        select(rendition.c.sealed_body).where(
            rendition.c.patient_id == record.patient_id,
            rendition.c.item_id == item_id,
            rendition.c.key == record.keys.token(BODY, key),
        )
    ).scalar_one_or_none()
    return None if sealed is None else record.keys.unseal(sealed, BODY, item_id)


def forget(connection: Connection, record: Record, item_id: str = "") -> None:
    """Destroy the renditions of an item, or of the whole record."""
    statement = delete(rendition).where(rendition.c.patient_id == record.patient_id)
    if item_id:
        statement = statement.where(rendition.c.item_id == item_id)
    connection.execute(statement)
