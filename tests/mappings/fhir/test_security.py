"""Security labels as submitted: every spelling is read, nothing unknown is ignored."""

import pytest

from mappings.fhir.security import (
    ACT_CODE,
    CONFIDENTIALITY,
    VISIBILITY,
    canonical,
    declared,
    tagged,
)
from mappings.submission import JsonObject

TYPO = VISIBILITY.replace("Statut", "Status")
MARK_OID, HL7_OID = "urn:oid:1.2.250.1.213.1.1.4.13", "urn:oid:2.16.840.1.113883.5.25"
J08_OID = "urn:oid:1.2.250.1.213.1.1.5.463"

READ = [
    (CONFIDENTIALITY, "N", "N"),
    (CONFIDENTIALITY, "V", "V"),
    (HL7_OID, "R", "R"),
    (TYPO, "N", "N"),
    (J08_OID, "R", "R"),
    (VISIBILITY, "MASQUE_PS", "MASQUE_PS"),
    (TYPO, "MASQUE_PS", "MASQUE_PS"),
    (MARK_OID, "INVISIBLE_PATIENT", "INVISIBLE_PATIENT"),
    (VISIBILITY, "INVISIBLE_REP_LEGAUX", "INVISIBLE_REPRESENTANTS_LEGAUX"),
    (VISIBILITY, "INVISIBLE_REPRENSANTS_LEGAUX", "INVISIBLE_REPRESENTANTS_LEGAUX"),
    (J08_OID, "INVISIBLE_REPRESENTANTS_LEGAUX", "INVISIBLE_REPRESENTANTS_LEGAUX"),
    (ACT_CODE, "HIV", "HIV"),
]
UNREAD: list[JsonObject] = [
    {"coding": [{"system": CONFIDENTIALITY, "code": "n"}]},
    {"coding": [{"system": CONFIDENTIALITY, "code": "R "}]},
    {"coding": [{"system": CONFIDENTIALITY, "code": "MASQUE_PS"}]},
    {"coding": [{"system": CONFIDENTIALITY.upper(), "code": "R"}]},
    {"coding": [{"system": VISIBILITY, "code": "masque_ps"}]},
    {"coding": [{"system": VISIBILITY, "code": "MASQUE_PSOCIAL"}]},
    {"coding": [{"system": "http://snomed.info/sct", "code": "17621005"}]},
    {"coding": [{"code": "R"}]},
    {"coding": [{"display": "Restreint"}]},
    {"coding": []},
    {"text": "Restreint"},
    {},
]


@pytest.mark.parametrize(("system", "code", "read"), READ)
def test_each_spelling_is_read_in_canonical_form(
    system: str, code: str, read: str
) -> None:
    """The systems and codes seen in French software all mean the canonical label."""
    owner = {"securityLabel": [{"coding": [{"system": system, "code": code}]}]}
    found = declared(owner, "securityLabel", "D")
    [(canonical_system, canonical_code)] = found.codings
    assert canonical_code == read
    assert canonical_system in {CONFIDENTIALITY, VISIBILITY, ACT_CODE}
    assert canonical(canonical_system, canonical_code) == (
        canonical_system,
        canonical_code,
    )
    assert {i.severity for i in found.issues} <= {"information"}


@pytest.mark.parametrize("concept", UNREAD)
def test_what_is_not_understood_is_an_error(concept: JsonObject) -> None:
    """Wrong case, spaces, text alone, display alone, unknown codes: refused, not ignored."""
    owner = {
        "securityLabel": [
            {"coding": [{"system": CONFIDENTIALITY, "code": "N"}]},
            concept,
        ]
    }
    found = declared(owner, "securityLabel", "D")
    [issue] = found.issues
    assert issue.severity == "error"
    assert issue.expression.startswith("D.securityLabel[1]")


def test_one_unknown_coding_among_known_ones_is_an_error() -> None:
    """A second coding of the same concept is a label too."""
    codings = [
        {"system": CONFIDENTIALITY, "code": "N"},
        {"system": "urn:x", "code": "R"},
    ]
    found = declared({"securityLabel": [{"coding": codings}]}, "securityLabel", "D")
    assert [i.expression for i in found.issues] == ["D.securityLabel[0].coding[1]"]


def test_labels_are_joined_from_everywhere_in_a_resource() -> None:
    """meta.security of the resource, of what it contains, and inline labels all count."""
    inline = {
        "url": "http://hl7.org/fhir/uv/security-label-ds4p/StructureDefinition/"
        "extension-inline-sec-label",
        "valueCoding": {"system": ACT_CODE, "code": "PSY"},
    }
    resource: JsonObject = {
        "meta": {"security": [{"system": CONFIDENTIALITY, "code": "N"}]},
        "contained": [
            {"meta": {"security": [{"system": CONFIDENTIALITY, "code": "V"}]}}
        ],
        "note": [{"text": "x", "extension": [inline]}],
    }
    found = tagged(resource, "D")
    assert set(found.codings) == {
        (CONFIDENTIALITY, "N"),
        (CONFIDENTIALITY, "V"),
        (ACT_CODE, "PSY"),
    }


def test_purpose_and_integrity_codes_are_left_out_aloud() -> None:
    """What HL7 allows in meta.security and restricts nobody is said to be left out."""
    reason = {
        "system": "http://terminology.hl7.org/CodeSystem/v3-ActReason",
        "code": "HTEST",
    }
    found = tagged({"meta": {"security": [reason]}}, "D")
    assert found.codings == ()
    assert [(i.severity, i.expression) for i in found.issues] == [
        ("information", "D.meta.security[0]")
    ]


def test_an_unknown_sensitivity_counts_as_restricted() -> None:
    """A code of v3-ActCode that no category has is never less than R."""
    found = tagged({"meta": {"security": [{"system": ACT_CODE, "code": "CEL"}]}}, "D")
    assert found.codings == ((CONFIDENTIALITY, "R"),)
    assert [i.severity for i in found.issues] == ["warning"]


@pytest.mark.parametrize(
    "coding", [{"system": "urn:x", "code": "R"}, {"display": "R"}, {}]
)
def test_a_tag_of_an_unknown_system_is_an_error(coding: JsonObject) -> None:
    """meta.security is a label field: it is held to the same rule."""
    found = tagged({"meta": {"security": [coding]}}, "D")
    assert [i.severity for i in found.issues] == ["error"]
