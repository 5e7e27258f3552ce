"""PDFs are read in a child with limits; what goes wrong there is unreadable here."""

from importlib.resources import files

from gateway.sandbox import at_most, pdf
from mappings.pdf import UNREADABLE, PdfText, read

DOCUMENT = files("gateway.demo.world").joinpath("documents", "biopsy.pdf").read_bytes()


def test_the_child_reads_what_a_direct_reading_gives() -> None:
    """Nothing is lost or changed on the way through the child."""
    assert pdf(DOCUMENT) == read(DOCUMENT)
    assert not pdf(DOCUMENT).opaque


def test_what_is_no_pdf_is_unreadable() -> None:
    """Nothing, noise and a broken file are opaque, never an error."""
    for data in (b"", b"\x00" * 1000, DOCUMENT[:500]):
        assert pdf(data).opaque


def test_a_request_reads_so_many_pdfs_and_no_more() -> None:
    """The reader of a request counts; past its number everything is unreadable."""
    known = PdfText(("a",), opaque=False)
    reader = at_most(2, lambda _: known)
    assert [reader(b"") for _ in range(4)] == [known, known, UNREADABLE, UNREADABLE]
