"""The text of a PDF, page by page, or the word that it cannot be read.

Pure but costly, and PDFium is C++ reading hostile bytes: the gateway calls
:func:`read` in a child process with limits and hands the result in as a
:data:`PdfReader`. PDFium is not thread safe: one call at a time in a process.
"""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PdfText:
    """What a PDF says.

    ``pages`` has one text a page, empty where nothing was read. ``opaque`` is true
    when anything in the file could not be read: then what was read may be used to
    label, never to declare the document harmless. ``about`` is what the file says
    beside its pages: title, subject, keywords, bookmarks.
    """

    pages: tuple[str, ...]
    opaque: bool
    about: str = ""


PdfReader = Callable[[bytes], PdfText]
"""How a mapping asks for the text of a PDF; it never raises."""

UNREADABLE = PdfText((), opaque=True)
"""The answer for what is no PDF, is broken or needs a password."""


def unread(_data: bytes) -> PdfText:
    """Answer that nothing could be read: the reader of who has none."""
    return UNREADABLE


def read(data: bytes) -> PdfText:
    """Return the text of a PDF.

    Opaque when it is broken, encrypted (even with an empty password), has no page,
    carries files or form scripts, or when one page shows something other than text:
    an image without a text layer, drawn letters, characters without a meaning.
    """
    # Imported here so that only the process that reads PDFs loads the library.
    from mappings import pdfium  # noqa: PLC0415

    return pdfium.read(data)
