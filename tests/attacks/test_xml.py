"""XML: at every door that takes it. The factory's own tests are tests/mappings/cda/test_xml.py."""

import re
import resource
import socket
import time
from pathlib import Path

import pytest

from tests.attacks.deposits import body, kept, seen, send
from tests.gateway.world import Software

DOORS = (
    ("/cda", "text/xml"),
    ("/fhir", "application/fhir+xml"),
    ("/fhir/DocumentReference", "application/xml"),
    ("/fhir/DocumentReference/$validate", "application/fhir+xml"),
)
LAUGHS = '<!DOCTYPE a [<!ENTITY b0 "lol">' + "".join(
    f'<!ENTITY b{n} "{f"&b{n - 1};" * 9}">' for n in range(1, 10)
)
BOMBS = {
    "laughs": f"{LAUGHS}]><a>&b9;</a>",
    "quadratic": f'<!DOCTYPE a [<!ENTITY b "{"x" * 100_000}">]><a>{"&b;" * 1000}</a>',
    "recursive": '<!DOCTYPE a [<!ENTITY b "&c;"><!ENTITY c "&b;">]><a>&b;</a>',
    "parameter": '<!DOCTYPE a [<!ENTITY % b "<!ENTITY c 1>">%b;]><a/>',
}
MEGABYTES = 50
EXTERNAL = (
    '<!DOCTYPE a [<!ENTITY b SYSTEM "%s">]><a>&b;</a>',
    '<!DOCTYPE a SYSTEM "%s"><a/>',
    '<a xmlns:xi="http://www.w3.org/2001/XInclude"><xi:include href="%s"/></a>',
    '<a xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="x %s"/>',
    '<?xml-stylesheet href="%s"?><a xml:base="%s"/>',
)


def _memory() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


@pytest.mark.parametrize("name", BOMBS)
def test_xml_01_no_entity_is_expanded(busy: Software, name: str) -> None:
    """400 at every door, in less than a second of work, without memory for it."""
    before, stored = _memory(), kept(busy)
    for path, kind in DOORS:
        start = time.process_time()
        answer = send(busy, BOMBS[name].encode(), path, content_type=kind)
        assert answer.status_code == 400
        assert time.process_time() - start < 1
    assert _memory() - before < MEGABYTES
    assert kept(busy) == stored


def test_xml_02_nothing_outside_is_read(busy: Software) -> None:
    """A listener hears nothing, a file is not read, and no refusal quotes anything."""
    secret = Path("/etc/passwd").read_text("utf-8").splitlines()[0]
    with socket.create_server(("127.0.0.1", 0)) as sink:
        sink.settimeout(0)
        at = f"http://127.0.0.1:{sink.getsockname()[1]}/x"
        for address in (at, "file:///etc/passwd"):
            for text in EXTERNAL:
                sent = text.replace("%s", address).encode()
                for path, kind in DOORS:
                    answer = send(busy, sent, path, content_type=kind)
                    assert answer.status_code in (200, 400, 422)
                    assert secret.encode() not in answer.get_data()
                    assert at.encode() not in answer.get_data()
        with pytest.raises(BlockingIOError):
            sink.accept()


HUGE = {
    "deep": b"<a>" * 100_000,
    "attributes": b"<a " + b" ".join(b'a%d=""' % n for n in range(100_000)) + b"/>",
    "siblings": b"<a>" + b"<b/>" * 1_000_000 + b"</a>",
    "an attribute": b'<a b="' + b"x" * 10_000_000 + b'"/>',
    "a name": b"<" + b"a" * 65_536 + b"/>",
}


@pytest.mark.parametrize("name", HUGE)
def test_xml_03_what_is_huge_is_refused_early(busy: Software, name: str) -> None:
    """4xx in two seconds of work; the next request is answered."""
    for path, kind in DOORS[:2]:
        start = time.process_time()
        answer = send(busy, HUGE[name], path, content_type=kind)
        assert answer.status_code in (400, 413, 422)
        assert time.process_time() - start < 2
    assert busy.ask("gp", "/fhir/metadata").status_code == 200


WRITTEN = {
    "utf-16": "2.25.8301",
    "utf-7": "2.25.8302",
    "cp500": "2.25.8303",
    "latin-1": "2.25.8304",
}


@pytest.mark.parametrize("name", WRITTEN)
def test_xml_04_labels_are_found_in_the_text_that_is_read(
    busy: Software, name: str
) -> None:
    """In any encoding: refused, or read as the same text and labelled by it."""
    oid = WRITTEN[name]
    text = body(oid, "cda", fact="sentence").decode()
    text = re.sub(r'encoding="[^"]*"', f'encoding="{name}"', text, count=1)
    sent = text.encode(name, "xmlcharrefreplace")
    answer = send(busy, sent, "/cda")
    assert answer.status_code in (201, 400)
    if answer.status_code == 201:
        labels = str(seen(busy, "solene", oid)["securityLabel"])
        assert "'R'" in labels
        assert not seen(busy, "psychiatrist", oid)
    overlong = text.encode().replace(b"Gorge", b"\xc0\xbcGorge", 1)
    assert send(busy, overlong, "/cda").status_code == 400


def test_xml_06_there_is_one_door_for_xml() -> None:
    """No module but the one factory imports a reader of XML."""
    pattern = re.compile(
        r"^\s*(?:from|import)\s+(?:lxml|xml\b|defusedxml)", re.MULTILINE
    )
    root = Path(__file__).parents[2]
    found = {
        str(path.relative_to(root))
        for package in ("gateway", "labels", "mappings", "leakbench")
        for path in (root / package).rglob("*.py")
        if pattern.search(path.read_text("utf-8"))
    }
    assert found == {"mappings/cda/xml.py"}
