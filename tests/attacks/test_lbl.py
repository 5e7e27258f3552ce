"""LBL: making a label lower than what is told."""

import json
from dataclasses import replace
from typing import Any

import pytest
from werkzeug.test import Client

from gateway.fhir.app import create_app
from labels.codes import Category
from labels.detection.service import label
from labels.fhir import CONFIDENTIALITY, VISIBILITY
from mappings.content import Content
from mappings.pdf import unread
from tests.attacks.deposits import FACT, FHIR, body, kept, level, reference, seen, send
from tests.gateway.world import Software

Json = dict[str, Any]

PATCH = "application/json-patch+json"
N = {"coding": [{"system": CONFIDENTIALITY, "code": "N"}]}


def test_lbl_01_who_says_normal_of_what_tells_lowers_nothing(busy: Software) -> None:
    """The label is the higher of what was stated and what was found."""
    sent = reference("2.25.8101", fact=FACT)
    assert sent["securityLabel"][0]["coding"][0]["code"] == "N"
    sent["meta"] = dict(sent.get("meta", {})) | {"security": N["coding"]}
    assert send(busy, sent).status_code == 201
    assert level(busy, "2.25.8101") == "R"
    assert not seen(busy, "psychiatrist", "2.25.8101")


def test_lbl_02_no_write_of_a_depositor_lowers(busy: Software) -> None:
    """PATCH, $meta-delete, the same deposit without a label: as high as before."""
    oid = "2.25.8102"
    sent = reference(oid, fact=FACT, level="V")
    assert send(busy, sent).status_code == 201
    path = f"/fhir/DocumentReference/{seen(busy, 'gp', oid)['id']}"
    patch = json.dumps([{"op": "replace", "path": "/securityLabel/0", "value": N}])
    found = busy.ask("gp", path, "PATCH", data=patch, content_type=PATCH)
    assert found.status_code == 403
    meta = {"name": "meta", "valueMeta": {"security": N["coding"]}}
    taken = {"resourceType": "Parameters", "parameter": [meta]}
    for name in ("$meta-delete", "$meta-add"):
        busy.ask(
            "gp", f"{path}/{name}", "POST", data=json.dumps(taken), content_type=FHIR
        )
    lower = json.dumps(sent).replace('"code": "V"', '"code": "N"').encode()
    send(busy, lower)
    assert busy.ask("gp", path, "PUT", data=lower, content_type=FHIR).status_code == 405
    assert level(busy, oid) == "V"


def test_lbl_03_a_name_that_comes_twice_is_refused(busy: Software) -> None:
    """Neither the first nor the last meta wins: 400, in JSON and in XML."""
    text = json.dumps(reference("2.25.8103"))
    twice = '{"meta":{"security":[{"code":"R"}]},"meta":{},' + text[1:]
    before = kept(busy)
    assert send(busy, twice.encode()).status_code == 400
    xml = (
        b'<DocumentReference xmlns="http://hl7.org/fhir"><meta/><meta/>'
        b'<status value="current"/></DocumentReference>'
    )
    found = send(busy, xml, content_type="application/fhir+xml")
    assert found.status_code in (400, 422)
    assert kept(busy) == before


LABELS: dict[str, Json] = {
    "another system": {"coding": [{"system": "urn:x", "code": "R"}]},
    "lower case": {"coding": [{"system": CONFIDENTIALITY, "code": "r"}]},
    "a space behind": {"coding": [{"system": CONFIDENTIALITY, "code": "R "}]},
    "words only": {"coding": [{"system": CONFIDENTIALITY, "display": "restricted"}]},
    "text only": {"text": "restricted"},
    "unknown": {"coding": [{"system": VISIBILITY, "code": "MASQUE"}]},
    "no system": {"coding": [{"code": "R"}]},
}


@pytest.mark.parametrize("name", LABELS)
def test_lbl_04_a_label_that_is_not_understood_is_refused(
    busy: Software, name: str
) -> None:
    """422, and nothing is kept: what was meant is not guessed and not ignored."""
    sent, before = reference("2.25.8104"), kept(busy)
    sent["securityLabel"] = [LABELS[name]]
    assert send(busy, sent).status_code in (400, 422)
    assert kept(busy) == before


SPELLINGS = (
    "Sérologie V.I.H positive.",
    "Sérologie V\u200bI\u200bH positive.",
    "Sérologie VI\u00adH positive.",
    "Sérologie ＶＩＨ positive.",
    "Sérologie VI\u041d positive.",
    "VIH+",
    "Infection par le HIV.",
)


@pytest.mark.parametrize("words", SPELLINGS)
def test_lbl_05_a_spelling_does_not_hide_a_word(words: str) -> None:
    """Dots, invisible characters, look-alikes and English are read as the plain word."""
    found = label([Content("/a", text=words)])
    assert Category.HIV in found.document.categories


def test_lbl_06_a_new_version_lowers_no_old_one(busy: Software) -> None:
    """The old version keeps its label when what told is gone from the new one."""
    old, new = "2.25.8106", "2.25.8107"
    assert send(busy, body(old, "cda", fact=FACT), "/cda").status_code == 201
    assert send(busy, body(new, "cda", follows=old), "/cda").status_code == 201
    assert level(busy, old) == "R"
    assert seen(busy, "solene", old)["status"] == "superseded"
    assert not seen(busy, "psychiatrist", old)


def test_lbl_07_what_cannot_be_read_is_restricted(software: Software) -> None:
    """A PDF reader that gives nothing: the letter is kept for few, never unlabelled."""
    services = replace(software.services, pdf=unread)
    software.client = Client(create_app(services))
    letter = next(e for e in software.world.deposits if e.name == "endocrine-letter")
    oid = letter.documents[0].identifier.removeprefix("urn:oid:")
    sent = letter.body.replace(oid.encode(), b"2.25.8108")
    found = software.ask(
        letter.depositor, "/cda", "POST", data=sent, content_type="text/xml"
    )
    assert found.status_code == 201
    assert not seen(software, "dentist", "2.25.8108")
    assert seen(software, "solene", "2.25.8108")


@pytest.mark.parametrize("where", ["Bundle", "Binary", "contained"])
def test_lbl_10_the_highest_of_all_labels_holds(busy: Software, where: str) -> None:
    """A lower label elsewhere lowers nothing: the document's own stays."""
    oid = f"2.25.811{len(where)}"
    sent = json.loads(body(oid, "iti65", level="V"))
    if where == "Bundle":
        sent["meta"] = sent.get("meta", {}) | {"security": N["coding"]}
    for each in sent["entry"]:
        resource = each["resource"]
        if resource["resourceType"] == where:
            resource["meta"] = {"security": N["coding"]}
        for inner in resource.get("contained", []) if where == "contained" else []:
            inner["meta"] = {"security": N["coding"]}
    found = send(busy, sent, "/fhir")
    assert found.status_code in (200, 400, 422)
    if found.status_code == 200:
        assert level(busy, oid) == "V"
