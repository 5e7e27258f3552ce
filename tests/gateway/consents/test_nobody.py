"""A person without a record, a professional, a body that is no Parameters: one answer each."""

import json

import pytest

from mappings import ins
from mappings.submission import Identifier
from tests.gateway.consents.asking import (
    UNKNOWN,
    Json,
    Moving,
    observed,
    parameters,
    parts,
    team,
)

BODY = "1800299350001"
WHO = {"system": "urn:oid:1.2.250.1.71.4.2.1", "value": "899700990015"}
RULE = parameters(answer=("valueCode", "hold"))
CARER: Json = {
    "resourceType": "RelatedPerson",
    "patient": {"identifier": UNKNOWN},
    "identifier": [{"system": ins.NIR_TEST, "value": f"{BODY}{ins.key(BODY)}"}],
}
ACTS: dict[str, Json] = {
    "Consent/$new-code": parameters(),
    "Consent/$new-card": parameters(),
    "Consent/$block": parameters(who=("valueIdentifier", WHO)),
    "Consent/$unblock": parameters(who=("valueIdentifier", WHO)),
    "Consent/$intake": RULE,
    "Consent/$end-intake": RULE,
    "CareTeam": team(UNKNOWN, WHO, "CARE_TEAM"),
    "RelatedPerson": CARER,
    f"CareTeam/{'0' * 64}/$end": parameters(),
    f"CareTeam/{'0' * 64}/$confirm": parameters(),
    f"DocumentReference/{'0' * 64}/$review": parameters(
        decision=("valueCode", "accept")
    ),
}
LISTS = ("Consent/$codes", "Consent/$intake", "DocumentReference/$refused")


@pytest.fixture
def alone(moving: Moving) -> Moving:
    """Give a world in which ``nobody`` is a person without a record."""
    moving.introduce("nobody", Identifier(**UNKNOWN))
    return moving


def test_who_has_no_record_finds_and_keeps_nothing(alone: Moving) -> None:
    """Every act is answered 404 with the one body; every list is empty.

    Which quotas hold is said of the address: one that names a record has one more.
    """
    answers = [alone.post("nobody", path, body) for path, body in ACTS.items()]
    assert {each.status_code for each in answers} == {404}
    assert len({each.get_data() for each in answers}) == 1
    for named in (False, True):
        alike = [
            a for p, a in zip(ACTS, answers, strict=True) if ("0" * 64 in p) is named
        ]
        assert len({str(observed(each)) for each in alike}) == 1
    for path in LISTS:
        assert parts(alone.ask("nobody", f"/fhir/{path}").get_json(force=True)) == []
    held = alone.ask("nobody", "/fhir/DocumentReference/$held").get_json(force=True)
    assert held["total"] == 0
    revoked = alone.post("nobody", "Consent/$revoke-code", parameters())
    assert revoked.get_json(force=True)["parameter"][0]["valueInteger"] == 0


def test_nobody_acts_for_another_patient(alone: Moving) -> None:
    """A CareTeam or a RelatedPerson about somebody else: as for who is not there."""
    other = alone.patient("octave")
    about = team(other, WHO, "CARE_TEAM")
    carer = CARER | {"patient": {"identifier": other}}
    answers = [
        alone.post("solene", "CareTeam", about),
        alone.post("solene", "RelatedPerson", carer),
        alone.post("solene", "CareTeam", about | {"subject": {"identifier": UNKNOWN}}),
    ]
    assert {each.status_code for each in answers} == {404}
    assert len({str(observed(each)) for each in answers}) == 1


@pytest.mark.parametrize("path", sorted(set(ACTS) - {"CareTeam"}))
def test_a_professional_decides_nothing_here(alone: Moving, path: str) -> None:
    """What is the patient's to say is refused before any record is looked for."""
    assert alone.post("gp", path, ACTS[path]).status_code == 403


@pytest.mark.parametrize(
    "body",
    [
        {"resourceType": "Bundle"},
        {"resourceType": "Parameters", "parameter": {}},
        {"resourceType": "Parameters", "parameter": [[]]},
        {"resourceType": "Parameters", "parameter": [{"name": []}]},
        {"resourceType": "Parameters", "parameter": [{"name": "code"}]},
        {
            "resourceType": "Parameters",
            "parameter": [{"name": "x", "valueString": "x"}],
        },
        parameters(code=("valueString", "x"), patient=("valueString", "x")),
        parameters(code=("valueString", "x")),
        parameters(code=("valueString", "x"), patient=("valueIdentifier", {})),
        {
            "resourceType": "Parameters",
            "parameter": [{"name": "code", "valueString": "x", "part": [], "id": "1"}],
        },
        {
            "resourceType": "Parameters",
            "parameter": [{"name": "code", "valueString": "x"}] * 101,
        },
    ],
)
def test_what_is_not_understood_is_refused_with_its_place(
    moving: Moving, body: Json
) -> None:
    """Unknown, missing, of another type or too many: 400, before any record is found."""
    answer = moving.post("psychiatrist", "Consent/$present-code", body)
    issue = answer.get_json(force=True)["issue"][0]
    assert (answer.status_code, bool(issue["expression"])) == (400, True)


@pytest.mark.parametrize("content_type", ["text/plain", "application/pdf"])
def test_another_media_type_is_refused(moving: Moving, content_type: str) -> None:
    """Operations speak FHIR."""
    answer = moving.ask(
        "psychiatrist",
        "/fhir/Consent/$present-code",
        "POST",
        data=json.dumps(parameters()),
        content_type=content_type,
    )
    assert answer.status_code == 415


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("Consent/$intake", parameters(answer=("valueCode", "burn"))),
        (
            "Consent/$intake",
            parameters(answer=("valueCode", "hold"), category=("valueCode", "x")),
        ),
        ("DocumentReference/x/$review", parameters(decision=("valueCode", "burn"))),
        ("CareTeam", team(UNKNOWN, WHO, "CARE_TEAM", end="tomorrow")),
        ("CareTeam", team(UNKNOWN, WHO, "CARE_TEAM", end="2027-01-01T00:00:00")),
        ("RelatedPerson", CARER | {"extension": {}}),
        ("RelatedPerson", CARER | {"extension": [{"url": "x", "valueCode": "hiv"}]}),
        ("RelatedPerson", CARER | {"name": [{"text": 1}]}),
    ],
)
def test_a_word_that_is_not_known_here_is_refused(
    moving: Moving, path: str, body: Json
) -> None:
    """A decision, a subject or a date that is none: 400 and nothing is kept."""
    assert moving.post("solene", path, body).status_code == 400
