"""What a medicine's status is, and how its dosage is told."""

import pytest

from mappings.submission import JsonObject
from tests.mappings.cda.to_fhir.entries import clinical

IHE = "1.3.6.1.4.1.19376.1.5.3.1.4.7"
CCDA = "2.16.840.1.113883.10.20.22.4.16"


def _medicine(
    template: str, body: str, attributes: str = 'moodCode="EVN"'
) -> JsonObject:
    """Return the one resource that an administration gives; the document is of 2024-04-05."""
    entry = f"""<substanceAdministration {attributes}><templateId root="{template}"/>
    {body}<consumable><manufacturedProduct><manufacturedMaterial>
    <code code="C09AA05" codeSystem="2.16.840.1.113883.6.73"/>
    </manufacturedMaterial></manufacturedProduct></consumable></substanceAdministration>"""
    section = f"<section><entry>{entry}</entry></section>"
    scope, answers = clinical.mapped(clinical.document(section))
    assert answers == [True]
    return clinical.readable(scope)[-1]


@pytest.mark.parametrize(
    ("time", "status"),
    [
        ('<low value="2024"/>', "active"),
        ('<low value="2020"/><high value="20240404"/>', "completed"),
        ('<low value="2020"/><high value="202404"/>', "active"),
        ('<low value="20240406"/>', "intended"),
        ('<low nullFlavor="UNK"/>', "unknown"),
    ],
)
def test_where_the_status_is_fixed_the_dates_decide(time: str, status: str) -> None:
    """IHE PCC writes *completed* on every treatment: the day of the document tells."""
    body = f'<statusCode code="completed"/><effectiveTime>{time}</effectiveTime>'
    assert _medicine(IHE, body)["status"] == status


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("completed", "completed"),
        ("active", "active"),
        ("suspended", "on-hold"),
        ("aborted", "stopped"),
        ("cancelled", "not-taken"),
        ("odd", "unknown"),
    ],
)
def test_elsewhere_the_status_is_what_it_says(code: str, status: str) -> None:
    """C-CDA says by statusCode whether a medicine is still taken."""
    assert _medicine(CCDA, f'<statusCode code="{code}"/>')["status"] == status


def test_an_intention_is_a_request() -> None:
    """The mood tells a plan from an order; a denied one is not to be done."""
    for mood, intent in (("INT", "plan"), ("RQO", "order"), ("PRP", "proposal")):
        found = _medicine(CCDA, "", f'moodCode="{mood}"')
        assert (found["resourceType"], found["intent"]) == ("MedicationRequest", intent)
    denied = _medicine(CCDA, "", 'moodCode="RQO" negationInd="true"')
    assert denied["doNotPerform"] is True


@pytest.mark.parametrize(
    ("time", "repeat"),
    [
        (
            'xsi:type="PIVL_TS"><period value="8" unit="h"/>',
            {"frequency": 1, "period": 8, "periodUnit": "h"},
        ),
        (
            (
                'xsi:type="PIVL_TS"><period><low value="4" unit="h"/>'
                '<high value="6" unit="h"/></period>'
            ),
            {"frequency": 1, "period": 4, "periodUnit": "h", "periodMax": 6},
        ),
        ('xsi:type="EIVL_TS"><event code="HS"/>', {"when": ["HS"]}),
        (
            (
                'xsi:type="EIVL_TS"><event code="AC"/><offset><low value="30" unit="min"/>'
                "</offset>"
            ),
            {"when": ["AC"], "offset": 30},
        ),
    ],
)
def test_a_rhythm_is_a_timing(time: str, repeat: JsonObject) -> None:
    """Every period, range of periods and event of a day has its field."""
    found = _medicine(CCDA, f"<effectiveTime {time}</effectiveTime>")
    assert found["dosage"][0]["timing"]["repeat"] == repeat


def test_an_unknown_rhythm_is_no_timing() -> None:
    """A period in no unit of time, or an unknown event, claims nothing."""
    for odd in (
        'xsi:type="PIVL_TS"><period value="2" unit="kg"/>',
        'xsi:type="EIVL_TS"><event code="ZZ"/>',
    ):
        assert "dosage" not in _medicine(CCDA, f"<effectiveTime {odd}</effectiveTime>")


def test_the_fills_of_a_supply_count_the_first() -> None:
    """C-CDA's three fills are two repeats; a French line counts its renewals."""
    supply = """<entryRelationship typeCode="REFR"><supply moodCode="INT">
    <templateId root="2.16.840.1.113883.10.20.22.4.17"/><repeatNumber value="3"/>
    </supply></entryRelationship>"""
    request = _medicine(CCDA, supply, 'moodCode="INT"')
    assert request["dispenseRequest"]["numberOfRepeatsAllowed"] == 2
    line = _medicine(IHE, '<repeatNumber value="3"/>', 'moodCode="INT"')
    assert line["dispenseRequest"]["numberOfRepeatsAllowed"] == 3


def test_a_medicine_without_a_name_says_why() -> None:
    """FHIR demands a medicine: its absence has a reason."""
    entry = '<entry><substanceAdministration moodCode="EVN"/></entry>'
    scope, _ = clinical.mapped(clinical.document(f"<section>{entry}</section>"))
    (found,) = clinical.readable(scope)
    assert "extension" in found["medicationCodeableConcept"]


def test_a_length_without_a_beginning_is_a_duration_alone() -> None:
    """A treatment of five days that begins nobody knows when has no event."""
    time = (
        '<effectiveTime xsi:type="IVL_TS"><width value="5" unit="d"/></effectiveTime>'
    )
    timing = _medicine(CCDA, time, 'moodCode="INT"')["dosageInstruction"][0]["timing"]
    assert timing.keys() == {"repeat"}
    assert timing["repeat"]["boundsDuration"]["code"] == "d"
