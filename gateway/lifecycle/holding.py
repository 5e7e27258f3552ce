"""Records found for a merge, and held until its end: judged as they are once held.

What is found before it is held may be closed, erased or merged by somebody else until it
is: so it is found, held, and found again.
"""

from collections.abc import Callable, Iterable

from sqlalchemy import Connection

from gateway.identification import contradiction
from gateway.lifecycle.act import CannotFollowError
from gateway.repository import entries, records
from gateway.repository.crypt import DeploymentKeys
from gateway.repository.entries import MERGE
from gateway.repository.records import OPEN, Record
from mappings.submission import Identifier


def both(
    connection: Connection, keys: DeploymentKeys, kept: Identifier, absorbed: Identifier
) -> tuple[Record, Record]:
    """Return two records that can be made one, held until the end of the unit.

    Raises ``CannotFollowError`` where they cannot.
    """
    first, second = _held(connection, lambda: _two(connection, keys, kept, absorbed))
    return first, second


def merged(connection: Connection, keys: DeploymentKeys, kept: Identifier) -> Record:
    """Return an open record, held with all that were merged into it.

    Raises ``CannotFollowError`` where none is open.
    """
    return _held(connection, lambda: _with_merged(connection, keys, kept))[0]


def _held(connection: Connection, find: Callable[[], list[Record]]) -> list[Record]:
    """Hold what is found, in the order of ids, so that no two wait for each other."""
    before = find()
    for each in sorted(before, key=lambda each: each.patient_id):
        records.lock(connection, each)
    after = find()
    if _ids(before) != _ids(after):  # one of them was merged meanwhile
        raise CannotFollowError
    return after


def _two(
    connection: Connection, keys: DeploymentKeys, kept: Identifier, absorbed: Identifier
) -> list[Record]:
    first = records.held_for(connection, keys, kept)
    second = records.held_for(connection, keys, absorbed)
    if first is None or second is None or not _mergeable(first, second):
        raise CannotFollowError
    return [first, second]


def _mergeable(first: Record, second: Record) -> bool:
    different = first.patient_id != second.patient_id
    both = first.state == second.state == OPEN
    return different and both and not contradiction(first.identity, second.identity)


def _with_merged(
    connection: Connection, keys: DeploymentKeys, kept: Identifier
) -> list[Record]:
    first = records.held_for(connection, keys, kept)
    if first is None or first.state != OPEN:
        raise CannotFollowError
    merges = entries.of_record(connection, MERGE, first.keys)
    ids = sorted({held["absorbed"] for _, held in merges})
    found = (records.in_any_state(connection, keys, each) for each in ids)
    return [first, *(each for each in found if each is not None)]


def _ids(found: Iterable[Record]) -> list[str]:
    return [each.patient_id for each in found]
