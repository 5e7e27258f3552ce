"""The history of a record's Consents, also of what was decided before there was a registry."""

from collections.abc import Iterator

from sqlalchemy import Connection

from gateway.consents import directives, registry, saying
from gateway.consents.registry import Version
from gateway.repository.records import Record
from labels.consent import Directive
from labels.item import LONG_AGO


def of_record(connection: Connection, record: Record) -> dict[str, list[Version]]:
    """Return the versions of each Consent of the record, the oldest first.

    A directive that no Consent says yet is one of its own, under its own id.
    """
    kept = registry.of_record(connection, record)
    said = {
        i for versions in kept.values() for each in versions for i in each.directives
    }
    decided = directives.of_record(connection, record)
    unsaid = {d.id: list(_versions(record, d)) for d in decided if d.id not in said}
    return {**unsaid, **kept}


def adopt(connection: Connection, record: Record, before: Version) -> None:
    """Keep the versions of a Consent that no registry holds yet, before it is changed."""
    if before.consent in registry.of_record(connection, record):
        return
    for each in of_record(connection, record)[before.consent]:
        registry.keep(connection, record, each)


def _versions(record: Record, said: Directive) -> Iterator[Version]:
    """Yield what a directive without a Consent says; its last version when it has ended."""
    at = said.start or LONG_AGO
    resource = saying.consent(record, (said,), at)
    first = Version(said.id, 1, at, resource, (said.id,))
    yield first
    if said.end is not None:
        resource = saying.changed(record, resource, ())
        yield Version(said.id, 2, said.end, resource)
