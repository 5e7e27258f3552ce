"""Permits bound from above, denials from below: each bound at its very edge."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from labels.codes import Category, Confidentiality, Mark
from labels.consent import Period
from labels.item import Item
from labels.policy.clearance import Clearance, Decision, Denial, Outcome, Permit

HIV, BOTH = frozenset({Category.HIV}), frozenset({Category.HIV, Category.ALCOHOL})
MASKED = frozenset({Mark.MASQUE_PS})
TWO_MARKS = MASKED | {Mark.OPAQUE}
DAY = datetime(2026, 5, 1, tzinfo=UTC)
MOMENT = timedelta(microseconds=1)
ITEM = Item("a", "11488-4", author="rpps|1", organization="finess|1", dated=DAY)
R, N = Confidentiality.R, Confidentiality.N
MINE, OTHERS = frozenset({"rpps|1"}), frozenset({"rpps|2"})
HERE = frozenset({("a", "/t")})


@pytest.mark.parametrize(
    ("bound", "item", "inside"),
    [
        ({}, {}, True),
        ({"confidentiality_at_most": N}, {"confidentiality": N}, True),
        ({"confidentiality_at_most": N}, {"confidentiality": R}, False),
        ({"categories_within": HIV}, {}, True),
        ({"categories_within": HIV}, {"categories": HIV}, True),
        ({"categories_within": HIV}, {"categories": BOTH}, False),
        ({"categories_within": frozenset()}, {"categories": HIV}, False),
        ({"marks_within": MASKED}, {"marks": MASKED}, True),
        ({"marks_within": MASKED}, {"marks": TWO_MARKS}, False),
        ({"types_within": frozenset({"11488-4"})}, {}, True),
        ({"types_within": frozenset()}, {}, False),
        ({"items": frozenset({"a"})}, {}, True),
        ({"items": frozenset({"b"})}, {}, False),
        ({"own_of": MINE}, {}, True),
        ({"own_of": frozenset({"finess|1"})}, {}, True),
        ({"own_of": OTHERS}, {}, False),
        ({"authored_by": MINE}, {}, True),
        ({"authored_by": OTHERS}, {}, False),
        ({"places": HERE}, {"place": "/t"}, True),
        ({"places": HERE}, {"place": "/t/p"}, True),
        ({"places": HERE}, {"place": "/t#char=0,1"}, True),
        ({"places": HERE}, {"place": "/text"}, False),
        ({"places": HERE}, {"place": ""}, False),
        ({"places": HERE}, {"id": "b", "place": "/t"}, False),
        ({"places": frozenset({("a", "")})}, {"place": "/t"}, True),
        ({"places": frozenset({("a", "")})}, {"place": ""}, False),
        ({"dated": Period(DAY)}, {}, True),
        ({"dated": Period(DAY + MOMENT)}, {}, False),
        ({"dated": Period(None, DAY)}, {}, False),
        ({"dated": Period(None, DAY + MOMENT)}, {}, True),
    ],
)
def test_the_edges_of_a_permit(
    bound: dict[str, Any], item: dict[str, Any], *, inside: bool
) -> None:
    """What lies on the edge is inside, what lies beyond is not."""
    assert Permit("r", **bound).admits(replace(ITEM, **item)) is inside


@pytest.mark.parametrize(
    ("condition", "item", "closed"),
    [
        ({}, {}, True),
        ({"categories": HIV}, {"categories": BOTH}, True),
        ({"categories": BOTH}, {"categories": HIV}, True),
        ({"categories": HIV}, {}, False),
        ({"categories": frozenset()}, {"categories": HIV}, False),
        ({"categories": HIV}, {"told": HIV}, False),
        ({"categories": HIV, "anywhere": True}, {"told": HIV}, True),
        ({"categories": HIV, "anywhere": True}, {"categories": HIV}, True),
        ({"categories": HIV, "anywhere": True}, {"told": BOTH - HIV}, False),
        ({"marks": TWO_MARKS}, {"marks": MASKED}, True),
        ({"marks": MASKED}, {}, False),
        ({"marks": TWO_MARKS}, {"unread": True}, False),
        ({"marks": TWO_MARKS, "anywhere": True}, {"unread": True}, True),
        ({"marks": MASKED, "anywhere": True}, {"unread": True}, False),
        ({"marks": MASKED, "anywhere": True}, {"marks": MASKED, "unread": True}, True),
        ({"marks": TWO_MARKS, "anywhere": True}, {}, False),
        ({"items": frozenset({"a"})}, {}, True),
        ({"items": frozenset({"b"})}, {}, False),
        ({"places": HERE}, {"place": "/t/p"}, True),
        ({"places": HERE}, {}, False),
        ({"confidentiality_from": R}, {"confidentiality": R}, True),
        ({"confidentiality_from": R}, {"confidentiality": N}, False),
        ({"authored_by": MINE}, {}, True),
        ({"authored_by": OTHERS}, {}, False),
        ({"dated": Period(DAY)}, {}, True),
        ({"dated": Period(None, DAY)}, {}, False),
        ({"announced_from": DAY}, {"announced": DAY}, True),
        ({"announced_from": DAY}, {"announced": DAY - MOMENT}, False),
        ({"except_own_of": MINE}, {}, False),
        ({"except_own_of": frozenset({"finess|1"})}, {}, False),
        ({"except_own_of": OTHERS}, {}, True),
        ({"except_items": frozenset({"a"})}, {}, False),
        ({"except_items": frozenset({"b"})}, {}, True),
        ({"except_places": HERE}, {"place": "/t/p"}, False),
        ({"except_places": HERE}, {}, True),
    ],
)
def test_the_edges_of_a_denial(
    condition: dict[str, Any], item: dict[str, Any], *, closed: bool
) -> None:
    """All that is stated must be met, and nothing that is excepted is closed."""
    assert Denial("r", **condition).bites(replace(ITEM, **item)) is closed


def test_a_decision_names_each_rule_once() -> None:
    """Denials first, else permits; what all permits ask for is due; else those beyond."""
    due = frozenset({"rendition"})
    one, same = Permit("p", obligations=due), Permit("p", N, obligations=due)
    free, narrow = Permit("q"), Permit("n", items=frozenset({"b"}))
    permit, deny = Outcome.PERMIT, Outcome.DENY
    assert Clearance((one, same)).judge(ITEM) == Decision(
        permit, ("p",), ("rendition",)
    )
    assert Clearance((one, free)).judge(ITEM) == Decision(permit, ("p", "q"))
    closed = (Denial("d"), Denial("d"), Denial("e", items=frozenset({"b"})))
    assert Clearance((one,), closed).judge(ITEM) == Decision(deny, ("d",))
    restricted = replace(ITEM, confidentiality=R)
    assert Clearance((same, narrow)).judge(restricted) == Decision(deny, beyond=("p",))
    assert Clearance((narrow,)).judge(ITEM) == Clearance().judge(ITEM) == Decision(deny)
    assert Clearance().judge(ITEM).permitted is False


@pytest.mark.parametrize(
    ("stated", "bounded"),
    [
        ({"types_within": frozenset({"11488-4"})}, True),
        ({"items": frozenset()}, False),
        ({"places": HERE}, False),
        ({"own_of": MINE}, False),
    ],
)
def test_what_names_items_speaks_of_no_kind(
    stated: dict[str, Any], *, bounded: bool
) -> None:
    """Items, places and deposits are named; all else is a kind."""
    assert Permit("r", **stated).bounded is bounded
