"""PATCH in the forms of R4: of labels only, by the patient only, one answer for hidden."""

import json
from typing import Any

import pytest
from werkzeug.test import TestResponse

from labels import fhir
from labels.codes import Mark
from labels.label import Label
from mappings.fhir.xml.write import written
from tests.gateway.world import Software

Json = dict[str, Any]

DOCUMENT = "hiv-consultation"


MASK = fhir.security_label(Label(marks=frozenset({Mark.MASQUE_PS})))[1]


def fhirpath(*operations: Json) -> Json:
    """Return a FHIRPath Patch."""
    parameters = [
        {
            "name": "operation",
            "part": [{"name": n, **value} for n, value in each.items()],
        }
        for each in operations
    ]
    return {"resourceType": "Parameters", "parameter": parameters}


def adding(value: Json) -> Json:
    """Return the FHIRPath Patch that adds a label."""
    return fhirpath(
        {
            "type": {"valueCode": "add"},
            "path": {"valueString": "DocumentReference"},
            "name": {"valueString": "securityLabel"},
            "value": {"valueCodeableConcept": value},
        }
    )


def patch(
    software: Software, reader: str, path: str, body: bytes, media: str
) -> TestResponse:
    """Send a PATCH."""
    path = f"/fhir/DocumentReference{path}"
    return software.ask(reader, path, "PATCH", data=body, content_type=media)


@pytest.mark.parametrize("form", ["json", "xml"])
def test_a_fhirpath_patch_masks(software: Software, form: str) -> None:
    """In JSON or XML, the patient sees the mask from then on."""
    document, added = software.id_of(DOCUMENT), adding(MASK)
    body = written(added) if form == "xml" else json.dumps(added).encode()
    media = f"application/fhir+{form}"
    answer = patch(software, "tristan", f"/{document}", body, media)
    assert answer.status_code == 200
    codes = [
        c["coding"][0]["code"] for c in answer.get_json(force=True)["securityLabel"]
    ]
    assert "MASQUE_PS" in codes


def test_labels_are_added_and_taken_by_meta_operations(software: Software) -> None:
    """What $meta-add put there, $meta-delete takes away."""
    document = software.id_of(DOCUMENT)
    coding = MASK["coding"][0]
    body = {
        "resourceType": "Parameters",
        "parameter": [{"name": "meta", "valueMeta": {"security": [coding]}}],
    }
    path = f"/fhir/DocumentReference/{document}"

    def codes() -> list[str]:
        labels = software.ask("tristan", path).get_json(force=True)["securityLabel"]
        return [each["coding"][0]["code"] for each in labels]

    before = codes()
    for name, expected in (("add", {*before, "MASQUE_PS"}), ("delete", set(before))):
        answer = software.ask(
            "tristan",
            f"{path}/$meta-{name}",
            "POST",
            json=body,
            content_type="application/fhir+json",
        )
        assert answer.status_code == 200
        assert set(codes()) == expected


def test_a_document_is_patched_by_its_identifier(software: Software) -> None:
    """PDSm, flux 03: conditional; unknown and another person's are one answer."""
    identifier = software.world.documents()[DOCUMENT].identifier
    body = json.dumps([{"op": "add", "path": "/securityLabel/-", "value": MASK}])
    media = "application/json-patch+json"
    query = "?identifier=urn:ietf:rfc:3986|"
    done = patch(software, "tristan", f"{query}{identifier}", body.encode(), media)
    assert done.status_code == 200
    other = patch(software, "solene", f"{query}{identifier}", body.encode(), media)
    never = patch(software, "solene", f"{query}urn:oid:2.25.1", body.encode(), media)
    assert (other.status_code, other.get_data()) == (404, never.get_data())


def on(kind: str, path: str) -> Json:
    """Return a FHIRPath Patch of one operation on a path."""
    return fhirpath({"type": {"valueCode": kind}, "path": {"valueString": path}})


EMPTY: Json = {"resourceType": "Parameters"}
REFUSED = {
    "another element": (on("delete", "DocumentReference.author"), 405),
    "a whole document": (on("delete", "DocumentReference"), 405),
    "moved": (on("move", "DocumentReference.securityLabel[0]"), 405),
    "no operation": (EMPTY, 400),
    "no parts": (EMPTY | {"parameter": [{"name": "operation"}]}, 400),
    "no label": (adding({"coding": []}), 422),
    "nothing there": (on("delete", "DocumentReference.securityLabel[99]"), 422),
}


@pytest.mark.parametrize("name", REFUSED)
def test_anything_else_is_refused(still: Software, name: str) -> None:
    """405 for another element, 400 and 422 for what cannot be applied."""
    body, status = REFUSED[name]
    document = still.id_of(DOCUMENT)
    data, media = json.dumps(body).encode(), "application/fhir+json"
    assert patch(still, "tristan", f"/{document}", data, media).status_code == status


def test_only_the_patient_patches(still: Software) -> None:
    """403 for any professional, whether or not there is such a document."""
    data, media = json.dumps(adding(MASK)).encode(), "application/fhir+json"
    for document in (still.id_of(DOCUMENT), "0" * 64):
        assert patch(still, "gp", f"/{document}", data, media).status_code == 403
    meta = {"name": "meta", "valueMeta": {"security": []}}
    body = {"resourceType": "Parameters", "parameter": [meta]}
    path = f"/fhir/DocumentReference/{'0' * 64}/$meta-delete"
    options = {"json": body, "content_type": "application/fhir+json"}
    assert still.ask("gp", path, "POST", **options).status_code == 403
    assert still.ask("tristan", path, "POST", **options).status_code == 404


def test_a_json_patch_under_another_type_is_told_which(still: Software) -> None:
    """415 that names the type, whether or not there is such a document."""
    for document in (still.id_of(DOCUMENT), "0" * 64):
        for media in ("application/json", "application/fhir+json"):
            answer = patch(still, "tristan", f"/{document}", b" []", media)
            said = answer.get_data(as_text=True)
            assert (answer.status_code, "json-patch+json" in said) == (415, True)


def test_a_depositor_raises_and_never_lowers(software: Software) -> None:
    """By $meta-add on one's own document; another's and an unknown one are one 404."""
    document = software.id_of(DOCUMENT)

    def add(reader: str, name: str, code: str) -> TestResponse:
        coding = {
            "system": "http://terminology.hl7.org/CodeSystem/v3-Confidentiality",
            "code": code,
        }
        meta = {"name": "meta", "valueMeta": {"security": [coding]}}
        return software.ask(
            reader,
            f"/fhir/DocumentReference/{name}/$meta-add",
            "POST",
            json={"resourceType": "Parameters", "parameter": [meta]},
            content_type="application/fhir+json",
        )

    def level() -> str:
        path = f"/fhir/DocumentReference/{document}"
        shown = software.ask("tristan", path).get_json(force=True)
        return str(shown["securityLabel"][0]["coding"][0]["code"])

    assert add("infectiologist", document, "V").status_code == 200
    assert level() == "V"
    assert add("infectiologist", document, "N").status_code == 200
    assert level() == "V"
    others, never = add("gp", document, "V"), add("gp", "0" * 64, "V")
    assert (others.status_code, others.get_data()) == (404, never.get_data())
    assert add("infectiologist", document, "X").status_code == 422
