"""Among a patient's own decisions: the more specific wins, then the later.

*Nobody sees HIV, but my doctor does; nobody sees this letter, but my pharmacist does.*
A permission beats a mask when it is at least as specific both in what it names and in
whom, and more specific in one of them, or later. In all other cases the mask holds: two
decisions that cross (this subject to everyone, everything to this person) are no doubt
that opens. It is resolved here, when the clearance is made, so that the clearance keeps
its form: bounds from above, conditions from below.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from labels.codes import Category
from labels.consent import AudienceKind, Directive
from labels.item import Place

_WHOM = {
    AudienceKind.PERSON: 4,
    AudienceKind.ORGANIZATION: 3,
    AudienceKind.TREATING_DOCTOR: 3,
    AudienceKind.PROFESSION: 2,
    AudienceKind.CARE_TEAM: 2,
    AudienceKind.CARERS: 2,
    AudienceKind.REPRESENTATIVES: 2,
    AudienceKind.PROFESSIONALS: 1,
    AudienceKind.EVERYONE: 0,
}
"""How precisely an audience names the reader who is in it."""

_LONG_AGO = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Held:
    """What is left of one mask for one reader, beside the permissions that beat it.

    ``items``, ``categories`` and ``places`` are closed; with ``everything`` so is all
    but ``except_items``, which is also open to the masks of a category.
    """

    mask: Directive
    items: frozenset[str]
    categories: frozenset[Category]
    places: frozenset[Place]
    everything: bool
    except_items: frozenset[str]
    except_places: frozenset[Place]


def held(masks: Iterable[Directive], shown: Sequence[Directive]) -> list[Held]:
    """Return what is left of each mask; all of them speak of the reader already."""
    return [_held(mask, shown) for mask in masks]


def beats(permission: Directive, mask: Directive) -> bool:
    """Whether a permission of the same subject beats a mask: nearer, or as near and later."""
    nearer, mask_nearer = _whom(permission), _whom(mask)
    if nearer != mask_nearer:
        return nearer > mask_nearer
    return _begun(permission) > _begun(mask)


def _held(mask: Directive, shown: Sequence[Directive]) -> Held:
    # What a representative opened beats no mask of the person's own.
    heard = [each for each in shown if mask.said_by or not each.said_by]
    as_near = [each for each in heard if _whom(each) >= _whom(mask)]
    winning = [each for each in heard if beats(each, mask)]
    # A permission that is bound to dates, authors or a level opens less than it names.
    plain = [each for each in winning if not each.narrowed or _as_narrow(each, mask)]
    beaten = frozenset[Category]().union(*(each.categories for each in plain))
    return Held(
        mask,
        mask.items - frozenset[str]().union(*(each.items for each in winning)),
        mask.categories - beaten,
        mask.places - frozenset[Place]().union(*(each.places for each in winning)),
        mask.everything and not any(each.everything for each in plain),
        frozenset[str]().union(*(each.items for each in as_near)),
        frozenset[Place]().union(*(each.places for each in as_near)),
    )


def _as_narrow(permission: Directive, mask: Directive) -> bool:
    """Whether the permission is bound exactly as the mask is."""
    return (permission.authors, permission.dated, permission.level) == (
        mask.authors,
        mask.dated,
        mask.level,
    )


def _whom(directive: Directive) -> int:
    return _WHOM[directive.audience.kind]


def _begun(directive: Directive) -> datetime:
    return directive.start or _LONG_AGO
