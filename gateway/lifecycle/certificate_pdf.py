"""A certificate on paper: what happened, in French and English, and its code as a QR."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from html import escape
from io import BytesIO
from types import MappingProxyType
from zoneinfo import ZoneInfo

from reportlab.graphics.barcode.qr import QrCodeWidget
from reportlab.graphics.shapes import Drawing
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle, getSampleStyleSheet
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate, Spacer

from gateway.lifecycle.act import Act
from gateway.lifecycle.certificate import Issued
from gateway.repository.records import PARIS

TITLE = "Attestation"
GAP = 12
SIDE = 190
WORDS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        Act.OPPOSE: (
            (
                "L'opposition à l'ouverture d'un dossier est enregistrée. Elle peut être retirée "
                "à tout moment (CSP L.1111-13-1, R.1111-28)."
            ),
            "The opposition to a record is registered. It can be withdrawn at any time.",
        ),
        Act.WITHDRAW: (
            (
                "L'opposition à l'ouverture d'un dossier est retirée. Aucun dossier n'est ouvert "
                "pour autant."
            ),
            "The opposition to a record is withdrawn. This opens no record.",
        ),
        Act.CLOSE: (
            (
                "Le dossier est clos. Il est gardé scellé dix ans, sans que quiconque puisse le "
                "lire, puis effacé (CSP L.1111-18, R.1111-36)."
            ),
            (
                "The record is closed. It is kept sealed for ten years, unreadable to all, then "
                "erased."
            ),
        ),
        Act.ERASE: (
            (
                "Le dossier est effacé : la clé qui permet de le lire est détruite, dans toutes "
                "les copies, au plus tard à la date d'effet (CSP R.1111-36)."
            ),
            (
                "The record is erased: the key that reads it is destroyed, for every copy, at "
                "the date of effect at the latest."
            ),
        ),
    }
)


def written(issued: Issued) -> bytes:
    """Return the PDF of a certificate: the same bytes for the same certificate."""
    target = BytesIO()
    document = SimpleDocTemplate(
        target, pagesize=A4, title=TITLE, author="Paravent", invariant=1
    )
    document.build(list(_story(issued)))
    return target.getvalue()


def _story(issued: Issued) -> Iterator[Flowable]:
    styles = getSampleStyleSheet()
    code = ParagraphStyle("code", fontName="Courier", fontSize=7, wordWrap="CJK")
    yield Paragraph(TITLE, styles["Title"])
    certificate = issued.certificate
    for words in WORDS[certificate.what]:
        yield Paragraph(escape(words), styles["Normal"])
        yield Spacer(1, GAP)
    for name, value in (
        ("Identifiant (identifier)", str(issued.identifier)),
        ("Date (date)", _day(certificate.at)),
        ("Date d'effet au plus tard (in effect by)", _day(certificate.by)),
        ("Numéro (number)", certificate.number),
    ):
        yield Paragraph(escape(f"{name} : {value}"), styles["Normal"])
    yield Spacer(1, GAP)
    yield _square(issued.code)
    yield Paragraph(
        "Pour vérifier (to verify) : paravent record verify", styles["Normal"]
    )
    yield Paragraph(escape(issued.code), code)


def _square(code: str) -> Drawing:
    widget = QrCodeWidget(code, barLevel="M", barWidth=SIDE, barHeight=SIDE)
    return Drawing(SIDE, SIDE, widget)


def _day(text: str) -> str:
    """Return the civil day, in Paris, of an instant."""
    at = datetime.fromisoformat(text).astimezone(ZoneInfo(PARIS))
    return at.strftime("%d/%m/%Y")
