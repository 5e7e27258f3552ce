"""JSN: bodies in JSON that are read in two ways, or never end."""

import gzip
import json
from typing import Any

import pytest

from tests.attacks.deposits import FHIR, body, kept, reference, seen, send
from tests.gateway.world import Software

Json = dict[str, Any]

BASE = "/fhir/DocumentReference"
NUMBERS = ("NaN", "Infinity", "-Infinity", "1e400", "9" * 5000)


def _with(name: str, value: str) -> bytes:
    text = json.dumps(reference("2.25.8400"))
    return (f'{{"{name}":{value},' + text[1:]).encode()


@pytest.mark.parametrize("number", NUMBERS)
def test_jsn_01_a_number_that_is_none_is_refused(busy: Software, number: str) -> None:
    """What Python's reader would take and FHIR does not know: 400, nothing kept."""
    before = kept(busy)
    sent = _with("extension", f'[{{"url":"urn:x","valueDecimal":{number}}}]')
    assert send(busy, sent).status_code == 400
    assert kept(busy) == before


TEXTS = {
    "lists": b"[" * 100_000,
    "objects": b'{"a":' * 100_000,
    "keys": b"{" + b",".join(b'"%d":1' % n for n in range(300_000)) + b"}",
    "surrogate": _with("language", '"\\ud800"'),
    "zero": _with("language", '"a\\u0000"'),
    "mark": b"\xef\xbb\xbf" + _with("language", '"fr"'),
    "utf-16": _with("language", '"fr"').decode().encode("utf-16"),
}


@pytest.mark.parametrize("name", TEXTS)
def test_jsn_02_depth_size_and_characters_are_bounded(
    busy: Software, name: str
) -> None:
    """400 or 413 at every door, and never a 500."""
    before = kept(busy)
    for path in (BASE, "/fhir", "/fhir/Consent", f"{BASE}/$validate"):
        assert send(busy, TEXTS[name], path).status_code in (400, 413)
    assert kept(busy) == before


SPOILT: dict[str, Json] = {
    "no type": {"resourceType": None},
    "a list": {"resourceType": ["DocumentReference"]},
    "unknown": {"resourceType": "Nonsense"},
    "another": {"resourceType": "Patient"},
    "a property": {"nonsense": 1},
    "a prototype": {"__proto__": {"status": "current"}},
    "a wrong type": {"status": 7},
    "an empty list": {"category": []},
    "null": {"status": None},
    "content": {"content": {}},
}


@pytest.mark.parametrize("name", SPOILT)
def test_jsn_03_what_is_no_resource_is_refused(busy: Software, name: str) -> None:
    """400 or 422, and nothing is kept."""
    before = kept(busy)
    answer = send(busy, reference("2.25.8403") | SPOILT[name])
    assert answer.status_code in (400, 422)
    assert answer.get_json(force=True)["resourceType"] == "OperationOutcome"
    assert kept(busy) == before


def test_jsn_04_a_transaction_is_all_or_nothing(busy: Software) -> None:
    """Too many entries, a last one that is wrong, two with one address: nothing is kept."""
    whole = json.loads(body("2.25.8404", "iti65"))
    before = kept(busy)
    entry = whole["entry"]
    for entries in (
        entry * 200,
        [*entry, {"resource": {"resourceType": "Nonsense"}}],
        [*entry, entry[-1]],
        [{**each, "fullUrl": "urn:uuid:a"} for each in entry],
        [*entry, {"request": {"method": "DELETE", "url": "Binary/1"}}],
    ):
        answer = send(busy, whole | {"entry": entries}, "/fhir")
        assert answer.status_code in (400, 413, 422), answer.get_data()
    assert kept(busy) == before


REFERENCES = (
    "http://127.0.0.1:9/fhir/DocumentReference/1",
    "javascript:alert(1)",
    "Patient/../../x",
    "DocumentReference/x?_x",
    "urn:uuid:00000000-0000-4000-8000-000000000000",
    "#missing",
    "a" * 65_536,
)


@pytest.mark.parametrize("number", range(len(REFERENCES)))
def test_jsn_05_a_reference_opens_nothing(busy: Software, number: int) -> None:
    """Refused, or never followed nor shown; a subject of another INS is refused."""
    sent = reference(f"2.25.84050{number}")
    target = {"reference": REFERENCES[number]}
    sent["relatesTo"] = [{"code": "appends", "target": target}]
    assert send(busy, sent).status_code in (201, 400, 404, 422)
    sent = reference(f"2.25.84051{number}") | {"subject": target}
    assert send(busy, sent).status_code in (201, 400, 422)
    shown = seen(busy, "gp", f"2.25.84051{number}")
    assert REFERENCES[number] not in json.dumps(shown)
    other = busy.world.patients["tristan"].identifier
    named = {"identifier": {"system": other.system, "value": other.value}}
    before = kept(busy)
    assert send(busy, reference("2.25.84") | {"subject": named}).status_code == 422
    assert kept(busy) == before


def test_jsn_07_a_body_is_what_its_type_says(busy: Software) -> None:
    """XML said to be JSON, UTF-7, parts, or compressed: refused unread."""
    before = kept(busy)
    xml, sent = body("2.25.8407", "cda"), json.dumps(reference("2.25.8407")).encode()
    assert send(busy, xml).status_code == 400
    assert send(busy, sent, "/cda", content_type="text/xml").status_code == 400
    for kind in ("multipart/related", "text/plain", "application/octet-stream", ""):
        assert send(busy, sent, content_type=kind).status_code == 415
    coded = sent.replace(b"{", b"+AHs-")
    assert send(busy, coded, content_type=f"{FHIR}; charset=utf-7").status_code in (
        400,
        415,
    )
    for coding in ("gzip", "br", "deflate"):
        headers = {"Content-Encoding": coding}
        bomb = gzip.compress(bytes(10_000_000))
        assert send(busy, bomb, headers=headers).status_code == 415
    assert kept(busy) == before
