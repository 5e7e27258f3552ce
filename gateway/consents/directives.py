"""The patient's directives: kept sealed, ended rather than deleted."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from gateway.repository import entries
from gateway.repository.entries import DIRECTIVE
from gateway.repository.records import Record
from labels.codes import Category, Confidentiality, Purpose
from labels.consent import Audience, AudienceKind, Directive, Effect, Period


def decide(connection: Connection, record: Record, decided: Directive) -> str:
    """Keep a directive and return its id; the id in ``decided`` is not used."""
    return entries.append(connection, DIRECTIVE, record.keys, _written(decided))


def of_record(connection: Connection, record: Record) -> tuple[Directive, ...]:
    """Return all directives of the record, ended ones too, in the order of ids."""
    rows = entries.of_record(connection, DIRECTIVE, record.keys)
    return tuple(_read(row_id, held) for row_id, held in rows)


def end(
    connection: Connection, record: Record, directive_id: str, at: datetime
) -> bool:
    """End a directive of this record now; False when there is none in force."""
    for each in of_record(connection, record):
        if each.id == directive_id and (each.end is None or each.end > at):
            _keep(connection, record, replace(each, end=at))
            return True
    return False


def extend(
    connection: Connection, record: Record, old: str, new: str, *, same: bool
) -> None:
    """Make every directive that names item ``old`` speak of ``new`` too.

    One that names a place of it names the same place of a copy (``same``), and the whole
    of a replacement: nobody knows where the fact stands there until the patient looks.
    """
    for each in of_record(connection, record):
        there = frozenset(
            (new, place) for item_id, place in each.places if item_id == old
        )
        whole = old in each.items or (bool(there) and not same)
        if whole or there:
            items = each.items | {new} if whole else each.items
            places = each.places | there if same else each.places
            _keep(connection, record, replace(each, items=items, places=places))


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
        start=_instant(held["start"]),
        end=_instant(held["end"]),
    )


def _text(at: datetime | None) -> str:
    return at.isoformat() if at else ""


def _instant(text: str) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
