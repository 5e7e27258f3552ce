"""Who may change a document and not read it is told that it is done, and nothing of it."""

import json
from typing import Any

import pytest

from tests.gateway.fhir.test_patching import DOCUMENT, MASK
from tests.gateway.smart.applications import Applications
from tests.gateway.smart.test_narrowing import token
from tests.gateway.world import Software

Json = dict[str, Any]

PERSON = "tristan"
META: Json = {
    "resourceType": "Parameters",
    "parameter": [
        {"name": "meta", "valueMeta": {"security": [MASK["coding"][0]]}},
    ],
}
PATCH: list[Json] = [{"op": "add", "path": "/securityLabel/-", "value": MASK}]
JSON, FHIR = "application/json-patch+json", "application/fhir+json"
CHANGES = {
    "patch": ("PATCH", "", PATCH, JSON),
    "meta-add": ("POST", "/$meta-add", META, FHIR),
    "meta-delete": ("POST", "/$meta-delete", META, FHIR),
}
KIND = "DocumentReference"
BLIND = (
    f"patient/{KIND}.u",
    f"patient/{KIND}.us",
    f"patient/{KIND}.u patient/{KIND}.r?date=lt2000",
    f"patient/{KIND}.u patient/Binary.r",
)
READING = (f"patient/{KIND}.ru", f"patient/{KIND}.r patient/*.u")


def changed(
    apps: Applications, software: Software, name: str, scope: str
) -> tuple[int, Json]:
    """Change the document with a scope; return the status and what is told."""
    method, more, body, media = CHANGES[name]
    path = f"/fhir/{KIND}/{software.id_of(DOCUMENT)}{more}"
    held, sent = token(software, PERSON, scope), json.dumps(body)
    answer = apps.ask(held, path, method, data=sent, content_type=media)
    if answer.status_code == 200 and scope in BLIND:
        assert "ETag" not in answer.headers
        assert "Last-Modified" not in answer.headers
    told: Json = answer.get_json(force=True)
    return answer.status_code, told


@pytest.mark.parametrize("scope", BLIND)
@pytest.mark.parametrize("name", CHANGES)
def test_a_change_reads_nothing(
    apps: Applications, software: Software, name: str, scope: str
) -> None:
    """Without a scope to read what is changed, the answer is that it is done."""
    status, told = changed(apps, software, name, scope)
    assert status == 200
    assert told["resourceType"] == "OperationOutcome"
    assert told["issue"][0]["severity"] == "information"
    assert software.world.documents()[DOCUMENT].identifier not in json.dumps(told)


@pytest.mark.parametrize("scope", READING)
@pytest.mark.parametrize("name", CHANGES)
def test_who_may_read_sees_what_became_of_it(
    apps: Applications, software: Software, name: str, scope: str
) -> None:
    """With a scope to read it, and without any scope, the answer is as it was."""
    status, told = changed(apps, software, name, scope)
    assert status == 200
    assert told["resourceType"] == (KIND if name == "patch" else "Parameters")


def test_what_is_not_there_to_change_is_one_answer(
    apps: Applications, software: Software
) -> None:
    """Hidden, another's and never made: 404, which is no word that it is done."""
    method, _, body, media = CHANGES["patch"]
    held = token(software, "solene", BLIND[0])
    answers = {
        apps.ask(
            held,
            f"/fhir/{KIND}/{name}",
            method,
            data=json.dumps(body),
            content_type=media,
        ).get_data()
        for name in (software.id_of(DOCUMENT), "0" * 64)
    }
    assert len(answers) == 1
    assert b"not-found" in answers.pop()
