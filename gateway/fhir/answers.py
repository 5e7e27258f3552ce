"""Answers: FHIR resources, and the OperationOutcome of every error."""

from datetime import datetime
from typing import Any
from uuid import uuid4

from flask import Request, Response
from werkzeug.http import http_date

from gateway.fhir import problems
from mappings.fhir.parse import dump
from mappings.mapped import Issue

Json = dict[str, Any]

FHIR_JSON = "application/fhir+json; charset=utf-8"
REQUEST_ID = "X-Request-Id"
LONGEST_REQUEST_ID = 64


class Resource(Response):
    """An answer that is a resource: in JSON until the last step writes it as asked."""

    resource: Json


def resource(value: Json, status: int = 200, **headers: str) -> Response:
    """Answer with a resource; underscores in header names stand for hyphens."""
    answer = Resource(dump(value), status, content_type=FHIR_JSON)
    answer.resource = value
    for name, text in headers.items():
        answer.headers[name.replace("_", "-")] = text
    return answer


def versioned(value: Json, status: int = 200, **headers: str) -> Response:
    """Answer with a resource that has versions: its ETag, and since when it is so."""
    meta = value["meta"]
    changed = http_date(datetime.fromisoformat(meta["lastUpdated"]))
    etag = f'W/"{meta["versionId"]}"'
    return resource(value, status, **headers, ETag=etag, Last_Modified=changed)


def problem(status: int, *issues: Issue) -> Response:
    """Answer with an OperationOutcome; without issues, the one that fits the status."""
    return resource(problems.outcome(issues or [problems.for_status(status)]), status)


def done(status: int = 200, **headers: str) -> Response:
    """Answer that what was asked is done, to who may do something and not read it."""
    issue = Issue("information", "informational", "", "Done.", "Fait.")
    return resource(problems.outcome([issue]), status, **headers)


def not_found() -> Response:
    """Answer that there is nothing: the same for absent and hidden."""
    return problem(404)


def request_id(asked: Request) -> str:
    """Return the client's request id when it is a safe one, else a new one."""
    known = asked.environ.get("paravent.request_id")
    if known is None:
        given = asked.headers.get(REQUEST_ID, "")
        plain = given.replace("-", "").isalnum() and given.isascii()
        known = given if plain and len(given) <= LONGEST_REQUEST_ID else uuid4().hex
        asked.environ["paravent.request_id"] = known
    return str(known)
