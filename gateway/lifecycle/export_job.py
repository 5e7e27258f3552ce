"""Exports in bulk (FHIR Bulk Data 2.0) as they are kept: who asked for what, as of when.

What is kept is the request alone. The files are made of what the asker may see at the
moment they are read, so that nothing of the record lies about in a second place, and what
was hidden meanwhile is in none of them, nor in a count.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from gateway.identity.principal import Principal
from gateway.repository import entries, outbox
from gateway.repository.entries import BULK
from gateway.repository.records import Record
from gateway.subscribing.subscription import principal_read, principal_written

Json = dict[str, Any]

ROW = "bulk-export"
"""The kind of the outbox rows that prepare an export, and later forget it."""
LIFE = timedelta(hours=24)
MOST = 5
"""Exports of one asker from one record at a time."""


@dataclass(frozen=True, slots=True)
class Job:
    """An export: of which types, changed after when, as of ``at``, until ``expires``.

    ``request`` is the address that began it, ``row`` the row of the outbox it waits for;
    ``ready`` once everything in it was made for the asker.
    """

    by: Principal
    request: str
    types: tuple[str, ...]
    since: datetime | None
    at: datetime
    row: str = ""
    ready: bool = False

    @property
    def expires(self) -> datetime:
        """From when on there is no such export."""
        return self.at + LIFE

    def is_of(self, principal: Principal) -> bool:
        """Whether who asks is who began it: the same person, through the same application."""
        return (self.by.subject, self.by.client) == (
            principal.subject,
            principal.client,
        )

    def holds(self, changed: datetime) -> bool:
        """Whether what changed then is in the export."""
        begun = self.since is None or self.since < changed
        return begun and changed <= self.at


def begin(connection: Connection, record: Record, job: Job) -> str:
    """Keep an export with the row that prepares it, and return its id."""
    job_id = entries.append(connection, BULK, record.keys, _written(job))
    row = outbox.put(connection, record, ROW, {"export": job_id}, job.at)
    keep(connection, record, job_id, replace(job, row=row))
    return job_id


def keep(connection: Connection, record: Record, job_id: str, job: Job) -> None:
    """Keep an export as it is now."""
    entries.replace(connection, BULK, record.keys, job_id, _written(job))


def of_record(
    connection: Connection, record: Record, at: datetime
) -> list[tuple[str, Job]]:
    """Return the exports of a record that have not expired, with their ids."""
    rows = entries.of_record(connection, BULK, record.keys)
    found = [(row_id, _read(held)) for row_id, held in rows]
    return [(row_id, job) for row_id, job in found if at < job.expires]


def find(connection: Connection, record: Record, job_id: str) -> Job | None:
    """Return an export, kept from others until the end of the unit; or None."""
    held = entries.find(connection, BULK, record.keys, job_id)
    return _read(held) if held else None


def forget(connection: Connection, record: Record, job_id: str, job: Job) -> None:
    """Forget an export: it was cancelled, or is over."""
    outbox.remove(connection, record, job.row)
    entries.remove(connection, BULK, record.keys, job_id)


def _written(job: Job) -> Json:
    return {
        "by": principal_written(job.by),
        "request": job.request,
        "types": list(job.types),
        "since": job.since.isoformat() if job.since else "",
        "at": job.at.isoformat(),
        "row": job.row,
        "ready": job.ready,
    }


def _read(held: Json) -> Job:
    since = datetime.fromisoformat(held["since"]) if held["since"] else None
    return Job(
        principal_read(held["by"]),
        held["request"],
        tuple(held["types"]),
        since,
        datetime.fromisoformat(held["at"]),
        held["row"],
        held["ready"],
    )
