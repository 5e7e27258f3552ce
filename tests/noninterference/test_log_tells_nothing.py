"""What is done about what a reader may not see moves no byte of the log, nor of standing.

One world, before and after: who may read the secret reads it in every way, its depositor
calls it an error and puts it away, its person marks it; the log, the documents, the facts
and where they come from answer the reader as before.
"""

import json
from pathlib import Path
from urllib.parse import urlencode

import pytest

from gateway.audit import reading
from gateway.view import IS_ARCHIVED
from labels import fhir
from labels.codes import Mark
from labels.label import Label
from tests.gateway.world import Software, seeded

JSON_PATCH = "application/json-patch+json"
EXTENSION = {"url": IS_ARCHIVED, "valueBoolean": True}
STANDING = (
    {"op": "replace", "path": "/status", "value": "entered-in-error"},
    {"op": "add", "path": "/extension/-", "value": EXTENSION},
)
MASK = fhir.security_label(Label(marks=frozenset({Mark.MASQUE_PS})))[1]
SEARCHES: tuple[tuple[str, dict[str, str]], ...] = (
    ("AuditEvent", {"_count": "200"}),
    ("AuditEvent", {"outcome": "4"}),
    ("Provenance", {}),
    ("DocumentReference", {}),
    ("DocumentReference", {"status": "entered-in-error"}),
    ("DocumentReference", {"status": "current"}),
    ("DocumentReference", {"isArchived": "true"}),
    ("Composition", {}),
    ("List", {}),
)


def person(software: Software, patient: str) -> str:
    """Return how a search names a patient."""
    identifier = software.world.patients[patient].identifier
    return f"{identifier.system}|{identifier.value}"


def observed(software: Software, reader: str, patient: str) -> list[object]:
    """Return all that a reader sees of the searches."""
    found: list[object] = []
    for kind, more in SEARCHES:
        query = urlencode({"patient.identifier": person(software, patient)} | more)
        answer = software.ask(reader, f"/fhir/{kind}?{query}")
        held = answer.get_json(force=True)
        if kind == "AuditEvent":  # but for what the reader did just now
            own = person(software, reader)
            others = [each["resource"] for each in held.pop("entry", [])]
            held["entry"] = [e for e in others if reading.agent(e) != own]
            assert held.pop("total") == len(others)
        found.append((answer.status, held))
    return found


def patch(software: Software, reader: str, document: str, operation: object) -> int:
    """Patch a document with one operation."""
    return software.ask(
        reader,
        f"/fhir/DocumentReference/{document}",
        "PATCH",
        data=json.dumps([operation]).encode(),
        content_type=JSON_PATCH,
    ).status_code


@pytest.mark.parametrize(
    ("reader", "patient", "document", "readers"),
    [
        ("corentine", "inaya", "contraception-visit", ("midwife", "gp", "inaya")),
        ("octave", "octave", "biopsy", ("pathologist", "gp")),
    ],
)
def test_what_is_done_about_the_hidden_moves_nothing(
    tmp_path: Path, reader: str, patient: str, document: str, readers: tuple[str, ...]
) -> None:
    """Readings, patches: for a mother, and before an announcement."""
    software = Software(seeded(tmp_path))
    public_id = software.id_of(document)
    depositor = software.world.documents()[document].author
    before = observed(software, reader, patient)
    assert before
    for each in readers:
        for kind in ("Binary", "DocumentReference"):
            path = f"/fhir/{kind}/{public_id}"
            assert software.ask(each, path).status_code == 200
        software.ask(each, f"/fhir/DocumentReference/{public_id}/_history")
    for operation in STANDING:
        assert patch(software, depositor, public_id, operation) == 200
    if patient != reader:
        mask = {"op": "add", "path": "/securityLabel/-", "value": MASK}
        assert patch(software, patient, public_id, mask) == 200
    assert observed(software, reader, patient) == before
