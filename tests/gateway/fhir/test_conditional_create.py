"""If-None-Exist: nothing is taken that one's own structure has deposited, and only that."""

import json
from typing import Any

import pytest
from werkzeug.test import TestResponse

from gateway.demo.world.load import load
from tests.gateway.world import Software

Json = dict[str, Any]

SENT = next(each for each in load().deposits if each.route == "iti105")
IDENTIFIER = json.loads(SENT.body)["masterIdentifier"]
CONDITION = f"identifier={IDENTIFIER['system']}|{IDENTIFIER['value']}"


def post(
    software: Software, condition: str, body: Json | None = None, reader: str = ""
) -> TestResponse:
    """Send the demo's simplified publication again, with a condition."""
    return software.ask(
        reader or SENT.depositor,
        SENT.path,
        "POST",
        data=SENT.body if body is None else json.dumps(body),
        content_type=SENT.content_type,
        headers={"If-None-Exist": condition},
    )


def another() -> Json:
    """Return the same publication with other words in its description."""
    body: Json = json.loads(SENT.body)
    return body | {"description": "Autre"}


def test_what_was_deposited_is_answered_and_nothing_is_taken(
    software: Software,
) -> None:
    """200 with the address of what is there, whatever the body says."""
    first = post(software, CONDITION)
    changed = another()
    changed["content"][0]["attachment"]["data"] = "bm90ZQ=="
    for name in ("hash", "size"):
        changed["content"][0]["attachment"].pop(name, None)
    changed["content"][0]["attachment"]["contentType"] = "text/plain"
    again = post(software, CONDITION, changed)
    assert (first.status_code, again.status_code) == (200, 200)
    assert again.headers["Location"] == first.headers["Location"]
    assert again.get_json(force=True) == first.get_json(force=True)


def test_what_was_not_deposited_is_taken(software: Software) -> None:
    """201 when nothing has that identifier; from then on it is there."""
    body = another()
    body["masterIdentifier"] = IDENTIFIER | {"value": "urn:oid:2.25.77"}
    body.pop("identifier", None)
    condition = f"identifier={IDENTIFIER['system']}|urn:oid:2.25.77"
    statuses = [post(software, condition, body).status_code for _ in range(2)]
    assert statuses == [201, 200]


@pytest.mark.parametrize(
    "condition",
    [
        "",
        "status=current",
        "identifier=2.25.77",
        "identifier=a|",
        "identifier=|a",
        f"{CONDITION}&status=current",
        f"{CONDITION}&{CONDITION}",
    ],
)
def test_another_condition_is_refused(still: Software, condition: str) -> None:
    """400: a condition that is not kept to would deposit twice."""
    answer = post(still, condition)
    assert answer.status_code == 400
    assert answer.get_json(force=True)["issue"][0]["expression"] == ["If-None-Exist"]


def test_it_tells_nothing_of_others(software: Software) -> None:
    """Another structure's identifier and one of nobody are one answer, and one 201."""
    others = software.world.documents()["hiv-consultation"].identifier
    answers = []
    for number, value in ((78, others), (79, "urn:oid:2.25.79")):
        body = another()
        body["masterIdentifier"] = IDENTIFIER | {"value": f"urn:oid:2.25.{number}"}
        body.pop("identifier", None)
        answer = post(software, f"identifier={IDENTIFIER['system']}|{value}", body)
        answers.append((answer.status_code, answer.get_json(force=True)["status"]))
    assert answers == [(201, "current")] * 2
