"""Every item of a record, for keeping its label: nothing found here is answered to anybody."""

from collections.abc import Iterator

from sqlalchemy import ColumnElement, Connection

from gateway.repository import finding
from gateway.repository.finding import Selection
from gateway.repository.items import DOCUMENT, SUBMISSION_SET, Stored
from gateway.repository.records import Record
from gateway.repository.tables import item
from labels.policy.clearance import Clearance, Permit

KEEPER = Clearance((Permit("keeper"),))
"""Sees every item, whatever its label."""

KINDS = (DOCUMENT, SUBMISSION_SET)
AT_A_TIME = 50


Place = tuple[int, str]
START: Place = (0, "")


def place_of(stored: Stored) -> Place:
    """Return where an item stands in the order in which a record is gone through."""
    return KINDS.index(stored.kind), stored.id


def every(
    connection: Connection, record: Record, after: Place = START
) -> Iterator[Stored]:
    """Yield every item of the record beyond a place, by kind and id, read in portions."""
    first, last = after
    for kind in KINDS[first:]:
        while found := _some(connection, record, kind, item.c.id > last, AT_A_TIME):
            yield from found
            last = found[-1].id
        last = ""


def named(
    connection: Connection, record: Record, ids: frozenset[str]
) -> Iterator[Stored]:
    """Yield the items of the record with these ids, whatever their kind."""
    criterion = item.c.id.in_(sorted(ids) or [""])
    for kind in KINDS:
        yield from _some(connection, record, kind, criterion, len(ids))


def _some(
    connection: Connection,
    record: Record,
    kind: str,
    criterion: ColumnElement[bool],
    count: int,
) -> list[Stored]:
    wanted = Selection(kind, [criterion], [], [item.c.id], count)
    return finding.page(connection, record, KEEPER, wanted)
