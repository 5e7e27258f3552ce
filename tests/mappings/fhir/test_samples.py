"""The real FHIR files: which are deposits, and why the others are none."""

import base64
import hashlib

import pytest
import yaml

from mappings import pdf
from mappings.fhir.content import contents
from mappings.fhir.parse import dump, parse_json
from mappings.fhir.submission import (
    read_document_bundle,
    read_document_reference,
    read_transaction,
)
from mappings.mapped import Mapped
from mappings.submission import JsonObject, Submission
from tests.mappings.fhir.reading import attempted, places
from tests.shared_material import SHARED, shared

pytestmark = pytest.mark.corpus

FOLDERS = ("fhir", "authored")
FILES = sorted(
    p for name in FOLDERS for p in (SHARED / "samples" / name).glob("*.json")
)
NOT_A_DEPOSIT = "Bundle.type"
FOREIGN = "Bundle.entry[1]"
NO_PATIENT = "DocumentReference.subject"
BY_URL = "DocumentReference.content[0].attachment.url"

ACCEPTED = {
    "ans-pdsm4dmp__Bundle-example-annexe-fhir-document.json",
    "ans-pdsm4dmp__Bundle-example-td2-iti65-lot-soumission.json",
    "ans-pdsm4dmp__DocumentReference-example-td2-iti105-publication-simplifiee.json",
    "fhir-02-document-cr-addicto.json",
    "oehf-ipf__test.json",
    "td-01-iti65-vsm-vih.json",
    "td-02-iti65-mineure.json",
    "td-03-iti65-remplacement-n1.json",
}
REFUSED = {
    # Metadata of documents that lie on another server: nothing is fetched.
    "ans-pdsm4dmp__DocumentReference-example-td3-1a-cr-consultation.json": BY_URL,
    "ans-pdsm4dmp__DocumentReference-example-td3-1a-fhir-document.json": BY_URL,
    "ans-pdsm__DocumentReference-exemple-pdsm-documentreference.json": BY_URL,
    # The subject is a literal reference to another server: no identifier at all.
    # The first one also states a size and a hash that are not those of its data.
    "ans-pdsm__DocumentReference-PDSmSimplifiedExample.json": NO_PATIENT,
    "ans-tddui__DocumentReference-TDDUIDocumentReferenceExample.json": NO_PATIENT,
    # A Composition without a subject.
    "openhie-hiv-ig__Bundle-HIVBundleExample.json": "Bundle.entry[0].resource.subject",
    # Swiss requests whose label is a SNOMED CT code: not understood, so never ignored.
    "i4mi-mag__ch-mhd-bundle-sample.json": "Bundle.entry[2].resource.securityLabel[0].coding[0]",
    "i4mi-mag__mhdch.json": "Bundle.entry[2].resource.securityLabel[0].coding[0]",
}
BY_PREFIX = {
    "smart-generated__": FOREIGN,  # transactions of clinical resources, no ITI-65
    "ans-eprescription__": NOT_A_DEPOSIT,  # searchsets
    "asushares-cli__": NOT_A_DEPOSIT,  # collections
    "ans-pdsm__Bundle": NOT_A_DEPOSIT,  # a transaction-response
    "fhir-0": NOT_A_DEPOSIT,  # collections
}


def deposited(raw: bytes) -> Mapped[Submission] | None:
    """Read a file as the gateway would; None for what is sent to no deposit route."""
    resource = parse_json(raw)
    if resource["resourceType"] == "DocumentReference":
        return read_document_reference(resource, pdf.read)
    if resource["resourceType"] != "Bundle":
        return None
    if resource["type"] == "transaction":
        return read_transaction(resource, pdf.read)
    return read_document_bundle(resource, raw, pdf.read)


def expected_place(name: str) -> str:
    """Return the place at which this file is refused."""
    known = (place for prefix, place in BY_PREFIX.items() if name.startswith(prefix))
    return REFUSED.get(name) or next(known, "nowhere")


def test_the_samples_are_there() -> None:
    """Without the shared material the other tests of this file have no cases."""
    shared("samples", "fhir")
    assert len(FILES) >= 69


@pytest.mark.parametrize("name", [p.name for p in FILES])
def test_each_file_is_accepted_or_refused_for_its_reason(name: str) -> None:
    """The table above is the truth: no file is taken or refused by accident."""
    raw = next(p for p in FILES if p.name == name).read_bytes()
    refused = attempted(lambda: deposited(raw))
    if refused:
        assert expected_place(name) in places(refused)
        assert refused.status == 422
    else:
        assert (deposited(raw) is not None) == (name in ACCEPTED)


@pytest.mark.parametrize("name", [p.name for p in FILES])
def test_each_file_survives_reading_and_writing(name: str) -> None:
    """Strict JSON in and out loses nothing of any real file, numbers included."""
    raw = next(p for p in FILES if p.name == name).read_bytes()
    written = dump(parse_json(raw))
    assert dump(parse_json(written)) == written
    assert parse_json(written) == parse_json(raw)


TRANSACTIONS = [p for p in FILES if p.name.startswith("td-")]


@pytest.mark.parametrize("name", [p.name for p in TRANSACTIONS])
def test_transactions_carry_the_document_they_describe(name: str) -> None:
    """Patient, labels, hash and the wrapped CDA are those the truth file states."""
    path = next(p for p in TRANSACTIONS if p.name == name)
    truth = yaml.safe_load(
        path.with_suffix("").with_suffix(".truth.yaml").read_text("utf-8")
    )
    submission = read_transaction(parse_json(path.read_bytes()), pdf.read).value
    [document] = submission.documents
    [wrapped] = truth["wraps"].values()
    assert document.body == shared("samples", "authored", wrapped).read_bytes()
    assert submission.patient.identifiers[0].value == truth["patient"]["ins"]
    assert " ".join(submission.patient.given) == truth["patient"]["birth_givens"]
    labels = [c["coding"][0]["code"] for c in document.reference["securityLabel"]]
    assert labels == truth["security_labels"]
    digest = hashlib.sha1(document.body, usedforsecurity=False).digest()
    attachment = document.reference["content"][0]["attachment"]
    assert attachment["hash"] == base64.b64encode(digest).decode()


TRUTHS = sorted((SHARED / "samples" / "authored").glob("[ft]*.truth.yaml"))


@pytest.mark.parametrize("name", [p.name for p in TRUTHS])
def test_every_spot_of_the_truth_files_is_a_place(name: str) -> None:
    """Each code and text that must be found stands at its JSON pointer."""
    path = next(p for p in TRUTHS if p.name == name)
    truth = yaml.safe_load(path.read_text("utf-8"))
    resource: JsonObject = parse_json(path.with_name(truth["file"]).read_bytes())
    found = contents(resource, pdf.read)
    for spot in truth["spots"]:
        told = [
            text
            for content in found
            if content.place.split("#")[0] == spot["pointer"]
            for text in (content.text, *(code.code for code in content.codes))
        ]
        assert any(spot["text"] in text for text in told), spot["pointer"]
