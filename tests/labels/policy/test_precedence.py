"""Among the patient's own decisions the more specific wins, then the later."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from labels.codes import Category, Confidentiality
from labels.consent import Audience, AudienceKind, Directive, Effect, Period
from labels.policy.precedence import beats, held

FIRST, NEXT = datetime(2026, 5, 1, tzinfo=UTC), datetime(2026, 5, 2, tzinfo=UTC)
NEARNESS = (
    "everyone",
    "professionals",
    "profession care_team carers representatives",
    "organization treating_doctor",
    "person",
)
"""The kinds of audience, from the widest to the nearest; those of a line are as near."""
RANKS = {kind: rank for rank, kinds in enumerate(NEARNESS) for kind in kinds.split()}
NAMED = {AudienceKind.PERSON, AudienceKind.ORGANIZATION, AudienceKind.PROFESSION}
HIV = frozenset({Category.HIV})
BOTH = HIV | {Category.ALCOHOL}


def said(
    effect: Effect,
    kind: str,
    start: datetime | None = None,
    **what: Any,  # noqa: ANN401 - fields of a directive
) -> Directive:
    """Return a decision for an audience of a kind."""
    audience = AudienceKind(kind)
    value = "10" if audience in NAMED else ""
    found = Directive("d", effect, Audience(audience, value), start=start)
    return replace(found, **what)


def test_every_kind_of_audience_has_its_place() -> None:
    """No kind is left without a nearness."""
    assert set(RANKS) == set(AudienceKind)


@pytest.mark.parametrize("shown", RANKS)
@pytest.mark.parametrize("masked", RANKS)
def test_the_nearer_wins_then_the_later(shown: str, masked: str) -> None:
    """A nearer permission wins also when it is older; one as near only when it is later."""
    nearer, as_near = RANKS[shown] > RANKS[masked], RANKS[shown] == RANKS[masked]
    for show_start, mask_start, later in (
        (FIRST, NEXT, False),
        (NEXT, FIRST, True),
        (FIRST, FIRST, False),
        (FIRST, None, True),
        (None, FIRST, False),
        (None, None, False),
    ):
        show = said(Effect.SHOW, shown, show_start)
        mask = said(Effect.MASK, masked, mask_start)
        assert beats(show, mask) is (nearer or (as_near and later))


@pytest.mark.parametrize(
    "bound",
    [
        {"authors": frozenset({"finess|1"})},
        {"dated": Period(FIRST, NEXT)},
        {"level": Confidentiality.R},
    ],
    ids=lambda bound: next(iter(bound)),
)
def test_a_bound_permission_beats_only_what_is_bound_as_it_is(
    bound: dict[str, Any],
) -> None:
    """It opens less than it names, so the mask of all of it stays."""
    mask = said(Effect.MASK, "everyone", categories=BOTH, everything=True)
    show = said(Effect.SHOW, "person", categories=HIV, everything=True, **bound)
    (left,) = held([mask], [show])
    assert (left.categories, left.everything) == (BOTH, True)
    (left,) = held([replace(mask, **bound)], [show])
    assert (left.categories, left.everything) == (BOTH - HIV, False)
    plain = said(Effect.SHOW, "person", categories=HIV, everything=True)
    for each in (mask, replace(mask, **bound)):
        (left,) = held([each], [plain])
        assert (left.categories, left.everything) == (BOTH - HIV, False)


def test_what_is_left_of_a_mask() -> None:
    """Items and places that a winning permission names are open; the others stay closed."""
    letters, places = frozenset({"a", "b"}), frozenset({("a", "/t"), ("b", "/t")})
    mask = said(Effect.MASK, "profession", NEXT, items=letters, places=places)
    one, place = frozenset({"a"}), frozenset({("a", "/t")})
    (left,) = held([mask], [said(Effect.SHOW, "person", items=one, places=place)])
    assert left.mask is mask
    assert (left.items, left.places) == (letters - one, places - place)
    assert (left.except_items, left.except_places) == (one, place)
    (left,) = held([mask], [said(Effect.SHOW, "care_team", items=one, places=place)])
    assert (left.items, left.places) == (letters, places)
    assert (left.except_items, left.except_places) == (one, place)
    (left,) = held([mask], [said(Effect.SHOW, "everyone", items=one, places=place)])
    assert (left.items, left.places) == (letters, places)
    assert (left.except_items, left.except_places) == (frozenset(), frozenset())


def test_each_mask_is_left_by_itself() -> None:
    """What beats one mask does not touch another."""
    near = said(Effect.MASK, "person", categories=HIV)
    wide = said(Effect.MASK, "everyone", categories=HIV)
    found = held([near, wide], [said(Effect.SHOW, "organization", categories=HIV)])
    assert [each.categories for each in found] == [HIV, frozenset()]
    assert held([], [said(Effect.SHOW, "person", categories=HIV)]) == []
