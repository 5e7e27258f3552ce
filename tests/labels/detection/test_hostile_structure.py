"""Documents made to cost time: one fact with many places, many references."""

import sys

import pytest

from labels.detection.service import label
from tests.labels.detection.test_service import Place
from tests.labels.detection.test_spread import BODY, ENTRY, RESOURCE

ENTRIES = f"{ENTRY}/h:observation/h:value[{{}}]/h:originalText/h:reference/@value"
ROWS = f"{BODY}/h:text/h:table/h:tbody/h:tr[{{}}]/h:td/text()[1]"
PATHS = {
    "entry": (ENTRIES,),
    "resource": (f"{RESOURCE}/code/coding/{{}}/display",),
    "row": (ROWS,),
    "cells": (f"{BODY}/h:text/h:table/h:tbody/h:tr/h:td[{{}}]/text()[1]",),
    "an entry and the rows it refers to": (ENTRIES, ROWS),
}
TEXTS = ("trouble bipolaire", "toxicomanie", "non", "VIH")


@pytest.mark.parametrize("paths", PATHS.values(), ids=PATHS.keys())
def test_many_places_of_one_fact_cost_no_square(paths: tuple[str, ...]) -> None:
    """Four times the places take about four times the calls, however they are nested."""

    def calls(number: int) -> int:
        every = [(path, n) for path in paths for n in range(number)]
        places = [Place(path.format(n), f"{TEXTS[n % 4]} {n}") for path, n in every]
        count = 0

        def one_more(*_: object) -> None:
            nonlocal count
            count += 1

        before = sys.getprofile()
        sys.setprofile(one_more)
        try:
            label(places)
        finally:
            sys.setprofile(before)
        return count

    calls(100)  # what is read once
    assert calls(1_000) < 5 * calls(250)
