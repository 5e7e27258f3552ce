"""Documents made to cost time: one fact with many places, many references."""

from time import perf_counter

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
    """Four times the places take about four times as long, however they are nested."""

    def seconds(number: int) -> float:
        texts = ("trouble bipolaire", "toxicomanie", "non", "VIH")
        places = [Place(path.format(n), f"{texts[n % 4]} {n}") for n in range(number)]
        start = perf_counter()
        label(places)
        return perf_counter() - start

    seconds(100)
    assert seconds(4_000) < 11 * seconds(1_000) + 0.1
