"""What was said of a document after its deposit: entered in error, put away, or not.

Nothing of the document changes. That one is in error is a row of its own, so that a
search can ask for it; each change is kept with its time and makes a version.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, exists, select

from gateway.repository import entries
from gateway.repository.entries import IN_ERROR, STANDING, Held
from gateway.repository.records import Record
from gateway.repository.tables import entry, item


@dataclass(frozen=True, slots=True)
class Change:
    """One change: when, and how the document stood from then on.

    ``archived`` is None as long as nobody said so beside the deposit itself.
    """

    at: datetime
    in_error: bool
    archived: bool | None


@dataclass(frozen=True, slots=True)
class Standing:
    """How a document stands, after all its changes, the first one first."""

    changes: tuple[Change, ...] = ()

    @property
    def in_error(self) -> bool:
        """Whether its depositor says that it was entered in error."""
        return bool(self.changes) and self.changes[-1].in_error

    @property
    def archived(self) -> bool | None:
        """Whether it was put away; None when only the deposit could say so."""
        return self.changes[-1].archived if self.changes else None

    def after(self, count: int) -> "Standing":
        """Return how it stood after so many changes."""
        return Standing(self.changes[:count])


DEPOSITED = Standing()
"""A document of which nothing was said since."""


def of_items(
    connection: Connection, record: Record, ids: Iterable[str]
) -> dict[str, Standing]:
    """Return how documents stand, by id; those of which nothing was said are left out."""
    wanted = sorted(ids)
    rows = connection.execute(
        select(entry.c.id, entry.c.sealed).where(
            entry.c.patient_id == record.patient_id,
            entry.c.kind == STANDING,
            entry.c.id.in_(wanted or [""]),
        )
    )
    return {
        row.id: _read(entries.unsealed(record.keys, STANDING, row.id, row.sealed))
        for row in rows
    }


def keep(
    connection: Connection, record: Record, item_id: str, standing: Standing
) -> None:
    """Keep how a document stands."""
    place = connection, STANDING, record.keys
    entries.put(*place, item_id, _written(standing))
    if standing.in_error:
        entries.put(connection, IN_ERROR, record.keys, item_id, {})
    else:
        entries.remove(connection, IN_ERROR, record.keys, item_id)


def changed(
    standing: Standing,
    at: datetime,
    *,
    in_error: bool | None = None,
    archived: bool | None = None,
) -> Standing:
    """Return a standing after a change; the same one when nothing would be another."""
    before = standing.changes[-1] if standing.changes else Change(at, False, None)  # noqa: FBT003
    after = replace(
        before,
        at=at,
        in_error=before.in_error if in_error is None else in_error,
        archived=before.archived if archived is None else archived,
    )
    if replace(after, at=before.at) == before:
        return standing
    return Standing((*standing.changes, after))


def is_in_error(record: Record) -> ColumnElement[bool]:
    """Return the condition that an item was entered in error."""
    return exists(
        select(entry.c.id)
        .where(
            entry.c.patient_id == record.patient_id,
            entry.c.kind == IN_ERROR,
            entry.c.id == item.c.id,
        )
        .correlate(item)
    )


def _written(standing: Standing) -> Held:
    said: Sequence[Held] = [
        {"at": e.at.isoformat(), "in_error": e.in_error, "archived": e.archived}
        for e in standing.changes
    ]
    return {"changes": said}


def _read(held: Held) -> Standing:
    return Standing(
        tuple(
            Change(datetime.fromisoformat(e["at"]), e["in_error"], e["archived"])
            for e in held["changes"]
        )
    )
