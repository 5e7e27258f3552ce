"""Reading a PDF with PDFium. Only :mod:`mappings.pdf` comes in here.

PDFium reads hostile bytes in C++: its caller runs in a child process with limits.
"""

import ctypes
import unicodedata
from collections.abc import Iterator

from pypdfium2 import PdfDocument, PdfiumError, PdfPage, raw

from mappings.pdf import UNREADABLE, PdfText

PAGES_AT_MOST = 2000
"""A longer PDF is read up to there and declared opaque."""

SCANNED_SHARE = 0.5
"""An image over this share of a page makes it a scan, unless it has a real text layer."""

REAL_TEXT = 200
"""Letters a scanned page must have for its text layer to be believed."""

GARBAGE_SHARE = 0.2
"""Share of unreadable characters from which the text of a page is no text."""


def read(data: bytes) -> PdfText:
    """Return the text of a PDF, as :func:`mappings.pdf.read` promises."""
    try:
        document = PdfDocument(data)
    except PdfiumError:
        return UNREADABLE
    try:
        return _read_document(document)
    except (PdfiumError, ValueError):
        # ValueError: names and notes that are not the UTF-16 they claim to be.
        return UNREADABLE
    finally:
        document.close()


def _read_document(document: PdfDocument) -> PdfText:
    count = len(document)
    numbers = range(min(count, PAGES_AT_MOST))
    pages = [_read_page(document, number) for number in numbers]
    opaque = (
        not 0 < count <= PAGES_AT_MOST
        or raw.FPDF_GetSecurityHandlerRevision(document.raw) != -1
        or document.count_attachments() > 0
        or document.get_formtype() > raw.FORMTYPE_ACRO_FORM
        or any(page_opaque for _, page_opaque in pages)
        or not any(text.strip() for text, _ in pages)
    )
    about = "\n".join(part for part in _about(document) if part.strip())
    return PdfText(tuple(text for text, _ in pages), opaque, about)


def _about(document: PdfDocument) -> Iterator[str]:
    metadata = document.get_metadata_dict()
    yield from (metadata.get(key, "") for key in ("Title", "Subject", "Keywords"))
    for bookmark in document.get_toc(max_depth=16):
        yield bookmark.get_title()


def _read_page(document: PdfDocument, number: int) -> tuple[str, bool]:
    try:
        page = document[number]
    except PdfiumError:
        return "", True
    try:
        text = _readable(page.get_textpage().get_text_range())
        notes, notes_opaque = _annotations(page)
        opaque = notes_opaque or _hides_something(page, text)
    except PdfiumError:
        return "", True
    finally:
        page.close()
    return "\n".join((text, *notes)) if notes else text, opaque


def _readable(text: str) -> str:
    # PDFium writes U+FFFE (or U+0002) for a hyphen at the end of a line.
    for hyphen in ("\ufffe", "\x02"):
        text = text.replace(f"{hyphen}\r\n", "").replace(hyphen, "")
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\xad", "")


def _hides_something(page: PdfPage, text: str) -> bool:
    kinds, image_share = _objects(page)
    letters = sum(1 for character in text if character.isalnum())
    if not letters:
        return bool(kinds)
    if image_share >= SCANNED_SHARE and letters < REAL_TEXT:
        return True
    return not believable(text)


def believable(text: str) -> bool:
    """Tell whether the characters of a page mean something.

    A font without a map to Unicode gives private characters or replacement marks.
    """
    meaningless = sum(1 for c in text if unicodedata.category(c) in {"Co", "Cn", "Cs"})
    return meaningless + text.count("\ufffd") <= GARBAGE_SHARE * len(text)


def _objects(page: PdfPage) -> tuple[set[int], float]:
    kinds: set[int] = set()
    covered = 0.0
    area = max(page.get_width() * page.get_height(), 1.0)
    for item in page.get_objects(max_depth=8):
        kinds.add(item.type)
        if item.type == raw.FPDF_PAGEOBJ_IMAGE:
            left, bottom, right, top = item.get_bounds()
            covered += abs((right - left) * (top - bottom))
    return kinds, covered / area


def _annotations(page: PdfPage) -> tuple[list[str], bool]:
    """Notes and field values are no part of the page text, yet a reader sees them."""
    texts: list[str] = []
    opaque = False
    for index in range(raw.FPDFPage_GetAnnotCount(page.raw)):
        annotation = raw.FPDFPage_GetAnnot(page.raw, index)
        texts.extend(_annotation_text(annotation, key) for key in (b"Contents", b"V"))
        kind = raw.FPDFAnnot_GetSubtype(annotation)
        opaque = opaque or kind in {raw.FPDF_ANNOT_STAMP, raw.FPDF_ANNOT_FILEATTACHMENT}
        raw.FPDFPage_CloseAnnot(annotation)
    return [text for text in texts if text.strip()], opaque


def _annotation_text(annotation: raw.FPDF_ANNOTATION, key: bytes) -> str:
    size = raw.FPDFAnnot_GetStringValue(annotation, key, None, 0)
    if size <= 2:  # noqa: PLR2004 - two zero bytes end an empty UTF-16 string
        return ""
    buffer = (raw.FPDF_WCHAR * (size // 2))()
    raw.FPDFAnnot_GetStringValue(annotation, key, buffer, size)
    return ctypes.string_at(buffer, size - 2).decode("utf-16-le", "replace")
