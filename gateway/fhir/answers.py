"""Answers: FHIR JSON with the headers every answer carries."""

from typing import Any
from uuid import uuid4

from flask import Request, Response, request

from gateway.fhir import problems
from mappings.fhir.parse import dump
from mappings.mapped import Issue

Json = dict[str, Any]

FHIR_JSON = "application/fhir+json; charset=utf-8"
REQUEST_ID = "X-Request-Id"
LONGEST_REQUEST_ID = 64
JSON_TYPES = ("application/fhir+json", "application/json", "text/json")


def resource(value: Json, status: int = 200, **headers: str) -> Response:
    """Answer with a resource; underscores in header names stand for hyphens."""
    answer = Response(dump(value), status, content_type=FHIR_JSON)
    for name, text in headers.items():
        answer.headers[name.replace("_", "-")] = text
    return answer


def problem(status: int, *issues: Issue) -> Response:
    """Answer with an OperationOutcome; without issues, the one that fits the status."""
    return resource(problems.outcome(issues or [problems.for_status(status)]), status)


def not_found() -> Response:
    """Answer that there is nothing: the same for absent and hidden."""
    return problem(404)


def finish(answer: Response) -> Response:
    """Put the headers on that every answer carries, errors too."""
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["Vary"] = "Accept, Authorization"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers[REQUEST_ID] = request_id(request)
    return answer


def request_id(asked: Request) -> str:
    """Return the client's request id when it is a safe one, else a new one."""
    known = asked.environ.get("paravent.request_id")
    if known is None:
        given = asked.headers.get(REQUEST_ID, "")
        plain = given.replace("-", "").isalnum() and given.isascii()
        known = given if plain and len(given) <= LONGEST_REQUEST_ID else uuid4().hex
        asked.environ["paravent.request_id"] = known
    return str(known)


def accepts_json(asked: Request) -> bool:
    """Return whether the client takes FHIR JSON (``_format`` goes before Accept)."""
    wanted = asked.args.get("_format")
    if wanted is not None:
        return wanted == "json" or wanted.split(";")[0] in JSON_TYPES
    if not asked.accept_mimetypes:
        return True
    return any(asked.accept_mimetypes[each] > 0 for each in JSON_TYPES)
