"""Nothing that a C-CDA states by its templates is missing from what we make of it."""

import pytest

from tests.interop.differential import KINDS, documents, medplum, ours, source
from tests.interop.validators import FOLDER
from tests.shared_material import shared

pytestmark = pytest.mark.corpus

STATED_OTHERWISE = {
    (
        "jddamore__Amrita__Adirondack_Susanne_808080_CCD_201709180916",
        "problems",
    ): "two problems of which nothing is known (value UNK): no condition is affirmed",
    (
        "jddamore__Edaris_Forerun__ccd20170710182523-MRNZ9986322",
        "immunisations",
    ): "ten that are intended (moodCode INT): ImmunizationRecommendation",
    (
        "jddamore__NextGen__1.3AllPatients-C0001594",
        "immunisations",
    ): "one that is intended (moodCode INT): ImmunizationRecommendation",
}
"""What is not made the resource its template suggests, and why."""


def test_what_a_template_states_becomes_a_resource() -> None:
    """At least as many resources as statements, but for those listed with a reason."""
    shared("samples", "ccda")
    less = set()
    for path in documents():
        made, stated = ours(path).counts, source(path).counts
        less |= {(path.stem, kind) for kind in KINDS if made[kind] < stated[kind]}
    assert less == STATED_OTHERWISE.keys()


def test_the_other_converter_is_asked_too() -> None:
    """Where @medplum/ccda converts, it finds the same allergies as the templates state."""
    shared("samples", "ccda")
    if not (FOLDER / "node_modules").is_dir():
        pytest.skip("the validators are not installed: `make validators`")
    paths = documents()
    made = [one for one in zip(paths, medplum(paths), strict=True) if not one[1].failed]
    assert len(made) >= 10
    for path, found in made:
        assert found.counts["allergies"] == source(path).counts["allergies"]
