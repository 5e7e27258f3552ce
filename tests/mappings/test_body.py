"""The one door to inner content: told by bytes first, and never raising."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mappings import body, pdf
from mappings.content import Content
from mappings.markup import TEXT_AT_MOST
from tests.mappings.cda.documents import narrative
from tests.mappings.pdf.pages import pdf as made
from tests.mappings.pdf.pages import shown

TYPES = [
    "text/plain",
    "text/plain; charset=utf-8",
    "text/html",
    "text/rtf",
    "text/xml",
    "application/pdf",
    "application/json",
    "application/fhir+json",
    "image/png",
    "",
]


@pytest.mark.parametrize("declared", TYPES)
def test_a_pdf_is_a_pdf_whatever_is_declared(declared: str) -> None:
    """The bytes decide: a PDF declared as text is not read as text."""
    data = made(shown("Une"))
    first, *rest = body.contents(data, declared, pdf.read, "p")
    assert first == Content("p#page=1", text="Une")
    assert bool(rest) == (declared.startswith("text/") or not declared)


def test_what_a_pdf_says_of_itself_has_a_place() -> None:
    """Title and bookmarks are at ``#about``."""
    data = made(shown("Une"), info="/Title(Titre)")
    assert Content("p#about", text="Titre") in body.contents(data, "", pdf.read, "p")


@pytest.mark.parametrize(
    ("data", "declared", "text"),
    [
        ("é è".encode(), "text/plain", "é è"),
        (b"\xef\xbb\xbfabc", "text/plain", "abc"),
        ("é è".encode("cp1252"), "text/plain", "é è"),
        ("é è".encode("utf-16"), "text/plain; charset=utf-16", "é è"),
    ],
)
def test_texts_are_read(data: bytes, declared: str, text: str) -> None:
    """Encodings and formats of text, declared or recognised."""
    assert body.contents(data, declared, pdf.unread, "p") == (Content("p", text=text),)


@pytest.mark.parametrize(
    ("data", "declared"),
    [
        (b"PK\x03\x04", "application/zip"),
        (b"a\x00b", "text/plain"),
        (b"<a/>", "text/xml"),
        (b"<a", "application/hl7-cda+xml"),
        (b"{", "application/json"),
        (b'{"a": 1}', "application/json"),
        (b"%PDF-1.4", "application/pdf"),
        (b"bonjour", "application/pdf"),
    ],
)
def test_what_cannot_be_read_is_opaque(data: bytes, declared: str) -> None:
    """Unknown, broken or lying: one opaque place."""
    assert body.contents(data, declared, pdf.read, "p") == (Content("p", opaque=True),)


HIDDEN = "Mot caché"
POLYGLOTS: dict[str, str] = {
    "rtf fonts": "{\\rtf1{\\fonttbl Mot caché}Bonjour}",
    "html comment": "<html><body>Bonjour<!-- Mot caché --></body></html>",
    "html class": "<html><body><p class='Mot caché'>Bonjour</p></body></html>",
    "html end": "<html><body>a</body></html>Mot caché",
    "cda comment": "<!-- Mot caché -->" + narrative("").decode().partition("?>")[2],
    "fhir id": '{"resourceType":"Basic","id":"Mot caché","code":{"text":"a"}}',
}


@pytest.mark.parametrize("name", POLYGLOTS)
@pytest.mark.parametrize("declared", ["text/plain", "", "application/octet-stream"])
def test_one_set_of_bytes_is_read_in_every_way(name: str, declared: str) -> None:
    """What a text viewer shows is read, whatever else the bytes are."""
    said = body.contents(POLYGLOTS[name].encode(), declared, pdf.unread, "p")
    assert any(HIDDEN in one.text for one in said)


def test_bytes_without_a_type_are_read_and_opaque() -> None:
    """Nobody knows how they will be shown."""
    found = body.contents(b"bonjour", "application/octet-stream", pdf.unread, "p")
    assert found == (Content("p", opaque=True), Content("p", text="bonjour"))


def test_rtf_is_read_as_rtf_and_as_text() -> None:
    """Whatever is declared: word processors name it in several ways."""
    found = body.contents(b"{\\rtf1 a}", "application/msword", pdf.unread, "p")
    assert found == (Content("p", text="a"), Content("p", text="{\\rtf1 a}"))


def test_an_unknown_charset_is_read_and_opaque() -> None:
    """The recipient may see other characters than those read here."""
    found = body.contents(b"V+AEk-H", "text/plain; charset=utf-7", pdf.unread, "p")
    assert found == (Content("p", text="V+AEk-H"), Content("p", opaque=True))


@pytest.mark.parametrize("declared", ["text/plain", "text/html", "text/rtf"])
def test_a_very_long_text_is_opaque(declared: str) -> None:
    """Nobody wrote four million characters; it is not read, and so restricted."""
    data = b"a" * (TEXT_AT_MOST + 1)
    assert body.contents(data, declared, pdf.unread, "p") == body.opaque("p")


def test_an_html_page_with_a_picture_is_read_and_opaque() -> None:
    """Its text labels it; its picture keeps it restricted."""
    data = b"<div>a<img src='data:image/png;base64,AA'></div>"
    assert body.contents(data, "text/html", pdf.unread, "p") == (
        Content("p", text="a"),
        Content("p", text=data.decode()),
        Content("p", opaque=True),
    )


def test_an_empty_body_has_no_place() -> None:
    """Nothing is not something unread."""
    assert body.contents(b"", "application/pdf", pdf.read, "p") == ()
    assert body.contents(b" \n", "text/plain", pdf.read, "p") == ()


def test_a_cda_body_keeps_its_own_places() -> None:
    """At the root of a body a place is the document's; inside another it is after ``#``."""
    data = narrative("<paragraph>dedans</paragraph>")
    alone = [one.place for one in body.contents(data, "text/xml", pdf.unread)]
    within = [one.place for one in body.contents(data, "text/xml", pdf.unread, "/data")]
    assert alone[0].startswith("/h:ClinicalDocument")
    assert within == [f"/data#{place}" for place in alone]


def test_a_cda_is_a_cda_whatever_is_declared() -> None:
    """A document that starts with a comment and is declared as text is still a CDA."""
    data = b"<!-- exemple -->" + narrative("<p>a</p>").partition(b"?>")[2].strip()
    *said, whole = body.contents(data, "text/plain", pdf.unread)
    assert tuple(said) == body.contents(data, "text/xml", pdf.unread)
    assert whole == Content("", text=data.decode())


@pytest.mark.parametrize("declared", ["application/fhir+json", "text/plain"])
def test_a_fhir_body_is_read_as_fhir(declared: str) -> None:
    """JSON that names its resourceType is a resource, whatever is declared."""
    data = b'{"resourceType":"Condition","code":{"text":"Entorse"},"subject":{}}'
    said = body.contents(data, declared, pdf.unread, "/data")
    assert next(one.text for one in said if one.text) == "Entorse"
    assert said[0].place.startswith("/data#/")


def test_documents_nested_too_deep_are_opaque() -> None:
    """CDA in CDA in CDA, each as deep as allowed, ends as an opaque place, not a crash."""
    data = narrative("<paragraph>dedans</paragraph>")
    for _ in range(6):
        file = base64.b64encode(data).decode()
        deep = "<list><item>" * 55
        value = f'<value mediaType="text/xml" representation="B64">{file}</value>'
        data = narrative(deep + value + "</item></list>" * 55)
    assert any(one.opaque for one in body.contents(data, "text/xml", pdf.unread))


@given(
    st.binary(max_size=200) | st.text(max_size=200).map(str.encode),
    st.sampled_from(TYPES),
)
def test_any_body_gives_an_answer(data: bytes, declared: str) -> None:
    """Never raises, and each place it gives says something or is opaque."""
    for one in body.contents(data, declared, pdf.unread, "p"):
        assert one.opaque or one.text.strip() or one.codes


@given(st.binary(max_size=200))
def test_unknown_bytes_are_never_silence(data: bytes) -> None:
    """Bytes of no known format are opaque, whatever they are declared to be."""
    for declared in ("application/zip", "image/png", "text/plain"):
        assert Content("p", opaque=True) in body.contents(
            b"\x00" + data, declared, pdf.unread, "p"
        )


@given(st.text(max_size=200), st.sampled_from(["{\\rtf1 ", "<div>", ""]))
def test_any_text_gives_an_answer(text: str, start: str) -> None:
    """The readers of HTML and RTF are total."""
    for declared in ("text/html", "text/rtf"):
        found = body.contents(
            (start + text).encode("utf-8", "replace"), declared, pdf.unread, "p"
        )
        assert all(each.place.startswith("p") for each in found)
