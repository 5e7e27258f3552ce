"""What bytes are: all their readings, and types that lie or cannot be served."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mappings.format import contradicted, readings, well_formed
from tests.mappings.cda.documents import cda

CDA = cda()
FHIR = b'{"resourceType":"Basic"}'
HTML = b"<html><p>a</p></html>"
RTF = b"{\\rtf1 a}"
PDF = b"%PDF-1.7 x"
BLANKS = b" \n" * 3000


@pytest.mark.parametrize(
    ("body", "declared", "kinds"),
    [
        (CDA, "text/xml", ("xml",)),
        (CDA, "application/xml", ("xml",)),
        (CDA, "text/plain", ("xml", "plain")),
        (CDA, "application/octet-stream", ("xml", "plain")),
        (CDA, "", ("xml", "plain")),
        (CDA, "image/png", ("xml",)),
        (BLANKS + CDA.partition(b"?>")[2], "text/plain", ("xml", "plain")),
        (CDA.decode().encode("utf-16"), "image/png", ("xml",)),
        (b"<html>" + CDA.partition(b"?>")[2], "text/xml", ("xml", "html", "plain")),
        (FHIR, "application/fhir+json", ("json",)),
        (BLANKS + FHIR, "text/plain", ("json", "plain")),
        (b'{"\\u0072esourceType":"Basic"}', "image/png", ("json",)),
        (HTML, "application/xhtml+xml", ("html", "plain")),
        (b"a <b>c</b>", "text/html", ("html", "plain")),
        (RTF, "application/msword", ("rtf", "plain")),
        (b"<html><!--" + PDF, "application/pdf", ("pdf", "html", "plain")),
        (b"<?xml version='1.0'?><a/>", "application/zip", ("xml",)),
        (b"bonjour", "text/plain", ("plain",)),
        (b"bonjour", "", ("unknown", "plain")),
        (b"bonjour", "application/zip", ("unknown",)),
    ],
)
def test_every_reading_counts(
    body: bytes, declared: str, kinds: tuple[str, ...]
) -> None:
    """The bytes first, then the type, then what a text viewer would show."""
    assert readings(body, declared) == kinds


@pytest.mark.parametrize(
    ("body", "declared", "lies"),
    [
        (CDA, "text/xml", False),
        (CDA, "Application/HL7-cda+xml", False),
        (CDA, "text/plain; charset=utf-8", False),
        (CDA, "application/octet-stream", False),
        (CDA, "text/html", True),
        (CDA, "application/pdf", True),
        (CDA, "image/png", True),
        (CDA, "application/fhir+json", True),
        (FHIR, "text/xml", True),
        (HTML, "text/xml", True),
        (RTF, "application/msword", False),
        (RTF, "text/html", True),
        (PDF, "text/plain", True),
        (PDF, "application/pdf", False),
        (b"bonjour", "application/pdf", False),
    ],
)
def test_a_type_may_lie(body: bytes, declared: str, lies: bool) -> None:  # noqa: FBT001 - the expected answer
    """XML is one family, text may be text of any format, and a PDF is no text."""
    assert contradicted(body, declared) is lies


@pytest.mark.parametrize(
    "content_type",
    [
        "text/plain",
        "text/plain;charset=utf-8",
        'text/plain; charset="utf-8" ; a=b',
        "application/vnd.a-b+xml",
    ],
)
def test_media_types(content_type: str) -> None:
    """Type, subtype and parameters of RFC 6838."""
    assert well_formed(content_type)


@pytest.mark.parametrize(
    "content_type",
    [
        "text",
        "text/",
        "text/plain; x",
        "text/plain;",
        "text/plain\r\nX: y",
        "text/plain; a=b\n",
        "text/plain€",
        "text/plain; nom=VIH positif",
        'text/plain; a="é"',
        "text/plain; a=" + "b" * 200,
        "text/plain, text/html",
    ],
)
def test_what_is_no_media_type(content_type: str) -> None:
    """A type that could not be a header again, or says more than a type."""
    assert not well_formed(content_type)


@given(st.binary(max_size=100), st.text(max_size=30))
def test_any_bytes_have_a_reading(body: bytes, declared: str) -> None:
    """Total, and never without a reading."""
    assert readings(body, declared)
    contradicted(body, declared)
    well_formed(declared)
