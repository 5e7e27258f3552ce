"""What was decided about a document holds for the one that takes its place."""

import json

import pytest

from labels.fhir import VISIBILITY
from tests.gateway.consenting import about, consent, post
from tests.gateway.lifecycle.test_announcing import later
from tests.gateway.test_deposit import CDA, WORLD, send
from tests.gateway.world import Software

OLD, NEW = CDA.documents[0].identifier, "2.25.31338"
BIOPSY = next(each for each in WORLD.deposits if each.name == "biopsy")


def mark(code: str) -> dict[str, object]:
    """Return a security label with one of the marks of JDV_J08."""
    return {"coding": [{"system": VISIBILITY, "code": code}]}


def patch(software: Software, reader: str, document: str, code: str) -> int:
    """Have a person add a mark to a document; returns the status of the answer."""
    added = [{"op": "add", "path": "/securityLabel/-", "value": mark(code)}]
    return software.ask(
        reader,
        f"/fhir/DocumentReference/{software.id_of(document, reader)}",
        "PATCH",
        data=json.dumps(added),
        content_type="application/json-patch+json",
    ).status_code


def by_mark(software: Software) -> None:
    """Have Solène mask the document with a mark."""
    assert patch(software, "solene", CDA.name, "MASQUE_PS") == 200


def by_consent(software: Software) -> None:
    """Have Solène mask the document with a Consent."""
    data = [about(software.id_of(CDA.name, "solene"))]
    sent = consent("solene", {"type": "deny", "data": data})
    assert post(software, "solene", sent).status_code == 201


@pytest.mark.parametrize("masked", [by_mark, by_consent])
def test_what_replaces_a_masked_document_is_masked(
    software: Software, masked: object
) -> None:
    """By a mark or by a Consent, to the same readers; its author sees both."""
    assert callable(masked)
    masked(software)
    root = OLD.removeprefix("urn:oid:")
    parent = (
        '<relatedDocument typeCode="RPLC"><parentDocument>'
        f'<id root="{root}"/></parentDocument></relatedDocument>'
    )
    body = CDA.body.replace(root.encode(), NEW.encode())
    body = body.replace(b"<componentOf>", parent.encode() + b"<componentOf>", 1)
    answer = send(software, CDA, body)
    assert answer.status_code == 201
    public_id = answer.headers["Location"].rpartition("/")[2]
    path = f"/fhir/DocumentReference/{public_id}"
    statuses = {
        reader: software.ask(reader, path).status_code
        for reader in ("solene", "gp", "dentist", "pharmacist")
    }
    assert statuses == {"solene": 200, "gp": 200, "dentist": 404, "pharmacist": 404}


def test_a_replacement_does_not_prolong_the_wait(software: Software) -> None:
    """It waits from when the first one came, and asks for it in vain a month later."""
    resource = json.loads(BIOPSY.body)
    old = software.id_of("biopsy")
    resource["masterIdentifier"]["value"] = f"urn:oid:{NEW}"
    target = {"reference": f"DocumentReference/{old}"}
    resource["relatesTo"] = [{"code": "replaces", "target": target}]
    third_week = later(software, 21)
    answer = send(third_week, BIOPSY, json.dumps(resource).encode())
    assert answer.status_code == 201, answer.get_data(as_text=True)
    path = f"/fhir/Binary/{answer.headers['Location'].rpartition('/')[2]}"
    assert third_week.ask("octave", path).status_code == 404
    assert later(software, 31).ask("octave", path).status_code == 200


def test_nobody_makes_what_was_seen_wait(software: Software) -> None:
    """Not the patient by a mark, nor a professional by one: it is asked with the deposit."""
    path = f"/fhir/DocumentReference/{software.id_of(CDA.name, 'solene')}"
    for reader, status in (("gp", 403), ("dentist", 403), ("solene", 422)):
        assert patch(software, reader, CDA.name, "INVISIBLE_PATIENT") == status
    assert software.ask("solene", path).status_code == 200
    assert later(software, 1).ask("solene", path).status_code == 200
