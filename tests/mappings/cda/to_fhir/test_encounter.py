"""The encompassingEncounter as an Encounter with its place."""

import pytest

from tests.mappings.cda.documents import cda
from tests.mappings.cda.to_fhir.resources import only, referred, resources

ENCOUNTER = """<componentOf><encompassingEncounter>
<id root="1.2.3.5" extension="S1"/><code code="IMP" codeSystem="2.16.840.1.113883.5.4"/>
<effectiveTime><low value="20250301"/><high value="20250303"/></effectiveTime>
<dischargeDispositionCode code="01" codeSystem="2.16.840.1.113883.12.112"/>
<responsibleParty><assignedEntity><id root="1.2.3.6" extension="D1"/></assignedEntity>
</responsibleParty><encounterParticipant typeCode="ATND"><time><low value="20250301"/></time>
<assignedEntity><id root="1.2.3.6" extension="D2"/></assignedEntity></encounterParticipant>
<encounterParticipant typeCode="CON"><assignedEntity/></encounterParticipant>
<location><healthCareFacility><id root="1.2.3.7" extension="W"/>
<code code="SA01" codeSystem="1.2.250.1.71.4.2.4"/><location><name>Ward</name>
<addr><city>LYON</city></addr></location><serviceProviderOrganization><name>CHU</name>
</serviceProviderOrganization></healthCareFacility></location>
</encompassingEncounter></componentOf>"""


def test_a_stay_keeps_period_people_place_and_end() -> None:
    """Every element of the encounter has its element in FHIR."""
    data = cda(context=ENCOUNTER)
    found = only(data, "Encounter")
    assert found["status"] == "finished"
    assert found["class"]["code"] == "IMP"
    assert found["period"] == {"start": "2025-03-01", "end": "2025-03-03"}
    kinds = [one["type"][0]["coding"][0]["code"] for one in found["participant"]]
    assert kinds == ["ATND", "RESP"]
    assert found["participant"][0]["period"] == {"start": "2025-03-01"}
    disposition = found["hospitalization"]["dischargeDisposition"]
    assert disposition["coding"][0]["code"] == "01"
    place = referred(data, found["location"][0]["location"])
    assert place["name"] == "Ward"
    assert place["type"][0]["coding"][0]["code"] == "SA01"
    assert referred(data, found["serviceProvider"])["name"] == "CHU"


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ('<code code="EXTERNE" codeSystem="1.2.250.1.213.1.1.4.2.291"/>', "AMB"),
        ('<code code="EMER" codeSystem="2.16.840.1.113883.5.4"/>', "EMER"),
    ],
)
def test_the_class_is_one_of_v3(code: str, expected: str) -> None:
    """A French code outside ActCode becomes the class it is a kind of."""
    data = cda(
        context=f"<componentOf><encompassingEncounter>{code}</encompassingEncounter>"
        "</componentOf>"
    )
    assert only(data, "Encounter")["class"]["code"] == expected


def test_a_class_nobody_knows_says_why() -> None:
    """FHIR demands a class: masked is said to be masked, a CPT code is kept as type."""
    data = cda(
        context="<componentOf><encompassingEncounter>"
        '<code nullFlavor="MSK"/></encompassingEncounter></componentOf>'
    )
    found = only(data, "Encounter")
    assert found["class"]["extension"][0]["valueCode"] == "masked"
    assert found["status"] == "unknown"


def test_no_encounter_is_no_encounter() -> None:
    """A document without componentOf has no Encounter and no Location."""
    data = cda(context="")
    assert resources(data, "Encounter") == resources(data, "Location") == []


def test_a_place_that_says_nothing_is_no_location() -> None:
    """An empty healthCareFacility makes no resource."""
    data = cda(
        context="<componentOf><encompassingEncounter><location><healthCareFacility/>"
        "</location></encompassingEncounter></componentOf>"
    )
    assert resources(data, "Location") == []
    assert "location" not in only(data, "Encounter")
