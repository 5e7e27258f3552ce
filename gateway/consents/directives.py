"""The patient's directives: kept sealed, ended rather than deleted.

What is decided here is also said as a Consent (``registry.py``), and what is said there is
kept here: policy reads directives and nothing else.
"""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from gateway.consents import following, keeping, registry, saying
from gateway.consents.registry import Version
from gateway.repository import records, renditions
from gateway.repository.records import Record
from labels.consent import Directive, Effect, Followed
from labels.item import LONG_AGO


def decide(connection: Connection, record: Record, decided: Directive) -> str:
    """Keep a directive with the Consent that says it, and return the directive's id.

    The id in ``decided`` is not used. Raises ``ValueError`` for one that names nothing.
    """
    at = decided.start or LONG_AGO
    said = saying.consent(record, (decided,), at)
    made = add(connection, record, decided)
    registry.begin(connection, record, Version("", 0, at, said, (made,)))
    return made


def add(connection: Connection, record: Record, decided: Directive) -> str:
    """Keep a directive of a Consent that the caller keeps, and return its id."""
    return keeping.add(connection, record, decided)


def of_record(connection: Connection, record: Record) -> tuple[Directive, ...]:
    """Return all directives of the record, ended ones too, in the order of ids."""
    return keeping.of_record(connection, record)


def end(
    connection: Connection, record: Record, directive_id: str, at: datetime
) -> bool:
    """End a directive of this record now; False when there is none in force.

    Its Consent says from now on what is left of it.
    """
    records.lock(connection, record)
    ended = close(connection, record, (directive_id,), at)
    if ended:
        _say_anew(connection, record, {directive_id}, at)
    return ended


def close(
    connection: Connection, record: Record, ids: Collection[str], at: datetime
) -> bool:
    """End directives of a Consent that the caller keeps; False when none was in force."""
    found = [
        each
        for each in of_record(connection, record)
        if each.id in ids and (each.end is None or each.end > at)
    ]
    for each in found:
        keeping.keep(connection, record, replace(each, end=at))
    return bool(found)


def extend(
    connection: Connection,
    record: Record,
    items: tuple[str, str],
    *,
    same: bool,
) -> None:
    """Make every directive that names the first of two items speak of the second too.

    ``same``: the second is a copy, else what replaces the first. No Consent says so: one on
    a document holds for its copies and replacements, and who reads it may not know of
    those. What a representative opened stays with what he saw.
    """
    step = Followed(*items, same)
    wider = [
        (each, following.followed(each, step))
        for each in of_record(connection, record)
        if not (each.said_by and each.effect is Effect.SHOW)
    ]
    changed = [after for before, after in wider if after != before]
    for each in changed:
        keeping.keep(connection, record, each)
    if changed:
        renditions.forget(connection, record)


def _say_anew(
    connection: Connection, record: Record, ids: Collection[str], at: datetime
) -> None:
    """Keep a new version of each Consent of which a directive has ended.

    It is the person's: whoever said the Consent for the person finds it as it was said.
    """
    if not ids:
        return
    known = {each.id: each for each in of_record(connection, record)}
    for versions in registry.of_record(connection, record).values():
        last = versions[-1]
        if not set(ids) & set(last.directives):
            continue
        left = [known[i] for i in last.directives if _lasts(known[i], at)]
        said = saying.changed(record, last.resource, left)
        ids_left = tuple(each.id for each in left)
        number = last.number + 1
        after = Version(last.consent, number, at, said, ids_left)
        registry.keep(connection, record, after)


def _lasts(said: Directive, at: datetime) -> bool:
    return said.end is None or said.end > at
