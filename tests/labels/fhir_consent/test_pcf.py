"""The examples of IHE PCF: what our engine answers is what the profile states."""

import pytest

from tests.labels.fhir_consent import pcf
from tests.shared_material import REPOSITORY, SHARED

pytestmark = [
    pytest.mark.corpus,
    pytest.mark.skipif(
        not SHARED.exists(), reason=f"{SHARED.name} is not beside the repository"
    ),
]


def test_twenty_of_the_twenty_one_stated_outcomes_agree() -> None:
    """One differs: a purpose that nobody can ask for here is refused, not kept."""
    stated = [each for each in pcf.rows() if each.stated]
    assert len(stated) == 21
    assert [each.example for each in stated if not each.agrees] == [
        "ex-consent-intermediate-purpose"
    ]


def test_the_table_of_the_readme_is_what_comes_out() -> None:
    """labels/policy/README.md shows the table that this module makes."""
    readme = (REPOSITORY / "labels" / "policy" / "README.md").read_text("utf-8")
    assert pcf.table() in readme


def test_the_comparison_can_fail() -> None:
    """Under the residual rules of another example the answers differ: they are compared."""
    probes = list(pcf.probes())
    normal, some = (
        pcf.residual(pcf.examples()[name])
        for name in ("ex-consent-advanced-normal", "ex-consent-intermediate-not-data")
    )
    assert [pcf.allowed(each, normal) for each in probes] != [
        pcf.allowed(each, some) for each in probes
    ]
