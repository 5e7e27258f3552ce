"""Every item of a record, for keeping its label: nothing found here is answered to anybody."""

from collections.abc import Iterator

from sqlalchemy import ColumnElement, Connection

from gateway.repository import finding
from gateway.repository.finding import AT_A_TIME, Selection
from gateway.repository.items import DOCUMENT, SUBMISSION_SET, Stored
from gateway.repository.records import Record
from gateway.repository.tables import item
from labels.policy.clearance import Clearance, Permit

KEEPER = Clearance((Permit("keeper"),))
"""Sees every item, whatever its label."""

KINDS = (DOCUMENT, SUBMISSION_SET)

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
    """Yield the items of the record with these ids, whatever their kind.

    Asked for in portions of one size: no statement tells how many there are.
    """
    every = sorted(ids)
    for first in range(0, max(1, len(every)), AT_A_TIME):
        some = every[first : first + AT_A_TIME]
        criterion = item.c.id.in_(some + [""] * (AT_A_TIME - len(some)))
        for kind in KINDS:
            yield from _some(connection, record, kind, criterion, AT_A_TIME)


def _some(
    connection: Connection,
    record: Record,
    kind: str,
    criterion: ColumnElement[bool],
    count: int,
) -> list[Stored]:
    wanted = Selection(kind, [criterion], [], [item.c.id], count)
    return finding.page(connection, record, KEEPER, wanted)
