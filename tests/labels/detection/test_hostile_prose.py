"""Texts and heads made to cost time: many sentences, many titles, many columns."""

from collections.abc import Callable
from cProfile import Profile
from pstats import Stats

import pytest

from labels.detection.service import label
from tests.labels.detection.test_heads import TABLE
from tests.labels.detection.test_prose import PARAGRAPH, SECTION
from tests.labels.detection.test_service import Code, Place

FEW, MANY = 150, 600


def sentences(unit: str) -> Callable[[int], list[Place]]:
    """Return the maker of a paragraph of as many sentences as asked."""
    return lambda number: [Place(PARAGRAPH, unit * number)]


def codes(number: int) -> list[Place]:
    """Return a section with many codes above many paragraphs."""
    code = f"{SECTION}/h:code/h:translation[{{}}]/@code"
    return [
        Place(code.format(n), codes=(Code("CIM-10", "B24"),)) for n in range(number)
    ] + [Place(f"{PARAGRAPH}[{n}]", "Bon état général.") for n in range(number)]


def columns(number: int) -> list[Place]:
    """Return a table whose one head has many blocks, above many rows."""
    head = f"{TABLE}/h:thead/h:tr/h:th/h:paragraph[{{}}]/text()[1]"
    row = f"{TABLE}/h:tbody/h:tr[{{}}]/h:td/text()[1]"
    return [Place(head.format(n), "Charge virale VIH") for n in range(number)] + [
        Place(row.format(n), "<20") for n in range(number)
    ]


WAYS = {
    "told": sentences("Sérologie VIH. "),
    "leaning": sentences("Il a la syphilis. "),
    "items": sentences("- VIH :\n"),
    "several": sentences("VIH, syphilis, tabac, IVG. Elle va bien.\n"),
    "never": sentences("M. "),
    "open": sentences("pour\n"),
    "blank": sentences(". \n"),
    "codes": codes,
    "columns": columns,
}


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS.keys())
def test_work_grows_with_the_document_and_no_faster(
    way: Callable[[int], list[Place]],
) -> None:
    """Four times as much takes about four times the calls: a square would take sixteen."""

    def calls(number: int) -> int:
        places = way(number)
        profile = Profile()
        profile.runcall(label, places)
        return int(Stats(profile).total_calls)  # type: ignore[attr-defined]

    calls(FEW)
    assert calls(MANY) < 7 * calls(FEW)
