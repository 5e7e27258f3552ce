"""Who the patient is: the INS, the trap of the insured person's number, the names."""

import pytest

from mappings.fhir.identity import contradict, traits_of, without_traits
from mappings.fhir.references import Found
from mappings.submission import Identifier, JsonObject, Traits
from tests.mappings.fhir.deposits import (
    INS,
    OTHER_INS,
    changed,
    document_reference,
    identifier,
    patient,
    simplified,
)
from tests.mappings.fhir.reading import places, read, refusal


def who(resource: JsonObject) -> Traits:
    """Return the traits of this Patient."""
    return traits_of(Found(resource, "P"))


def test_traits_are_those_of_birth_and_those_in_use() -> None:
    """Birth family name, every birth first name, and the names in use, each apart."""
    found = who(patient())
    assert (found.family, found.given) == ("ORMEAU", ("ALIX", "MARIE"))
    assert (found.used_family, found.used_given) == ("TREMBLE", "SASHA")
    assert (found.birth_date, found.gender, found.place) == (
        "1984-05-21",
        "female",
        "P",
    )
    assert found.identifiers == (INS, Identifier("urn:oid:1.2.3", "7"))


def test_one_name_without_use_is_the_birth_name() -> None:
    """A plain name is taken as the official one; an old or nick name never is."""
    plain = {"family": "ORMEAU", "given": ["ALIX", "MARIE"]}
    names = [{"use": "old", "family": "X"}, {"use": "nickname", "given": ["Y"]}, plain]
    assert who(patient(name=names)).given == ("ALIX", "MARIE")
    assert who(patient(name=names[:2])).family == ""


def test_the_number_of_the_insured_person_is_no_ins() -> None:
    """Type NH under the system of the INS is somebody's insurance, often a parent's."""
    assert who(patient(identifier=[identifier("NH")])).identifiers == ()


def test_a_former_identifier_is_not_used() -> None:
    """An identifier marked old does not denote the person any more."""
    old = identifier("INS-NIR-TEST") | {"use": "old"}
    assert who(patient(identifier=[old])).identifiers == ()


def test_an_identifier_without_a_value_is_not_used() -> None:
    """A system alone denotes nobody."""
    assert who(patient(identifier=[{"system": INS.system}])).identifiers == ()


def test_an_nss_alone_is_refused() -> None:
    """A deposit that only gives the insurance number names no patient."""
    request = simplified(
        subject={"identifier": identifier("NH")}, context={"event": []}
    )
    request = request | {"contained": [patient(identifier=[identifier("NH")])]}
    request = changed(
        request, "context", {"sourcePatientInfo": {"reference": "#patient"}}
    )
    assert places(refusal(request)) == ["DocumentReference.subject"]


@pytest.mark.parametrize(
    "subject",
    [
        {"identifier": identifier("INS-NIR-TEST")},
        {"identifier": {"system": INS.system, "value": INS.value}},
        {"reference": f"Patient?identifier={INS.system}|{INS.value}"},
        {"reference": "#patient"},
    ],
)
def test_the_subject_may_be_named_in_several_ways(subject: JsonObject) -> None:
    """By identifier, by conditional reference, by a contained Patient."""
    request = changed(simplified(subject=subject), "context.sourcePatientInfo", None)
    assert INS in read(request).value.patient.identifiers


def test_subject_and_source_must_agree() -> None:
    """Two INS in one request are two people: refused."""
    other = identifier("INS-NIR-TEST", OTHER_INS.value)
    refused = refusal(simplified(subject={"identifier": other}))
    assert refused.status == 422
    assert places(refused) == ["DocumentReference.subject"]


def test_identifiers_contradict_only_under_one_system() -> None:
    """A local number beside an INS is no contradiction."""
    local = Identifier("urn:oid:1.2.3", "7")
    assert not contradict([INS], [local])
    assert not contradict([INS, local], [local, OTHER_INS, INS])
    assert contradict([INS], [OTHER_INS])


def test_metadata_are_kept_without_the_names() -> None:
    """Names, sex, birth date, narrative and displays do not stay in the metadata."""
    resource = document_reference() | {"text": {"div": "ORMEAU"}}
    resource["subject"]["display"] = "ALIX ORMEAU"
    resource["context"]["sourcePatientInfo"]["display"] = "ALIX ORMEAU"
    kept = repr(without_traits(resource))
    for told in ("ORMEAU", "TREMBLE", "ALIX", "female", "1984"):
        assert told not in kept
    assert INS.value in kept
