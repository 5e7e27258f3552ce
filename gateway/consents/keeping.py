"""How directives are kept: sealed entries of the record, each with all that it decides."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from gateway.repository import entries
from gateway.repository.entries import DIRECTIVE
from gateway.repository.records import Record
from labels.codes import Category, Confidentiality, Purpose
from labels.consent import Audience, AudienceKind, Directive, Effect, Followed, Period

COPY, NEXT, KNOWN = "copy", "next", "known"


def add(connection: Connection, record: Record, decided: Directive) -> str:
    """Keep a directive and return its id; the one in ``decided`` is not used."""
    return entries.append(connection, DIRECTIVE, record.keys, _written(decided))


def of_record(connection: Connection, record: Record) -> tuple[Directive, ...]:
    """Return all directives of the record, ended ones too, in the order of ids."""
    rows = entries.of_record(connection, DIRECTIVE, record.keys)
    return tuple(_read(row_id, held) for row_id, held in rows)


def keep(connection: Connection, record: Record, changed: Directive) -> None:
    """Put a directive in place of the one with its id."""
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
        "followed": [_step(each) for each in decided.followed],
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
        followed=tuple(_followed(each) for each in held.get("followed", ())),
        start=_instant(held["start"]),
        end=_instant(held["end"]),
    )


def _text(at: datetime | None) -> str:
    return at.isoformat() if at else ""


def _instant(text: str) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _step(followed: Followed) -> str:
    """Write one step as one text: whoever may not be told of a document is told none of it."""
    kind = COPY if followed.same else NEXT
    known = [KNOWN] if followed.known else []
    return " ".join([followed.old, followed.new, kind, *known])


def _followed(text: str) -> Followed:
    old, new, kind, *known = text.split()
    return Followed(old, new, kind == COPY, bool(known))
