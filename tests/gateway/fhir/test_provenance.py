"""Where documents and facts come from: for what a reader sees, and for nothing else."""

from typing import Any

from tests.gateway.fhir.test_audit_events import MINOR, MOTHER, found, token
from tests.gateway.world import Software

Json = dict[str, Any]

PATIENT = "tristan"


def targets(software: Software, reader: str, patient: str = PATIENT) -> set[str]:
    """Return what the Provenances of a reader are about."""
    every = found(software, reader, patient, "Provenance")
    return {each["target"][0]["reference"] for each in every}


def test_everything_a_reader_sees_has_one(still: Software) -> None:
    """Each document, superseded or not, and each fact of current ones; nothing else."""
    for reader in (PATIENT, "gp", "dentist"):
        person = f"patient.identifier={token(still, PATIENT)}"
        record = still.ask(reader, f"/fhir/Patient?identifier={token(still, PATIENT)}")
        bundle = record.get_json(force=True)
        public_id = bundle["entry"][0]["resource"]["id"]
        path = f"/fhir/Patient/{public_id}/$everything"
        whole = still.ask(reader, path).get_json(force=True)
        seen = {
            f"{e['resource']['resourceType']}/{e['resource']['id']}"
            for e in whole["entry"]
            if e["resource"]["resourceType"] not in ("Patient", "List")
        }
        assert targets(still, reader) == seen, person


def test_a_provenance_names_author_gateway_and_source(still: Software) -> None:
    """Of a fact: the document, and its place for who gets the original."""
    condition = found(still, PATIENT, PATIENT, "Condition")[0]
    name = f"Condition/{condition['id']}"
    (own,) = found(still, PATIENT, PATIENT, "Provenance", target=name)
    kinds = [each["type"]["coding"][0]["code"] for each in own["agent"]]
    assert kinds == ["author", "assembler"]
    assert own["agent"][0]["who"]["identifier"]["value"]
    inside = {f"#{each['id']}" for each in own["contained"]}
    assert {each["who"]["reference"] for each in own["agent"]} <= inside
    (source,) = own["entity"]
    assert source["what"]["reference"] == condition["meta"]["source"]
    assert source["what"]["display"].startswith("/")
    read = still.ask(PATIENT, f"/fhir/Provenance/{own['id']}")
    assert read.get_json(force=True) == own


def test_a_place_is_told_with_originals_only(still: Software) -> None:
    """A reader of renditions is not told where: places would count what is left out."""
    for each in found(still, "dentist", PATIENT, "Provenance"):
        assert "display" not in each["entity"][0]["what"]


def test_hidden_and_absent_are_one_answer(still: Software) -> None:
    """The Provenance of what a reader may not see is not there, nor found by its target."""
    hidden = targets(still, MINOR, MINOR) - targets(still, MOTHER, MINOR)
    assert hidden
    never = still.ask(MOTHER, f"/fhir/Provenance/{'0' * 64}")
    for each in found(still, MINOR, MINOR, "Provenance"):
        name = each["target"][0]["reference"]
        if name in hidden:
            assert found(still, MOTHER, MINOR, "Provenance", target=name) == []
            there = still.ask(MOTHER, f"/fhir/Provenance/{each['id']}")
            assert (there.status_code, there.get_data()) == (404, never.get_data())


def test_provenances_are_searched(still: Software) -> None:
    """By agent, its type, entity and date."""
    one = found(still, PATIENT, PATIENT, "Provenance")[0]
    source = one["entity"][0]["what"]["reference"]
    for name, some, none in (
        ("agent.identifier", one["agent"][0]["who"]["identifier"]["value"], "0"),
        ("agent-type", "assembler", "verifier"),
        ("entity", source, "DocumentReference/0"),
        ("recorded", "ge2020", "lt2020"),
    ):
        assert found(still, PATIENT, PATIENT, "Provenance", **{name: some})
        assert found(still, PATIENT, PATIENT, "Provenance", **{name: none}) == []
