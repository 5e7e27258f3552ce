"""The patient's directives: kept sealed, ended rather than deleted.

What is decided here is also said as a Consent (``registry.py``), and what is said there is
kept here: policy reads directives and nothing else.
"""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from gateway.consents import registry, saying
from gateway.consents.registry import Version
from gateway.repository import entries, records
from gateway.repository.entries import DIRECTIVE
from gateway.repository.records import Record
from labels.codes import Category, Confidentiality, Purpose
from labels.consent import Audience, AudienceKind, Directive, Effect, Period
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
    return entries.append(connection, DIRECTIVE, record.keys, _written(decided))


def of_record(connection: Connection, record: Record) -> tuple[Directive, ...]:
    """Return all directives of the record, ended ones too, in the order of ids."""
    rows = entries.of_record(connection, DIRECTIVE, record.keys)
    return tuple(_read(row_id, held) for row_id, held in rows)


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
        _keep(connection, record, replace(each, end=at))
    return bool(found)


def extend(
    connection: Connection,
    record: Record,
    items: tuple[str, str],
    at: datetime,
    *,
    same: bool,
) -> None:
    """Make every directive that names the first of two items speak of the second too.

    One that names a place of it names the same place of a copy (``same``), and the whole
    of a replacement: nobody knows where the fact stands there until the patient looks.
    What a representative opened stays with what he saw.
    """
    wider = [
        (each, _extended(each, *items, same=same))
        for each in of_record(connection, record)
        if not (each.said_by and each.effect is Effect.SHOW)
    ]
    changed = [after for before, after in wider if after != before]
    for each in changed:
        _keep(connection, record, each)
    _say_anew(connection, record, {each.id for each in changed}, at)


def _extended(said: Directive, old: str, new: str, *, same: bool) -> Directive:
    there = frozenset((new, place) for item_id, place in said.places if item_id == old)
    whole = old in said.items or (bool(there) and not same)
    items = said.items | {new} if whole else said.items
    return replace(
        said, items=items, places=said.places | there if same else said.places
    )


def _say_anew(
    connection: Connection, record: Record, ids: Collection[str], at: datetime
) -> None:
    """Keep a new version of each Consent of which a directive has changed."""
    if not ids:
        return
    known = {each.id: each for each in of_record(connection, record)}
    for versions in registry.of_record(connection, record).values():
        last = versions[-1]
        if not set(ids) & set(last.directives):
            continue
        left = [known[i] for i in last.directives if _lasts(known[i], at)]
        said = saying.changed(record, last.resource, left)
        after = replace(
            last, at=at, resource=said, directives=tuple(each.id for each in left)
        )
        registry.follow(connection, record, last, after)


def _lasts(said: Directive, at: datetime) -> bool:
    return said.end is None or said.end > at


def _keep(connection: Connection, record: Record, changed: Directive) -> None:
    entries.replace(connection, DIRECTIVE, record.keys, changed.id, _written(changed))


def _written(decided: Directive) -> dict[str, Any]:
    return {
        "effect": decided.effect.value,
        "audience": [decided.audience.kind.value, decided.audience.value],
        "items": sorted(decided.items),
        "categories": sorted(decided.categories),
        "places": sorted(map(list, decided.places)),
        "everything": decided.everything,
        "purposes": sorted(decided.purposes),
        "authors": sorted(decided.authors),
        "dated": [_text(decided.dated.start), _text(decided.dated.end)],
        "level": None if decided.level is None else int(decided.level),
        "yields": decided.yields,
        "episodes": sorted(decided.episodes),
        "said_by": decided.said_by,
        "start": _text(decided.start),
        "end": _text(decided.end),
    }


def _read(row_id: str, held: dict[str, Any]) -> Directive:
    kind, value = held["audience"]
    return Directive(
        id=row_id,
        effect=Effect(held["effect"]),
        audience=Audience(AudienceKind(kind), value),
        items=frozenset(held["items"]),
        categories=frozenset(map(Category, held["categories"])),
        places=frozenset((item, place) for item, place in held.get("places", ())),
        everything=held["everything"],
        purposes=frozenset(map(Purpose, held.get("purposes", ()))),
        authors=frozenset(held.get("authors", ())),
        dated=Period(*map(_instant, held.get("dated", ()))),
        level=None if held.get("level") is None else Confidentiality(held["level"]),
        yields=bool(held.get("yields")),
        episodes=frozenset(held.get("episodes", ())),
        said_by=held.get("said_by", ""),
        start=_instant(held["start"]),
        end=_instant(held["end"]),
    )


def _text(at: datetime | None) -> str:
    return at.isoformat() if at else ""


def _instant(text: str) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
