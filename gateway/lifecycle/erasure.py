"""Erasing a record: at once where nothing forbids it, else within three months.

An open contest of an access needs the evidence in the record (RGPD art. 17(3)(e)); it
keeps a closed record three months at most. Ten years after closing a record goes by itself.
"""

from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import Connection

from gateway.contest import cases
from gateway.contest.case import CLOSED as SETTLED
from gateway.outbox.errand import Again, Errand, Handlers, Outcome, Sending
from gateway.repository import entries, outbox, records
from gateway.repository.crypt import DeploymentKeys
from gateway.repository.entries import LIFE, MERGE
from gateway.repository.records import CLOSED, MERGED, OPPOSED, Record
from mappings.submission import Traits

ROW = "record-erasure"
"""The kind of the outbox rows that erase a record when its time has come."""

LATEST = timedelta(days=90)
"""Three months, counted as ninety days: the shorter count."""
KEPT_YEARS = 10
DUE = "0" * 32
"""Where the instant of the erasure that is planned now is kept."""


def forbidden(connection: Connection, record: Record) -> bool:
    """Return whether something in the record still has to be decided with it."""
    return any(
        case.state not in SETTLED for _, case in cases.of_record(connection, record)
    )


def after_closing(at: datetime) -> datetime:
    """Return when a record that is closed at ``at`` is erased: ten years later."""
    day = 28 if (at.month, at.day) == (2, 29) else at.day
    return at.replace(year=at.year + KEPT_YEARS, day=day)


def plan(connection: Connection, record: Record, at: datetime, due: datetime) -> None:
    """Have the record erased when it is due, instead of what was planned before."""
    entries.put(connection, LIFE, record.keys, DUE, {"due": due.isoformat()})
    outbox.put(connection, record, ROW, {}, at, due - at)


def cancel(connection: Connection, record: Record) -> None:
    """Plan no erasure any more: the record was opened again."""
    entries.put(connection, LIFE, record.keys, DUE, {"due": ""})


def erase(connection: Connection, keys: DeploymentKeys, record: Record) -> list[str]:
    """Delete the record, and every one that was merged into it.

    Returns the ids of which the secret is the caller's to destroy once this is committed.
    Who opposed a record is still known to have: as a record of the identifiers alone.
    """
    gone = [record.patient_id]
    for each in _absorbed(connection, keys, record):
        gone += erase(connection, keys, each)
    records.erase(connection, record.patient_id)
    if record.state == OPPOSED:
        alone = Traits(record.identity.identifiers)
        records.open_record(connection, keys, alone, "", OPPOSED)
    return gone


def _absorbed(
    connection: Connection, keys: DeploymentKeys, record: Record
) -> list[Record]:
    """Return the records that were merged into one and are kept sealed beside it."""
    merges = entries.of_record(connection, MERGE, record.keys)
    ids = [held["absorbed"] for _, held in merges]
    found = [records.in_any_state(connection, keys, each) for each in ids]
    return [each for each in found if each is not None and each.state == MERGED]


def handlers(keys: DeploymentKeys) -> Handlers:
    """Return what the outbox does when a record is due to be erased."""
    return {ROW: partial(_due, keys)}


def _due(keys: DeploymentKeys, errand: Errand) -> Sending | Again | None:
    """Erase a record that is still closed and due; its secret once that is committed."""
    planned = entries.find(errand.connection, LIFE, errand.record.keys, DUE)
    if errand.record.state not in {CLOSED, OPPOSED} or not (planned and planned["due"]):
        return None
    due = datetime.fromisoformat(planned["due"])
    if errand.at < due:
        return Again(due)
    gone = erase(errand.connection, keys, errand.record)
    return Sending(partial(_destroy, keys, gone))


def _destroy(keys: DeploymentKeys, gone: list[str]) -> Outcome:
    for each in gone:
        keys.vault.destroy(each)
    return Outcome.DONE
