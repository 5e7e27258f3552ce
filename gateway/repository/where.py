"""A clearance as the WHERE of a query: the same answer as ``Clearance.judge``, in the database.

The expression is deterministic: equal clearances under equal keys give equal SQL.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, false, not_, or_, true

from gateway.repository.mask import BitLayout
from labels.codes import Category, Confidentiality, Mark
from labels.item import LONG_AGO
from labels.policy.clearance import Clearance, Denial, Permit

NO: frozenset[str] = frozenset()
UNREAD = frozenset({Mark.OPAQUE})

Token = Callable[[str], str]
"""The keyed digest, under the key of the record, of a type, an author or a structure."""

Moment = Callable[[datetime], int]
"""How the record keeps an instant in a column, rounded up."""


@dataclass(frozen=True, slots=True)
class ItemColumns:
    """The columns of items that a clearance may name; none of them is nullable."""

    mask: ColumnElement[int]
    whole_mask: ColumnElement[int]
    type_token: ColumnElement[str]
    author_token: ColumnElement[str]
    organization_token: ColumnElement[str]
    dated: ColumnElement[int]
    announced: ColumnElement[int]
    id: ColumnElement[Any]


@dataclass(frozen=True, slots=True)
class _Sight:
    """The columns of one record, with what reads them."""

    columns: ItemColumns
    layout: BitLayout
    token: Token
    moment: Moment


def where(
    clearance: Clearance,
    columns: ItemColumns,
    layout: BitLayout,
    token: Token,
    moment: Moment,
) -> ColumnElement[bool]:
    """Return the condition an item meets exactly when ``clearance.judge`` permits it.

    ``layout``, ``token`` and ``moment`` are those of the record. Without a permit it is
    false.
    """
    sight = _Sight(columns, layout, token, moment)
    permits = dict.fromkeys(
        replace(p, rule="", obligations=NO) for p in clearance.permits
    )
    denials = dict.fromkeys(replace(denial, rule="") for denial in clearance.denials)
    if not permits:
        return false()
    permitted = or_(*(_admits(sight, permit) for permit in permits))
    if not denials:
        return permitted
    return and_(permitted, not_(or_(*(_bites(sight, denial) for denial in denials))))


def _admits(sight: _Sight, permit: Permit) -> ColumnElement[bool]:
    bounds = _within(sight, permit)
    if permit.types_within is not None:
        tokens = map(sight.token, permit.types_within)
        bounds.append(_among(sight.columns.type_token, tokens))
    if permit.items is not None:
        bounds.append(_among(sight.columns.id, permit.items))
    if permit.own_of is not None:
        bounds.append(_own(sight, permit.own_of))
    if permit.places is not None:
        bounds.append(false())  # opens a place of a document, never a document
    return and_(true(), *bounds, *_narrowed(sight, permit))


def _narrowed(sight: _Sight, said: Permit | Denial) -> list[ColumnElement[bool]]:
    """Return the conditions by author and by date, of a permit or of a denial."""
    dated, met = sight.columns.dated, []
    if said.authored_by is not None:
        met.append(_own(sight, said.authored_by))
    if said.dated.start is not None:
        met.append(dated >= sight.moment(said.dated.start))
    if said.dated.end is not None:
        met.append(dated < sight.moment(said.dated.end))
    return met


def _within(sight: _Sight, permit: Permit) -> list[ColumnElement[bool]]:
    """Bound confidentiality, categories and marks together: none of the other bits is set."""
    layout = sight.layout
    over = layout.bits_above(permit.confidentiality_at_most)
    if permit.categories_within is not None:
        over |= layout.bits_of_categories(
            frozenset(Category) - permit.categories_within
        )
    if permit.marks_within is not None:
        over |= layout.bits_of_marks(frozenset(Mark) - permit.marks_within)
    return [sight.columns.mask.bitwise_and(over) == 0] if over else []


def _bites(sight: _Sight, denial: Denial) -> ColumnElement[bool]:
    columns, layout = sight.columns, sight.layout
    met: list[ColumnElement[bool]] = []
    told = columns.whole_mask if denial.anywhere else columns.mask
    if denial.categories is not None:
        met.append(_any(told, layout.bits_of_categories(denial.categories)))
    if denial.marks is not None:
        met.append(_marked(columns, layout, denial))
    if denial.items is not None:
        met.append(_among(columns.id, denial.items))
    if denial.places is not None:
        met.append(false())  # a place is no item: it is left out of the rendition
    if denial.confidentiality_from > Confidentiality.U:
        below = Confidentiality(denial.confidentiality_from - 1)
        met.append(_any(columns.mask, layout.bits_above(below)))
    if denial.except_items:
        met.append(not_(_among(columns.id, denial.except_items)))
    if denial.except_own_of:
        met.append(not_(_own(sight, denial.except_own_of)))
    return and_(true(), *met, *_narrowed(sight, denial), *_waiting(sight, denial))


def _waiting(sight: _Sight, denial: Denial) -> list[ColumnElement[bool]]:
    """Return the condition by how long a document has waited for its announcement."""
    if denial.announced_from == LONG_AGO:
        return []
    return [sight.columns.announced >= sight.moment(denial.announced_from)]


def _marked(
    columns: ItemColumns, layout: BitLayout, denial: Denial
) -> ColumnElement[bool]:
    """Return the condition by marks; of the whole only what was not read counts."""
    marks = denial.marks or frozenset()
    own = _any(columns.mask, layout.bits_of_marks(marks))
    if not denial.anywhere:
        return own
    return or_(own, _any(columns.whole_mask, layout.bits_of_marks(marks & UNREAD)))


def _any(mask: ColumnElement[int], bits: int) -> ColumnElement[bool]:
    return mask.bitwise_and(bits) != 0 if bits else false()


def _own(sight: _Sight, owners: frozenset[str]) -> ColumnElement[bool]:
    tokens = sorted(map(sight.token, owners))
    columns = sight.columns
    own = (
        _among(column, tokens)
        for column in (columns.author_token, columns.organization_token)
    )
    return or_(*own)


def _among(column: ColumnElement[Any], values: Iterable[str]) -> ColumnElement[bool]:
    """Return ``column IN values``, sorted; false for none, since ``IN ()`` is not SQL."""
    ordered = sorted(set(values))
    return column.in_(ordered) if ordered else false()
