"""A body that is one file."""

import base64

import pytest

from tests.mappings.cda.documents import unstructured
from tests.mappings.cda.to_fhir.resources import issues, only, referred, resources


def test_a_pdf_is_a_binary_of_the_one_section() -> None:
    """Its bytes are the same."""
    pdf = base64.b64encode(b"%PDF-1.4 x").decode()
    data = unstructured(
        f'<text mediaType="application/pdf" representation="B64">{pdf}</text>'
    )
    (section,) = only(data, "Composition")["section"]
    assert referred(data, section["entry"][0])["data"] == pdf
    assert only(data, "Binary")["contentType"] == "application/pdf"


def test_a_plain_text_is_also_shown() -> None:
    """A paragraph for each line, escaped."""
    data = unstructured("<text>One &lt;b&gt;\n\nTwo</text>")
    (section,) = only(data, "Composition")["section"]
    assert "<p>One &lt;b&gt;</p><p>Two</p>" in section["text"]["div"]
    assert only(data, "Binary")["contentType"] == "text/plain"


@pytest.mark.parametrize(
    "text",
    [
        '<text mediaType="application/pdf"><reference value="x.pdf"/></text>',
        '<text mediaType="application/pdf" representation="B64">%%%</text>',
        '<text mediaType="text/plain" compression="DF">eJw=</text>',
        "<text/>",
    ],
)
def test_a_file_that_cannot_be_had_is_an_empty_section_and_an_issue(text: str) -> None:
    """Elsewhere, broken, compressed or empty."""
    data = unstructured(text)
    (section,) = only(data, "Composition")["section"]
    assert section["emptyReason"]["coding"][0]["code"] == "unavailable"
    assert resources(data, "Binary") == []
    assert any(one.expression.endswith("h:nonXMLBody/h:text") for one in issues(data))


def test_a_body_without_text_has_no_section() -> None:
    """Nothing is made of nothing."""
    assert "section" not in only(unstructured(""), "Composition")
