"""The characters of a text body, in every encoding a reader may take it in."""

import re
from dataclasses import dataclass

_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f]")
_BYTE_ORDER_MARKS = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
_CHARSET = re.compile(r";\s*charset\s*=\s*[\"']?([^\"';\s]*)", re.IGNORECASE)
# As browsers do, ASCII and Latin-1 are read as Windows-1252, which contains both.
_ENCODINGS = {
    "utf-8": "utf-8-sig",
    "utf8": "utf-8-sig",
    "us-ascii": "cp1252",
    "ascii": "cp1252",
    "iso-8859-1": "cp1252",
    "latin1": "cp1252",
    "windows-1252": "cp1252",
    "cp1252": "cp1252",
    "iso-8859-15": "iso-8859-15",
    "utf-16": "utf-16",
    "utf-16le": "utf-16-le",
    "utf-16be": "utf-16-be",
}
_WORDS = re.compile(rb"(?:[\t\n\r\x20-\x7e]|\xc3[\x80-\xbf]|\xc5[\x92\x93]){16,}+")
"""What a text viewer shows of a file that is no text; noise has no such runs."""


@dataclass(frozen=True, slots=True)
class Characters:
    """The readings of a text, most likely first, and whether there may be others.

    ``texts`` is empty for bytes that are no text. ``charset_known`` is false when the
    declared charset is not one of those read here, or the bytes are not in it.
    """

    texts: tuple[str, ...]
    charset_known: bool = True


def characters(body: bytes, content_type: str) -> Characters:
    """Return what ``body`` says as a text of this type. Total.

    The bytes decide: a byte order mark, UTF-8, else Windows-1252, which practice
    software of this country writes. A declared charset adds its own reading.
    """
    named = _CHARSET.findall(content_type) if ";" in content_type else ()
    declared = [_in(body, _ENCODINGS.get(name.lower(), "")) for name in named]
    likely = _in(body, _BYTE_ORDER_MARKS.get(body[:2], "utf-8-sig"))
    if likely is None:
        likely = _clean(body.decode("cp1252", "replace"))
    texts = dict.fromkeys(text for text in (likely, *declared) if text is not None)
    return Characters(tuple(texts), None not in declared)


def words(body: bytes) -> str:
    """Return the runs of words in bytes that are no text, as a viewer would show them."""
    found = (run.decode("utf-8", "replace") for run in _WORDS.findall(body))
    return "\n".join(found)


def _in(body: bytes, encoding: str) -> str | None:
    if not encoding:
        return None
    try:
        return _clean(body.decode(encoding))
    except UnicodeDecodeError:
        return None


def _clean(text: str) -> str | None:
    return None if _CONTROL.search(text) else text
