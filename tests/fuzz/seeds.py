"""What fuzzing begins with: our own demo documents, and bodies of every other kind.

The first byte of a seed names the route (targets.py).
"""

import io
import json
import zipfile
from collections.abc import Iterator, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from gateway.demo.issuer import AUDIENCE, NAME, claims_of
from gateway.demo.world.load import World, load
from gateway.fhir.route import Route
from mappings.fhir.xml.write import written
from tests.gateway.consenting import about, consent, patient_of, to_person
from tests.mappings.xdm.media import FOLDER, METADATA, Lot, Sheet, medium, metadata

if TYPE_CHECKING:
    from tests.fuzz.house import House

Json = dict[str, Any]

BOUNDARY = "seam"
SMALL = 16_000
"""Larger documents make each run slow and say nothing more."""
MARK = {
    "coding": [
        {
            "system": "http://terminology.hl7.org/CodeSystem/v3-Confidentiality",
            "code": "R",
        }
    ]
}
PARAMETER: tuple[Json, ...] = (
    {"name": "who", "valueIdentifier": {"system": "urn:oid:1.2", "value": "1"}},
    {"name": "reader", "valueIdentifier": {"system": "urn:oid:1.2", "value": "1"}},
    {"name": "id", "valueString": "a"},
    {"name": "name", "valueString": "Somebody"},
    {"name": "words", "valueString": "why"},
    {"name": "code", "valueString": "ABCD-EFGH"},
    {"name": "decision", "valueCode": "accept"},
    {"name": "reason", "valueCode": "unconscious"},
    {"name": "hours", "valueInteger": 24},
    {"name": "meta", "valueMeta": {"security": MARK["coding"]}},
    {"name": "target", "valueReference": {"reference": "DocumentReference/a"}},
)
QUERIES = (
    b"_id=a",
    b"date=ge2026-01-01&date=le2026-12-31&_sort=-date&_count=2",
    b"type=http://loinc.org|11488-4&status=current&_total=none",
    b"code=http://loinc.org|718-7,718-7&_summary=count",
    b"period=2026&creation=gt2026-01-01T10:00:00%2B01:00",
    b"author.family=R&author.given:exact=A&_elements=id,date",
    b"identifier=urn:ietf:rfc:3986|urn:oid:2.25.1&related=x",
    b"_lastUpdated=ap2026&security-label=R&_format=xml&_pretty=true",
    b"relatesto:identifier=1&_include=*&_cursor=AAAA",
    b"_type=Condition&_since=2026-01-01T00:00:00Z&start=2026&end=2027",
)


@cache
def _world() -> World:
    return load()


def _dump(value: object) -> bytes:
    return json.dumps(value).encode()


def bodies(routes: Sequence[Route]) -> list[bytes]:
    """Return a body for every route, and each small deposit of the demo."""
    found = []
    for number, route in enumerate(routes):
        held = list(_bodies_of(route))
        found += [bytes([number + len(routes) * n]) + each for n, each in held]
    return found


def _bodies_of(route: Route) -> Iterator[tuple[int, bytes]]:
    """Give the number of who sends it (targets.WHO), and what."""
    for each in _world().deposits:
        if each.path == route.path and len(each.body) < SMALL:
            yield 0, each.body
    if route.path == "/fhir":
        search = {"request": {"method": "GET", "url": "DocumentReference?_count=1"}}
        yield 0, _dump({"resourceType": "Bundle", "type": "batch", "entry": [search]})
    elif route.path.startswith("/fhir/Consent") and "$" not in route.path:
        yield 1, _dump(consent("tristan", {"type": "deny", "data": [about("a")]}))
        provision = {"type": "permit", "actor": [to_person("gp")]}
        yield 1, _dump(consent("tristan", provision))
    elif "$" in route.path:
        name = {"name": "patient"} | {
            "valueIdentifier": patient_of("tristan")["identifier"]
        }
        for who in (0, 1):
            body = {"resourceType": "Parameters", "parameter": [name, *PARAMETER]}
            yield who, _dump(body)
    else:
        yield 0, _dump(_other(route.resource))


def _other(kind: str) -> Json:
    person = patient_of("tristan")["identifier"]
    if kind == "Subscription":
        criteria = f"DocumentReference?patient.identifier={person['system']}|"
        return {
            "resourceType": kind,
            "status": "requested",
            "reason": "seen",
            "criteria": criteria + person["value"],
            "channel": {"type": "rest-hook", "endpoint": "https://hook.example/"},
        }
    who = {"identifier": person}
    return {"resourceType": kind, "status": "active", "subject": who, "patient": who}


def markup() -> list[bytes]:
    """Return the small CDA of the demo, and the FHIR deposits in XML."""
    found = []
    for each in _world().deposits:
        if each.path == "/cda" and len(each.body) < SMALL:
            found.append(b"\x00" + each.body)
        elif each.path != "/cda" and len(each.body) < SMALL:
            first = b"\x01" if each.path == "/fhir" else b"\x02"
            found.append(first + written(json.loads(each.body)))
    return found


def searches(document: str) -> list[bytes]:
    """Return a query for every GET route: the byte goes round them all."""
    person = patient_of("tristan")["identifier"]
    whose = f"patient.identifier={person['system']}|{person['value']}&".encode()
    there = f"_id={document}&patient=Patient/{document[:32]}&".encode()
    first = (bytes([number]) for number in range(256))
    return [
        each + (whose, there, b"")[n % 3] + QUERIES[n % len(QUERIES)]
        for n, each in enumerate(first)
    ]


def patches() -> list[bytes]:
    """Return a patch of each form."""
    operation = [
        {"name": "type", "valueCode": "add"},
        {"name": "path", "valueString": "DocumentReference"},
        {"name": "name", "valueString": "securityLabel"},
        {"name": "value", "valueCodeableConcept": MARK},
    ]
    path: Json = {
        "resourceType": "Parameters",
        "parameter": [{"name": "operation", "part": operation}],
    }
    meta = {"resourceType": "Parameters", "parameter": [PARAMETER[9]]}
    test = {"op": "test", "path": "/status", "value": "current"}
    add = {"op": "add", "path": "/securityLabel/-", "value": MARK}
    copy = {"op": "copy", "from": "/securityLabel/0", "path": "/securityLabel/-"}
    gone = {"op": "remove", "path": "/securityLabel/0"}
    return [
        b"\x00" + _dump([test, add]),
        b"\x00" + _dump([copy, gone]),
        b"\x01" + _dump(path),
        b"\x02" + written(path),
        b"\x03" + _dump(meta),
        b"\x04" + _dump(meta),
    ]


def tokens(house: "House") -> list[bytes]:
    """Return claims that are right, and tokens whole."""
    at = int(house.services.clock.now().timestamp())
    readers = _world().readers
    life = {"iss": NAME, "aud": AUDIENCE, "iat": at, "exp": at + 28_800, "jti": "1"}
    said = [_dump(life | claims_of(readers[n])) for n in ("gp", "tristan", "dpi")]
    whole = house.software.issuer.token(readers["gp"], house.services.clock.now())
    client = house.backend.id
    own = {"iss": client, "sub": client, "exp": at + 240, "jti": "2"}
    own["aud"] = f"{house.services.settings.base_url}/token"
    claims = [b"\x01" + each for each in said]
    return [b"\x00" + whole.encode(), *claims, b"\x02" + _dump(own), b"\x03a.b.c"]


def parcels() -> list[bytes]:
    """Return a medium, its index, and forms in parts."""
    given = Lot()
    form = (
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="grant_type"\r\n\r\n'
        f"client_credentials\r\n--{BOUNDARY}\r\nContent-Disposition: form-data; "
        f'name="f"; filename="a.xml"\r\nContent-Type: text/xml\r\n\r\n<a/>\r\n'
        f"--{BOUNDARY}--\r\n"
    ).encode()
    return [
        b"\x00" + medium(given),
        b"\x00" + medium(given, method=zipfile.ZIP_STORED),
        b"\x01" + metadata(given),
        b"\x02" + form,
        b"\x05" + form,
    ]


def packed(index: bytes) -> bytes:
    """Return a medium with this index beside the document that it should speak of."""
    into = io.BytesIO()
    with zipfile.ZipFile(into, "w") as archive:
        archive.writestr(METADATA, index)
        archive.writestr(f"{FOLDER}/{Sheet().uri}", Sheet().body)
    return into.getvalue()
