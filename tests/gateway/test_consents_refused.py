"""What the registry of Consents refuses, and by which place."""

from dataclasses import replace

import pytest

from tests.gateway.consenting import (
    WORLD,
    Json,
    about,
    bearer,
    consent,
    found,
    patient_of,
    post,
)
from tests.gateway.registry import (
    masked,
)
from tests.gateway.world import Software


@pytest.mark.parametrize(
    ("changed", "expression"),
    [
        ({"status": "unknown"}, "Consent.status"),
        ({"policy": [{"uri": "urn:another"}]}, "Consent.policy[0].uri"),
        ({"policy": []}, "Consent.policy"),
        ({"verification": [{"verified": True}]}, "Consent.verification"),
        ({"provision": {"type": "maybe"}}, "Consent.provision.type"),
        ({"provision": {"type": "deny", "class": []}}, "Consent.provision.class"),
        (
            {"provision": {"type": "deny", "data": [about("0" * 64)]}},
            "Consent.provision.data[0].reference.reference",
        ),
    ],
)
def test_what_cannot_be_kept_to_is_refused_by_its_place(
    software: Software, changed: Json, expression: str
) -> None:
    """422 with the FHIRPath, and nothing is kept."""
    before = len(found(software, "solene", "solene"))
    answer = post(software, "solene", masked(software) | changed)
    assert answer.status_code == 422
    issue = answer.get_json(force=True)["issue"][0]
    assert issue["expression"] == [expression]
    assert len(found(software, "solene", "solene")) == before


def test_what_is_missing_is_named_all_at_once(software: Software) -> None:
    """A Consent that is hardly begun: one answer with every element it needs."""
    patient = patient_of("solene")
    sent = {"resourceType": "Consent", "patient": patient, "provision": {"data": []}}
    answer = post(software, "solene", sent)
    assert answer.status_code == 422
    issues = answer.get_json(force=True)["issue"]
    assert {each["code"] for each in issues} == {"required"}
    names = "status scope category dateTime performer organization policy source"
    wanted = [f"Consent.{each}" for each in [*names.split(), "provision.type"]]
    assert [each["expression"] for each in issues] == [[each] for each in wanted]


def test_a_document_of_another_is_no_document(software: Software) -> None:
    """Naming a document of another record is naming nothing."""
    sent = consent(
        "solene", {"type": "deny", "data": [about(software.id_of("hiv-lab", "gp"))]}
    )
    assert post(software, "solene", sent).status_code == 422


def test_a_large_consent_is_not_read(software: Software) -> None:
    """More than 64 KB is refused before it is parsed."""
    sent = masked(software) | {"text": {"status": "generated", "div": "x" * 70_000}}
    assert post(software, "solene", sent).status_code == 413


def test_an_open_record_of_another_state_takes_none(software: Software) -> None:
    """A person without a record gets the answer of whoever may not speak."""
    stranger = replace(WORLD.patients["solene"].identifier, value="1")
    header = bearer(
        software, "solene", ins={"system": stranger.system, "value": stranger.value}
    )
    answer = post(software, "solene", masked(software), Authorization=header)
    assert answer.status_code == 403
