"""What a document denies is never affirmed by a resource."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.mappings.cda.to_fhir.entries import clinical

PROBLEM = "1.3.6.1.4.1.19376.1.5.3.1.4.5"
CCDA_PROBLEM = "2.16.840.1.113883.10.20.22.4.4"
STATUSES = ("active", "completed", "suspended", "aborted", "", "odd")


def _problem(template: str, status: str, concern: str, high: str) -> str:
    """Return a section with one denied problem, as odd as real senders make it."""
    said = f'<value xsi:type="CD" code="{status}" codeSystem="2.16.840.1.113883.6.96"/>'
    return f"""<section><code code="11450-4" codeSystem="2.16.840.1.113883.6.1"/><entry>
    <act moodCode="EVN"><templateId root="1.3.6.1.4.1.19376.1.5.3.1.4.5.2"/>
    <statusCode code="{concern}"/><entryRelationship typeCode="SUBJ">
    <observation moodCode="EVN" negationInd="true"><templateId root="{template}"/>
    <effectiveTime><low value="2020"/><high {high}/></effectiveTime>
    <value xsi:type="CD" code="B24" codeSystem="2.16.840.1.113883.6.3"/>
    <entryRelationship typeCode="REFR"><observation moodCode="EVN">
    <code code="33999-4" codeSystem="2.16.840.1.113883.6.1"/>{said}
    </observation></entryRelationship></observation></entryRelationship></act>
    </entry></section>"""


@given(
    st.sampled_from((PROBLEM, CCDA_PROBLEM)),
    st.sampled_from(("55561003", "413322009", "x")),
    st.sampled_from(STATUSES),
    st.sampled_from(('value="2021"', 'nullFlavor="UNK"', 'value="?"')),
)
def test_a_denied_problem_is_refuted_and_never_active(
    template: str, status: str, concern: str, high: str
) -> None:
    """Whatever else is said of a denied problem, it is refuted and has no status."""
    section = _problem(template, status, concern, high)
    scope, _ = clinical.mapped(clinical.document(section))
    condition = clinical.only(scope, "Condition")
    assert condition["verificationStatus"]["coding"][0]["code"] == "refuted"
    assert "clinicalStatus" not in condition
    assert "abatementDateTime" not in condition


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ('xsi:type="CD" code="B24" codeSystem="2.16.840.1.113883.6.3"', "410516002"),
        ('xsi:type="PQ" value="3" unit="g"', "not-performed"),
        ('xsi:type="ST"', "not-performed"),
    ],
)
def test_a_denied_observation_does_not_carry_its_value(
    value: str, expected: str
) -> None:
    """A coded finding is known absent, any other value is left out."""
    scope = clinical.observation(f"<value {value}/>" + _CODE, 'negationInd="true"')
    found = clinical.only(scope, "Observation")
    assert "valueQuantity" not in found
    holder = found.get("valueCodeableConcept") or found["dataAbsentReason"]
    assert [one["code"] for one in holder["coding"]] == [expected]


def test_a_denied_truth_is_turned_round() -> None:
    """Not true is false, and not false is true."""
    for stated in (True, False):
        value = f'<value xsi:type="BL" value="{str(stated).lower()}"/>'
        scope = clinical.observation(_CODE + value, 'negationInd="true"')
        assert clinical.only(scope, "Observation")["valueBoolean"] is not stated


def test_what_a_denied_relation_holds_is_denied() -> None:
    """A finding that is *not* manifested by something is not told as found."""
    inner = f'<observation moodCode="EVN">{_CODE}<value xsi:type="BL" value="true"/>'
    relation = '<entryRelationship typeCode="MFST" negationInd="true">'
    scope = clinical.observation(
        f"{_CODE}{relation}{inner}</observation></entryRelationship>"
    )
    denied = clinical.readable(scope)[0]
    assert denied["valueBoolean"] is False


def test_a_denied_part_is_left_out() -> None:
    """A severity that is denied is no severity."""
    part = """<entryRelationship typeCode="SUBJ"><observation negationInd="true">
    <code code="SEV" codeSystem="2.16.840.1.113883.5.4"/>
    <value xsi:type="CD" code="24484000" codeSystem="2.16.840.1.113883.6.96"/>
    </observation></entryRelationship>"""
    problem = f'<templateId root="{PROBLEM}"/><value xsi:type="CD" code="I10"/>{part}'
    scope = clinical.observation(problem)
    assert "severity" not in clinical.only(scope, "Condition")
    assert clinical.losses(scope) == [
        "h:observation: a part that is denied: left out, never affirmed"
    ]


_CODE = '<code code="a" codeSystem="2.999.3"/>'
