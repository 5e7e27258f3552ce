"""What is made of documents is right for others' validators, whole and in part."""

import pytest

from gateway.demo.world.load import load
from mappings.fhir.shape import check
from mappings.submission import JsonObject
from tests.gateway.world import Software, seeded
from tests.interop.validators import Validators

WORLD = load()


@pytest.fixture(scope="module")
def software(tmp_path_factory: pytest.TempPathFactory) -> Software:
    """Give one world for all answers."""
    return Software(seeded(tmp_path_factory.mktemp("world")))


def wrong(validators: Validators, resource: JsonObject) -> list[object]:
    """Return what three validators find wrong: both of Node, and fhir.resources."""
    ours = [each for each in check(resource, "Resource") if each.severity == "error"]
    return [*validators.judge(resource), *ours]


@pytest.mark.parametrize("patient", sorted(WORLD.patients))
def test_everything_is_valid(
    validators: Validators, software: Software, patient: str
) -> None:
    """All that the patient and the GP are given of a record, and each FHIR document."""
    identifier = WORLD.patients[patient].identifier
    token = f"{identifier.system}|{identifier.value}"
    for reader in (patient, "gp"):
        person = software.ask(reader, f"/fhir/Patient?identifier={token}")
        entries = person.get_json(force=True).get("entry", [])
        for record in (each["resource"]["id"] for each in entries):
            answer = software.ask(reader, f"/fhir/Patient/{record}/$everything")
            bundle = answer.get_json(force=True)
            assert wrong(validators, bundle) == []
            kinds = [each["resource"] for each in bundle["entry"]]
            for each in kinds:
                if each["resourceType"] == "Composition":
                    path = f"/fhir/Composition/{each['id']}/$document"
                    made = software.ask(reader, path).get_json(force=True)
                    assert wrong(validators, made) == []


@pytest.mark.parametrize("kind", ["AuditEvent", "Provenance"])
@pytest.mark.parametrize("patient", ["tristan", "inaya"])
def test_what_is_said_of_it_is_valid(
    validators: Validators, software: Software, patient: str, kind: str
) -> None:
    """The log of a record with refusals and deposits in it, and every Provenance."""
    identifier = WORLD.patients[patient].identifier
    token = f"{identifier.system}|{identifier.value}"
    software.ask("psychiatrist", f"/fhir/Binary/{software.id_of('ankle-visit')}")
    path = f"/fhir/{kind}?patient.identifier={token}&_count=200"
    bundle = software.ask(patient, path).get_json(force=True)
    assert bundle["total"] > 0
    assert wrong(validators, bundle) == []


@pytest.mark.parametrize("query", ["_summary=true", "_elements=code", "_summary=data"])
def test_a_part_is_valid(
    validators: Validators, software: Software, query: str
) -> None:
    """What is left out leaves a resource that is still one."""
    identifier = WORLD.patients["tristan"].identifier
    token = f"{identifier.system}|{identifier.value}"
    for kind in ("DocumentReference", "List", "Condition", "Observation"):
        path = f"/fhir/{kind}?patient.identifier={token}&{query}"
        answer = software.ask("tristan", path)
        assert wrong(validators, answer.get_json(force=True)) == []
