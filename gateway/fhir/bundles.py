"""A batch or a transaction of reads: each entry answered as if it had come alone.

R4 (http.html, transaction): GET entries only; what deposits is an ITI-65 transaction. In a
batch an entry that writes, or whose address is unclear, is refused by itself. An entry
is run through the application itself, with the token of the request, so that it
meets the same checks, the same clearance and the same trace.
"""

from typing import Any
from urllib.parse import urlsplit

from flask import Request, current_app
from werkzeug.http import HTTP_STATUS_CODES
from werkzeug.test import EnvironBuilder, run_wsgi_app
from werkzeug.wrappers import Response as Plain

from gateway import deadline
from gateway.fhir import answers, problems
from gateway.fhir.media import Form
from mappings.fhir.parse import parse_json
from mappings.mapped import Refused, refuse

Json = dict[str, Any]

CARRIED = ("Authorization",)
"""What goes with every entry: who asks."""
READS = frozenset({"GET", "HEAD"})
RUN = ("batch", "transaction")
"""The types of Bundle whose entries are asked for; in any other they are content."""
WRITTEN = "ifNoneMatch"


def only_reads(bundle: Json) -> bool:
    """Whether it is a batch or transaction, and all that it asks for is to read."""
    entries = bundle.get("entry")
    asked = isinstance(entries, list) and bundle.get("type") in RUN
    if not (asked and entries):
        return False
    return all(_method(each) in READS for each in entries)


def deposits(bundle: Json) -> bool:
    """Whether it may write: not a batch, of which only what reads is run."""
    return bundle.get("type") != "batch" and not only_reads(bundle)


def check_entries(bundle: Json) -> None:
    """Refuse (400) a batch without an entry."""
    entries = bundle.get("entry")
    if not isinstance(entries, list) or not entries:
        raise refuse(
            400,
            "required",
            "Bundle.entry",
            "A batch has entries, each a GET.",
            "Un batch a des entrées, chacune un GET.",
        )


def _refused_write(index: int) -> Refused:
    """Return the refusal of an entry that writes; it says nothing of what is named."""
    return refuse(
        422,
        "not-supported",
        f"Bundle.entry[{index}].request.method",
        "A batch reads: GET or HEAD. A deposit is a Bundle of type transaction (ITI-65).",
        "Un batch lit : GET ou HEAD. Un dépôt est un Bundle de type transaction (ITI-65).",
    )


def check_size(bundle: Json, most: int) -> None:
    """Refuse (413) more entries than are taken, before any of them is looked at."""
    entries = bundle.get("entry")
    if isinstance(entries, list) and len(entries) > most:
        raise refuse(
            413,
            "too-costly",
            "Bundle.entry",
            f"More than {most} entries.",
            f"Plus de {most} entrées.",
        )


def answered(bundle: Json, request: Request) -> Json:
    """Return the response to a batch or transaction of reads, entry by entry.

    A transaction fails as one when an entry fails: then nothing is answered but the
    outcome of that entry. Raises ``Refused`` for one that cannot be run, before any is.
    """
    kind = str(bundle["type"])
    every = bundle["entry"]
    paths = [_path_or_refusal(each, n) for n, each in enumerate(every)]
    refused = [each for each in paths if isinstance(each, Refused)]
    if refused and kind == "transaction":
        raise refused[0]
    entries = []
    for each, path in deadline.each(zip(every, paths, strict=True)):
        if isinstance(path, Refused):
            entries.append(_unrun(path))
            continue
        status, entry = _answer(each["request"], path, request)
        if kind == "transaction" and status >= 400:  # noqa: PLR2004 - HTTP errors
            raise _failed(status, entry)
        entries.append(entry)
    return {"resourceType": "Bundle", "type": f"{kind}-response", "entry": entries}


def _unrun(refused: Refused) -> Json:
    status = f"{refused.status} {HTTP_STATUS_CODES[refused.status]}".upper()
    outcome = problems.outcome(refused.issues)
    return {"response": {"status": status, "outcome": outcome}}


def _failed(status: int, entry: Json) -> Refused:
    outcome = entry["response"].get("outcome", {})
    code = outcome.get("issue", [{}])[0].get("code", "processing")
    return refuse(
        status,
        str(code),
        "Bundle.entry",
        "An entry of the transaction failed, so nothing of it is answered.",
        "Une entrée de la transaction a échoué : rien n'en est rendu.",
    )


def _method(entry: object) -> str:
    asked = entry.get("request") if isinstance(entry, dict) else None
    return str(asked.get("method", "")) if isinstance(asked, dict) else ""


def _path_or_refusal(entry: Json, index: int) -> str | Refused:
    """Return the address that an entry asks for, or why it is not run."""
    if _method(entry) not in READS:
        return _refused_write(index)
    try:
        return _path(entry, index)
    except Refused as refused:
        return refused


def _path(entry: Json, index: int) -> str:
    """Return the address that an entry asks for: below our base, and no Bundle again."""
    url = entry["request"].get("url")
    place = f"Bundle.entry[{index}].request.url"
    try:
        parts = urlsplit(url) if isinstance(url, str) and url else None
    except ValueError:  # a bracket that begins no address
        raise _unclear(place) from None
    if parts is None or parts.scheme or parts.netloc or parts.fragment:
        raise _unclear(place)
    if not parts.path.strip("/") or ".." in parts.path or not url.isascii():
        raise _unclear(place)
    _check_condition(entry["request"], index)
    return f"/fhir/{url.lstrip('/')}"


def _check_condition(asked: Json, index: int) -> None:
    """Refuse (400) an ``ifNoneMatch`` that is no value of a header."""
    written = asked.get(WRITTEN, "")
    if not (isinstance(written, str) and written.isascii() and written.isprintable()):
        raise refuse(
            400,
            "value",
            f"Bundle.entry[{index}].request.{WRITTEN}",
            'An ETag is needed: W/"1".',
            'Il faut un ETag : W/"1".',
        )


def _unclear(place: str) -> Refused:
    return refuse(
        400,
        "value",
        place,
        "An address relative to the base is needed: Type/id or Type?parameters.",
        "Il faut une adresse relative à la base : Type/id ou Type?paramètres.",
    )


def _answer(asked: Json, path: str, request: Request) -> tuple[int, Json]:
    """Run one entry through the application."""
    headers = {n: request.headers[n] for n in CARRIED if n in request.headers}
    headers[answers.REQUEST_ID] = answers.request_id(request)
    headers["Accept"] = Form.JSON.value
    if WRITTEN in asked:
        headers["If-None-Match"] = asked[WRITTEN]
    builder = EnvironBuilder(path=path, method=asked["method"], headers=headers.items())
    environ = builder.get_environ() | {"REMOTE_ADDR": request.remote_addr or ""}
    body, status, sent = run_wsgi_app(current_app.wsgi_app, environ, buffered=True)
    found = Plain(body, status, sent)
    said: Json = {"status": status}
    if "ETag" in found.headers:
        said["etag"] = found.headers["ETag"]
    return found.status_code, _entry(found, said)


def _entry(found: Plain, said: Json) -> Json:
    data = found.get_data()
    if not data or found.mimetype != Form.JSON:
        return {"response": said}
    resource = parse_json(data)
    if resource["resourceType"] == "OperationOutcome":
        return {"response": said | {"outcome": resource}}
    return {"resource": resource, "response": said}
