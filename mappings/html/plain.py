"""Documents without structure: texts, HTML pages and RTF as text; files as a sentence."""

from mappings.html.view import NOTHING, View
from mappings.markup import TEXT_AT_MOST, html_text, rtf_text
from mappings.plain import characters


def view(document: bytes, content_type: str, kinds: tuple[str, ...]) -> View:
    """Return a text as it is, a page or an RTF as its text, anything else as a file."""
    known = {"plain", "html", "rtf"} & set(kinds)
    if "pdf" in kinds or not known or len(document) > TEXT_AT_MOST:
        return View(message="file")
    texts = characters(document, content_type).texts
    if not texts or ("unknown" in kinds and "plain" not in kinds):
        return NOTHING
    if "html" in kinds:
        return View(text=html_text(texts[0])[0])
    if "rtf" in kinds:
        return View(text=rtf_text(texts[0])[0])
    return View(text=texts[0])
