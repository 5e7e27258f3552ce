"""What FHIR demands beyond types (its invariants) and models of types do not see."""

import pytest

from mappings.submission import JsonObject
from tests.mappings.cda.to_fhir.entries import clinical

PROBLEM = '<templateId root="1.3.6.1.4.1.19376.1.5.3.1.4.5"/><code nullFlavor="NA"/>'
CODE = '<code code="a" codeSystem="2.999.3"/>'
ACTIVE = """<entryRelationship typeCode="REFR"><observation>
<code code="33999-4" codeSystem="2.16.840.1.113883.6.1"/><value xsi:type="CD"
 code="55561003" codeSystem="2.16.840.1.113883.6.96"/></observation></entryRelationship>"""


def _observation(body: str) -> JsonObject:
    found: JsonObject = clinical.only(clinical.observation(CODE + body), "Observation")
    return found


def test_what_goes_on_has_no_end() -> None:
    """con-4: a problem that is said to be active has no abatement."""
    time = '<effectiveTime><low value="2019"/><high value="2020"/></effectiveTime>'
    value = '<value xsi:type="CD" code="I10" codeSystem="2.16.840.1.113883.6.3"/>'
    over = clinical.only(clinical.observation(PROBLEM + time + value), "Condition")
    assert over["abatementDateTime"] == "2020"
    scope = clinical.observation(PROBLEM + time + value + ACTIVE)
    assert "abatementDateTime" not in clinical.only(scope, "Condition")


def test_no_period_ends_before_it_starts() -> None:
    """per-1: of two ends in the wrong order the later word is not believed."""
    time = '<effectiveTime><low value="2020"/><high value="2019"/></effectiveTime>'
    scope = clinical.observation(CODE + time)
    found = clinical.only(scope, "Observation")
    assert found["effectivePeriod"] == {"start": "2020"}
    assert len(scope.issues) == 1


def test_a_period_may_end_in_the_month_it_starts() -> None:
    """An end that is less precise than the start is not before it."""
    time = (
        '<effectiveTime><low value="20200315"/><high value="202003"/></effectiveTime>'
    )
    period = _observation(time)["effectivePeriod"]
    assert period == {"start": "2020-03-15", "end": "2020-03"}


def test_no_range_is_upside_down() -> None:
    """rng-2: a range whose low is above its high is no value."""
    ends = '<low value="5" unit="g"/><high value="3" unit="g"/>'
    found = _observation(f'<value xsi:type="IVL_PQ">{ends}</value>')
    assert not [name for name in found if name.startswith("value")]


@pytest.mark.parametrize(
    ("age", "expected"),
    [
        ('value="52" unit="a"', "a"),
        ('value="52" unit="ans"', "a"),
        ('value="52"', "a"),
        ('value="52" unit="kg"', None),
        ('value="x" unit="a"', None),
    ],
)
def test_an_age_is_in_a_unit_of_time(age: str, expected: str | None) -> None:
    """age-1: years where no unit is said; no age in kilograms."""
    part = f"""<entryRelationship typeCode="SUBJ"><observation>
    <code code="445518008" codeSystem="2.16.840.1.113883.6.96"/>
    <value xsi:type="PQ" {age}/></observation></entryRelationship>"""
    value = '<value xsi:type="CD" code="I10" codeSystem="2.16.840.1.113883.6.3"/>'
    found = clinical.only(clinical.observation(PROBLEM + value + part), "Condition")
    assert found.get("onsetAge", {}).get("code") == expected


def test_two_values_stand_beside_none() -> None:
    """obs-7: components with the code of the observation leave it without a value."""
    one = '<value xsi:type="INT" value="1"/>'
    found = _observation(one + one)
    assert len(found["component"]) == 2
    assert not [name for name in found if name.startswith("value")]


def test_a_file_has_a_type() -> None:
    """att-1: data without a media type has the one HL7 v3 means, or none that lies."""
    for attributes, kind in (
        ('representation="B64"', "application/octet-stream"),
        ("", "text/plain"),
    ):
        media = f"<observationMedia><value {attributes}>QUJD</value></observationMedia>"
        section = f"<section><entry>{media}</entry></section>"
        scope, _ = clinical.mapped(clinical.document(section))
        (content,) = clinical.only(scope, "DocumentReference")["content"]
        assert content["attachment"]["contentType"] == kind
