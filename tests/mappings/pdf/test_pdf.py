"""What the text of a PDF is, and when it cannot be believed."""

import base64
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mappings import pdf
from mappings.pdfium import believable
from tests.mappings.pdf.pages import pdf as made
from tests.mappings.pdf.pages import scan, shown
from tests.shared_material import shared

BAD_OUTLINE = "/Outlines<</First<</Title<FEFFD800>>>/Count 1>>"
LONG = shown(
    *(f"Une ligne de texte assez longue, la ligne numero {n}" for n in range(8))
)


def test_each_page_has_its_text() -> None:
    """Two pages of text: two texts, nothing hidden."""
    read = pdf.read(made(shown("Bonjour", "Sérologie négative"), shown("Page deux")))
    assert read.pages == ("Bonjour\nSérologie négative", "Page deux")
    assert not read.opaque
    assert read.about == ""


def test_title_and_keywords_are_told_beside_the_pages() -> None:
    """What a file says of itself can be as telling as its pages."""
    read = pdf.read(made(shown("x"), info="/Title(Titre)/Keywords(mots)"))
    assert read.about == "Titre\nmots"


def test_bookmarks_are_told_beside_the_pages() -> None:
    """The outline names chapters."""
    outline = "/Outlines<</First<</Title(Chapitre)>>/Count 1>>"
    assert pdf.read(made(shown("x"), catalog=outline)).about == "Chapitre"


def test_notes_and_fields_are_part_of_their_page() -> None:
    """A note on a page is read by whoever reads the page."""
    note = "/Annots[<</Type/Annot/Subtype/Text/Rect[0 0 9 9]/Contents(Une note)>>]"
    read = pdf.read(made(shown("Texte"), annots=note))
    assert read.pages == ("Texte\nUne note",)
    assert not read.opaque


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("no PDF", b"bonjour"),
        ("empty", b""),
        ("cut short", made(shown("x"))[:60]),
        ("no page", made()),
        ("blank", made("")),
        ("image only", made(scan(595, 842))),
        ("small image only", made(scan(20, 20))),
        ("one scanned page among others", made(LONG, scan(595, 842))),
        ("scan with a stamp", made(scan(595, 842) + shown("Recu le 3 mars"))),
        (
            "page that is not there",
            made(LONG).replace(b"Kids[10 0 R]", b"Kids[99 0 R]"),
        ),
        ("title that is no text", made(LONG, catalog=BAD_OUTLINE)),
        ("drawn letters", made("0 0 m 9 9 l S")),
        ("stamp note", made(LONG, annots="/Annots[<</Subtype/Stamp/Rect[0 0 9 9]>>]")),
    ],
)
def test_what_cannot_be_read_is_opaque(name: str, data: bytes) -> None:
    """Fail closed: one page that shows something we cannot read is enough."""
    assert pdf.read(data).opaque, name


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("text with a logo", made(LONG + scan(60, 40))),
        ("scan with its text layer", made(scan(595, 842) + LONG)),
        ("blank page at the end", made(LONG, "")),
    ],
)
def test_what_can_be_read_is_not_opaque(name: str, data: bytes) -> None:
    """A logo, a recognised scan and an empty page hide nothing."""
    assert not pdf.read(data).opaque, name


def test_an_encrypted_file_is_opaque() -> None:
    """A file with a security handler is not read, or read and not believed."""
    encryption = (
        "/Encrypt<</Filter/Standard/V 1/R 2/P -4/O<"
        + "00" * 32
        + ">/U<"
        + "00" * 32
        + ">>>"
        "/ID[<00><00>]"
    )
    assert pdf.read(made(LONG, extra=encryption)).opaque


def test_a_file_that_carries_files_is_opaque() -> None:
    """An attachment inside a PDF is a document nobody here has read."""
    names = "/Names<</EmbeddedFiles<</Names[(a.txt)<</Type/Filespec/F(a.txt)/EF<</F 4 0 R>>>>]>>>>"
    assert pdf.read(made(LONG, catalog=names)).opaque


def test_characters_without_meaning_are_no_text() -> None:
    """Glyphs mapped to the private use area look like text and say nothing."""
    assert believable("Bonjour")
    assert not believable("Bon" + "\ue000" * 30)
    assert not believable("Bon" + "\ufffd" * 30)


def test_the_reader_of_who_has_none() -> None:
    """Without a reader every PDF is opaque."""
    assert pdf.unread(made(shown("x"))) == pdf.UNREADABLE


@given(st.binary(max_size=400))
def test_any_bytes_give_an_answer(data: bytes) -> None:
    """No bytes make the reader raise, with or without the header of a PDF."""
    assert pdf.read(data).opaque
    assert pdf.read(b"%PDF-1.4\n" + data).opaque


@pytest.mark.corpus
def test_real_pdfs_are_read_or_opaque() -> None:
    """PDFs of the real documents: most have their text, and only scans are opaque."""
    opaque = []
    count = 0
    for path in sorted(shared("samples", "authored").glob("1[134]-*.xml")):
        for found in re.findall(r"JVBERi[A-Za-z0-9+/=\s]+", path.read_text("utf-8")):
            count += 1
            if pdf.read(base64.b64decode(found)).opaque:
                opaque.append(path.name)
    assert count == 3
    assert opaque == ["14-n1-pdf-image.xml"]
