"""Every real CDA document of the shared samples: accepted, or refused for a right reason."""

from pathlib import Path

import pytest

from mappings import pdf
from mappings.cda.submission import read
from mappings.mapped import Refused
from tests.shared_material import shared

pytestmark = pytest.mark.corpus

NO_PATIENT_NUMBER = "/h:ClinicalDocument/h:recordTarget/h:patientRole/h:id"

REFUSED = {
    # the number is the word UNK: it would be one person with all the unknown ones
    "jddamore__Afoundria__Bates__Jeremy_V.xml": NO_PATIENT_NUMBER,
    "jddamore__Afoundria__Referral_for_Bates_Jeremy_V.xml": NO_PATIENT_NUMBER,
    # the number is empty: only its domain is given
    "jddamore__Agastha__195352.xml": NO_PATIENT_NUMBER,
    "jddamore__Agastha__195372.xml": NO_PATIENT_NUMBER,
}

OPAQUE = {
    "ans-cda-3.0__BIO-CR-BIO_2021.01_CDA-R2-Niveau-1.xml",  # a PDF of two scanned pages
    "ans-cda-3.0__BIO-CR-BIO_2021.01_Electrophorese.xml",  # a curve as a picture
    "ans-cda-3.0__BIO-CR-BIO_2023.01_Electrophorese.xml",
    "ans-cda-3.0__BIO-CR-BIO_2024.01_Electrophorese.xml",
    "ans-cda-3.0__eP-MED-DM_2022.01_PosoStruct.xml",  # a bar code as a picture
    "ans-cda-3.0__eP-MED-DM_2024.01_PosoStruct.xml",
}


def documents(folder: str) -> list[Path]:
    """Return the CDA files of a folder of the samples."""
    found = [
        p for p in shared("samples", folder).iterdir() if p.suffix.lower() == ".xml"
    ]
    return sorted(found)


@pytest.mark.parametrize(
    ("folder", "count"), [("cda-fr", 43), ("ccda", 36), ("authored", 16)]
)
def test_every_document_is_accepted_or_refused_with_its_reason(
    folder: str, count: int
) -> None:
    """Nothing raises but a refusal, and the refusals are those listed, place and all."""
    refused = {}
    accepted = 0
    for path in documents(folder):
        try:
            mapped = read(path.read_bytes(), pdf.unread)
        except Refused as refusal:
            refused[path.name] = refusal.issues[0].expression
        else:
            accepted += 1
            assert mapped.value.patient.identifiers
            assert mapped.value.documents[0].contents
    assert refused == {name: REFUSED[name] for name in refused}
    assert accepted + len(refused) == count
    assert len(refused) == (len(REFUSED) if folder == "ccda" else 0)


def test_only_scans_and_pictures_are_opaque() -> None:
    """French documents with a text layer are read; pictures are said to be unread."""
    opaque = {
        path.name
        for path in documents("cda-fr")
        if any(
            c.opaque
            for c in read(path.read_bytes(), pdf.read).value.documents[0].contents
        )
    }
    assert opaque == OPAQUE


def test_every_french_document_has_its_type_its_class_and_its_author() -> None:
    """The metadata that decide who may read are there for every CI-SIS example."""
    for path in documents("cda-fr"):
        document = read(path.read_bytes(), pdf.unread).value.documents[0]
        for name in (
            "masterIdentifier",
            "type",
            "category",
            "date",
            "author",
            "custodian",
        ):
            assert name in document.reference, (path.name, name)
        assert document.authors, path.name
        assert document.custodians, path.name
