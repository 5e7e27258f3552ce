"""INJ: texts that mean something to whatever they are put into."""

import re
import socket
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.app import create_app
from gateway.commands.serve import options
from gateway.fhir.capability import statement
from labels.detection.service import label
from mappings.content import Content
from tests.attacks.deposits import body, kept, reference, seen, send
from tests.gateway.patient.browser import Browser
from tests.gateway.world import Software
from tests.web_server import listening

BASE = "/fhir/DocumentReference"
TEXTS = (
    "'",
    '"; DROP TABLE item;--',
    "%",
    "_",
    "\\",
    "\x00",
    "a" * 100_000,
    "%' OR 1=1",
)


def _searches() -> list[tuple[str, str]]:
    """Return every parameter there is, once, with a type that has it."""
    held = statement("http://x", "1", cors=False)["rest"][0]["resource"]
    named = {
        parameter["name"]: each["type"]
        for each in held
        for parameter in each.get("searchParam", [])
    }
    return [(kind, name) for name, kind in named.items()]


def test_inj_01_no_text_is_sql(still: Software) -> None:
    """In every parameter of every search: no error of ours, and % and _ match themselves."""
    person = still.world.patients["solene"].identifier
    whole = still.search("gp", "solene").get_json(force=True)["total"]
    for number, (kind, name) in enumerate(_searches()):
        text = TEXTS[number % len(TEXTS)]
        form = {"patient.identifier": f"{person.system}|{person.value}", name: text}
        path = f"/fhir/{kind}/_search"
        answer = still.ask("gp", path, "POST", data=form)
        assert answer.status_code < 500, (kind, name)
    for text in ("%", "_", "urn:oid:2.25.%"):
        found = still.search("gp", "solene", f"&identifier={text.replace('%', '%25')}")
        assert found.status_code == 400 or found.get_json(force=True)["total"] == 0
    assert still.search("gp", "solene").get_json(force=True)["total"] == whole
    for wrong in ("'", "%25", "a" * 65, "é", "a;b"):
        assert still.ask("gp", f"{BASE}/{wrong}").status_code in (400, 404)


def test_inj_01_an_address_in_raw_bytes_is_answered(still: Software) -> None:
    """Bytes that are no UTF-8 in a query: an unknown parameter, not an error of ours."""
    given = {"QUERY_STRING": "patient=\xd9\xff"}
    assert still.ask("gp", BASE, environ_overrides=given).status_code == 400
    browser = Browser(still.services)
    found = browser.client.get("/langue", environ_overrides={"QUERY_STRING": "\xd9=1"})
    assert found.status_code in (303, 400, 404)


def test_inj_02_no_header_is_written_by_a_client(busy: Software) -> None:
    """A request id that is none is made anew; a title in a file name stays in one header."""
    ours = busy.ask("gp", "/fhir/Patient", headers={"X-Request-Id": "abcdefgh-1"})
    assert ours.headers["X-Request-Id"] == "abcdefgh-1"
    for wrong in ("a b", "é" * 9, "x" * 65, "a'b;c=1"):
        answer = busy.ask("gp", "/fhir/Patient", headers={"X-Request-Id": wrong})
        assert re.fullmatch(r"[A-Za-z0-9-]{8,64}", answer.headers["X-Request-Id"])
        assert answer.headers["X-Request-Id"] != wrong
    sent = reference("2.25.8602")
    sent["content"][0]["attachment"]["title"] = "a\r\nSet-Cookie: b=c\u202e"
    if send(busy, sent).status_code == 201:
        public_id = seen(busy, "gp", "2.25.8602")["id"]
        answer = busy.ask("gp", f"/fhir/Binary/{public_id}", headers={"Accept": "*/*"})
        assert "Set-Cookie" not in answer.headers
        assert not [v for _, v in answer.headers if "\r" in v or "\n" in v]


IDS = (
    *("..%2f..%2fetc", "%00", "..", ".", "con", "a" * 2000, "١٢٣", "%2e%2e%2fx"),
    *("x%00.txt", "%5c..%5c"),
)


@pytest.mark.parametrize("name", IDS)
def test_inj_03_no_id_is_a_path(still: Software, name: str) -> None:
    """400 or 404 on every route that takes an id; files have names that chance gave."""
    for path in (BASE, "/fhir/Binary", "/fhir/Consent", "/fhir/Binary/$export-file"):
        assert still.ask("gp", f"{path}/{name}").status_code in (
            308,
            400,
            403,
            404,
            405,
        )
    for each in still.services.settings.data.rglob("*"):
        assert name not in each.name or len(name) < 4


NESTED = re.compile(r"\([^()]*[+*]\)[+*](?!\+)")


def test_inj_04_no_pattern_takes_forever() -> None:
    """No nested quantifier in our patterns; ten kilobytes of one letter are read at once."""
    root = Path(__file__).parents[2]
    for package in ("gateway", "labels", "mappings"):
        for path in (root / package).rglob("*.py"):
            for found in re.findall(
                r're\.compile\(\s*r?"([^"]+)"', path.read_text("utf-8")
            ):
                assert not NESTED.search(found), (path.name, found)
    start = time.process_time()
    for text in (
        "a" * 9_999 + "!",
        " " * 10_000,
        "1" * 10_000,
        "VI" * 5_000,
        "-" * 10_000,
    ):
        label([Content("/a", text=text)])
    assert time.process_time() - start < 5


def test_inj_05_look_alikes_are_nobody_and_run_nowhere(busy: Software) -> None:
    """Names are shown, escaped; who somebody is, is settled by number only."""
    before = kept(busy)
    other = body("2.25.8605", "cda").replace(b"ORVANNEAU", "ОRVANNEAU".encode())
    assert send(busy, other, "/cda").status_code in (404, 409, 422)
    assert kept(busy) == before
    title = "Compte rendu \u202egpj.exe" + "\u0301" * 500
    sent = reference("2.25.8606")
    sent["description"] = sent["content"][0]["attachment"]["title"] = title
    if send(busy, sent).status_code == 201:
        public_id = seen(busy, "solene", "2.25.8606")["id"]
        page = Browser(busy.services).sign_in("solene").text(f"/documents/{public_id}")
        assert "<script" not in page


REACHING = {"socket.connect", "socket.getaddrinfo", "http.client.connect"}
_reached: list[str] = []
_watching: list[bool] = []


def _watch(event: str, _said: tuple[object, ...]) -> None:
    if _watching and event in REACHING:
        _reached.append(event)


sys.addaudithook(_watch)
ADDRESSES = (
    *(
        "http://127.0.0.1:9/x",
        "http://[::1]:9/x",
        "http://0x7f.1/x",
        "file:///etc/passwd",
    ),
    *(
        "http://169.254.169.254/",
        "http://user@evil.example/",
        "unix:/run/x",
        "//evil/x",
    ),
)


@pytest.mark.parametrize("address", ADDRESSES)
def test_inj_06_nothing_that_is_sent_is_fetched(busy: Software, address: str) -> None:
    """Attachment or endpoint of a Subscription: refused or kept, never asked for."""
    sent = reference(f"2.25.8606{ADDRESSES.index(address)}1")
    sent["content"][0]["attachment"]["url"] = address
    person = busy.world.patients["solene"].identifier
    asked = {
        "resourceType": "Subscription",
        "status": "requested",
        "reason": "x",
        "criteria": f"DocumentReference?patient.identifier={person.system}|{person.value}",
        "channel": {"type": "rest-hook", "endpoint": address},
    }
    _watching.append(True)
    try:
        assert send(busy, sent).status_code in (201, 400, 422)
        assert send(busy, asked, "/fhir/Subscription").status_code in (400, 422)
    finally:
        _watching.clear()
    assert _reached == []


@pytest.fixture(scope="module")
def port(still: Software) -> Iterator[int]:
    """Serve the still world as `paravent serve` does; give its port."""
    named = options(still.services.settings) | {"port": 0, "threads": 2}
    with listening(create_app(still.services), **named) as port:
        yield port


def _exchange(port: int, sent: bytes) -> bytes:
    with socket.create_connection(("127.0.0.1", port), timeout=30) as client:
        client.sendall(sent)
        received = b""
        while b"\r\n\r\n" not in received and (more := client.recv(65536)):
            received += more
    return received[:12]


def test_inj_07_who_is_slow_keeps_nobody_waiting(port: int) -> None:
    """Twenty clients that stop after a byte; the next is answered. Heads are bounded."""
    ask = b"GET /fhir/metadata HTTP/1.1\r\nHost: g\r\n"
    slow = [socket.create_connection(("127.0.0.1", port)) for _ in range(20)]
    for each in slow:
        each.sendall(b"G")
    assert _exchange(port, ask + b"\r\n") == b"HTTP/1.1 200"
    for each in slow:
        each.close()
    many = b"".join(b"X-%d: 1\r\n" % n for n in range(10_000))
    assert _exchange(port, ask + many + b"\r\n")[9:10] in b"24"
    long = b"GET /fhir/metadata?" + b"a" * 300_000 + b" HTTP/1.1\r\nHost: g\r\n\r\n"
    assert _exchange(port, long)[9:10] == b"4"
    parts = b"--x\r\n" * 1_000 + b"\r\n\r\n" * 1_000
    head = (
        b"POST /fhir/DocumentReference/_search HTTP/1.1\r\nHost: g\r\nContent-Type: "
        b"multipart/form-data; boundary=x\r\nContent-Length: %d\r\n\r\n" % len(parts)
    )
    assert _exchange(port, head + parts)[9:10] == b"4"


def test_inj_01_over_http_raw_bytes_are_answered(port: int) -> None:
    """What a real server passes on is what is answered: never a 5xx."""
    raw = b"GET /fhir/DocumentReference?a=\xd9\xff HTTP/1.1\r\nHost: g\r\n\r\n"
    assert _exchange(port, raw)[9:10] == b"4"
