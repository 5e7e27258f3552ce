"""Nothing that a deposit points to is ever fetched, looked up or connected to (INJ-06)."""

import json
import socket
import sys
from collections.abc import Callable
from typing import Any

import pytest

from gateway.demo.world.load import WorldDeposit, load
from tests.gateway.world import Software, seeded

Json = dict[str, Any]

FHIR, XML = "application/fhir+json", "application/xml"
WATCHED = frozenset(
    {
        *("socket.connect", "socket.getaddrinfo", "socket.gethostbyname"),
        *("socket.sendto", "urllib.Request", "ftplib.connect", "http.client.connect"),
    }
)
OUTSIDE = (
    "http://169.254.169.254/latest/meta-data/",
    "http://127.0.0.1:9/in",
    "http://[::1]:9/in",
    "file:///etc/passwd",
    "ftp://evil.test/x",
    "gopher://evil.test/x",
    "//evil.test/x",
    "http://user@evil.test/x",
)
_seen: list[str] = []
_watching: list[bool] = []


def _watch(event: str, _arguments: tuple[object, ...]) -> None:
    """Keep what this process does with the network while it is watched."""
    if _watching and event in WATCHED:
        _seen.append(event)


sys.addaudithook(_watch)


@pytest.fixture(scope="module")
def still(tmp_path_factory: pytest.TempPathFactory) -> Software:
    """Give one gateway for all that is deposited here."""
    return Software(seeded(tmp_path_factory.mktemp("references")))


def clinical(address: str) -> tuple[str, str, bytes]:
    """Return a CDA that points outside in every place where a reader might follow."""
    found = next(e for e in load().deposits if e.name == "sore-throat-visit")
    start = f'<?xml-stylesheet type="text/xsl" href="{address}"?>'.encode()
    body = found.body.replace(b"<ClinicalDocument", start + b"<ClinicalDocument", 1)
    hint = (
        '<ClinicalDocument xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
        f'xsi:schemaLocation="urn:hl7-org:v3 {address}"'
    )
    if b"xmlns:xsi" not in body:
        body = body.replace(b"<ClinicalDocument", hint.encode(), 1)
    linked = f'<linkHtml href="{address}">x</linkHtml> Gorge douloureuse'.encode()
    return "/cda", XML, body.replace(b"Gorge douloureuse", linked, 1)


def entity(address: str) -> tuple[str, str, bytes]:
    """Return a CDA whose document type names an entity outside."""
    found = next(e for e in load().deposits if e.name == "sore-throat-visit")
    kind = f'<!DOCTYPE x SYSTEM "{address}" [<!ENTITY e SYSTEM "{address}">]>'
    body = found.body.replace(
        b"<ClinicalDocument", kind.encode() + b"<ClinicalDocument", 1
    )
    return "/cda", XML, body.replace(b"Gorge douloureuse", b"&e; Gorge", 1)


def transaction(address: str) -> tuple[str, str, bytes]:
    """Return an ITI-65 deposit that points outside wherever an address may stand."""
    found = _enveloped()
    bundle: Json = json.loads(found.body)
    bundle["entry"] = [_pointing(each, address) for each in bundle["entry"]]
    return "/fhir", FHIR, json.dumps(bundle).encode()


def alone(address: str) -> tuple[str, str, bytes]:
    """Return a DocumentReference whose body is elsewhere."""
    entries = json.loads(_enveloped().body)["entry"]
    kind = "DocumentReference"
    given = next(e for e in entries if e["resource"]["resourceType"] == kind)
    body = json.dumps(_pointing(given, address)["resource"])
    return "/fhir/DocumentReference", FHIR, body.encode()


def _enveloped() -> WorldDeposit:
    """Return a deposit by ITI-65."""
    return next(e for e in load().deposits if e.route == "iti65")


def _pointing(entry: Json, address: str) -> Json:
    """Return an entry that points outside, in its profile, its links, its attachment."""
    resource = dict(entry["resource"])
    resource["meta"] = dict(resource.get("meta", {})) | {"profile": [address]}
    resource["implicitRules"] = address
    if resource["resourceType"] == "DocumentReference":
        content = dict(resource["content"][0])
        content["attachment"] = dict(content["attachment"]) | {"url": address}
        resource["content"] = [content]
        target = {"code": "appends", "target": {"reference": address}}
        resource["relatesTo"] = [target]
    return entry | {"resource": resource}


MADE = (clinical, entity, transaction, alone)


@pytest.mark.parametrize("made", MADE, ids=[each.__name__ for each in MADE])
def test_no_deposit_makes_the_gateway_reach_out(
    still: Software, made: Callable[[str], tuple[str, str, bytes]]
) -> None:
    """Taken or refused: not one name is looked up, not one connection begun."""
    depositors = {each.depositor for each in load().deposits if each.route == "iti65"}
    for address in OUTSIDE:
        path, kind, body = made(address)
        for reader in (
            sorted(depositors)[:1] if made in (transaction, alone) else ["gp"]
        ):
            _watching.append(True)
            try:
                answer = still.ask(reader, path, "POST", data=body, content_type=kind)
            finally:
                _watching.clear()
            assert answer.status_code < 500
    assert _seen == []


def test_what_reaches_out_would_be_seen() -> None:
    """The watch itself sees a connection, so that its silence means something."""
    _watching.append(True)
    try:
        with pytest.raises(ConnectionError), socket.socket() as probe:
            probe.connect(("127.0.0.1", 9))
    finally:
        _watching.clear()
    assert _seen == ["socket.connect"]
    _seen.clear()
