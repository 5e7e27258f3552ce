"""Who speaks in the registry of Consents: the person, who records for them, nobody else."""

import pytest

from gateway.identity.principal import RECORDER
from tests.gateway.consenting import (
    Json,
    bearer,
    consent,
    found,
    post,
    put,
    to_person,
)
from tests.gateway.registry import authorise, masked, record_of, sees, to_the_pharmacist
from tests.gateway.world import Software


@pytest.mark.parametrize("reader", ["gp", "dentist", "biologist", "tristan", "dpi"])
def test_a_restriction_is_never_readable_by_another(
    software: Software, reader: str
) -> None:
    """Treating doctor, team, author, another patient: as if it had never been said."""
    made = post(software, "solene", masked(software)).get_json(force=True)
    for path in ("", "/_history/1"):
        hidden = software.ask(reader, f"/fhir/Consent/{made['id']}{path}")
        absent = software.ask(reader, f"/fhir/Consent/{'0' * 64}{path}")
        assert (hidden.status, hidden.get_data()) == (absent.status, absent.get_data())
        assert hidden.status_code == 404
    assert found(software, reader, "solene") == []
    assert put(software, reader, made).status_code in {403, 404}


@pytest.mark.parametrize("reader", ["gp", "dentist", "corentine", "dpi"])
def test_nobody_else_speaks_for_the_person(software: Software, reader: str) -> None:
    """A professional, a structure, another person: 403, whoever is named as the patient."""
    answers = {
        (answer.status_code, answer.get_data())
        for answer in (
            post(software, reader, masked(software)),
            post(
                software,
                reader,
                masked(software)
                | {"patient": {"identifier": {"system": "urn:x", "value": "1"}}},
            ),
        )
    }
    assert {status for status, _ in answers} <= {403, 422}
    assert len(answers) == 1
    assert sees(software, "dentist")


def test_who_records_needs_the_task_and_a_code(software: Software) -> None:
    """With only one of the two, or for nobody known, the answer is the same 403."""
    scope = bearer(software, "psychiatrist", scope=f"openid {RECORDER}")
    sent = to_the_pharmacist("solene")
    nobody = sent | {"patient": {"reference": "Patient/" + "0" * 32}}
    without = [
        post(software, "psychiatrist", each, Authorization=scope)
        for each in (sent, nobody)
    ]
    authorise(software, "psychiatrist", "solene")
    without.append(post(software, "psychiatrist", sent))
    assert {(each.status_code, each.get_data()) for each in without} == {
        (403, without[0].get_data())
    }
    made = post(software, "psychiatrist", sent, Authorization=scope)
    assert made.status_code == 201
    path = f"/fhir/Consent/{made.get_json(force=True)['id']}"
    headers = {"Authorization": scope}
    assert software.ask("psychiatrist", path, headers=headers).status_code == 404
    assert software.ask("solene", path).status_code == 200


def test_who_recorded_a_consent_can_change_it_and_no_other(software: Software) -> None:
    """What the person said in the app is not the recorder's to change."""
    authorise(software, "psychiatrist", "solene")
    scope = bearer(software, "psychiatrist", scope=RECORDER)
    sent = to_the_pharmacist("solene")
    mine = post(software, "psychiatrist", sent, Authorization=scope)
    theirs = post(software, "solene", sent).get_json(force=True)
    held = mine.get_json(force=True) | {"status": "inactive"}
    assert put(software, "psychiatrist", held, Authorization=scope).status_code == 200
    assert put(software, "psychiatrist", theirs, Authorization=scope).status_code == 404


@pytest.mark.parametrize("to", ["psychiatrist", "everybody"])
def test_who_records_opens_nothing_to_himself(software: Software, to: str) -> None:
    """A permission that speaks of the recorder is not taken from his hand."""
    authorise(software, "psychiatrist", "solene")
    scope = bearer(software, "psychiatrist", scope=RECORDER)
    provision: Json = {"type": "permit"}
    if to != "everybody":
        provision["actor"] = [to_person(to)]
    sent = consent("solene", provision)
    answer = post(software, "psychiatrist", sent, Authorization=scope)
    assert answer.status_code == 403


@pytest.mark.parametrize(
    ("patient", "status"),
    [
        ({"reference": "own"}, 201),
        ({"identifier": {"system": ["x"], "value": {}}}, 422),
        ({"identifier": "x"}, 422),
        ({"reference": "Patient/" + "1" * 32}, 403),
        ({"reference": 7}, 422),
        ({"reference": "own", "identifier": {"system": "urn:x", "value": "1"}}, 422),
        ({}, 422),
    ],
)
def test_the_patient_is_the_person_of_the_record(
    software: Software, patient: Json, status: int
) -> None:
    """Named by reference or by INS, not by both; another record is another's: 403."""
    with software.services.store.unit() as connection:
        own = f"Patient/{record_of(software, 'solene', connection).patient_id}"
    if patient.get("reference") == "own":
        patient = patient | {"reference": own}
    sent = masked(software) | {"patient": patient}
    assert post(software, "solene", sent).status_code == status
