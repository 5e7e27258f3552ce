"""Privacy annotations of entries become security labels, never findings."""

from mappings.cda.to_fhir.entries import privacy
from tests.mappings.cda.to_fhir.entries import clinical

_LEVEL = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality"
_ACT_CODE = "http://terminology.hl7.org/CodeSystem/v3-ActCode"


def test_an_annotated_problem_carries_its_labels() -> None:
    """The level and the reason of an annotation stand in meta.security."""
    (condition,) = clinical.case("privacy").derived
    assert condition.resource["meta"]["security"] == [
        {"system": _LEVEL, "code": "V"},
        {"system": _ACT_CODE, "code": "HIV"},
    ]


def test_of_two_levels_the_higher_stays() -> None:
    """A label can only raise what the document says already."""
    for before, said, after in (("N", "R", "R"), ("V", "R", "V")):
        resource = {"meta": {"security": [{"system": _LEVEL, "code": before}]}}
        privacy.mark(resource, ({"system": _LEVEL, "code": said},))
        assert resource["meta"]["security"] == [{"system": _LEVEL, "code": after}]


def test_a_protected_reason_protects_the_medicine_it_explains() -> None:
    """What protects a part protects the resource that the part went into."""
    label = """<entryRelationship typeCode="COMP"><organizer moodCode="DEF"><component>
    <observation moodCode="DEF"><code code="SECCLASSOBS"/><value xsi:type="CE" code="R"/>
    </observation></component></organizer></entryRelationship>"""
    reason = f"""<entryRelationship typeCode="RSON"><observation moodCode="EVN">
    <templateId root="2.16.840.1.113883.10.20.22.4.19"/>
    <value xsi:type="CD" code="F20" codeSystem="2.16.840.1.113883.6.3"/>{label}
    </observation></entryRelationship>"""
    entry = f'<entry><substanceAdministration moodCode="EVN">{reason}'
    section = f"<section>{entry}</substanceAdministration></entry></section>"
    (medicine,) = clinical.mapped(clinical.document(section))[0].derived
    assert medicine.resource["reasonCode"][0]["coding"][0]["code"] == "F20"
    assert medicine.resource["meta"]["security"] == [{"system": _LEVEL, "code": "R"}]
