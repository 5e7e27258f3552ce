"""Files inside a CDA document that do not say how they are encoded."""

import base64

import pytest

from mappings.cda.content import contents
from mappings.cda.document import clinical_document
from mappings.content import Content
from mappings.pdf import unread
from tests.mappings.cda.documents import unstructured

BODY = "/h:ClinicalDocument/h:component/h:nonXMLBody/h:text"
SECRET = "Un mot que personne ne lit dans la base 64."
PACKED = base64.b64encode(SECRET.encode()).decode()


def found(data: bytes) -> tuple[Content, ...]:
    """Return the places of a document, PDFs unread."""
    return contents(clinical_document(data), unread)


@pytest.mark.parametrize(
    "attributes",
    [
        'representation="b64"',
        'mediaType="TEXT/PLAIN" representation=" B64 "',
        'mediaType="text/plain"',
        'mediaType="text/plain" representation="TXT"',
        "",
    ],
)
@pytest.mark.parametrize("packed", [PACKED, PACKED.rstrip("=")])
def test_base64_is_read_whatever_is_said_of_it(attributes: str, packed: str) -> None:
    """In lower case, or not said at all: the recipient may decode it."""
    said = found(unstructured(f"<text {attributes}>{packed}</text>"))
    if "64" in attributes and packed != PACKED:
        assert Content(BODY, opaque=True) in said
    else:
        assert any(one.text == SECRET for one in said)


def test_written_language_is_no_base64() -> None:
    """Plain words without accents, of a length that base64 may have."""
    note = "Patient en bonne sante sans traitement particulier"
    said = [
        one for one in found(unstructured(f"<text>{note}</text>")) if one.place == BODY
    ]
    assert said == [Content(BODY, text=note)]
