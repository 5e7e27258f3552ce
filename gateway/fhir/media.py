"""Which form a client asks for (FHIR R4, http.html, content types), and sends.

``_format`` goes before Accept. The parameter ``fhirVersion`` is understood: 4.0 is what
is spoken here. An answer is made as JSON and written as XML at the very end, so that the
two can never say different things.
"""

from enum import StrEnum
from io import BytesIO

from flask import Request

from gateway.fhir import answers
from mappings.fhir.parse import dump
from mappings.fhir.xml.read import read
from mappings.mapped import refuse


class Form(StrEnum):
    """A form of FHIR, by its media type."""

    JSON = "application/fhir+json"
    XML = "application/fhir+xml"


NAMES = {
    "application/fhir+json": Form.JSON,
    "application/json": Form.JSON,
    "text/json": Form.JSON,
    "json": Form.JSON,
    "application/fhir+xml": Form.XML,
    "application/xml": Form.XML,
    "text/xml": Form.XML,
    "xml": Form.XML,
}
"""Every name of a form; the short ones are for ``_format`` only."""

FORM = "application/x-www-form-urlencoded"
SHORT = frozenset({"json", "xml"})
VERSION = "fhirversion=4.0"
FROM_XML = "paravent.from_xml"
"""Set in the environment of a request whose body was XML."""

_BASE = "/fhir"


def wanted(request: Request) -> Form | None:
    """Return the form to answer in; None when the client takes none that we speak."""
    named = format_of(request)
    if named is not None:
        return _form(named.replace(" ", "+"), short=True)
    if not request.accept_mimetypes:
        return Form.JSON
    best, most = None, 0.0
    for name, quality in request.accept_mimetypes:
        form = Form.JSON if _anything(name) else _form(name)
        if form is not None and quality > most:
            best, most = form, quality
    return best


def format_of(request: Request) -> str | None:
    """Return ``_format``, from the address or from the form of a posted search."""
    if "_format" in request.args:
        return request.args["_format"]
    return dict(posted(request)).get("_format")


def posted(request: Request) -> list[tuple[str, str]]:
    """Return the parameters that stand in the form of a posted search."""
    if not is_posted_search(request) or request.mimetype != FORM:
        return []
    return list(request.form.items(multi=True))


def check_sent(request: Request) -> None:
    """Refuse (415) a body that is compressed, and a posted search that is no form."""
    encoded = request.headers.get("Content-Encoding", "identity") != "identity"
    form = request.mimetype == FORM or not request.content_length
    if encoded or (is_posted_search(request) and not form):
        raise refuse(
            415,
            "not-supported",
            "",
            "A compressed body is not read; a search is posted as a form.",
            "Un corps compressé n'est pas lu ; une recherche est postée comme formulaire.",
        )


def is_posted_search(request: Request) -> bool:
    """Whether the parameters of a search are in a form: ``POST [type]/_search``."""
    return request.method == "POST" and request.path.rstrip("/").endswith("/_search")


def wants_resource(request: Request) -> bool:
    """Return whether a Binary is wanted as a resource rather than as its own bytes."""
    if format_of(request) is not None:
        return True
    best = request.accept_mimetypes.best or ""
    plain = {Form.JSON.value, Form.XML.value, "application/json"}
    return best.partition(";")[0].strip() in plain


def in_json(request: Request) -> Request:
    """Return the request with its body in JSON, whichever form it was sent in.

    Raises ``Refused`` (400, 413) for XML that is not FHIR. What is not FHIR XML is left
    as it is.
    """
    encoded = request.headers.get("Content-Encoding", "identity") != "identity"
    of_ours = request.path == _BASE or request.path.startswith(f"{_BASE}/")
    if not of_ours or encoded or _sent(request) is not Form.XML:
        return request
    body = dump(read(request.get_data()))
    answers.request_id(request)  # one for both
    changed = request.environ | {
        "CONTENT_TYPE": Form.JSON.value,
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": BytesIO(body),
        FROM_XML: True,
    }
    return Request(changed)


def _sent(request: Request) -> Form | None:
    return NAMES.get(request.mimetype)


def _form(name: str, *, short: bool = False) -> Form | None:
    """Return the form a media type names; None for another version of FHIR."""
    type_, *parameters = (part.strip().lower() for part in name.split(";"))
    versions = [p for p in parameters if p.startswith("fhirversion=")]
    if any(each != VERSION for each in versions) or (type_ in SHORT and not short):
        return None
    return NAMES.get(type_)


def _anything(name: str) -> bool:
    return name.partition(";")[0].strip() in ("*/*", "application/*")
