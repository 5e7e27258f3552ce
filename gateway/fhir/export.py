"""The routes of the export in bulk: asked for, looked after, read, cancelled.

FHIR Bulk Data 2.0 on one person's record: ``Patient/[id]/$export``. ``Patient/$export``
beside it is the same record as one zip, at once.
"""

import re
from datetime import UTC, datetime
from typing import Any

from flask import Request, Response
from werkzeug.http import http_date

from gateway.fhir import answers
from gateway.fhir.operation import Given
from gateway.fhir.operations import no_parameters
from gateway.fhir.parameters import UNKNOWN, alternatives, refused
from gateway.fhir.preferences import Preferences
from gateway.fhir.presentation import NAMES
from gateway.fhir.route import Route
from gateway.identity.principal import NOBODY, Principal
from gateway.lifecycle import export_bulk
from gateway.lifecycle.export_bulk import Told
from gateway.lifecycle.export_content import TYPES
from gateway.lifecycle.export_job import Job
from gateway.references import Reference
from gateway.services import Services
from mappings.fhir.parse import dump
from mappings.mapped import Refused, refuse

Json = dict[str, Any]

NDJSON = "application/fhir+ndjson"
FORMATS = frozenset({NDJSON, "application/ndjson", "ndjson"})
KINDS = {
    "_type": "valueString",
    "_since": "valueInstant",
    "_outputFormat": "valueString",
}
TYPE = re.compile(r"[A-Z][A-Za-z]{0,63}")
"""How a type is written; anything else is not said again."""
ASYNC = "respond-async"
RETRY_SECONDS = "5"
NEVER_ASKED = datetime.min.replace(tzinfo=UTC)


def by_address(
    services: Services, principal: Principal, request: Request, resource_id: str
) -> Response:
    """Ask for an export: ``GET Patient/[id]/$export``; 202 with where to look after it."""
    given = [e for e in request.args.items(multi=True) if e[0] not in NAMES]
    query = request.query_string.decode("ascii", "replace")
    return _begun(services, principal, request, resource_id, (given, query))


def by_body(
    services: Services, principal: Principal, request: Request, resource_id: str
) -> Response:
    """Ask for an export with Parameters: ``POST Patient/[id]/$export``."""
    no_parameters(request)
    held = Given(request, KINDS)
    given = [(name, str(value)) for name in KINDS for value in held.all(name)]
    return _begun(services, principal, request, resource_id, (given, ""))


def look(
    services: Services, principal: Principal, request: Request, resource_id: str
) -> Response:
    """Say how far an export is: 202 while it is made, then its manifest."""
    no_parameters(request)
    identity = answers.request_id(request)
    told = export_bulk.tell(services, principal, resource_id, identity)
    if told is None:
        return answers.not_found()
    if told.outputs is None:
        waits = Response(status=202)
        del waits.headers["Content-Type"]
        waits.headers["X-Progress"] = "being made"
        waits.headers["Retry-After"] = RETRY_SECONDS
        return waits
    base = f"{services.settings.base_url}/fhir"
    answer = Response(dump(_manifest(told, base)), content_type="application/json")
    answer.headers["Expires"] = http_date(told.job.expires)
    return answer


def cancel(
    services: Services, principal: Principal, request: Request, resource_id: str
) -> Response:
    """Forget an export: 202; neither it nor its files are there any more."""
    no_parameters(request)
    identity = answers.request_id(request)
    if not export_bulk.cancel(services, principal, resource_id, identity):
        return answers.not_found()
    answer = Response(status=202)
    del answer.headers["Content-Type"]
    return answer


def file(
    services: Services, principal: Principal, request: Request, resource_id: str
) -> Response:
    """Give a file of an export: one resource a line."""
    no_parameters(request)
    identity = answers.request_id(request)
    lines = export_bulk.read(services, principal, resource_id, identity)
    if lines is None:
        return answers.not_found()
    answer = Response(lines, content_type=NDJSON)
    answer.headers["Content-Disposition"] = "attachment"
    return answer


def _begun(
    services: Services,
    principal: Principal,
    request: Request,
    resource_id: str,
    asked: tuple[list[tuple[str, str]], str],
) -> Response:
    given, query = asked
    if not _asynchronous(request):
        raise _only_later()
    base = f"{services.settings.base_url}/fhir"
    address = f"{base}/Patient/{resource_id}/$export" + (f"?{query}" if query else "")
    wanted = _wanted(given, address, lenient=Preferences.of(request).lenient)
    identity = answers.request_id(request)
    made = export_bulk.begin(services, principal, resource_id, wanted, identity)
    if made is None:
        return answers.not_found()
    answer = Response(status=202)
    del answer.headers["Content-Type"]
    answer.headers["Content-Location"] = f"{base}/Patient/$export-status/{made}"
    return answer


def _wanted(given: list[tuple[str, str]], address: str, *, lenient: bool) -> Job:
    """Read the parameters; raises ``Refused`` (400) for those that are not kept to."""
    held: dict[str, list[str]] = {}
    for name, value in given:
        if name not in KINDS:
            raise refused(name, UNKNOWN)
        held.setdefault(name, []).append(value)
    for name in ("_since", "_outputFormat"):
        if len(held.get(name, [])) > 1:
            raise refused(name, "Needed, and only once.")
    if held.get("_outputFormat", [NDJSON])[0] not in FORMATS:
        raise refused("_outputFormat", f"Only {NDJSON}.", f"Seulement {NDJSON}.")
    named = [e for value in held.get("_type", []) for e in alternatives("_type", value)]
    known = [each for each in TYPES if each in named or not named]
    if not lenient:
        _check_types(named)
    since = _instant(held["_since"][0]) if "_since" in held else None
    return Job(NOBODY, address, tuple(known), since, NEVER_ASKED)


def _check_types(named: list[str]) -> None:
    """Refuse (400) a type of which there is nothing in any export, saying which."""
    for each in named:
        if each not in TYPES:
            which = each if TYPE.fullmatch(each) else "(?)"
            every = ", ".join(TYPES)
            raise refused(
                "_type",
                f"Not a type that is exported: {which}. There are {every}.",
                f"Ce type n'est pas exporté : {which}. Il y a {every}.",
            )


def _instant(text: str) -> datetime:
    try:
        at = datetime.fromisoformat(text.replace(" ", "+"))
    except ValueError:
        raise refused("_since", "Not a date.") from None
    if at.utcoffset() is None or "T" not in text:
        raise refused("_since", "Not a date.")
    return at


def _asynchronous(request: Request) -> bool:
    said = request.headers.getlist("Prefer")
    every = (each for one in said for each in one.replace(";", ",").split(","))
    return ASYNC in (each.strip().lower() for each in every)


def _only_later() -> Refused:
    return refuse(
        400,
        "required",
        "Prefer",
        f"Send Prefer: {ASYNC}; an export is made apart from the request.",
        f"Envoyez Prefer: {ASYNC} ; un export est fait à part de la requête.",
    )


def _manifest(told: Told, base: str) -> Json:
    return {
        "transactionTime": told.job.at.isoformat(timespec="milliseconds"),
        "request": told.job.request,
        "requiresAccessToken": True,
        "output": [
            {"type": e.kind, "url": _address(base, e.id), "count": e.count}
            for e in told.outputs or ()
        ],
        "error": [],
    }


def _address(base: str, file_id: Reference) -> str:
    return f"{base}/Binary/$export-file/{file_id}"


_STATUS = "/fhir/Patient/$export-status/<resource_id>"
ROUTES = (
    Route(
        "GET", "/fhir/Patient/<resource_id>/$export", by_address, "$export", "Patient"
    ),
    Route("POST", "/fhir/Patient/<resource_id>/$export", by_body, "$export", "Patient"),
    Route("GET", _STATUS, look, "$export-status", "Patient"),
    Route("DELETE", _STATUS, cancel, "$export-status", "Patient"),
    Route(
        "GET",
        "/fhir/Binary/$export-file/<resource_id>",
        file,
        "$export-file",
        "Binary",
    ),
)
"""The routes of this file; a file is bytes, whatever form is asked for."""
