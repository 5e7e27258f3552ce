"""The validators see what is wrong, and what we send is right for them."""

import json
from pathlib import Path

import pytest

from gateway.demo.world.load import load
from mappings.fhir.shape import check
from mappings.submission import JsonObject
from tests.gateway.world import Software, seeded
from tests.interop.validators import Validators
from tests.mappings.xdm.media import Lot, medium
from tests.shared_material import REPOSITORY

LOCK = REPOSITORY / "tests" / "interop" / "package-lock.json"
WORLD = load()
READERS = sorted(WORLD.readers)


@pytest.fixture(scope="module")
def software(tmp_path_factory: pytest.TempPathFactory) -> Software:
    """Give one world for all answers."""
    return Software(seeded(tmp_path_factory.mktemp("world")))


def wrong(validators: Validators, resource: JsonObject) -> list[object]:
    """Return what three validators find wrong: both of Node, and fhir.resources."""
    ours = [
        one for one in check(resource, "Resource") if one.severity in {"error", "fatal"}
    ]
    return [*validators.judge(resource), *ours]


def test_both_validators_see_an_unknown_element_and_a_wrong_date(
    validators: Validators,
) -> None:
    """The test below can fail: each validator finds both, and names the place."""
    found = validators.judge(
        {"resourceType": "Patient", "birthDate": "x", "gendr": "male"}
    )
    assert {(each.validator, each.place) for each in found} == {
        ("medplum", "Patient.birthDate"),
        ("medplum", "Patient.gendr"),
        ("fhir", "Patient.birthDate"),
        ("fhir", "Patient.gendr"),
    }


@pytest.mark.parametrize("reader", READERS)
def test_every_answer_to_a_search_is_valid(
    validators: Validators, software: Software, reader: str
) -> None:
    """Documents, sets and the person, as each persona is answered, for each patient."""
    for patient in WORLD.patients.values():
        token = f"{patient.identifier.system}|{patient.identifier.value}"
        for query in (
            f"DocumentReference?patient.identifier={token}&_count=200",
            f"List?patient.identifier={token}&_count=200",
            f"Patient?identifier={token}",
        ):
            answer = software.ask(reader, f"/fhir/{query}")
            assert wrong(validators, answer.get_json(force=True)) == []


def test_what_is_said_about_the_gateway_and_of_errors_is_valid(
    validators: Validators, software: Software
) -> None:
    """The CapabilityStatement, a refusal, the answer to a deposit."""
    answers = [
        software.client.get("/fhir/metadata"),
        software.ask("gp", "/fhir/DocumentReference/unknown"),
        software.ask("gp", "/fhir/DocumentReference?colour=red"),
        software.ask(
            "gp", "/xdm", "POST", data=medium(Lot()), content_type="application/zip"
        ),
    ]
    kinds = set()
    for each in answers:
        resource = each.get_json(force=True)
        kinds.add(resource["resourceType"])
        assert wrong(validators, resource) == []
    assert kinds == {"Bundle", "CapabilityStatement", "OperationOutcome"}


def test_the_lock_pins_everything_and_names_no_place() -> None:
    """Each package has its version and, but for bundled ones, its hash; no address."""
    text = LOCK.read_text("utf-8")
    packages = json.loads(text)["packages"]
    wanted = json.loads(LOCK.with_name("package.json").read_text("utf-8"))
    assert packages.pop("")["dependencies"] == wanted["dependencies"]
    loose = [
        Path(name).name
        for name, each in packages.items()
        if not (each["version"] and (each.get("integrity") or each.get("inBundle")))
    ]
    assert loose == []
    assert "://" not in text
