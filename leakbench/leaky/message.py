"""A request as the server reads it, an answer as it writes it; WSGI in between."""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from leakbench.leaky.store import Json, compact

StartResponse = Callable[[str, list[tuple[str, str]]], object]
FHIR = "application/fhir+json"
READERS = frozenset({"writer", "restricted", "full"})
PREFIX = "/fhir"


@dataclass(frozen=True, slots=True)
class Asked:
    """One request: who asks, what, with which parameters and headers."""

    method: str
    parts: tuple[str, ...]
    query: tuple[tuple[str, str], ...]
    headers: dict[str, str]
    body: bytes
    reader: str

    def json(self) -> Json:
        """Return the body; an empty object when it is none."""
        try:
            held = json.loads(self.body)
        except ValueError:
            return {}
        return held if isinstance(held, dict) else {"patch": held}

    def inner(self, method: str, address: str, reader: str) -> "Asked":
        """Return the request of one entry of a batch."""
        url = urlsplit(address)
        parts = tuple(each for each in url.path.split("/") if each)
        query = tuple(parse_qsl(url.query, keep_blank_values=True))
        asked = replace(self, method=method, parts=parts, query=query, body=b"")
        return replace(asked, reader=reader, headers={})


@dataclass(frozen=True, slots=True)
class Said:
    """One answer."""

    status: int
    body: Json | None = None
    headers: tuple[tuple[str, str], ...] = ()
    raw: bytes | None = None
    kind: str = FHIR


def outcome(status: int, code: str, text: str, *headers: tuple[str, str]) -> Said:
    """Return a refusal."""
    issue = {"severity": "error", "code": code, "diagnostics": text}
    return Said(status, {"resourceType": "OperationOutcome", "issue": [issue]}, headers)


def never(kind: str, found: str) -> Said:
    """Return the one answer for what is not there and what may not be seen."""
    return outcome(404, "not-found", f"{kind}/{found} is not known")


def read(environ: dict[str, Any]) -> Asked:
    """Return the request of a WSGI environment; the token is the name of the reader."""
    length = int(environ.get("CONTENT_LENGTH") or 0)
    path = str(environ["PATH_INFO"]).removeprefix(PREFIX)
    headers = {
        key[5:].lower().replace("_", "-"): str(value)
        for key, value in environ.items()
        if key.startswith("HTTP_")
    }
    token = headers.get("authorization", "").removeprefix("Bearer ")
    return Asked(
        str(environ["REQUEST_METHOD"]),
        tuple(each for each in path.split("/") if each),
        tuple(parse_qsl(environ.get("QUERY_STRING", ""), keep_blank_values=True)),
        headers,
        environ["wsgi.input"].read(length) if length else b"",
        token if token in READERS else "",
    )


def write(asked: Asked, said: Said, start: StartResponse) -> Iterable[bytes]:
    """Send an answer; HEAD has the headers of GET and no body."""
    body = (
        said.raw if said.raw is not None else compact(said.body) if said.body else b""
    )
    headers = [("Content-Type", said.kind), ("Content-Length", str(len(body)))]
    start(f"{said.status} {HTTPStatus(said.status).phrase}", [*headers, *said.headers])
    return [] if asked.method == "HEAD" else [body]
