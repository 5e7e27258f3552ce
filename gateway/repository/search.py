"""A search as a value, and the conditions it becomes in one record's columns."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, not_, or_, select

from gateway.repository import columns, finding, standing
from gateway.repository.records import Record
from gateway.repository.tables import item, search_token
from labels.policy.clearance import Clearance

DEFAULT_COUNT = 50
MOST = 200


@dataclass(frozen=True, slots=True)
class Period:
    """A bound on the date of an item: from ``start`` on, before ``end``; None is open.

    ``outside`` asks for what is not in it (the prefix ``ne``).
    """

    start: datetime | None
    end: datetime | None
    outside: bool = False


@dataclass(frozen=True, slots=True)
class Position:
    """Where the next page starts: after this date (as kept) and id."""

    dated: int
    id: str


@dataclass(frozen=True, slots=True)
class Search:
    """What to look for. ``tokens`` is a conjunction of (parameter, alternatives)."""

    tokens: tuple[tuple[str, tuple[str, ...]], ...] = ()
    periods: tuple[Period, ...] = ()
    statuses: tuple[frozenset[str], ...] = ()
    ids: tuple[frozenset[str], ...] = ()
    count: int = DEFAULT_COUNT
    ascending: bool = False
    after: Position | None = None


def criteria(
    record: Record, clearance: Clearance, search: Search
) -> list[ColumnElement[bool]]:
    """Return the conditions of the search, without the position of the page."""
    return [
        *(_token(record, param, values) for param, values in search.tokens),
        *(_period(record, period) for period in search.periods),
        *(_status(record, clearance, wanted) for wanted in search.statuses),
        *(item.c.id.in_(sorted(wanted) or [""]) for wanted in search.ids),
    ]


def beyond(search: Search) -> list[ColumnElement[bool]]:
    """Return the condition that an item comes after the position, in order."""
    if search.after is None:
        return []
    at = search.after
    passed = item.c.dated > at.dated if search.ascending else item.c.dated < at.dated
    same = and_(item.c.dated == at.dated, item.c.id > at.id)
    return [or_(passed, same)]


def order(search: Search) -> list[ColumnElement[Any]]:
    """Return the order: by date, ties by id, which is random and tells nothing."""
    dated = item.c.dated.asc() if search.ascending else item.c.dated.desc()
    return [dated, item.c.id.asc()]


def _token(record: Record, param: str, values: tuple[str, ...]) -> ColumnElement[bool]:
    tokens = sorted({record.keys.token(param, value) for value in values})
    return exists(
        select(search_token.c.item_id)
        .where(
            search_token.c.patient_id == record.patient_id,
            search_token.c.item_id == item.c.id,
            search_token.c.param == param,
            search_token.c.token.in_(tokens),
        )
        .correlate(item)
    )


def _period(record: Record, period: Period) -> ColumnElement[bool]:
    inside = and_(
        *(
            [item.c.dated >= columns.shifted(record, period.start)]
            if period.start
            else []
        ),
        *([item.c.dated < columns.shifted(record, period.end)] if period.end else []),
    )
    return not_(inside) if period.outside else inside


def _status(
    record: Record, clearance: Clearance, wanted: frozenset[str]
) -> ColumnElement[bool]:
    """Return the condition of a status.

    An item entered in error is that alone; else it is superseded when what replaced it
    may be seen, else current.
    """
    replaced = finding.is_replaced(record, clearance)
    wrong = standing.is_in_error(record)
    alternatives = []
    if "entered-in-error" in wanted:
        alternatives.append(wrong)
    if "superseded" in wanted:
        alternatives.append(and_(replaced, not_(wrong)))
    if "current" in wanted:
        alternatives.append(and_(not_(replaced), not_(wrong)))
    return or_(*alternatives) if alternatives else item.c.id == ""
