"""Documents and sets are found by what the reader is shown of them (MHD, PDSm)."""

from typing import Any

import pytest

from gateway.search.matching import folded
from labels import fhir
from labels.codes import Mark
from labels.label import Label
from tests.gateway.world import Software, seeded

Json = dict[str, Any]

PATIENT = "tristan"


@pytest.fixture(scope="module")
def still(tmp_path_factory: pytest.TempPathFactory) -> Software:
    """Give one world for all tests that change nothing."""
    return Software(seeded(tmp_path_factory.mktemp("shown")))


def ask(software: Software, kind: str, query: str, reader: str = PATIENT) -> Json:
    """Return the Bundle of a search in one record."""
    identifier = software.world.patients[PATIENT].identifier
    record = f"patient.identifier={identifier.system}|{identifier.value}"
    answer = software.ask(reader, f"/fhir/{kind}?{record}&{query}")
    assert answer.status_code == 200, query
    found: Json = answer.get_json(force=True)
    return found


def families(resource: Json) -> set[str]:
    """Return the family names in what a resource contains, but the patient's."""
    return {
        folded(name["family"])
        for each in resource["contained"]
        if each["resourceType"] == "Practitioner"
        for name in each["name"]
    }


def test_documents_are_found_by_the_name_of_an_author(still: Software) -> None:
    """From its start, without regard to case or accents; the patient's name is none."""
    everything = ask(still, "DocumentReference", "_count=200")["entry"]
    named = set().union(*(families(each["resource"]) for each in everything))
    family = min(named)
    found = ask(still, "DocumentReference", f"author.family={family[:4].upper()}")
    assert 0 < found["total"] <= len(everything)
    assert all(family in families(each["resource"]) for each in found["entry"])
    own = still.world.patients[PATIENT].traits.family
    assert ask(still, "DocumentReference", f"author.family={own}")["total"] == 0


@pytest.mark.parametrize(
    ("kind", "query"),
    [
        ("DocumentReference", "creation=ge2000"),
        ("DocumentReference", "period=ge2000"),
        ("DocumentReference", "period-start=ge2000"),
        ("DocumentReference", "security-label=N,R,V"),
        ("List", "sourceId=urn:ietf:rfc:3986|"),
        ("List", "designationType=none"),
    ],
)
def test_each_parameter_narrows(still: Software, kind: str, query: str) -> None:
    """Never more than without it, and page and total agree."""
    whole = ask(still, kind, "_count=200")["total"]
    part = ask(still, kind, f"{query}&_count=200")
    assert len(part.get("entry", [])) == part["total"] <= whole


def test_pages_hold_each_once(still: Software) -> None:
    """A walk by links of one each meets all, in the same order."""
    query = "security-label=N,R,V"
    whole = [
        each["resource"]["id"]
        for each in ask(still, "DocumentReference", f"{query}&_count=200")["entry"]
    ]
    bundle, met = ask(still, "DocumentReference", f"{query}&_count=1"), []
    while True:
        met += [each["resource"]["id"] for each in bundle["entry"]]
        links = {each["relation"]: each["url"] for each in bundle["link"]}
        if "next" not in links:
            break
        path = "/fhir/" + links["next"].partition("/fhir/")[2]
        bundle = still.ask(PATIENT, path).get_json(force=True)
    assert met == whole
    assert len(whole) > 1


def test_a_mark_is_found_by_the_patient_alone(software: Software) -> None:
    """A search by a label matches what is shown: a mask tells nobody else of itself."""
    document = software.id_of("hiv-consultation")
    for reader in ("gp", "infectiologist"):
        found = ask(software, "DocumentReference", "security-label=MASQUE_PS", reader)
        assert found["total"] == 0
    mask = fhir.security_label(Label(marks=frozenset({Mark.MASQUE_PS})))[1]
    body = [{"op": "add", "path": "/securityLabel/-", "value": mask}]
    answer = software.ask(
        PATIENT,
        f"/fhir/DocumentReference/{document}",
        "PATCH",
        json=body,
        content_type="application/json-patch+json",
    )
    assert answer.status_code == 200
    assert ask(software, "DocumentReference", "security-label=MASQUE_PS")["total"] == 1
    for reader in ("gp", "infectiologist"):
        found = ask(software, "DocumentReference", "security-label=MASQUE_PS", reader)
        assert found["total"] == 0
