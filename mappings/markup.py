"""The text of HTML and RTF bodies; nothing in them is run, fetched or shown."""

import re

from mappings.cda import xml
from mappings.cda.xml import Element

TEXT_AT_MOST = 4_000_000
"""Bytes of a text that is read; a longer one is opaque: nobody wrote it."""
_TAGS_AT_MOST = 100_000
_GROUPS_AT_MOST = 300_000

_BLOCKS = frozenset(
    "address article aside blockquote br caption dd div dl dt figcaption footer form h1 h2"
    " h3 h4 h5 h6 header hr li main nav ol option p pre section table td th title tr ul".split()
)
_SPOKEN = (
    *("alt", "title", "content", "value", "summary", "placeholder", "label"),
    *("aria-label", "aria-description", "aria-placeholder", "aria-roledescription"),
    *("aria-valuetext", "abbr", "srcdoc"),
)
_PICTURES = frozenset({"svg", "canvas", "object", "embed", "iframe", "video", "audio"})
_SPACES = re.compile(r"[^\S\n]+")
_LINES = re.compile(r" ?\n[ \n]*")
_TAG = re.compile(r"""<[^\s/!?>](?:[^>"'=]++|=\s*+"[^"]*+"|=\s*+'[^']*+'|=)*+(["']?)""")
_ATTRIBUTES_AT_MOST = 500
"""In one tag: libxml2 compares each attribute of an HTML tag with all others."""
# A browser shows what follows these tags; libxml2 stops reading there.
_ENDS = re.compile(r"</(?:html|body)\b[^>]*+>?", re.IGNORECASE)


def html_text(html: str) -> tuple[str, bool]:
    """Return the text of an HTML page, a line a block, and whether that is all of it.

    False when a picture or another file is embedded, or the page is too broken or too
    large to be read to its end. Scripts and hidden elements are read as text: what a
    page hides is still in it. Total on any string.
    """
    if _too_much(html):
        return "", False
    root, complete = xml.parse_html(_ENDS.sub("", html))
    if root is None:
        return "", False
    pieces: list[str] = []
    for event, element in xml.walk(root):
        if element.tag in _BLOCKS:
            pieces.append("\n")
        if event == "end":
            pieces.append(element.tail or "")
        else:
            complete = complete and not _holds_file(element)
            pieces.extend(_said(element))
    text = _SPACES.sub(" ", "".join(pieces))
    return _LINES.sub("\n", text).strip(), complete


def _too_much(html: str) -> bool:
    """Return whether libxml2 would take long, or read other tags than are seen here."""
    if html.count("<") > _TAGS_AT_MOST:
        return True
    return any(tag[1] or _crowded(tag[0]) for tag in _TAG.finditer(html))


def _crowded(tag: str) -> bool:
    parts = len(tag.split()) + tag.count("=") + tag.count("/")
    return parts > _ATTRIBUTES_AT_MOST


def _said(element: Element) -> list[str]:
    attributes = (element.get(name) for name in _SPOKEN)
    return [*(f"\n{value}\n" for value in attributes if value), element.text or ""]


def _holds_file(element: Element) -> bool:
    if element.tag in _PICTURES:
        return True
    return any("data:" in value.lower() for value in element.attrib.values())


_RTF = re.compile(
    r"\\([a-z]{1,32})(-?\d{1,10})? ?|\\'([0-9a-f]{2})|\\([^a-z])|([{}])|[\r\n]+|([^\\{}\r\n]+)",
    re.IGNORECASE,
)
_SILENT = frozenset(
    {"fonttbl", "colortbl", "stylesheet", "listtable", "listoverridetable", "rsidtbl"}
    | {"themedata", "colorschememapping", "datastore", "latentstyles", "generator"}
)
_RTF_FILES = frozenset({"pict", "objdata", "objemb", "bin"})
_RTF_BREAKS = {
    "par": "\n",
    "line": "\n",
    "cell": "\n",
    "row": "\n",
    "sect": "\n",
    "page": "\n",
}
_RTF_MARKS = {
    "tab": "\t",
    "emdash": "\u2014",
    "endash": "\u2013",
    "bullet": "\u2022",
} | {
    "lquote": "\u2018",
    "rquote": "\u2019",
    "ldblquote": "\u201c",
    "rdblquote": "\u201d",
}
_RTF_CHARSETS = frozenset({"mac", "pc", "pca", "ansicpg"})
_RTF_WESTERN = ("ansicpg", "1252")
"""The one code page of RTF that is read here."""
_RTF_DEEPEST = 1000


class _Rtf:
    """The state of an RTF reader: which groups are silent, what was read."""

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self.silent = [False]
        self.complete = True
        self.skip = 0
        self.stand_ins = 1

    def word(self, name: str, number: str | None) -> None:
        """Take one control word."""
        if name in _SILENT or name in _RTF_FILES:
            self.silent[-1] = True
            self.complete = self.complete and name not in _RTF_FILES
        elif name == "u" and number:
            self.say(chr(int(number) % 0x10000))
            self.skip = self.stand_ins
        elif name == "uc" and number:
            self.stand_ins = min(abs(int(number)), 16)
        elif name in _RTF_CHARSETS and (name, number) != _RTF_WESTERN:
            self.complete = False
        else:
            self.pieces.append(_RTF_BREAKS.get(name) or _RTF_MARKS.get(name, ""))

    def say(self, text: str) -> None:
        """Take text, but for the character that stands in for a Unicode one."""
        taken = text[self.skip :]
        self.skip = max(0, self.skip - len(text))
        if not self.silent[-1]:
            self.pieces.append(taken)

    def brace(self, brace: str) -> None:
        """Open or close a group."""
        if brace == "{" and len(self.silent) < _RTF_DEEPEST:
            self.silent.append(self.silent[-1])
        elif brace == "}" and len(self.silent) > 1:
            self.silent.pop()
        else:
            self.complete = False

    def symbol(self, symbol: str) -> None:
        r"""Take an escaped character; ``\*`` marks a group that a reader may skip."""
        self.say({"~": " ", "_": "-", "-": "", "*": ""}.get(symbol, symbol))


def rtf_text(rtf: str) -> tuple[str, bool]:
    """Return the text of an RTF file and whether that is all of it.

    False when a picture or an object is embedded, or the file is broken or has more
    groups and control words than any letter. Hidden text and comments are read.
    Accented characters are those of Windows-1252. Total.
    """
    reader = _Rtf()
    if rtf.count("{") + rtf.count("\\") > _GROUPS_AT_MOST:
        return "", False
    for found in _RTF.finditer(rtf):
        word, number, code, symbol, brace, text = found.groups()
        if word:
            reader.word(word, number)
        elif code:
            reader.say(bytes.fromhex(code).decode("cp1252", "replace"))
        elif symbol:
            reader.symbol(symbol)
        elif brace:
            reader.brace(brace)
        elif text:
            reader.say(text)
    whole = (
        "".join(reader.pieces)
        .encode("utf-16", "surrogatepass")
        .decode("utf-16", "replace")
    )
    return whole.strip(), reader.complete
