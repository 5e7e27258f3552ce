"""A rendition knows the current identity; a former one is replaced or hidden."""

import pytest

from mappings.cda.rendition.former import Former
from mappings.pdf import PdfText
from mappings.submission import Traits
from tests.mappings.cda.documents import unstructured
from tests.mappings.cda.rendition.documents import WHO, render, shown, structured

FORMER = Former(("ALIX",), "male")


def told(text: str) -> str:
    """Return the narrative that a former identity leaves of a paragraph."""
    found = shown(
        structured(f"<paragraph>Début.</paragraph><paragraph>{text}</paragraph>"),
        former=FORMER,
    )
    inside = found[found.index("<text>") + 6 : found.index("</text>")]
    return (
        inside.replace("<paragraph>Début.</paragraph>", "")
        .removeprefix("<paragraph>")
        .removesuffix("</paragraph>")
    )


def test_the_header_has_the_names_in_use() -> None:
    """Former first names are nowhere in the header; sex and birth date are the record's."""
    found = shown(structured("<paragraph>Suivi.</paragraph>"))
    assert "ALIX" not in found
    assert "MARIE" not in found
    assert '<given qualifier="CL">SASHA</given>' in found
    assert '<administrativeGenderCode code="F"' in found
    assert '<birthTime value="19711104"/>' in found
    assert "IPP-7" not in found


def test_names_that_xml_cannot_hold_are_no_error() -> None:
    """A control character in a name of the record is left out, never a crash."""
    who = Traits(
        WHO.identifiers, family="OR\x00MEAU", given=("SA\x01SHA",), birth_date="?"
    )
    former = Former(("ALIX",))
    document = structured(
        "<paragraph>Alix ORMEAU dort.</paragraph><paragraph>P</paragraph>"
    )
    found = render(document, who=who, former=former)
    assert found is not None
    assert b"<given>SASHA</given>" in found.body


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Alix ORMEAU dort.", "Sasha ORMEAU dort."),
        ("M. Alix Ormeau dort.", "Mme Sasha Ormeau dort."),
        ("TREMBLE ALIX", "TREMBLE SASHA"),
        ("Monsieur TREMBLE dort.", "Madame TREMBLE dort."),
        ("Sexe : M", "Sexe : F"),
        ("Vu par le Dr Alix Sorbier.", "Vu par le Dr Alix Sorbier."),
        ("Rien. Alix dort. Tout va bien.", "Rien. Tout va bien."),
        ("Alix dort.", ""),
        ("Un prix fixe.", "Un prix fixe."),
    ],
)
def test_former_words_are_replaced_or_hidden(before: str, after: str) -> None:
    """What denotes the patient is replaced, another person kept, the rest hidden."""
    assert told(before) == after


def test_a_row_that_repeats_a_former_name_goes() -> None:
    """Outside prose the unit goes, with the entry that tells the same."""
    row = "<tr><td>Prénom</td><td><content ID='a'>Alix</content></td></tr>"
    entry = (
        "<entry><observation><text><reference value='#a'/></text></observation></entry>"
    )
    document = structured(
        f"<paragraph>P</paragraph><table><tbody>{row}</tbody></table>", entry
    )
    assert shown(document, former=FORMER) == shown(
        structured("<paragraph>P</paragraph>")
    )


def test_a_file_that_repeats_a_former_name_goes() -> None:
    """An embedded file is hidden whole; a document that is one file is not shown."""

    def reader(_: bytes) -> PdfText:
        return PdfText(("Patient : Alix ORMEAU",), opaque=False)

    body = unstructured(
        '<text mediaType="application/pdf" representation="B64">JVBERi0xLg==</text>'
    )
    assert render(body, former=FORMER, reader=reader) is None
    assert render(body, reader=reader) is not None


def test_a_document_title_with_a_former_name_is_that_of_the_type() -> None:
    """The title of the document is replaced like one that tells."""
    document = structured("<paragraph>P</paragraph>").replace(
        b"Consultation de suivi", b"Suivi de Alix"
    )
    found = render(document, former=FORMER)
    assert found is not None
    assert found.title == "CR de consultation"
