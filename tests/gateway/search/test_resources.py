"""Resources made from documents: found and read, complete in themselves, as given."""

import json
from typing import Any

import pytest

from gateway.search import definitions
from mappings.fhir import shape
from tests.gateway.world import Software, seeded

Json = dict[str, Any]


@pytest.fixture(scope="module")
def still(tmp_path_factory: pytest.TempPathFactory) -> Software:
    """Give one world for all tests that change nothing."""
    return Software(seeded(tmp_path_factory.mktemp("resources")))


def found(
    software: Software, reader: str, kind: str, patient: str = "", more: str = ""
) -> list[Json]:
    """Return the resources of a type that a persona finds."""
    identifier = software.world.patients[patient or reader].identifier
    token = f"{identifier.system}|{identifier.value}"
    path = f"/fhir/{kind}?patient.identifier={token}{more}"
    bundle = software.ask(reader, path).get_json(force=True)
    entries = [each["resource"] for each in bundle.get("entry", [])]
    assert bundle["total"] >= len(entries)
    return entries


def test_the_conditions_of_a_record_are_found_by_code(still: Software) -> None:
    """A code with its system, as any client asks for it."""
    more = "&code=http://hl7.org/fhir/sid/icd-10|Z72.0"
    [each] = found(still, "tristan", "Condition", more=more)
    assert each["code"]["coding"][0]["code"] == "Z72.0"
    assert each["subject"]["reference"].startswith("Patient/")


def test_observations_are_found_by_date_and_in_order(still: Software) -> None:
    """``_sort`` by any date of the type; the bound holds."""
    later = found(still, "tristan", "Observation", more="&date=ge2000&_sort=date")
    dates = [each.get("effectiveDateTime", "") for each in later]
    assert dates
    assert dates == sorted(dates)
    assert not found(still, "tristan", "Observation", more="&date=lt2000")


@pytest.mark.parametrize("kind", sorted(definitions.load()))
def test_each_is_fhir_and_complete_in_itself(still: Software, kind: str) -> None:
    """Valid R4; every reference leads to the gateway or to what is contained."""
    for patient in ("tristan", "solene", "inaya", "octave"):
        for each in found(still, patient, kind):
            assert shape.check(each, kind) == ()
            assert each["meta"]["security"]
            assert '"reference": "urn:' not in json.dumps(each)
            for inner in each.get("contained", []):
                assert "meta" not in inner
                assert f'"#{inner["id"]}"' in json.dumps(each)


def test_what_was_found_is_read(still: Software) -> None:
    """By the id of the search, with the same content and a version."""
    for each in found(still, "tristan", "Condition"):
        answer = still.ask("tristan", f"/fhir/Condition/{each['id']}")
        assert answer.get_json(force=True) == each
        assert answer.headers["ETag"] == 'W/"1"'
        other = still.ask("tristan", f"/fhir/Observation/{each['id']}")
        assert other.status_code == 404


def test_pages_hold_each_once(still: Software) -> None:
    """A walk by links of one each meets all that one page of all holds."""
    whole = [each["id"] for each in found(still, "tristan", "Observation")]
    identifier = still.world.patients["tristan"].identifier
    token = f"{identifier.system}|{identifier.value}"
    path, met = f"/fhir/Observation?patient.identifier={token}&_count=2", []
    while path:
        bundle = still.ask("tristan", path).get_json(force=True)
        assert bundle["total"] == len(whole)
        met += [each["resource"]["id"] for each in bundle["entry"]]
        links = {each["relation"]: each["url"] for each in bundle["link"]}
        path = (
            "/fhir/" + links["next"].partition("/fhir/")[2] if "next" in links else ""
        )
    assert met == whole


def test_every_document_seen_has_one_composition(still: Software) -> None:
    """What is found is exactly what stands in documents that may be seen."""
    for reader, patient in (
        ("dentist", "solene"),
        ("gp", "inaya"),
        ("tristan", "tristan"),
    ):
        sources = {
            each["meta"]["source"].partition("/")[2]
            for each in found(still, reader, "Composition", patient)
        }
        bundle = still.search(reader, patient, "&_count=200").get_json(force=True)
        seen = {each["resource"]["id"] for each in bundle.get("entry", [])}
        assert sources <= seen


@pytest.mark.parametrize("kind", ["Condition", "Observation"])
def test_a_search_needs_a_person(still: Software, kind: str) -> None:
    """No search over several records."""
    assert still.ask("gp", f"/fhir/{kind}").status_code == 400
    assert still.ask("gp", f"/fhir/{kind}?code=Z21").status_code == 400


@pytest.mark.parametrize(
    "query",
    ["date=hier", "_sort=code", "_sort=-nothing", "_id=a_b", "subject=x", "code="],
)
def test_what_is_not_understood_is_refused(still: Software, query: str) -> None:
    """400: a filter ignored would give more than was asked for."""
    identifier = still.world.patients["tristan"].identifier
    token = f"{identifier.system}|{identifier.value}"
    path = f"/fhir/Observation?patient.identifier={token}&{query}"
    assert still.ask("tristan", path).status_code == 400
