"""The demo's deposits, held against the mappings and the labels alone."""

from datetime import date

import pytest

from gateway.demo.world import expected
from gateway.demo.world.load import World, WorldDeposit, load
from labels.detection.service import Context, label
from labels.label import Label
from mappings import pdf
from mappings.cda import submission as cda
from mappings.fhir import submission as fhir
from mappings.fhir.parse import parse_json
from mappings.submission import Document, Submission

WORLD: World = load()
TRUTH = expected.load()
AT = date(2026, 11, 22)

by_name = pytest.mark.parametrize("deposit", WORLD.deposits, ids=lambda each: each.name)


def read(deposit: WorldDeposit) -> Submission:
    """Read a deposit as the gateway does, by its route."""
    if deposit.route == "cda":
        return cda.read(deposit.body, pdf.read).value
    resource = parse_json(deposit.body)
    if deposit.route == "iti65":
        return fhir.read_transaction(resource, pdf.read).value
    if deposit.route == "iti105":
        return fhir.read_document_reference(resource, pdf.read).value
    return fhir.read_document_bundle(resource, deposit.body, pdf.read).value


def labelled(submission: Submission, document: Document) -> Label:
    """Label a document with the age and sex its submission states."""
    born = date.fromisoformat(submission.patient.birth_date)
    age = AT.year - born.year - ((AT.month, AT.day) < (born.month, born.day))
    sex = {"male": "M", "female": "F"}[submission.patient.gender]
    return label(document.contents, Context(sex=sex, age=age)).document


@by_name
def test_every_deposit_is_read(deposit: WorldDeposit) -> None:
    """The mappings take each deposit, and find the patient and the documents in it."""
    submission = read(deposit)
    patient = WORLD.patients[deposit.patient]
    assert patient.identifier in submission.patient.identifiers
    assert submission.patient.birth_date == patient.traits.birth_date
    assert submission.patient.gender == patient.traits.gender
    found = [d.reference["masterIdentifier"]["value"] for d in submission.documents]
    assert found == [document.identifier for document in deposit.documents]
    types = [d.reference["type"]["coding"][0]["code"] for d in submission.documents]
    assert types == [document.type for document in deposit.documents]


@by_name
def test_the_depositor_is_an_author_or_of_the_author_s_structure(
    deposit: WorldDeposit,
) -> None:
    """Nobody in the demo deposits in another's name."""
    depositor = WORLD.readers[deposit.depositor]
    for document in read(deposit).documents:
        wrote = depositor.id in document.authors
        assert wrote or depositor.organization in document.organizations


@by_name
def test_labels_are_those_expected(deposit: WorldDeposit) -> None:
    """The labelling finds in each document what is sensitive in it, and nothing else."""
    submission = read(deposit)
    for document, named in zip(submission.documents, deposit.documents, strict=True):
        found, truth = labelled(submission, document), TRUTH[named.name]
        assert found.categories == truth.categories
        assert found.marks == truth.marks - set(deposit.marks)
