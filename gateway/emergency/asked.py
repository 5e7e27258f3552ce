"""What was said when emergency access was asked for: kept in the record, for its patient."""

from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import Connection

from gateway.repository import entries
from gateway.repository.entries import EMERGENCY_ASKED
from gateway.repository.records import Record
from labels.codes import Purpose


@dataclass(frozen=True, slots=True)
class Asked:
    """One request: who, when, why, whether the person let it in, and its trace."""

    at: datetime
    who: str
    name: str
    organization: str
    profession: str
    purpose: Purpose
    reason: str
    words: str
    opened: bool
    event: str


def keep(connection: Connection, record: Record, asked: Asked) -> str:
    """Keep a request and return its id."""
    held = asdict(asked) | {"at": asked.at.isoformat(), "purpose": asked.purpose.value}
    return entries.append(connection, EMERGENCY_ASKED, record.keys, held)


def of_record(connection: Connection, record: Record) -> list[Asked]:
    """Return the requests about a record, the latest first."""
    rows = entries.of_record(connection, EMERGENCY_ASKED, record.keys)
    found = [
        Asked(
            **held
            | {
                "at": datetime.fromisoformat(held["at"]),
                "purpose": Purpose(held["purpose"]),
            }
        )
        for _, held in rows
    ]
    return sorted(found, key=lambda each: each.at, reverse=True)
