"""What the operations of ``/openapi.json`` share: parameters, headers, answers."""

from typing import Any

from gateway.fhir import media
from gateway.fhir.media import Form
from gateway.fhir.openapi_schemas import TEXT
from gateway.fhir.presentation import SUMMARIES, TOTALS

Json = dict[str, Any]

NUMBER = "^[0-9]{1,5}$"
DATE = "^(eq|ne|gt|lt|ge|le|sa|eb)?[0-9]{4}(-[0-9]{2}(-[0-9]{2}(T.+)?)?)?$"
FORM = "application/x-www-form-urlencoded"
JSON_PATCH = "application/json-patch+json"

WRITING: dict[str, Json] = {
    "_format": {"type": "string", "enum": sorted(media.NAMES)},
    "_pretty": {"type": "string", "enum": ["true", "false"]},
    "_summary": {"type": "string", "enum": sorted(SUMMARIES)},
    "_elements": {"type": "string", "pattern": "^[A-Za-z0-9]+(,[A-Za-z0-9]+)*$"},
    "_total": {"type": "string", "enum": sorted(TOTALS)},
}
"""The parameters of how an answer is written."""
COMMON = (
    ("patient", "reference"),
    ("patient.identifier", "token"),
    ("_id", "token"),
    ("_lastUpdated", "date"),
    ("_count", ""),
    ("_sort", ""),
    ("page", ""),
)
"""The parameters that many searches have, with their FHIR types."""
PAGING = ("_count", "_sort", "page")
LISTS = "CareTeam Communication Consent RelatedPerson Subscription Task".split()
PAGED = {"Patient": ("_count",), **dict.fromkeys(LISTS, ("_count", "page"))}
"""How what has one order (``listing.py``), or is one at most, is paged; else ``PAGING``."""
WORDS = {
    "patient": "Patient/[id] or [id]: whose record. This or patient.identifier.",
    "patient.identifier": "system|value: whose record. This or patient.",
    "reader": "system|value, of a professional or a structure.",
    "_count": "How many a page holds.",
    "_sort": "A date, with - before it for the latest first.",
    "page": "From the link of a page: alone, or with _count.",
}
REPEATED = "Values with a comma between: any of them. Given again: all of them."
SHAPES: dict[str, Json] = {
    "date": {"type": "string", "pattern": DATE},
    "_count": {"type": "string", "pattern": NUMBER},
}
ONCE = frozenset({"patient", "patient.identifier", *PAGING})

HEADERS: dict[str, Json] = {
    "Prefer": {
        "description": "return=minimal|representation|OperationOutcome; handling=lenient.",
        "schema": TEXT,
    },
    "X-Request-Id": {
        "description": "Comes back with the answer, and stands in the patient's log.",
        "schema": {"type": "string", "pattern": "^[A-Za-z0-9-]{1,64}$"},
    },
    "If-None-Match": {"description": 'A version: W/"1". 304.', "schema": TEXT},
    "If-Match": {"description": 'A version: W/"1". 412 for another.', "schema": TEXT},
    "If-None-Exist": {
        "description": "identifier=system|value: nothing is taken twice (200).",
        "schema": {"type": "string", "pattern": r"^\??identifier=[^|&]+\|[^|&]+$"},
    },
}
"""The headers of a request that change its answer."""

ALWAYS = ("X-Request-Id", "Cache-Control")
TELLING = (
    *("ETag", "Last-Modified", "Location", "Content-Location"),
    *("Retry-After", "WWW-Authenticate", "RateLimit", "RateLimit-Policy"),
)
"""The headers of answers: of all of them, and of some."""

PROBLEMS = {
    400: ("BadRequest", "Not well formed, or a parameter that is not supported."),
    401: ("Unauthorized", "A valid bearer token is needed."),
    403: ("Forbidden", "Not for who asks, whatever is there."),
    404: ("NotFound", "Nothing there for who asks: absent and hidden are one answer."),
    405: ("NotAllowed", "This cannot be changed in this way."),
    406: ("NotAcceptable", "Neither JSON nor XML is accepted, or another version."),
    409: ("Conflict", "Other content is known under this identifier."),
    412: ("PreconditionFailed", "Not the present version, or several that match."),
    413: ("TooLarge", "Larger than the settings allow."),
    415: ("UnsupportedMediaType", "Not a media type that is taken here."),
    422: ("Unprocessable", "Understood, and not possible."),
    429: ("TooManyRequests", "Come back after the seconds of Retry-After."),
    500: ("InternalError", "Nothing was changed."),
    503: ("Unavailable", "Not now; come back after the seconds of Retry-After."),
}
"""The errors: each is an OperationOutcome."""
TOLD = {
    401: ("WWW-Authenticate",),
    429: ("Retry-After", "RateLimit", "RateLimit-Policy"),
    503: ("Retry-After",),
}
"""The headers that tell more of an error."""

OPEN = (400, 406, 429, 500, 503)
READING = (400, 401, 403, 404, 406, 429, 500, 503)
WRITTEN = (*READING, 409, 413, 415, 422)
CHANGING = (*WRITTEN, 405, 412)


def content(kind: str) -> Json:
    """Return a resource in both forms; XML is described as text."""
    schema = {"$ref": f"#/components/schemas/{kind}"}
    return {Form.JSON.value: {"schema": schema}, Form.XML.value: {"schema": TEXT}}


def problems() -> Json:
    """Return the errors, named."""
    outcome = content("OperationOutcome")
    return {
        name: {
            "description": text,
            "headers": carried(*TOLD.get(status, ())),
            "content": outcome,
        }
        for status, (name, text) in PROBLEMS.items()
    }


def refused(statuses: tuple[int, ...]) -> Json:
    """Return the errors that an operation may answer."""
    return {
        str(status): {"$ref": f"#/components/responses/{PROBLEMS[status][0]}"}
        for status in sorted(statuses)
    }


def carried(*more: str) -> Json:
    """Return the headers that every answer carries, and some that this one does."""
    return {each: _ref("headers", each) for each in (*ALWAYS, *more)}


def headers() -> Json:
    """Return the headers of answers, named."""
    return {
        each: {"required": each in ALWAYS, "schema": TEXT}
        for each in (*ALWAYS, *TELLING)
    }


def header(name: str) -> Json:
    """Return a header of a request."""
    return _ref("parameters", name)


def empty(text: str, told: tuple[str, ...]) -> Json:
    """Return a good answer that holds nothing."""
    return {"description": text, "headers": carried(*told)}


def writing(names: tuple[str, ...] = tuple(WRITING)) -> list[Json]:
    """Return the parameters of how an answer is written."""
    return [_ref("parameters", each) for each in names]


def parameter(name: str, type_: str, *, repeated: bool = False) -> Json:
    """Return a parameter of a search or an operation, by its FHIR type."""
    shape = SHAPES.get(name) or SHAPES.get(type_, TEXT)
    many = repeated and name not in ONCE
    said = WORDS.get(name, f"{type_}. {REPEATED}" if many else type_)
    schema = {"type": "array", "items": shape} if many else shape
    return {"name": name, "in": "query", "description": said, "schema": schema}


def shared(name: str) -> Json:
    """Return a parameter that every search has."""
    return _ref("parameters", name)


def parameters() -> Json:
    """Return the parameters that many operations have, named."""
    queries = {each: parameter(each, type_, repeated=True) for each, type_ in COMMON}
    written = {
        each: {"name": each, "in": "query", "schema": schema}
        for each, schema in WRITING.items()
    }
    sent = {each: {"name": each, "in": "header"} | HEADERS[each] for each in HEADERS}
    return queries | written | sent


def good(content_: Json, *told: str) -> Json:
    """Return a good answer with what it holds, and headers that tell more of it."""
    return {
        "description": "Answered.",
        "headers": carried(*told),
        "content": content_,
    }


def _ref(where: str, name: str) -> Json:
    return {"$ref": f"#/components/{where}/{name}"}
