"""Versions of a document: one for each replacement seen; no mask makes one."""

import json
from typing import Any

import pytest
from werkzeug.test import TestResponse

from labels import fhir
from labels.codes import Mark
from labels.label import Label
from mappings.fhir import shape
from tests.gateway.world import Software

Json = dict[str, Any]

MASK = fhir.security_label(Label(marks=frozenset({Mark.MASQUE_PS})))[1]
PATIENT = "tristan"


def get(software: Software, reader: str, path: str) -> TestResponse:
    """Read below DocumentReference."""
    return software.ask(reader, f"/fhir/DocumentReference/{path}")


def mask(software: Software, document: str) -> None:
    """Mask a document, as the patient."""
    body = json.dumps([{"op": "add", "path": "/securityLabel/-", "value": MASK}])
    answer = software.ask(
        PATIENT,
        f"/fhir/DocumentReference/{document}",
        "PATCH",
        data=body,
        content_type="application/json-patch+json",
    )
    assert answer.status_code == 200


def versions(software: Software, reader: str, document: str) -> list[Json]:
    """Return the versions in a history, the present one first."""
    bundle: Json = get(software, reader, f"{document}/_history").get_json(force=True)
    assert bundle["total"] == len(bundle["entry"])
    return [each["resource"] for each in bundle["entry"]]


def test_each_replacement_makes_a_version(still: Software) -> None:
    """The history ends with what a read gives, and each version is read by itself."""
    document = still.id_of("hiv-lab")
    found = versions(still, PATIENT, document)
    assert [e["meta"]["versionId"] for e in found] == ["2", "1"]
    assert [e["status"] for e in found] == ["superseded", "current"]
    assert found[0]["meta"]["lastUpdated"] > found[1]["meta"]["lastUpdated"]
    read = get(still, PATIENT, document)
    assert read.get_json(force=True) == found[0]
    for each in found:
        number = each["meta"]["versionId"]
        answer = get(still, PATIENT, f"{document}/_history/{number}")
        assert answer.get_json(force=True) == each
        assert answer.headers["ETag"] == f'W/"{number}"'


def test_a_history_is_fhir(still: Software) -> None:
    """A Bundle of type history that says how each version came to be."""
    document = still.id_of("hiv-lab")
    bundle = get(still, PATIENT, f"{document}/_history").get_json(force=True)
    assert shape.check(bundle, "Bundle") == ()
    assert [e["request"]["method"] for e in bundle["entry"]] == ["PUT", "POST"]


def test_a_mask_makes_no_version(software: Software) -> None:
    """The labels of today stand beside every version; none is added, none changes."""
    document = software.id_of("hiv-lab")
    before = versions(software, PATIENT, document)
    mask(software, document)
    after = versions(software, PATIENT, document)
    for old, new in zip(before, after, strict=True):
        assert new["meta"]["versionId"] == old["meta"]["versionId"]
        assert new["meta"]["lastUpdated"] == old["meta"]["lastUpdated"]
        assert MASK in new["securityLabel"]


def test_a_replacement_that_is_hidden_makes_no_version(software: Software) -> None:
    """Who may not see the newer one sees the older as if nothing had replaced it."""
    older, newer = software.id_of("hiv-lab"), software.id_of("hiv-lab-corrected")
    reader = "dentist"
    assert len(versions(software, reader, older)) == 2
    mask(software, newer)
    [only] = versions(software, reader, older)
    assert (only["meta"]["versionId"], only["status"]) == ("1", "current")
    hidden = get(software, reader, f"{older}/_history/2")
    never = get(software, reader, f"{older}/_history/9")
    assert (hidden.status_code, hidden.get_data()) == (404, never.get_data())
    assert len(versions(software, PATIENT, older)) == 2


@pytest.mark.parametrize("name", ["_history", "_history/1"])
def test_hidden_and_absent_are_one_answer(still: Software, name: str) -> None:
    """Of a document that may not be seen there is no version either."""
    document = still.id_of("hiv-lab")
    hidden = get(still, "psychiatrist", f"{document}/{name}")
    never = get(still, "psychiatrist", f"{'0' * 64}/{name}")
    assert (hidden.status_code, never.status_code) == (404, 404)
    assert hidden.get_data() == never.get_data()
    assert list(hidden.headers) == list(never.headers)


@pytest.mark.parametrize("number", ["0", "3", "-1", "1a", "999999999", "1" * 40])
def test_a_version_that_is_none_is_not_found(still: Software, number: str) -> None:
    """A number without a version, and what is no number: one 404."""
    document = still.id_of("hiv-lab")
    assert get(still, PATIENT, f"{document}/_history/{number}").status_code == 404


def test_an_unchanged_version_is_not_sent_again(still: Software) -> None:
    """If-None-Match is kept to for a version too; a filter is refused."""
    path = f"/fhir/DocumentReference/{still.id_of('hiv-lab')}/_history"
    headers = {"If-None-Match": 'W/"1"'}
    assert still.ask(PATIENT, f"{path}/1", headers=headers).status_code == 304
    assert still.ask(PATIENT, f"{path}?_since=2020").status_code == 400
