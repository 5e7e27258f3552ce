"""A label on one place belongs to the whole fact: *Négatif* beside *VIH* tells it too.

The cells of a row, the parts of an entry and of a clinical resource share their labels;
an entry and the narrative it refers to are one fact in two places. Evidence keeps the
place where the thing was seen.
"""

from collections import defaultdict
from typing import TYPE_CHECKING

from labels.codes import Category
from labels.detection.findings import Finding, Reading

if TYPE_CHECKING:
    from labels.detection.links import Links
    from labels.detection.structure import Places

_BY_ITSELF = frozenset({Category.REIMBURSEMENT_ADMIN})
"""A line of a reimbursement tells; its date and its amount do not."""

Told = dict[str, list[Finding]]


def spread(readings: "dict[str, Reading]", places: "Places", links: "Links") -> None:
    """Give every place of a labelled fact the findings of that fact.

    The path of the fact itself gets them too, so that what no place holds (a number
    in ``value/@value``) is covered by the path above it.
    """
    told: Told = defaultdict(list)
    for place, reading in readings.items():
        found = [f for f in reading.direct if f.category not in _BY_ITSELF]
        if found:
            told[places.fact(place)].extend(found)
    if not told:
        return
    for fact, every in _with_links(told, links).items():
        findings = one_of_each(every)
        for place in (fact, *places.below(fact)):
            reading = readings.setdefault(place, Reading())
            reading.direct = list(dict.fromkeys((*reading.direct, *findings)))


def one_of_each(findings: list[Finding]) -> list[Finding]:
    """Return the first finding of each category and level: the others add no label."""
    return list({(f.category, f.level): f for f in reversed(findings)}.values())[::-1]


def _with_links(told: Told, links: "Links") -> Told:
    """Add the facts on the other side of a reference, one step from each."""
    result: Told = defaultdict(list)
    for fact, findings in told.items():
        result[fact].extend(findings)
        few = one_of_each(findings)
        for linked in links.sure(fact):
            result[linked].extend(few)
    return result
