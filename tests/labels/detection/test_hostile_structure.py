"""Documents made to cost time: one fact with many places, many references."""

import sys

import pytest

from labels.detection.service import label
from tests.labels.detection.test_service import Place
from tests.labels.detection.test_spread import BODY, ENTRY, RESOURCE

PATHS = {
    "entry": f"{ENTRY}/h:observation/h:value[{{}}]/h:originalText/h:reference/@value",
    "resource": f"{RESOURCE}/code/coding/{{}}/display",
    "row": f"{BODY}/h:text/h:table/h:tbody/h:tr[{{}}]/h:td/text()[1]",
    "cells": f"{BODY}/h:text/h:table/h:tbody/h:tr/h:td[{{}}]/text()[1]",
}


@pytest.mark.parametrize("path", PATHS.values(), ids=PATHS.keys())
def test_many_places_of_one_fact_cost_no_square(path: str) -> None:
    """Four times the places take about four times the calls, however they are nested."""

    def calls(number: int) -> int:
        texts = ("trouble bipolaire", "toxicomanie", "non", "VIH")
        places = [Place(path.format(n), f"{texts[n % 4]} {n}") for n in range(number)]
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
