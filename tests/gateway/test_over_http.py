"""Limits over real HTTP: exactly the limit passes, one more is a clear 4xx outcome."""

import gzip
import json
import re
import socket
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest

from gateway.app import create_app
from gateway.commands.serve import options
from gateway.edge import Limits
from tests.gateway.world import Software, seeded
from tests.web_server import listening

Json = dict[str, Any]

FHIR = "application/fhir+json"
NEVER = "0" * 64
VALIDATE = "/fhir/Patient/$validate"
READ = {"request": {"method": "GET", "url": f"Binary/{NEVER}"}}
BODY, ENTRIES = 400_000, 3
LARGEST_HEAD = 256 * 1024
"""Bytes of request line and headers. What a test sends is hardly more: a server that
closes before it has read all resets the connection."""


@dataclass(frozen=True, slots=True)
class Served:
    """A gateway that listens, and a token of a reader."""

    port: int
    token: str

    def exchange(self, sent: bytes) -> list[bytes]:
        """Send bytes and return the parts of what comes back until the server closes."""
        received = b""
        with socket.create_connection(("127.0.0.1", self.port), timeout=30) as client:
            client.sendall(sent)
            client.shutdown(socket.SHUT_WR)
            while more := client.recv(65536):
                received += more
        return re.split(rb"(?=HTTP/1\.[01] \d{3} )", received)[1:]

    def post(
        self, path: str, body: bytes, kind: str = FHIR, *lines: str
    ) -> tuple[int, Json]:
        """Post a body and return the status and the resource that is answered."""
        length = () if lines and "chunked" in lines[-1] else (len(body),)
        head = (
            f"POST {path} HTTP/1.1",
            "Host: gateway",
            f"Authorization: Bearer {self.token}",
            f"Content-Type: {kind}",
            *(f"Content-Length: {each}" for each in length),
            *lines,
        )
        (answer,) = self.exchange("\r\n".join((*head, "", "")).encode() + body)
        return told(answer)

    def get(self, path: str, *lines: str) -> bytes:
        """Return the bytes of a request that reads."""
        head = (
            f"GET {path} HTTP/1.1",
            "Host: g",
            f"Authorization: Bearer {self.token}",
        )
        return "\r\n".join((*head, *lines, "", "")).encode()


def told(answer: bytes) -> tuple[int, Json]:
    """Return the status of an answer and the resource it holds."""
    head, _, body = answer.partition(b"\r\n\r\n")
    return int(head.split(b" ", 2)[1]), json.loads(body)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Serve the demo world as ``paravent serve`` does, with limits small enough to meet."""
    software = Software(seeded(tmp_path_factory.mktemp("served")))
    limits = Limits(body=BODY, entries=ENTRIES)
    settings = replace(software.services.settings, limits=limits)
    services = replace(software.services, settings=settings)
    reader = software.world.readers["gp"]
    token = software.issuer.token(reader, services.clock.now())
    named = options(settings) | {"port": 0, "threads": 2}
    with listening(create_app(services, "fhir"), **named) as port:
        yield Served(port, token)


def issue(found: tuple[int, Json]) -> tuple[int, str, list[str]]:
    """Return the status of a refusal, its code, and the place it names."""
    status, outcome = found
    assert outcome["resourceType"] == "OperationOutcome"
    first = outcome["issue"][0]
    return status, first["code"], first.get("expression", [])


def padded(resource: Json, size: int) -> bytes:
    """Return a resource in so many bytes."""
    return json.dumps(resource).encode().ljust(size)


def test_a_body_as_large_as_the_limit_passes(served: Served) -> None:
    """One byte more is a 413; whether it is announced or comes in chunks."""
    patient: Json = {"resourceType": "Patient"}
    assert served.post(VALIDATE, padded(patient, BODY))[0] == 200
    large = padded(patient, BODY + 1)
    assert issue(served.post(VALIDATE, large))[:2] == (413, "too-long")
    chunk = f"{len(large):x}\r\n".encode() + large + b"\r\n0\r\n\r\n"
    chunked = "Transfer-Encoding: chunked"
    assert issue(served.post(VALIDATE, chunk, FHIR, chunked))[:2] == (413, "too-long")
    small = padded(patient, BODY)
    chunk = f"{len(small):x}\r\n".encode() + small + b"\r\n0\r\n\r\n"
    assert served.post(VALIDATE, chunk, FHIR, chunked)[0] == 200


def test_a_body_that_is_only_announced_is_refused_at_once(served: Served) -> None:
    """A gigabyte that never comes: nobody waits for it, and nothing is set aside."""
    sent = b"POST /fhir HTTP/1.1\r\nHost: g\r\nContent-Length: 1000000000\r\n\r\n{"
    (answer,) = served.exchange(sent)
    assert issue(told(answer))[:2] == (413, "too-long")


def nested(levels: int) -> bytes:
    """Return a resource whose lists nest, so many levels in all."""
    held = "[" * (levels - 1) + "]" * (levels - 1)
    return f'{{"resourceType":"Basic","a":{held}}}'.encode()


def test_json_nests_sixty_four_levels(served: Served) -> None:
    """A level more is refused with its place; 64 is answered for what it says."""
    status, code, _ = issue(served.post("/fhir", nested(64)))
    assert (status, code) == (400, "structure")
    status, code, place = issue(served.post("/fhir", nested(65)))
    assert (status, code) == (400, "too-costly")
    assert place[0].startswith("Resource.a[0]")
    assert issue(served.post("/fhir", b"[" * 100_000))[0] == 400


def test_xml_nests_a_hundred_and_twenty_eight_levels(served: Served) -> None:
    """Also where it is far deeper than any stack."""
    found = [
        served.post("/cda", b"<a>" * n + b"</a>" * n, "application/xml")
        for n in (128, 129, 40_000)
    ]
    texts = [each["issue"][0]["details"]["text"] for _, each in found]
    assert [status for status, _ in found] == [400, 400, 400]
    assert texts[0] not in texts[1:]


@pytest.mark.parametrize("kind", ["batch", "transaction"])
def test_a_bundle_has_so_many_entries(served: Served, kind: str) -> None:
    """As many as the limit are answered; one more is refused before any is looked at."""
    bundle: Json = {"resourceType": "Bundle", "type": kind, "entry": [READ] * ENTRIES}
    status, found = served.post("/fhir", json.dumps(bundle).encode())
    assert (status, kind) in ((200, "batch"), (404, "transaction"))
    if kind == "batch":
        assert len(found["entry"]) == ENTRIES
    for each in (READ, {"resource": {}, "request": {"method": "POST", "url": "List"}}):
        bundle["entry"] = [each] * (ENTRIES + 1)
        refused = issue(served.post("/fhir", json.dumps(bundle).encode()))
        assert refused == (413, "too-costly", ["Bundle.entry"])


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("url", ["", "/", "?x=1", "../fhir"])
def test_a_batch_holds_no_batch(served: Served, method: str, url: str) -> None:
    """By no spelling of the base: it is refused in its own entry."""
    inner: Json = {"resourceType": "Bundle", "type": "batch", "entry": [READ]}
    entry = {"resource": inner, "request": {"method": method, "url": url}}
    batch = {"resourceType": "Bundle", "type": "batch", "entry": [entry]}
    status, found = served.post("/fhir", json.dumps(batch).encode())
    (answered,) = found["entry"]
    refused = "422" if method == "POST" else "400"
    assert (status, answered["response"]["status"][:3]) == (200, refused)
    assert "resource" not in answered


BODIES = {
    "/fhir": FHIR,
    "/cda": "application/xml",
    "/fhir/Patient/_search": "application/x-www-form-urlencoded",
}


@pytest.mark.parametrize("path", BODIES)
def test_a_compressed_body_is_refused_unread(served: Served, path: str) -> None:
    """On every kind of route: what it unfolds to is never made."""
    bomb = gzip.compress(b" " * 100_000)
    found = served.post(path, bomb, BODIES[path], "Content-Encoding: gzip")
    assert issue(found)[:2] == (415, "not-supported")


@pytest.mark.parametrize("path", BODIES)
def test_a_body_in_parts_is_refused_unread(served: Served, path: str) -> None:
    """A thousand parts, or parts that begin with line ends, are not looked at."""
    parts = b'--b\r\nContent-Disposition: form-data; name="a"\r\n\r\n\r\n\n' * 2_000
    found = served.post(path, parts + b"--b--", "multipart/form-data; boundary=b")
    assert issue(found)[:2] == (415, "not-supported")


def test_a_length_that_lies_begins_no_second_request(served: Served) -> None:
    """What is beyond the length said is no request; a chunked one keeps its own length."""
    inner = served.get(f"/fhir/Binary/{NEVER}")
    for line in ("Content-Length: 0", "Content-Length: 0\r\nContent-Length: 5"):
        sent = b"POST /fhir HTTP/1.1\r\nHost: g\r\n" + line.encode()
        answers = served.exchange(sent + b"\r\n\r\n\x00 x\r\n\r\n" + inner)
        assert {told(each)[0] for each in answers} <= {400, 401}
    both = b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
    answers = served.exchange(b"POST /fhir HTTP/1.1\r\nHost: g\r\n" + both + inner)
    assert told(answers[0])[0] in (400, 401)


def test_many_headers_and_a_long_address_are_bounded(served: Served) -> None:
    """Over a quarter of a megabyte a 431; below it is answered for what it asks."""
    path = f"/fhir/Binary/{NEVER}"
    some = [f"X-{n}: 1" for n in range(10_000)]
    (answer,) = served.exchange(served.get(path, *some))
    assert told(answer)[0] == 404
    many = served.get(path, f"X: {'1' * LARGEST_HEAD}")
    (answer,) = served.exchange(many)
    assert issue(told(answer))[0] == 431
    long = f"/fhir/Patient?identifier={'a' * 100_000}"
    assert issue(told(served.exchange(served.get(long))[0]))[0] == 400
    longer = f"/fhir/Patient?identifier={'a' * LARGEST_HEAD}"
    assert issue(told(served.exchange(served.get(longer))[0]))[0] == 431
