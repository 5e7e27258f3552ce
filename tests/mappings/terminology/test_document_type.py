"""What a document type and its templates tell."""

import csv

import pytest

from mappings.terminology.document_type import document_class, document_format
from tests.shared_material import shared

LOINC = "http://loinc.org"
A05 = "https://mos.esante.gouv.fr/NOS/TRE_A05-TypeDocComplementaire/FHIR/TRE-A05-TypeDocComplementaire"


@pytest.mark.parametrize(
    ("system", "code", "expected"),
    [
        (LOINC, "11488-4", ("10", "Compte rendu")),
        (A05, "SYNTH", ("11", "Synthèse")),
        (LOINC, "57833-6", ("42", "Prescription")),
        (LOINC, "SYNTH", None),
        (LOINC, "00000-0", None),
        ("", "11488-4", None),
    ],
)
def test_the_class_of_a_type(
    system: str, code: str, expected: tuple[str, str] | None
) -> None:
    """A type of JDV_J07 has its class; another has none, and none is guessed."""
    assert document_class(system, code) == expected


@pytest.mark.parametrize(
    ("templates", "media", "code"),
    [
        (
            ["1.2", "1.3.6.1.4.1.19376.1.2.20"],
            "application/pdf",
            "urn:ihe:iti:xds-sd:pdf:2008",
        ),
        (["1.3.6.1.4.1.19376.1.2.20"], "text/plain", "urn:ihe:iti:xds-sd:text:2008"),
        (["1.3.6.1.4.1.19376.1.3.3"], "structured", "urn:ihe:lab:xd-lab:2008"),
        (["1.3.6.1.4.1.19376.1.2.20"], "structured", None),
        ([], "structured", None),
    ],
)
def test_the_format_of_a_document(
    templates: list[str], media: str, code: str | None
) -> None:
    """Template and media type decide together; the unknown has no format."""
    found = document_format(templates, media)
    assert (found and found[1]) == code


@pytest.mark.corpus
def test_the_classes_are_those_of_the_matrix() -> None:
    """Each type of the Cnam's matrix has the class the matrix gives it."""
    path = shared("facts", "matrix-dmp-2024-09-25.tsv")
    rows = list(csv.DictReader(path.read_text("utf-8").splitlines(), delimiter="\t"))
    assert len(rows) == 108
    for row in rows:
        found = document_class(LOINC, row["type"]) or document_class(A05, row["type"])
        assert found
        assert found[0] == row["class"]
