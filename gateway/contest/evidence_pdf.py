"""The evidence of a case as a PDF for people: the same bytes for the same evidence.

In French, with English headings beside: it is handed to French authorities. What a font
of the PDF cannot write is replaced by a question mark; the JSON has it in full.
"""

from collections.abc import Iterator
from html import escape
from io import BytesIO
from typing import Any

from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle, getSampleStyleSheet
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate, Spacer

Json = dict[str, Any]

TITLE = "Contestation d'un accès : éléments de preuve"
HEADINGS = {
    "case": "La contestation (case)",
    "access": "L'accès contesté (access)",
    "emergency": "La demande d'accès d'urgence (emergency)",
    "followed_by": "Ce que la même personne a fait dans l'heure (followed by)",
    "told": "Qui en a été informé (told)",
}
GAP = 8


def written(evidence: Json, digest: str) -> bytes:
    """Return the PDF of what was gathered; ``digest`` is that of its JSON."""
    target = BytesIO()
    document = SimpleDocTemplate(
        target, pagesize=A4, title=TITLE, author="Paravent", invariant=1
    )
    document.build(list(_story(evidence, digest)))
    return target.getvalue()


def _story(evidence: Json, digest: str) -> Iterator[Flowable]:
    styles = getSampleStyleSheet()
    plain = ParagraphStyle("plain", fontName="Helvetica", fontSize=9, leading=12)
    yield Paragraph(_safe(TITLE), styles["Title"])
    made = f"Établi le {evidence['made']}. SHA-256 du fichier JSON signé : {digest}"
    yield Paragraph(_safe(made), plain)
    for name, heading in HEADINGS.items():
        yield Spacer(1, GAP)
        yield Paragraph(_safe(heading), styles["Heading2"])
        for line in _lines(evidence[name]) if evidence[name] else iter(["-"]):
            yield Paragraph(_safe(line), plain)


def _lines(value: object, path: str = "") -> Iterator[str]:
    """Yield every value with the path that leads to it, in the order of names."""
    match value:
        case dict():
            for name, each in sorted(value.items()):
                yield from _lines(each, f"{path}.{name}".lstrip("."))
        case list():
            for number, each in enumerate(value, 1):
                yield from _lines(each, f"{path}[{number}]")
        case None:
            return
        case _:
            yield f"{path} : {value}"


def _safe(text: str) -> str:
    """Return a text as the standard fonts of PDF can write it, and as markup takes it."""
    writable = text.encode("cp1252", "replace").decode("cp1252")
    plain = "".join(each if each.isprintable() else " " for each in writable)
    return escape(plain, quote=False)
