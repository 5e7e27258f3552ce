"""The registry of Consents: every version of each, sealed, none ever taken away.

A Consent is what a patient said at once: one or more directives. Whoever changes what
holds keeps a new version here, and no rendition outlives it.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection

from gateway.consents import following
from gateway.repository import entries, renditions
from gateway.repository.entries import CONSENT
from gateway.repository.records import Record

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a Consent.

    ``resource`` is the Consent without ``id`` and ``meta``; ``directives`` are the ids of
    those that hold by it; ``recorder`` is the structure, or the person, that recorded it
    for the patient, empty when the patient did.
    """

    consent: str
    number: int
    at: datetime
    resource: Json
    directives: tuple[str, ...] = ()
    recorder: str = ""


def begin(connection: Connection, record: Record, first: Version) -> Version:
    """Keep the first version of a new Consent; its id and number are given here."""
    return keep(
        connection,
        record,
        Version(
            uuid4().hex,
            1,
            first.at,
            first.resource,
            first.directives,
            first.recorder,
        ),
    )


def follow(
    connection: Connection, record: Record, before: Version, after: Version
) -> Version:
    """Keep ``after`` as the version that comes after ``before``, which stays.

    Its directives speak of what those of any version came to speak of (``following.py``).
    """
    versions = of_record(connection, record).get(before.consent, [before])
    said = {i for each in versions for i in each.directives}
    following.carry(connection, record, said, after.directives, after.at)
    return keep(
        connection,
        record,
        Version(
            before.consent,
            before.number + 1,
            after.at,
            after.resource,
            after.directives,
            after.recorder,
        ),
    )


def of_record(connection: Connection, record: Record) -> dict[str, list[Version]]:
    """Return the versions of each Consent of the record, the oldest first."""
    found: dict[str, list[Version]] = defaultdict(list)
    for _, held in entries.of_record(connection, CONSENT, record.keys):
        version = Version(
            held["consent"],
            held["number"],
            datetime.fromisoformat(held["at"]),
            held["resource"],
            tuple(held["directives"]),
            held["recorder"],
        )
        found[version.consent].append(version)
    for versions in found.values():
        versions.sort(key=lambda each: each.number)
    return dict(found)


def keep(connection: Connection, record: Record, version: Version) -> Version:
    """Keep a version as it is; return it."""
    held = {
        "consent": version.consent,
        "number": version.number,
        "at": version.at.isoformat(),
        "resource": version.resource,
        "directives": list(version.directives),
        "recorder": version.recorder,
    }
    entries.append(connection, CONSENT, record.keys, held)
    renditions.forget(connection, record)
    return version
